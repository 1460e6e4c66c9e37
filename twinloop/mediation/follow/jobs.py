"""Every morning the rule looks for what a 2+2 team should take up; within minutes what is settled ends its campaign."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.follow import actions


@app.periodic(cron="30 22 * * *")  # 6:30 in China
@app.task(queue="clocks", queueing_lock="follow-propose", lock="follow-propose")
@again
def propose_campaigns(timestamp: int) -> None:
    """Nominates; decides nothing."""
    with see_as(SYSTEM):
        actions.propose(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queue="clocks", queueing_lock="follow-tidy", lock="follow-tidy")
@again
def tidy_campaigns(timestamp: int) -> None:
    with see_as(SYSTEM):
        actions.tidy(at=timezone.now())

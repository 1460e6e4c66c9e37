"""The clocks go on by themselves."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.cases import actions
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as


@app.periodic(cron="* * * * * */10")
@app.task(queue="clocks", queueing_lock="cases-climb", lock="cases-climb")
@again
def climb(timestamp: int) -> None:
    """Warn of what falls due and tell the next one up; every ten seconds, at most 500 clocks a time."""
    with see_as(SYSTEM):
        now = timezone.now()
        actions.recount_waiting(by=None, at=now)  # a holiday calendar may have been typed in
        actions.climb_clocks(at=now)

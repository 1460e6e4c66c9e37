"""Every twenty seconds: a second handling opens by itself, a crime in a known quarrel is marked."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.followup.rounds import actions
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as


@app.periodic(cron="* * * * * */20")
@app.task(queue="clocks", queueing_lock="rounds-turn", lock="rounds-turn")
@again
def turn_rounds(timestamp: int) -> None:
    """What was reported unsettled, reopened, sent back; what failed; what became a crime."""
    with see_as(SYSTEM):
        actions.follow(at=timezone.localtime())

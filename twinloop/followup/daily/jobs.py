"""The day turns by itself. A worker that was down over a cut makes up for it at its next turn, once, and says so."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.followup.daily import actions
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as


@app.periodic(cron="* * * * * */20")
@app.task(queue="clocks", queueing_lock="daily-turn", lock="daily-turn")
@again
def turn(timestamp: int) -> None:
    """Every twenty seconds: what is open, the list of 08:00, the cut."""
    with see_as(SYSTEM):
        actions.turn_covers(at=timezone.localtime())
        actions.turn(at=timezone.localtime())

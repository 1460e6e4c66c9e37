"""On the first days of a month the month before is counted, once; a missed run is made up."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.insight.assessments import actions
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as


@app.periodic(cron="40 1,13 * * *")
@app.task(queue="clocks", queueing_lock="assessments-turn", lock="assessments-turn")
@again
def assess_month(timestamp: int) -> None:
    """Twice a day: does nothing where the last month is counted already."""
    with see_as(SYSTEM):
        actions.turn(at=timezone.localtime())

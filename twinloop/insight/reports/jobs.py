"""Reports come by themselves: after midnight those of what ended with the day, and what a stopped worker missed."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.insight.reports import actions
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as


@app.periodic(cron="35 * * * *")
# its lock is that of the projections: nothing is counted while they are written
@app.task(queue="figures", queueing_lock="reports-catch-up", lock="figures-catch-up")
@again
def catch_up(timestamp: int) -> None:
    """Every hour at minute 35; nothing is owed but after an end, so that most runs ask two questions and go."""
    with see_as(SYSTEM):
        actions.catch_up(at=timezone.localtime())

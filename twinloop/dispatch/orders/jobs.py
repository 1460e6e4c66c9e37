"""Orders that nobody answers are found by themselves."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.dispatch.orders import actions
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as


@app.periodic(cron="* * * * * */10")
@app.task(queue="clocks", queueing_lock="orders-silent", lock="orders-silent")
@again
def silent(timestamp: int) -> None:
    """Every ten seconds, at most 50 orders a time."""
    with see_as(SYSTEM):
        actions.find_silent(at=timezone.localtime())

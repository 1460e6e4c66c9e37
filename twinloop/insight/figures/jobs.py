"""Figures keep up with the ledger by themselves."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.insight.figures import actions
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as


@app.periodic(cron="* * * * * */15")
@app.task(queue="figures", queueing_lock="figures-catch-up", lock="figures-catch-up")
@again
def catch_up(timestamp: int) -> None:
    """Every fifteen seconds, what was sealed since."""
    with see_as(SYSTEM):
        actions.catch_up(at=timezone.localtime())


@app.periodic(cron="20 0 1-5 * *")
@app.task(queue="figures", queueing_lock="figures-freeze", lock="figures-catch-up")
@again
def freeze(timestamp: int) -> None:
    """On the first days of a month, the one before; a worker that was down then catches up."""
    with see_as(SYSTEM):
        now = timezone.localtime()
        actions.freeze((now.date().replace(day=1) - timedelta(days=1)).replace(day=1), at=now)

"""Sealing goes on by itself."""

from __future__ import annotations

from django.db import OperationalError
from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.ledger import actions, once
from twinloop.ledger.again import again


@app.periodic(cron="* * * * * */10")
@app.task(queue="ledger", queueing_lock="ledger-seal", lock="ledger-seal")
@again
def seal(timestamp: int) -> None:
    """Every ten seconds; busy writers delay a seal to the next round, never the other way."""
    from twinloop.ledger.sight import SYSTEM, see_as

    try:
        with see_as(SYSTEM):
            actions.seal(at=timezone.now())
    except OperationalError:
        return


@app.periodic(cron="17 3 * * *")
@app.task(queue="ledger", queueing_lock="ledger-once", lock="ledger-once")
@again
def forget_once(timestamp: int) -> None:
    """Keys of requests sent once, a week old."""
    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM):
        once.forget(at=timezone.now())

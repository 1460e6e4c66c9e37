"""What is owed is looked at every hour: a day that begins is noticed within the hour, wherever the server stands."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements import actions


@app.periodic(cron="5 * * * *")
@app.task(queue="clocks", queueing_lock="agreements-watch", lock="agreements-watch")
@again
def watch_agreements(timestamp: int) -> None:
    """Warn of instalments that fall due, flag those that are late; doing it again changes nothing."""
    with see_as(SYSTEM):
        actions.watch(at=timezone.now())

"""Telling, grouping, digests and sending go on by themselves; none of it in a request."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.notices import actions, sending


@app.periodic(cron="* * * * * 4-59/10")
@app.task(queue="notices", queueing_lock="notices-tell", lock="notices-tell")
@again
def tell(timestamp: int) -> None:
    """A few seconds after each seal: notices to people, and what of them leaves."""
    with see_as(SYSTEM):
        now = timezone.now()
        actions.tell(at=now)
        actions.plan(at=now)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="notices", queueing_lock="notices-digest", lock="notices-digest")
@again
def digest(timestamp: int) -> None:
    """The digest whose hour has come, also late, once; old hours are not made up for."""
    with see_as(SYSTEM):
        actions.digest(at=timezone.now())


@app.periodic(cron="* * * * * 8-59/10")
@app.task(queue="outbox", queueing_lock="notices-send", lock="notices-send")
@again
def send(timestamp: int) -> None:
    """A queue of its own: a slow gateway keeps no notice waiting."""
    with see_as(SYSTEM):
        sending.deliver(timezone.now)

"""A mediation whose dispute went on without it is closed within minutes; nobody has to remember it."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.sessions import actions


@app.periodic(cron="*/5 * * * *")
@app.task(queue="clocks", queueing_lock="sessions-tidy", lock="sessions-tidy")
@again
def tidy_mediations(timestamp: int) -> None:
    """Agreements that took effect settle their mediation; a transferred or merged dispute ends it."""
    with see_as(SYSTEM):
        actions.tidy(at=timezone.now())

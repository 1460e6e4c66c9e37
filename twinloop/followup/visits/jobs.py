"""Visits are planned within a minute of what happened; late ones are told; near days are looked at each morning."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.followup.visits import turning
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as


@app.periodic(cron="* * * * *")
@app.task(queue="clocks", queueing_lock="visits-follow", lock="visits")
@again
def follow_disputes(timestamp: int) -> None:
    """What was settled, reopened, graded or asked for since."""
    with see_as(SYSTEM):
        turning.follow(at=timezone.now())


@app.periodic(cron="10 0,7,12 * * *")
@app.task(queue="clocks", queueing_lock="visits-roll", lock="visits")
@again
def roll_visits(timestamp: int) -> None:
    """Days that came nearer, and visits that nobody made; several times a day, so that a missed run is made up."""
    with see_as(SYSTEM):
        now = timezone.now()
        turning.roll(at=now)
        turning.climb(at=now)

"""When the cut and the handover are, from a day on. Days that have begun keep theirs."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import IntegrityError, transaction

from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.followup.daily import queries
from twinloop.followup.daily.models import Hours
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole


@whole()
def set_hours(
    cut: time, handover: time, *, since: date, why: str, by: int, scope: Scope, at: datetime
) -> Hours:  # fmt: skip
    """Raises `Refused`: who may not, from today or before, handover after the cut, no reason, twice for one day."""
    if not scope.has(*queries.SETTERS):
        raise Refused("hours_editor")
    local = at.astimezone(CHINA)
    running = queries.running()
    if since <= local.date() or (running is not None and since <= running.day):
        raise Refused("hours_too_soon")
    if handover >= cut:
        raise Refused("hours_order")
    if not why.strip():
        raise Refused("hours_why")
    try:
        with transaction.atomic():
            made = Hours.objects.create(since=since, cut=cut, handover=handover, why=why.strip()[:200], by_id=by, at=at)
    except IntegrityError:
        raise Refused("hours_twice") from None
    record("setting:daily", "daily_hours_set", by=by, at=at, why=made.why, since=since, cut=f"{cut:%H:%M}",
           handover=f"{handover:%H:%M}")  # fmt: skip
    return made

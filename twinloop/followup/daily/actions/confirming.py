"""A chief looks at what was carried over, and confirms the day of the station after its cut."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from twinloop.decide import Refused, daily
from twinloop.edge.masks import mask_text
from twinloop.followup.daily import queries
from twinloop.followup.daily.actions.turning import stream_of
from twinloop.followup.daily.models import Confirmation, Day, Item
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole
from twinloop.people.models import Unit


@whole()
def check(item: Item, verdict: str, why: str, *, by: int, scope: Scope, at: datetime) -> Item:
    """The carry-over stands, or it will not do and is owed again on the next day. Raises `Refused`."""
    if not scope.has(*queries.CHIEFS):
        raise Refused("day_not_chief")
    row = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("day").get(pk=item.pk)
    why = why.strip()
    found = daily.check_verdict(queries.held(row), verdict, why, is_own=row.ended_by_id == by)
    why = mask_text(why)
    Item.objects.filter(pk=row.pk).update(verdict=found, verdict_why=why, checked_by_id=by, checked_at=at)
    record(stream_of(row), "day_checked", by=by, at=at, why=why, verdict=found, number=row.number)
    row.refresh_from_db()
    return row


@whole()
def confirm(day: Day, station: Unit | None, note: str, *, by: int, scope: Scope, at: datetime) -> Confirmation:
    """The day of a station is confirmed once, after its cut. The bureau confirms what has no station, and any."""
    if not scope.has(*queries.CHIEFS):
        raise Refused("day_not_chief")
    if not scope.has("bureau") and (station is None or station.pk not in scope.stations):
        raise Refused("day_not_your_station")
    if day.made_at is None:
        raise Refused(daily.DayRefusal.NOT_CUT)
    note = mask_text(note.strip())[:200]
    try:
        with transaction.atomic():
            made = Confirmation.objects.create(day=day, station=station, by_id=by, at=at, note=note)
    except IntegrityError:
        first = Confirmation.objects.select_related("by").get(day=day, station=station)
        raise Refused("day_confirmed", name=first.by.name) from None
    record(day.stream, "day_confirmed", by=by, at=at, why=note, station=station.name if station else "")
    return made

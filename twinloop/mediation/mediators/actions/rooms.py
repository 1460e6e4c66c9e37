"""Rooms in which mediations are held: where, when they are open, until when they are used at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.mediators.models import Room
from twinloop.places import models as places


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is said of a room. `weekdays` 1 = Monday, none = every day; both hours or neither."""

    name: str
    kind: str = "community"
    place: places.Place | None = None
    address: str = ""
    seats: int = 8
    weekdays: Sequence[int] = ()
    opens_at: time | None = None
    closes_at: time | None = None
    closed_on: date | None = None


def open_room(given: Place, *, by: int | None, at: datetime) -> Room:
    """A new room. Raises `Refused`."""
    return _save(Room(), given, "room_opened", by, at)


def change_room(room: Room, given: Place, *, by: int | None, at: datetime) -> Room:
    """Other hours, another name, or not used any more from `closed_on` on."""
    return _save(room, given, "room_changed", by, at)


@whole()
def _save(room: Room, given: Place, verb: str, by: int | None, at: datetime) -> Room:
    name = given.name.strip()[:60]
    if not name:
        raise Refused("mediator_room_name")
    hours = (given.opens_at, given.closes_at)
    if (hours[0] is None) != (hours[1] is None) or (hours[0] and hours[1] and hours[1] <= hours[0]):
        raise Refused("mediator_room_hours")
    if not 2 <= given.seats <= 200:
        raise Refused("mediator_room_seats")
    for column, value in _columns(given, name).items():
        setattr(room, column, value)
    try:
        with transaction.atomic():
            room.save()
    except IntegrityError:
        raise Refused("mediator_room_twice", name=name) from None
    record(f"room:{room.pk}", verb, by=by, at=at, name=name, kind=room.kind, closed_on=room.closed_on)
    return room


def _columns(given: Place, name: str) -> dict[str, Any]:
    weekdays = sorted(set(given.weekdays) & set(range(1, 8)))
    columns = {field.name: getattr(given, field.name) for field in fields(given)}
    return {**columns, "name": name, "weekdays": weekdays}

"""Units: bureau, command room, stations with one office and two teams, agencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.people import words
from twinloop.people.models import Unit
from twinloop.people.refusals import PARENTS
from twinloop.people.rights import By, check_unit, who
from twinloop.places.models import Place

PARTS = frozenset({Unit.Kind.OFFICE, Unit.Kind.CALLS_TEAM, Unit.Kind.COMMUNITY_TEAM})


def stream(unit: Unit) -> str:
    return f"unit:{unit.pk}"


@transaction.atomic
def create_unit(
    code: str,
    name: str,
    kind: str,
    *,
    by: By,
    at: datetime,
    parent: Unit | None = None,
    seat: str = "",
    places: Iterable[Place] = (),
    phone: str = "",
) -> Unit:
    """Raises `Refused` where the unit would not fit the structure of a bureau."""
    check_unit(by=by)
    unit = Unit(code=code.strip(), name=name.strip(), kind=kind, parent=parent, seat=seat, phone=phone)
    if Unit.objects.filter(code=unit.code).exists():
        raise Refused("unit_code_taken", unit=unit.code)
    check_fits(unit)
    unit.save()
    unit.places.set(places)
    record(stream(unit), "unit_created", by=who(by), at=at, after=_told(unit))
    return unit


@transaction.atomic
def change_unit(
    unit: Unit,
    *,
    by: By,
    at: datetime,
    name: str | None = None,
    phone: str | None = None,
    seat: str | None = None,
    places: Iterable[Place] | None = None,
) -> bool:
    """Name, phone, seat, area; a unit keeps its kind and its place in the bureau."""
    check_unit(by=by)
    unit = Unit.objects.select_for_update(no_key=True, of=("self",)).select_related("parent").get(pk=unit.pk)
    before = _told(unit)
    unit.name = unit.name if name is None else name.strip()
    unit.phone = unit.phone if phone is None else phone
    unit.seat = unit.seat if seat is None else seat
    check_fits(unit)
    unit.save()
    if places is not None:
        unit.places.set(places)
    after = _told(unit)
    changed = {key: value for key, value in after.items() if before[key] != value}
    if changed:
        was = {key: before[key] for key in changed}
        record(stream(unit), "unit_changed", by=who(by), at=at, before=was, after=changed)
    return bool(changed)


@transaction.atomic
def close_unit(unit: Unit, *, by: By, at: datetime) -> None:
    check_unit(by=by)
    unit = Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit.pk)
    if unit.closed_on:
        raise Refused("unit_closed", unit=unit.name)
    inside = unit.people.filter(is_active=True).count() + unit.parts.filter(closed_on__isnull=True).count()
    if inside:
        raise Refused("unit_in_use", unit=unit.name, count=inside)
    unit.closed_on = at.date()
    unit.save(update_fields=["closed_on"])
    record(stream(unit), "unit_closed", by=who(by), at=at, after={"closed_on": unit.closed_on})


def check_fits(unit: Unit) -> None:
    if not unit.name or not unit.code:
        raise Refused("name_empty")
    if unit.kind not in Unit.Kind.values:
        raise Refused("kind_unknown", kind=unit.kind)
    wanted = PARENTS.get(unit.kind)
    if (unit.parent.kind if unit.parent else None) != wanted:
        where = words.UNITS[wanted] if wanted else "—"
        raise Refused("unit_parent", kind=words.UNITS[unit.kind], parent=where)
    if unit.seat and unit.kind != Unit.Kind.AGENCY:
        raise Refused("unit_seat")
    if not unit.seat and unit.kind == Unit.Kind.AGENCY:
        raise Refused("unit_seat_missing")
    same = Unit.objects.filter(parent=unit.parent, kind=unit.kind, closed_on__isnull=True).exclude(pk=unit.pk)
    if unit.kind in PARTS and unit.parent and same.exists():
        raise Refused("unit_part_twice", station=unit.parent.name, kind=words.UNITS[unit.kind])


def _told(unit: Unit) -> dict[str, object]:
    return {
        "code": unit.code, "name": unit.name, "kind": unit.kind, "seat": unit.seat, "phone": unit.phone,
        "parent": unit.parent.code if unit.parent else "",
        "places": sorted(unit.places.values_list("code", flat=True)),
    }  # fmt: skip

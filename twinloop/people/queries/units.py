"""The structure of the bureau: stations with one office and two teams (一室两队), and who handles calls there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from twinloop.people import words
from twinloop.people.models import Account, Role, RoleGrant, Unit

FORCE = (Account.Kind.SWORN, Account.Kind.AUXILIARY)
PARTS = ("office", "calls_team", "community_team")
HALF = 50  # per cent of a station's force that handle calls (D3 of the mission)


@dataclass
class StationShape:
    """A station as it is: its parts, what is missing, handlers and force in people."""

    station: Unit
    parts: list[Unit] = field(default_factory=list)
    people: Counter[int] = field(default_factory=Counter)
    chiefs: list[str] = field(default_factory=list)
    towns: list[str] = field(default_factory=list)

    @property
    def force(self) -> int:
        return sum(self.people[unit.pk] for unit in (self.station, *self.parts))

    @property
    def handlers(self) -> int:
        return sum(self.people[unit.pk] for unit in self.parts if unit.kind == Unit.Kind.CALLS_TEAM)

    @property
    def rows(self) -> list[tuple[Unit, int]]:
        return [(unit, self.people[unit.pk]) for unit in self.parts]

    def lacks(self) -> list[str]:
        """What the article's structure asks for and the station does not have, a sentence each."""
        kinds = {unit.kind for unit in self.parts}
        said = [_("还差%(kind)s") % {"kind": words.UNITS[kind]} for kind in PARTS if kind not in kinds]
        if not self.chiefs:
            said.append(_("还差所长"))
        short = (self.force + 1) // 2 - self.handlers  # people, rounded up
        if self.force and short > 0:
            said.append(_("接处警力量不到 50%%，还差 %(count)s 人") % {"count": short})
        return said


def shapes(*, on: date) -> list[StationShape]:
    """Every open station. Four queries."""
    units = list(Unit.objects.filter(closed_on__isnull=True).prefetch_related("places").order_by("code"))
    people = Counter(Account.objects.filter(is_active=True, kind__in=FORCE).values_list("unit", flat=True))
    heads = RoleGrant.objects.filter(role=Role.CHIEF, period__contains=on, account__is_active=True)
    found = {u.pk: StationShape(u, people=people) for u in units if u.kind == Unit.Kind.STATION}
    for unit in units:
        if unit.parent_id in found and unit.kind in PARTS:
            found[unit.parent_id].parts.append(unit)
    for shape in found.values():
        shape.parts.sort(key=lambda unit: PARTS.index(unit.kind))
        shape.towns = [place.short for place in shape.station.places.all()]
    station_of = {u.pk: u.pk if u.pk in found else u.parent_id for u in units}
    for head in heads.select_related("account"):
        station = station_of.get(head.account.unit_id or 0)
        if station in found:
            found[station].chiefs.append(head.account.name)
    return list(found.values())


def call_handlers(*, on: date) -> dict[int, tuple[int, int]]:
    """Station → (call handlers, force): people of the calls team among sworn officers and auxiliaries."""
    return {shape.station.pk: (shape.handlers, shape.force) for shape in shapes(on=on)}


@dataclass(frozen=True)
class Top:
    """Everything but the stations: head units with their people, agencies by seat with their liaisons."""

    heads: Sequence[tuple[Unit, int]]
    resident: Sequence[tuple[Unit, Sequence[str]]]
    rotating: Sequence[tuple[Unit, Sequence[str]]]


def top() -> Top:
    units = Unit.objects.filter(closed_on__isnull=True, kind__in=["bureau", "command_room", "agency"]).order_by("code")
    people: dict[int, list[str]] = {}
    for unit, name in Account.objects.filter(is_active=True, unit__in=units).values_list("unit", "name"):
        people.setdefault(unit or 0, []).append(name)
    order = [Unit.Kind.BUREAU, Unit.Kind.COMMAND_ROOM]
    heads = sorted((u for u in units if u.kind in order), key=lambda u: order.index(Unit.Kind(u.kind)))
    seated = {seat: [(u, people.get(u.pk, [])) for u in units if u.seat == seat] for seat in ("resident", "rotating")}
    return Top([(u, len(people.get(u.pk, []))) for u in heads], seated["resident"], seated["rotating"])

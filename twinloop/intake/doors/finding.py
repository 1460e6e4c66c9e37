"""Where it is: a place out of what was typed. Only served places; where several fit, all are named, none is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from twinloop.cases.queries import placed
from twinloop.decide import Refused
from twinloop.edge.typed import half_width
from twinloop.people.models import Account, Role, Unit
from twinloop.places import queries as places
from twinloop.places.models import Place

OFFERED = 8


@dataclass(frozen=True)
class Spot:
    """A place as the call desk offers it: whose it is."""

    place: Place
    station: str
    officer: str

    @property
    def line(self) -> str:
        town = self.place.parent.short if self.place.parent and self.place.kind == "community" else ""
        return " · ".join(filter(None, (town, self.station, self.officer)))


def place_of(typed: str, *, at: datetime) -> Place:
    """Raises `Refused`: door_place_unknown, door_place_unclear, door_place_not_served."""
    wanted = half_width(typed).strip()
    if wanted.isascii() and wanted.isdigit() and len(wanted) == 12:
        return _by_code(wanted, at)
    found = places.search(wanted, among=places.served(), limit=OFFERED)
    exact = [place for place in found if place.rank == 0]  # type: ignore[attr-defined]  # whole, not a beginning
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if found:
        raise Refused("door_place_unclear", typed=wanted[:30], names=_("、").join(p.short for p in found[:5]))
    raise Refused("door_place_unknown", typed=wanted[:30])


def _by_code(code: str, at: datetime) -> Place:
    place = placed(code, at=at)
    if place is None:
        raise Refused("door_place_unknown", typed=code)
    if not place.is_served:
        raise Refused("door_place_not_served", place=place.short)
    return place


def offered(typed: str, *, on: date) -> list[Spot]:
    """Places that fit what has been typed so far, with station and community officer. Three queries."""
    return spots(places.search(typed, among=places.served(), limit=OFFERED), on=on)


def spots(found: Sequence[Place], *, on: date) -> list[Spot]:
    stations = _stations(found)
    officers = _officers(found, on)
    return [Spot(place, _near(place, stations), officers.get(place.pk, "")) for place in found]


def _near(place: Place | None, stations: dict[int, str]) -> str:
    """The station of a community, or of its township: the nearest one, as `cases.queries.station_for` says."""
    while place is not None:
        if place.pk in stations:
            return stations[place.pk]
        place = place.parent
    return ""


def _stations(found: Sequence[Place]) -> dict[int, str]:
    wanted = {pk for place in found for pk in _line_up(place)}
    rows = Unit.objects.filter(kind=Unit.Kind.STATION, closed_on__isnull=True, places__in=wanted).order_by("-code")
    return dict(rows.values_list("places", "name"))


def _line_up(place: Place) -> list[int]:
    line = []
    here: Place | None = place
    while here is not None:
        line.append(here.pk)
        here = here.parent
    return line


def _officers(found: Sequence[Place], on: date) -> dict[int, str]:
    holders = Account.objects.filter(
        is_active=True,
        grants__role=Role.COMMUNITY_OFFICER,
        grants__period__contains=on,
        communities__in=[place.pk for place in found],
    )
    return dict(holders.order_by("-username").values_list("communities", "name"))

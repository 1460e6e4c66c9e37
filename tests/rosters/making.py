"""Rotas for tests. NOW is Thursday 16 April 2026, 09:00; the first plan begins on Monday the 20th."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tests import world
from tests.world import NOW, District
from twinloop.people import actions as people
from twinloop.people.models import Account
from twinloop.places.models import Place
from twinloop.rosters import actions
from twinloop.rosters.actions import Spot
from twinloop.rosters.models import Rota

MONDAY = date(2026, 4, 20)
DAY = timedelta(days=1)


@dataclass
class Crew:
    district: District
    people: list[Account]
    places: list[Place]


def auxiliary(name: str, district: District, *places: Place) -> Account:
    made = world.account(name, "auxiliary", unit=district.station)
    made.communities.add(*places)
    return made


def station(district: District, people: int = 3, places: int = 2) -> Crew:
    town = district.near.parent
    more = [
        Place.objects.create(
            code=f"9900010013{n:02d}", name=f"村{n}", short=f"村{n}", kind="community", parent=town, is_served=True
        )
        for n in range(places)
    ]
    district.station.places.add(*more)
    every = [district.near, *more]
    crew = [district.people["auxiliary"], *(auxiliary(f"r{n}", district, every[n % len(every)]) for n in range(people))]
    return Crew(district, crew, every)


def moment(on: date, hour: int = 0) -> datetime:
    return datetime.combine(on, time(hour), NOW.tzinfo)


def away(account: Account, first: date, last: date, at: datetime = NOW):
    """On leave from the first to the last day, both included."""
    return people.take_leave(account, "sick", moment(first), moment(last + DAY), by=None, at=at)


def drafted(crew: Crew, weeks: int = 2, first: date = MONDAY) -> Rota:
    rota = actions.begin(crew.district.station, first, weeks, by=None, at=NOW)
    actions.plan(rota, by=None, at=NOW)
    return fresh(rota)


def published(crew: Crew, weeks: int = 2, why: str = "") -> Rota:
    rota = drafted(crew, weeks)
    actions.publish(rota, why, by=None, at=NOW)
    return fresh(rota)


def fresh(rota: Rota) -> Rota:
    return Rota.objects.select_related("current", "station").get(pk=rota.pk)


def spots(rota: Rota) -> set[Spot]:
    version = fresh(rota).current
    assert version is not None
    return actions.spots(version.cells.all())

"""Activities for tests: `facts` says what one was, `done` records it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from psycopg.types.range import Range

from tests import world
from tests.world import NOW, District
from twinloop.discovery.volunteers import actions
from twinloop.discovery.volunteers.actions import Facts
from twinloop.discovery.volunteers.models import Activity
from twinloop.people.models import Account, Membership, Team
from twinloop.places.models import Place

HOUR = timedelta(hours=1)


def volunteer(name: str, *places: Place) -> Account:
    made = world.account(name, "volunteer")
    made.communities.add(*places)
    return made


def team(district: District, *members: Account, name: str = "近村义警队") -> Team:
    made = Team.objects.create(name=name, kind="volunteer", station=district.station, place=district.near)
    for member in members:
        Membership.objects.create(team=made, account=member, period=Range[date](date(2026, 1, 1)))
    return made


def facts(place: Place, *people: Account, hours: float = 2, before: float = 3, **more: Any) -> Facts:
    """Ended `before - hours` hours ago."""
    starts = NOW - before * HOUR
    told: dict[str, Any] = {"sort": "visit", "reached": 10, "helped": 2, "words": "走访 10 户"}
    return Facts(place=place, people=people, starts_at=starts, ends_at=starts + hours * HOUR, **{**told, **more})


def done(place: Place, *people: Account, by: Account | None = None, **more: Any) -> Activity:
    return actions.record_activity(facts(place, *people, **more), by=(by or people[0]).pk, at=NOW)

"""Shifts for tests. The test district's auxiliary belongs to its near village; NOW is a Thursday, 09:00."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from tests import world
from tests.world import NOW, District
from twinloop.discovery.posts import actions
from twinloop.discovery.posts.actions import Post
from twinloop.discovery.posts.models import Shift
from twinloop.people.models import Account
from twinloop.places.models import Place

TODAY = NOW.date()
HOUR = timedelta(hours=1)


def auxiliary(name: str, district: District, *places: Place) -> Account:
    made = world.account(name, "auxiliary", unit=district.station)
    made.communities.add(*places)
    return made


def planned(account: Account, place: Place, on: date = TODAY, **more: Any) -> Shift:
    """As if it had been planned early enough."""
    at = datetime.combine(min(on, TODAY), time(0, 5), NOW.tzinfo)
    return actions.plan_shift(Post(account, place, on, **more), by=None, at=at)


def kept(account: Account, place: Place, on: date, hours: float | None = 8) -> Shift:
    """Somebody came at half past eight, and went unless `hours` is None."""
    shift = planned(account, place, on)
    came = shift.period.lower
    assert came is not None
    actions.keep_many({shift: (came, came + hours * HOUR if hours else None)}, at=NOW)
    return shift

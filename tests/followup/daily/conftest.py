"""A station's day: an officer with a settled dispute whose callback is due, an order nobody signed, a lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute, Order
from twinloop.followup.daily import actions
from twinloop.followup.daily.models import Day, Item
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.models import Account

DESK = frozenset({"dispatcher"})
CUT = NOW.replace(hour=20)


@dataclass
class Street:
    """`dispute`: the community officer's, registered and not sorted. `other`: a second officer of the station."""

    district: world.District
    dispute: Dispute
    other: Account

    def person(self, role: str) -> Account:
        return self.district.people[role]

    def scope(self, role: str, at: datetime = NOW) -> Scope:
        return self.district.scope(role, at)

    @property
    def owner(self) -> Account:
        return self.person("community_officer")

    def item(self, dispute: Dispute | None = None) -> Item:
        return Item.objects.select_related("day").filter(dispute=dispute or self.dispute).latest("day__day", "pk")

    def clocked(self, due: datetime, rule: str = "transfer", dispute: Dispute | None = None) -> Clock:
        """A clock of the dispute that is due at `due`."""
        clock = cases.open_clock(rule, dispute=dispute or self.dispute, by=None, at=NOW - timedelta(days=9))
        Clock.objects.filter(pk=clock.pk).update(due_at=due)
        return clock

    def ordered(self, taker: Account, at: datetime = NOW) -> Order:
        return Order.objects.create(dispute=self.dispute, to_account=taker, sent_at=at, state="sent")


def furnish() -> Street:
    district = world.district()
    other = world.account("t-second", "community_officer", unit=district.station, name="钟志华")
    dispute = world.dispute(district.near, at=NOW - timedelta(hours=1), owner=district.people["community_officer"])
    return Street(district, dispute, other)


def sorted_(dispute: Dispute, at: datetime = NOW) -> Dispute:
    """Sorted and sent, so that nothing of the dispute itself is open."""
    found = cases.move(dispute, "sort", by=None, roles=DESK, at=at, given={"type_code": "B1", "level": 3})
    Dispute.objects.filter(pk=found.pk).update(state="handling")
    return found


@pytest.fixture
def street(db):
    with see_as(SYSTEM):
        yield furnish()


def turned(at: datetime) -> Day:
    """The day after a turn at `at`."""
    found = actions.turn(at=at)
    return Day.objects.get(day=found.day)

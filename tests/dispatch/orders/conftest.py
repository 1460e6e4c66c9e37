"""A station with three officers and an auxiliary on duty, and a call that waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from tests import world
from tests.world import NOW, District
from twinloop.cases.models import Incident, Order
from twinloop.dispatch.orders import actions
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.models import Account, Duty, Skill, Trait, Unit
from twinloop.people.scope import scope_of


@dataclass
class Floor:
    """`best` has the skill and the community, `second` the skill, `third` nothing; `helper` is an auxiliary."""

    district: District
    best: Account
    second: Account
    third: Account
    helper: Account
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def dispatcher(self) -> Account:
        return self.district.people["dispatcher"]

    def scope(self, account: Account, at: datetime = NOW) -> Scope:
        return scope_of(account, at=at)

    def call(self, at: datetime = NOW, **facts: Any) -> Incident:
        facts.setdefault("reported_type", "B1")
        return world.incident(self.district.near, at=at, **facts)

    def send(self, call: Incident, taker: Account, *, at: datetime = NOW, **more: Any) -> Order:
        return actions.send(call, taker, by=self.dispatcher.pk, roles=frozenset({"dispatcher"}), at=at, **more)

    def sign(self, order: Order, who: Account, at: datetime = NOW) -> Order:
        return actions.sign(order, by=who.pk, scope=self.scope(who), at=at)

    def arrive(self, order: Order, who: Account, at: datetime = NOW, **more: Any) -> Order:
        return actions.arrive(order, by=who.pk, scope=self.scope(who), at=at, **more)


def _officer(station: Unit, name: str, at: datetime, role: str = "officer", **facts: Any) -> Account:
    made = world.account(f"o-{name}", role, name=name, unit=station, **facts)
    day = DateTimeTZRange(at - timedelta(hours=1), at + timedelta(hours=23))
    Duty.objects.create(account=made, unit=station, kind="calls", period=day)
    return made


def enter(page: Any, url: str, account: Account) -> None:
    """Signed in as `account`, by a session's cookie."""
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])


def furnish(at: datetime = NOW) -> Floor:
    district = world.district()
    team = Unit.objects.create(code="T1C", name="接处警一队", kind="calls_team", parent=district.station)
    best, second, third = (_officer(team, name, at) for name in ("陈立群", "黄志成", "邱玉梅"))
    helper = _officer(team, "罗晓峰", at, "auxiliary")
    best.communities.add(district.near)
    Skill.objects.create(account=best, type_code="B1", grade=3)
    Skill.objects.create(account=second, type_code="B1", grade=2)
    Trait.objects.create(account=best, code="patient", consented_at=at)
    return Floor(district, best, second, third, helper)


@pytest.fixture
def floor(db: None) -> Floor:
    with see_as(SYSTEM):
        return furnish()


@pytest.fixture
def sees_all(db: None) -> Any:
    with see_as(SYSTEM) as scope:
        yield scope

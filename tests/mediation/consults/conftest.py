"""A wage claim in mediation, two agencies called by a whistle, a third one known, a room, a chief."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests import world
from tests.mediation.joint.conftest import Window, window_of
from tests.world import NOW
from twinloop.cases.models import Dispute
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.consults import actions
from twinloop.mediation.consults.models import Body, Consult, Task
from twinloop.mediation.joint.models import Whistle
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.mediation.sessions import actions as sessions
from twinloop.mediation.sessions.models import Mediation

OFFICER = frozenset({"community_officer"})
CIVIL = {"nature": "civil", "party_refuses": False}


@dataclass
class Table:
    window: Window
    mediation: Mediation
    whistle: Whistle
    room: Room
    at: datetime = NOW

    @property
    def dispute(self) -> Dispute:
        return self.window.dispute

    @property
    def by(self) -> int:
        return self.window.person("community_officer").pk

    def start(self, hours: float = 3) -> datetime:
        return self.at + timedelta(hours=hours)

    def booking(self, hours: float = 3, **facts: Any) -> sessions.Booking:
        begins = self.start(hours)
        return sessions.Booking(start=begins, end=begins + timedelta(hours=1), **{"room": self.room, **facts})

    def call(self, *names: str, lead: str = "labour", **facts: Any) -> actions.Call:
        units = self.window.units
        key = str(units[lead].pk) if lead in units else lead
        given = {"aim": "王秀兰等人三个月工钱怎样付清", "booking": self.booking(), **facts}
        return actions.Call(units=[units[name] for name in names or ("labour", "housing")], lead=key, **given)

    def convene(self, *names: str, **facts: Any) -> Consult:
        return actions.convene(self.dispute, self.call(*names, **facts), by=self.by, at=self.at)

    def body(self, consult: Consult, name: str) -> Body:
        known = self.window.units.get(name)
        found = consult.bodies.filter(gone_at=None)
        return found.get(unit=known) if known else found.get(kind=name)

    def came(self, consult: Consult, *names: str) -> Consult:
        here = {self.body(consult, name).pk: f"{name}来的人" for name in names}
        return actions.attend(consult, here, by=self.by, at=consult.starts_at)

    def task(self, consult: Consult, name: str, text: str = "付清第一期", days: int = 9) -> actions.Given:
        day: date = consult.starts_at.date() + timedelta(days=days)
        return actions.Given(body=self.body(consult, name).pk, text=text, due_on=day)

    def minuted(self, consult: Consult, *tasks: actions.Given) -> list[Task]:
        self.came(consult, "labour", "police")
        at = consult.starts_at + timedelta(minutes=50)
        actions.write_minutes(consult, "王秀兰说三个月没发，发包方认账。", tasks, by=self.by, at=at)
        return list(consult.tasks.order_by("number"))


def table_of(district: world.District, at: datetime = NOW) -> Table:
    window = window_of(district, at=at)
    officer = district.people["community_officer"]
    whistle = window.blow("labour", "housing", at=at)
    Dispute.objects.filter(pk=window.dispute.pk).update(state="handling", owner=officer)
    window.dispute.refresh_from_db()
    elder = Mediator.objects.create(
        account=district.people["mediator"], name="老李", kind="cadre", joined_on=date(2020, 1, 1)
    )
    mediation = sessions.begin(
        window.dispute, track="people", strength="follow", lead=elder, facts=CIVIL, by=officer.pk, roles=OFFICER, at=at
    )
    window.dispute.refresh_from_db()
    return Table(window, mediation, whistle, Room.objects.create(name="综治中心会诊室", place=district.near), at)


@pytest.fixture
def table(db: None) -> Any:
    with see_as(SYSTEM):
        yield table_of(world.district())

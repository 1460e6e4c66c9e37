"""A wage claim near, its people, four agencies with a clerk each, a chief who decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.joint import actions
from twinloop.mediation.joint.actions import Ask
from twinloop.mediation.joint.models import Answer, Whistle
from twinloop.people.models import Account, Unit

TEXT = "七名工人三个月工钱没发，王秀兰电话 13900000127。\n请做：核实数额，约谈发包方。"
AGENCIES = (
    ("labour", "测试区人社局", "rotating"), ("housing", "测试区住建局", "rotating"),
    ("centre", "测试区综治中心", "resident"), ("court", "测试法庭", "resident"),
)  # fmt: skip


@dataclass
class Window:
    district: world.District
    dispute: Dispute
    units: dict[str, Unit] = field(default_factory=dict)
    clerks: dict[str, Account] = field(default_factory=dict)

    def person(self, role: str) -> Account:
        return self.district.people[role]

    def blow(self, *names: str, lead: str = "labour", at: datetime = NOW, **more: Any) -> Whistle:
        chosen = [self.units[name] for name in names or ("labour", "housing", "centre")]
        ask = Ask(units=chosen, lead=self.units[lead].pk, text=more.pop("text", TEXT), **more)
        return actions.blow(self.dispute, ask, by=self.person("dispatcher").pk, at=at)

    def item(self, whistle: Whistle, name: str = "labour") -> Answer:
        return Answer.objects.get(whistle=whistle, unit=self.units[name])


def window_of(district: world.District, at: datetime = NOW) -> Window:
    dispute = world.dispute(district.near, title="王秀兰与李大强欠薪纠纷", focus="三个月工钱", at=at)
    cases.add_party(dispute, world.person("王秀兰", phone="13900000127"), side="a", by=None, at=at)
    cases.add_party(dispute, world.person("李大强"), side="b", by=None, at=at)
    given = {"type_code": "C2", "level": 2}
    dispute = cases.move(dispute, "sort", by=None, roles=frozenset({"dispatcher"}), at=at, given=given)
    Unit.objects.filter(code__startswith="RJ-BM").update(closed_on="2020-01-01")  # the demo's agencies: out of the way
    found = Window(district, dispute)
    for n, (name, said, seat) in enumerate(AGENCIES):
        found.units[name] = Unit.objects.create(code=f"G{n}", name=said, kind="agency", seat=seat)
        if name == "labour":
            Account.objects.filter(pk=district.people["agency"].pk).update(unit=found.units[name])
            district.people["agency"].refresh_from_db()
            found.clerks[name] = district.people["agency"]
        else:
            found.clerks[name] = world.account(f"t-{name}", "agency", unit=found.units[name])
    return found


@pytest.fixture
def window(db):
    with see_as(SYSTEM):
        yield window_of(world.district())

"""A grave dispute near, its people, and two agencies: 综治 with the district's liaison, 司法所 with another."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account, Unit

LETTER = "一、基本情况。两家为排水沟争执。\n二、已做工作。已到场两次。\n三、商请事项。请组织丈量。"


@dataclass
class Desk:
    district: world.District
    dispute: Dispute
    zongzhi: Unit
    justice: Unit
    liaison: Account
    other: Account

    def person(self, role: str) -> Account:
        return self.district.people[role]


def graved(dispute: Dispute, level: int = 1, at=NOW) -> Dispute:
    """Sorted by a person at `level`."""
    given = {"type_code": "B1", "level": level}
    return cases.move(dispute, "sort", by=None, roles=frozenset({"dispatcher"}), at=at, given=given)


def desk_of(district: world.District) -> Desk:
    zongzhi = Unit.objects.create(code="A1", name="综治中心", kind="agency", seat="resident")
    justice = Unit.objects.create(code="A2", name="司法所", kind="agency", seat="resident")
    liaison, other = district.people["agency"], world.account("t-other", "agency", unit=justice)
    Account.objects.filter(pk=liaison.pk).update(unit=zongzhi)
    liaison.refresh_from_db()
    dispute = world.dispute(district.near, title="王秀兰与李大强排水沟纠纷", focus="沟在谁家地界，电话 13900000127")
    cases.add_party(dispute, world.person("王秀兰", phone="13900000127"), side="a", by=None, at=NOW)
    cases.add_party(dispute, world.person("李大强"), side="b", by=None, at=NOW)
    return Desk(district, graved(dispute), zongzhi, justice, liaison, other)


@pytest.fixture
def desk(db):
    with see_as(SYSTEM):
        yield desk_of(world.district())

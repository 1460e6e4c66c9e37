"""What the database itself refuses about people: each constraint broken once, beside a row that may stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from psycopg.types.range import Range

from tests.world import NOW, District, account, district
from twinloop.people.models import Account, Duty, Leave, Membership, RoleGrant, Skill, Team, Trait, Unit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SPAN = Range(NOW, NOW + DAY)
LATER = Range(NOW + timedelta(hours=12), NOW + 2 * DAY)
NEXT = Range(NOW + DAY, NOW + 2 * DAY)
EMPTY = Range(NOW, NOW)
ENDLESS = Range(NOW, None)
DAYS = Range(date(2026, 4, 1), date(2026, 5, 1))
LATE_DAYS = Range(date(2026, 4, 20), None)
NEXT_DAYS = Range(date(2026, 5, 1), None)


@pytest.fixture
def world() -> District:
    return district()


def _unit(w: District, **facts: Any) -> Unit:
    right = {"code": "T9", "name": "新单位", "kind": "station", "parent": w.station.parent}
    return Unit.objects.create(**right | facts)


def _account(w: District, **facts: Any) -> Account:
    return account(**{"username": "t9"} | facts)


def _grant(w: District, **facts: Any) -> RoleGrant:
    return RoleGrant.objects.create(**{"account": w.people["agency"], "role": "officer", "period": DAYS} | facts)


def _skill(w: District, **facts: Any) -> Skill:
    return Skill.objects.create(**{"account": w.people["officer"], "type_code": "B1", "grade": 2} | facts)


def _trait(w: District, **facts: Any) -> Trait:
    return Trait.objects.create(**{"account": w.people["officer"], "code": "firm", "consented_at": NOW} | facts)


def _duty(w: District, **facts: Any) -> Duty:
    right = {"account": w.people["officer"], "unit": w.station, "kind": "calls", "period": SPAN}
    return Duty.objects.create(**right | facts)


def _leave(w: District, **facts: Any) -> Leave:
    return Leave.objects.create(**{"account": w.people["officer"], "kind": "annual", "period": SPAN} | facts)


def _team(w: District, **facts: Any) -> Team:
    return Team.objects.create(**{"name": "一队", "kind": "neighbour"} | facts)


def _member(w: District, **facts: Any) -> Membership:
    team = Team.objects.get_or_create(name="一队", kind="neighbour")[0]
    return Membership.objects.create(**{"team": team, "account": w.people["mediator"], "period": DAYS} | facts)


Make = Callable[..., models.Model]
# constraint, what makes a row, what stands already, what is refused beside it, what may stand beside it
BROKEN: list[tuple[str, Make, dict[str, Any] | None, dict[str, Any], dict[str, Any]]] = [
    ("people_unit_seat_of_agency", _unit, None, {"seat": "resident"}, {"kind": "agency", "seat": "resident"}),
    ("people_unit_has_parent", _unit, None, {"parent": None}, {"parent": None, "kind": "agency"}),
    ("people_account_username_key", _account, {}, {}, {"username": "t10"}),
    ("people_elder_mediates", _account, None, {"elder": "teacher"}, {"elder": "teacher", "kind": "mediator"}),
    ("people_left_after_joined", _account, None, {"joined_on": date(2026, 4, 2), "left_on": date(2026, 4, 1)},
     {"joined_on": date(2026, 4, 2), "left_on": date(2026, 4, 2)}),
    ("people_grant_once", _grant, {}, {"period": LATE_DAYS}, {"period": NEXT_DAYS}),
    ("people_grant_offices_apart", _grant, {}, {"role": "auditor", "period": LATE_DAYS},
     {"role": "mediator", "period": LATE_DAYS}),
    ("people_grant_period", _grant, None, {"period": Range(date(2026, 4, 1), date(2026, 4, 1))}, {}),
    ("people_skill_once", _skill, {}, {"grade": 3}, {"type_code": "B2"}),
    ("people_skill_grade", _skill, None, {"grade": 4}, {"grade": 3}),
    ("people_skill_grade", _skill, None, {"grade": 0}, {"grade": 1}),
    ("people_trait_once", _trait, {}, {}, {"withdrawn_at": NOW}),
    ("people_trait_withdrawn_after", _trait, None, {"withdrawn_at": NOW - DAY}, {"withdrawn_at": NOW}),
    ("people_duty_one_at_a_time", _duty, {}, {"period": LATER}, {"period": NEXT}),
    ("people_duty_has_ends", _duty, None, {"period": ENDLESS}, {}),
    ("people_duty_has_ends", _duty, None, {"period": EMPTY}, {}),
    ("people_leave_once", _leave, {}, {"period": LATER}, {"period": NEXT}),
    ("people_leave_has_ends", _leave, None, {"period": ENDLESS}, {}),
    ("people_leave_has_ends", _leave, None, {"period": EMPTY}, {}),
    ("people_team_name_key", _team, {}, {"kind": "volunteer"}, {"name": "二队"}),
    ("people_membership_once", _member, {}, {"period": LATE_DAYS}, {"period": NEXT_DAYS}),
]  # fmt: skip


@pytest.mark.parametrize(("constraint", "make", "standing", "wrong", "right"), BROKEN)
def test_the_database_refuses(
    world: District, constraint: str, make: Make, standing: dict[str, Any] | None, wrong: dict[str, Any],
    right: dict[str, Any],
) -> None:  # fmt: skip
    if standing is not None:
        make(world, **standing)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(world, **wrong)
    make(world, **right)


def test_a_station_has_one_office_until_it_is_closed(world: District) -> None:
    office = _unit(world, code="T91", kind="office", parent=world.station)
    with pytest.raises(IntegrityError, match="people_unit_one_office_two_teams"), transaction.atomic():
        _unit(world, code="T92", kind="office", parent=world.station)
    _unit(world, code="T93", kind="office", parent=world.other)
    Unit.objects.filter(pk=office.pk).update(closed_on=date(2026, 4, 1))
    _unit(world, code="T92", kind="office", parent=world.station)


def test_nobody_is_their_own_deputy(world: District) -> None:
    with pytest.raises(IntegrityError, match="people_leave_deputy_other"), transaction.atomic():
        _leave(world, deputy=world.people["officer"])
    _leave(world, deputy=world.people["chief"])


def test_a_team_has_one_lead_at_a_time(world: District) -> None:
    _member(world, is_lead=True)
    with pytest.raises(IntegrityError, match="people_membership_one_lead"), transaction.atomic():
        _member(world, account=world.people["officer"], is_lead=True)
    _member(world, account=world.people["officer"], is_lead=True, period=NEXT_DAYS)


def test_an_identity_number_belongs_to_one_account(world: District) -> None:
    from uuid import UUID

    _account(world, id_number_index=UUID(int=7))
    with pytest.raises(IntegrityError, match="id_number_index"), transaction.atomic():
        _account(world, username="t10", id_number_index=UUID(int=7))


@pytest.mark.parametrize("facts", [{"code": "T1"}])
def test_a_unit_code_is_given_once(world: District, facts: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="people_unit_code_key"), transaction.atomic():
        _unit(world, **facts)


def test_every_constraint_of_this_room_is_broken_by_a_test() -> None:
    """A new constraint without its test fails here."""
    source = Path(__file__).read_text("utf-8")
    named = {c.name for model in apps.get_app_config("people").get_models() for c in model._meta.constraints}
    assert {name for name in named if name not in source} == set()

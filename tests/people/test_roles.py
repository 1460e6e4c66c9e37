"""Roles, skills and declared traits: who gives them, to whom they fit, and that offices stay apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.people.trying import AT, events, may, refused, verbs
from tests.world import District, account, district
from twinloop.people import actions
from twinloop.people.actions.roles import FITS
from twinloop.people.models import Account, Role, RoleGrant, Skill, Trait
from twinloop.people.scope import roles_of

pytestmark = pytest.mark.django_db
TODAY = AT.date()
DAY = timedelta(days=1)
OFFICES = ("auditor", "security_admin", "system_admin")


@pytest.fixture
def world() -> District:
    return district()


def held(person: Account, on: date = TODAY) -> set[str]:
    return set(roles_of(person, on=on))


def test_only_the_security_administrator_grants_and_revokes(world: District) -> None:
    person = account("t9", unit=world.station)
    grant = RoleGrant.objects.get(account=world.people["officer"])
    assert may(world, lambda by: actions.grant_role(person, "officer", by=by, at=AT)) == ["security_admin"]
    assert may(world, lambda by: actions.revoke_role(grant, by=by, at=AT)) == ["security_admin"]


def test_nobody_grants_to_themselves(world: District) -> None:
    security, by = world.people["security_admin"], world.scope("security_admin")
    assert refused(actions.grant_role, security, "bureau", by=by, at=AT) == "own_roles"
    grant = RoleGrant.objects.get(account=security)
    assert refused(actions.revoke_role, grant, by=by, at=AT) == "own_roles"


def test_a_grant_names_its_giver_and_its_days(world: District) -> None:
    person, by = account("t9"), world.scope("security_admin")
    grant = actions.grant_role(person, "officer", start=TODAY + DAY, end=TODAY + 3 * DAY, by=by, at=AT)
    assert grant.granted_by_id == by.account
    assert [held(person, TODAY + n * DAY) for n in range(4)] == [set(), {"officer"}, {"officer"}, set()]
    (event,) = events(person)
    assert event.after == {"role": "officer", "start": "2026-04-17", "end": "2026-04-19"}


@pytest.mark.parametrize("kind", Account.Kind.values)
@pytest.mark.parametrize("role", Role.values)
def test_a_role_fits_the_kind_of_person(world: District, role: str, kind: str) -> None:
    person = account("t9", kind=kind, unit=world.station)
    if kind in FITS[role]:
        actions.grant_role(person, role, by=None, at=AT)
    else:
        assert refused(actions.grant_role, person, role, by=None, at=AT) == "role_kind"


def test_every_kind_can_hold_some_role_and_every_role_has_a_kind() -> None:
    assert set(FITS) == set(Role.values)
    assert {kind for kinds in FITS.values() for kind in kinds} == set(Account.Kind.values)


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("other", [*(r for r in Role.values if r not in OFFICES), *OFFICES])
def test_offices_stand_apart_from_every_other_role(world: District, office: str, other: str) -> None:
    if other == office:
        return
    for first, second in ((office, other), (other, office)):
        kind = next((k for k in FITS[first] if k in FITS[second]), None)
        if kind is None:  # no kind of person could hold both anyway
            continue
        person = account(f"t-{first}-{second}", kind=kind, unit=world.station)
        actions.grant_role(person, first, by=None, at=AT)
        assert refused(actions.grant_role, person, second, by=None, at=AT) == "offices_apart"


def test_an_office_may_follow_another_in_time(world: District) -> None:
    person = account("t9")
    actions.grant_role(person, "officer", end=TODAY + DAY, by=None, at=AT)
    actions.grant_role(person, "auditor", start=TODAY + DAY, by=None, at=AT)
    assert (held(person), held(person, TODAY + DAY)) == ({"officer"}, {"auditor"})


@pytest.mark.parametrize(
    ("role", "facts", "end", "code"),
    [
        ("officer", {}, TODAY, "period_empty"),
        ("officer", {"is_active": False}, None, "not_active"),
        ("chief", {}, None, "role_needs_station"),
        ("agency", {"kind": "agency"}, None, "role_needs_unit"),
    ],
)
def test_a_grant_is_refused(role: str, facts: dict[str, object], end: date | None, code: str) -> None:
    person = account("t9", **facts)
    assert refused(actions.grant_role, person, role, start=TODAY, end=end, by=None, at=AT) == code


def test_a_role_is_not_given_twice(world: District) -> None:
    assert refused(actions.grant_role, world.people["officer"], "officer", by=None, at=AT) == "role_held"


def test_a_revoked_role_is_gone_at_once_and_its_past_stays(world: District) -> None:
    officer = world.people["officer"]
    grant = RoleGrant.objects.get(account=officer)
    actions.revoke_role(grant, why="轮岗", by=None, at=AT)
    assert (held(officer, TODAY - DAY), held(officer)) == ({"officer"}, set())
    assert refused(actions.revoke_role, grant, by=None, at=AT) == "role_over"
    assert (events(officer)[-1].verb, events(officer)[-1].why) == ("role_revoked", "轮岗")


def test_a_role_given_and_taken_on_one_day_leaves_only_events() -> None:
    person = account("t9")
    grant = actions.grant_role(person, "officer", by=None, at=AT)
    actions.revoke_role(grant, by=None, at=AT)
    assert not person.grants.exists()
    assert verbs(person) == ["role_granted", "role_revoked"]


@pytest.mark.parametrize("office", ["security_admin", "system_admin"])
def test_the_last_administrator_keeps_the_office(world: District, office: str) -> None:
    Account.objects.filter(is_demo=True).update(is_active=False)
    grant = RoleGrant.objects.get(account=world.people[office])
    assert refused(actions.revoke_role, grant, by=None, at=AT) == "last_of_office"
    account("t9", office)
    actions.revoke_role(grant, by=None, at=AT)


# --- skills -------------------------------------------------------------------------------------------------


def test_who_records_skills(world: District) -> None:
    officer = world.people["officer"]
    assert may(world, lambda by: actions.set_skill(officer, "B1", 2, by=by, at=AT)) == ["chief", "bureau"]
    far = account("t9", unit=world.other)
    assert may(world, lambda by: actions.set_skill(far, "B1", 2, by=by, at=AT)) == ["bureau"]
    assert refused(actions.set_skill, far, "B1", 2, by=world.scope("chief"), at=AT) == "not_your_station"
    chief = world.people["chief"]
    assert refused(actions.set_skill, chief, "B1", 2, by=world.scope("chief"), at=AT) == "own_skill"


def test_a_skill_is_set_raised_and_taken_away(world: District) -> None:
    officer = world.people["officer"]
    for grade in (1, 3, 3, 0):
        actions.set_skill(officer, "B1", grade, by=None, at=AT)
    assert not Skill.objects.filter(account=officer).exists()
    assert [(e.before, e.after) for e in events(officer)] == [
        ({"B1": 0}, {"B1": 1}), ({"B1": 1}, {"B1": 3}), ({"B1": 3}, {"B1": 0}),
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "grade", "why"), [("X9", 1, "type_unknown"), ("B1", 4, "grade_unknown")])
def test_a_wrong_skill_is_refused(world: District, code: str, grade: int, why: str) -> None:
    assert refused(actions.set_skill, world.people["officer"], code, grade, by=None, at=AT) == why


# --- traits -------------------------------------------------------------------------------------------------


def test_temperament_is_only_what_the_person_says(world: District) -> None:
    officer = world.people["officer"]

    def declare(by: object) -> None:
        actions.declare_trait(officer, "firm", consents=True, by=by, at=AT)  # type: ignore[arg-type]

    assert may(world, declare) == ["officer"]
    assert refused(actions.declare_trait, officer, "firm", consents=False, by=None, at=AT) == "consent_missing"
    assert refused(actions.declare_trait, officer, "choleric", consents=True, by=None, at=AT) == "trait_unknown"


def test_a_trait_is_withdrawn_by_its_person_at_any_time(world: District) -> None:
    officer, own = world.people["officer"], world.scope("officer")
    trait = actions.declare_trait(officer, "firm", consents=True, by=own, at=AT)
    assert refused(actions.declare_trait, officer, "firm", consents=True, by=own, at=AT) == "trait_held"
    assert may(world, lambda by: actions.withdraw_trait(trait, by=by, at=AT)) == ["officer"]
    actions.withdraw_trait(trait, by=own, at=AT + DAY)
    assert refused(actions.withdraw_trait, trait, by=own, at=AT + DAY) == "trait_withdrawn"
    assert not Trait.objects.filter(account=officer, withdrawn_at__isnull=True).exists()
    actions.declare_trait(officer, "firm", consents=True, by=own, at=AT + 2 * DAY)
    assert verbs(officer) == ["trait_declared", "trait_withdrawn", "trait_declared"]

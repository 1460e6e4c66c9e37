"""Accounts made, changed, closed and looked into: by whom, what is refused, what the ledger keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from tests.people.trying import AT, events, id_number, may, refused, verbs
from tests.world import District, account, district
from twinloop.edge.identity import IdentityRefused
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people import actions, sealed
from twinloop.people.models import Account, Unit

pytestmark = pytest.mark.django_db
K = Account.Kind


@pytest.fixture
def world() -> District:
    return district()


def make(username: str = "361001", **facts: Any) -> Account:
    return actions.create_account(username, **{"name": "李建国", "kind": "sworn", "by": None, "at": AT} | facts)


def test_a_new_account_has_neither_role_nor_password(world: District) -> None:
    by = world.scope("system_admin")
    made = make("３６１００１", by=by, unit=world.station, phone="139 7000 0001", communities=[world.near])
    made.refresh_from_db()
    assert (made.username, made.pinyin.split()[0], made.phone_tail) == ("361001", "lijianguo", "0001")
    assert not made.has_usable_password()
    assert not made.grants.exists()
    assert list(made.communities.all()) == [world.near]
    (event,) = events(made)
    assert (event.verb, event.by_id) == ("account_created", by.account)
    assert event.after["unit"] == "T1"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"username": " "}, "username_empty"),
        ({"username": "警号"}, "username_shape"),
        ({"username": "9" * 41}, "username_shape"),
        ({"username": "T-CHIEF"}, "username_taken"),
        ({"kind": "robot"}, "kind_unknown"),
        ({"elder": "teacher"}, "elder_not_mediator"),
        ({"kind": "auxiliary", "is_veteran": True}, "veteran_not_sworn"),
        ({"joined_on": date(2026, 4, 2), "left_on": date(2026, 4, 1)}, "left_before_joined"),
        ({"id_number": id_number(7)}, "id_taken"),
    ],
)
def test_a_new_account_is_refused(world: District, facts: dict[str, Any], code: str) -> None:
    make("361000", id_number=id_number(7))
    assert refused(make, **facts) == code
    assert not Account.objects.filter(username="361001").exists()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "name_empty"),
        ({"id_number": "360702198310219941"}, "id_check_digit"),
        ({"phone": "123456789012"}, "phone_length"),
    ],
)
def test_what_is_typed_wrong_is_refused(facts: dict[str, str], code: str) -> None:
    with pytest.raises(IdentityRefused) as caught:
        make(**facts)
    assert caught.value.code == code


def test_nobody_joins_a_closed_unit(world: District) -> None:
    Unit.objects.filter(pk=world.other.pk).update(closed_on=date(2026, 1, 1))
    world.other.refresh_from_db()
    assert refused(make, unit=world.other) == "unit_closed"


def test_only_the_system_administrator_makes_changes_and_closes(world: District) -> None:
    target = account("t9")
    assert may(world, lambda by: make(by=by)) == ["system_admin"]
    assert may(world, lambda by: actions.change_account(target, name="新名", by=by, at=AT)) == ["system_admin"]
    assert may(world, lambda by: actions.deactivate(target, why="调走", by=by, at=AT)) == ["system_admin"]


def test_a_change_tells_what_was_and_what_is(world: District) -> None:
    made = make(phone="13970000001")
    assert actions.change_account(made, name="李建军", unit=world.station, by=None, at=AT)
    event = events(made)[-1]
    assert event.before == {"name": "李建国", "unit": ""}
    assert event.after == {"name": "李建军", "unit": "T1"}
    made.refresh_from_db()
    assert made.pinyin.split()[0] == "lijianjun"
    assert sealed.opened(made, "phone") == "13970000001"


def test_a_change_of_nothing_writes_nothing(world: District) -> None:
    made = make(phone="13970000001", communities=[world.near])
    same: dict[str, Any] = {"name": "李建国", "phone": "13970000001", "communities": [world.near]}
    assert not actions.change_account(made, by=None, at=AT, **same)
    assert verbs(made) == ["account_created"]


def test_a_phone_with_the_same_end_is_another_phone() -> None:
    made = make(phone="13970000001")
    assert actions.change_account(made, phone="13880000001", by=None, at=AT)
    made.refresh_from_db()
    assert sealed.opened(made, "phone") == "13880000001"


def test_the_ledger_never_holds_an_identity_number() -> None:
    made = make(phone="13970000001")
    actions.change_account(made, id_number=id_number(3), phone="13970000002", by=None, at=AT)
    written = "".join(event.body for event in events(made))
    assert id_number(3) not in written
    assert "1397000000" not in written
    assert events(made)[-1].after["id_number"] == sealed.masked(made, "id_number") or "*" in written


def test_communities_move(world: District) -> None:
    made = make(communities=[world.near])
    assert actions.change_account(made, communities=[world.far], by=None, at=AT)
    assert list(made.communities.all()) == [world.far]
    assert events(made)[-1].after == {"communities": [world.far.code]}


def test_nobody_changes_their_own_account(world: District) -> None:
    system = world.people["system_admin"]
    by = world.scope("system_admin")
    assert refused(actions.change_account, system, name="新名", by=by, at=AT) == "own_account"
    assert refused(actions.deactivate, system, why="走", by=by, at=AT) == "own_account"


# --- closing ------------------------------------------------------------------------------------------------


def sign_in(person: Account) -> None:
    session = SessionStore()
    session.create()
    UserSession.objects.create(user=person, session_key=session.session_key, ip="127.0.0.1", user_agent="test")


def test_closing_signs_out_everywhere(world: District) -> None:
    officer = world.people["officer"]
    sign_in(officer)
    sign_in(world.people["chief"])
    actions.deactivate(officer, why="调离", by=world.scope("system_admin"), at=AT)
    assert not Account.objects.get(pk=officer.pk).is_active
    assert [s.user_id for s in UserSession.objects.all()] == [world.people["chief"].pk]
    assert verbs(officer) == ["account_deactivated", "sessions_ended"]
    actions.reactivate(officer, by=world.scope("system_admin"), at=AT)
    assert Account.objects.get(pk=officer.pk).is_active


def test_closing_needs_a_reason_and_an_open_account(world: District) -> None:
    officer = world.people["officer"]
    assert refused(actions.deactivate, officer, why=" ", by=None, at=AT) == "reason_missing"
    assert refused(actions.reactivate, officer, by=None, at=AT) == "already_active"
    actions.deactivate(officer, why="调离", by=None, at=AT)
    assert refused(actions.deactivate, officer, why="调离", by=None, at=AT) == "not_active"


def test_the_last_of_an_office_stays(world: District) -> None:
    Account.objects.filter(is_demo=True).update(is_active=False)
    system = world.people["system_admin"]
    assert refused(actions.deactivate, system, why="走", by=None, at=AT) == "last_of_office"
    account("t9", "system_admin")
    actions.deactivate(system, why="走", by=None, at=AT)


# --- help at the door ---------------------------------------------------------------------------------------


def test_a_first_password_is_changed_at_once(world: District) -> None:
    officer = world.people["officer"]
    sign_in(officer)
    password = actions.give_password(officer, by=world.scope("system_admin"), at=AT)
    officer.refresh_from_db()
    assert officer.check_password(password)
    assert officer.must_change_password
    assert not UserSession.objects.filter(user=officer).exists()
    assert password not in "".join(event.body for event in events(officer))


def test_who_helps_at_the_door(world: District) -> None:
    def password(of: str) -> list[str]:
        return may(world, lambda by: actions.give_password(world.people[of], by=by, at=AT))

    assert password("officer") == ["security_admin", "system_admin"]
    # whoever resets the auditor's or an administrator's sign-in could become them
    assert password("auditor") == ["security_admin"]
    assert password("system_admin") == ["security_admin"]
    assert password("security_admin") == []


def test_a_closed_account_gets_no_password(world: District) -> None:
    actions.deactivate(world.people["officer"], why="调离", by=None, at=AT)
    assert refused(actions.give_password, world.people["officer"], by=None, at=AT) == "not_active"


# --- identity -----------------------------------------------------------------------------------------------


def test_identity_is_sealed_indexed_and_masked() -> None:
    made = make(id_number=id_number(5), phone="13970000001")
    made.refresh_from_db()
    raw = bytes(made.id_number_sealed or b"") + bytes(made.phone_sealed or b"")
    assert id_number(5).encode() not in raw
    assert b"13970000001" not in raw
    assert sealed.opened(made, "id_number") == id_number(5)
    assert sealed.masked(made, "phone") == "139****0001"
    assert id_number(5)[6:14] not in sealed.masked(made, "id_number")
    assert str(sealed.index_of(id_number(5))) == str(made.id_number_index)


def test_a_token_opens_in_its_own_row_only() -> None:
    from twinloop.edge.keyring import KeyRefused

    one, two = make("361001", phone="13970000001"), make("361002", phone="13970000002")
    Account.objects.filter(pk=two.pk).update(phone_sealed=one.phone_sealed)
    two.refresh_from_db()
    with pytest.raises(KeyRefused):
        sealed.opened(two, "phone")


def test_an_empty_value_takes_identity_away() -> None:
    made = make(id_number=id_number(5), phone="13970000001")
    actions.change_account(made, id_number="", phone="", by=None, at=AT)
    made.refresh_from_db()
    assert (made.id_number_sealed, made.id_number_index, made.phone_sealed, made.phone_tail) == (None, None, None, "")
    assert sealed.masked(made, "phone") == ""


def test_opening_identity_asks_why_and_is_a_look(world: District) -> None:
    made = make(phone="13970000001")
    by = world.scope("system_admin")
    assert refused(actions.unmask, made, "phone", why="想看", by=by, at=AT) == "reason_missing"
    assert actions.unmask(made, "phone", why="call", by=by, at=AT) == "13970000001"
    with see_as(SYSTEM):
        look = events(made)[-1]
    assert (look.verb, look.is_look, look.why, look.by_id) == ("unmasked", True, "call", by.account)
    assert look.data["field"] == "phone"


def test_who_opens_identity_of_staff(world: District) -> None:
    officer = world.people["officer"]
    opened = may(world, lambda by: actions.unmask(officer, "phone", why="call", by=by, at=AT))
    assert opened == ["officer", "system_admin"]  # one's own, and the office that keeps the accounts

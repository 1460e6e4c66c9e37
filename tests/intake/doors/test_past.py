"""What stands beside the form: earlier reports of the number and the place; only what the viewer may see, masked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests import world
from tests.cases.test_lists import text
from tests.intake.doors.conftest import as_
from tests.world import CHINA, NOW, ROLES
from twinloop.cases import actions as cases
from twinloop.decide import Refused
from twinloop.intake.doors import actions, moments, queries
from twinloop.intake.doors.checking import Person, Said
from twinloop.intake.doors.models import Handover, Named, Notice, Report
from twinloop.ledger.sight import SYSTEM, see_as

PHONE = "19900000127"


def rang(place, words, *, days=1, confidential=False, **facts):
    at = NOW - timedelta(days=days)
    caller = cases.Caller(world.person("王秀兰", phone=PHONE), confidential)
    return world.incident(place, caller=caller, narrative=words, at=at, **facts)


def asked(district, role, **sent):
    return text(as_(district.people[role]).post("/intake/past/", {"phone": PHONE, **sent}))


def test_earlier_calls_newest_first_and_masked(district):
    with see_as(SYSTEM):
        rang(district.near, "沟堵了，打13800138000", days=30)
        second = rang(district.near, "半夜放音响", days=2)
        dispute = world.dispute(district.near, incident=second)
    page = asked(district, "dispatcher")
    assert page.index("半夜放音响") < page.index("沟堵了")
    assert "90 天 2 次 · 一年 2 次" in page
    assert f'data-join="{dispute.number}"' in page
    for secret in (PHONE, "13800138000", "王秀兰"):
        assert secret not in page


def test_half_a_number_and_a_public_one_tell_nothing(district):
    with see_as(SYSTEM):
        rang(district.near, "沟堵了")
    for typed in ("1990000", "0127", "110", "12345", "", "x\x00"):
        assert "沟堵了" not in asked(district, "dispatcher", phone=typed)


@pytest.mark.parametrize("role", ["officer", "auxiliary", "community_officer", "chief"])
def test_history_never_leaves_the_viewers_scope(district, role):
    with see_as(SYSTEM):
        rang(district.far, "远处的事")
        rang(district.near, "近处的事")
    page = asked(district, role)
    assert "远处的事" not in page
    assert ("近处的事" in page) == (role != "officer")


@pytest.mark.parametrize("role", ["auxiliary", "community_officer", "chief", "dispatcher"])
def test_a_caller_who_asked_for_confidence_is_not_given_away(district, role):
    with see_as(SYSTEM):
        rang(district.near, "悄悄说的事", confidential=True)
    page = asked(district, role)
    may = role in ("chief", "dispatcher")
    assert ("悄悄说的事" in page, "90 天 1 次" in page) == (may, may)


def test_a_number_that_rings_about_many_things_is_no_sign(district):
    with see_as(SYSTEM):
        for n in range(3):
            world.dispute(district.near, incident=rang(district.near, f"事{n}", days=n + 1), title=f"纠纷{n}")
    assert "涉及 3 件不同的事" in asked(district, "dispatcher")


def test_a_party_who_never_rang_is_known_too(district):
    with see_as(SYSTEM):
        dispute = world.dispute(district.near, title="围墙纠纷")
        cases.add_party(dispute, world.person("李强", phone=PHONE), side="b", by=None, at=NOW)
    page = asked(district, "dispatcher")
    assert dispute.number in page
    assert "围墙纠纷" in page


def test_the_place_shows_the_same_address_first(district):
    with see_as(SYSTEM):
        world.incident(district.near, narrative="隔壁的事", at=NOW - timedelta(days=1))
        world.incident(district.near, narrative="这一户的事", at=NOW - timedelta(days=9), address="近村3组12号")
        world.incident(district.near, narrative="去年的事", at=NOW - timedelta(days=200))
    page = asked(district, "dispatcher", phone="", place_code=district.near.code, address="近村三组12号")
    assert page.index("这一户的事") < page.index("隔壁的事")
    assert "去年的事" not in page


def test_places_are_offered_with_station_and_officer(district):
    page = text(as_(district.people["auxiliary"]).get("/intake/places/?q=近"))
    assert 'data-code="990001001201"' in page
    assert "近村派出所 · 测t-community_officer" in page
    assert "辖区里没有" in text(as_(district.people["auxiliary"]).get("/intake/places/?q=<月球>"))


def test_the_number_of_queries_does_not_grow(district, django_assert_max_num_queries):
    scope = district.scope("dispatcher")
    with see_as(SYSTEM):
        for n in range(8):
            world.dispute(district.near, incident=rang(district.near, f"事{n}", days=n + 1))
    with see_as(scope), django_assert_max_num_queries(6):
        queries.history(scope, PHONE, at=NOW)
    with see_as(scope), django_assert_max_num_queries(4):
        queries.nearby(scope, district.near, "3组", at=NOW)


# --- row-level security -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_the_database_shows_what_a_door_added_to_who_sees_the_incident(district, role):
    told = {"reason": "not_police", "way": "oral", "text": "x", "told_at": NOW}
    with see_as(SYSTEM):
        for place in ("近村", "远村"):
            said = Said(channel="walk_in", text="x", place=place, people=[Person(name="李强")])
            found = actions.receive(said, door="walk_in", by=None, at=NOW)
            actions.tell(found, **told, by=None, at=NOW)
            actions.hand_over(found, to_unit=None, to_name="某街道办", why="x", by=None, at=NOW)
    scope = district.scope(role)
    with see_as(scope):
        seen = set(queries.visibility.incidents(scope).values_list("pk", flat=True))
        for table in (Report, Named, Notice, Handover):
            assert set(table.objects.values_list("incident", flat=True)) == seen, table


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("", NOW),
        ("8:41", datetime(2026, 4, 16, 8, 41, tzinfo=CHINA)),
        ("８：４１", datetime(2026, 4, 16, 8, 41, tzinfo=CHINA)),
        ("昨天 22:10", datetime(2026, 4, 15, 22, 10, tzinfo=CHINA)),
        ("4月15日 22时10分", datetime(2026, 4, 15, 22, 10, tzinfo=CHINA)),
        ("2025-08-12 06:05:04", datetime(2025, 8, 12, 6, 5, 4, tzinfo=CHINA)),
        ("9:01", NOW),
    ],
)
def test_a_moment_as_the_desk_types_it(typed, moment):
    assert moments.read(typed, at=NOW) == moment


@pytest.mark.parametrize("typed", ["9:05", "4月17日 10:00", "25:00", "45123", "民国113年1月1日 8:00", "2-30 8:00"])
def test_no_moment_is_guessed(typed):
    with pytest.raises(Refused):
        moments.read(typed, at=NOW)

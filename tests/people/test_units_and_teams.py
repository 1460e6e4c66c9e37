"""The structure of the bureau and the composition of teams."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.people.trying import AT, events, may, refused, verbs
from tests.world import District, account, district
from twinloop.people import actions
from twinloop.people.models import Account, Team, Unit
from twinloop.people.queries import teams as team_queries
from twinloop.people.queries import units as unit_queries

pytestmark = pytest.mark.django_db
TODAY, DAY = AT.date(), timedelta(days=1)
K = Account.Kind


@pytest.fixture
def world() -> District:
    return district()


def part(world: District, kind: str, code: str = "") -> Unit:
    return actions.create_unit(code or f"T1-{kind[:3]}", f"近村{kind}", kind, parent=world.station, by=None, at=AT)


# --- units --------------------------------------------------------------------------------------------------


def test_only_the_system_administrator_shapes_the_bureau(world: District) -> None:
    bureau = world.station.parent

    def make(by: Any) -> None:
        actions.create_unit("T9", "新所", "station", parent=bureau, by=by, at=AT)

    assert may(world, make) == ["system_admin"]
    assert may(world, lambda by: actions.change_unit(world.other, name="远所", by=by, at=AT)) == ["system_admin"]
    assert may(world, lambda by: actions.close_unit(world.other, by=by, at=AT)) == ["system_admin"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "name_empty"),
        ({"code": "T1"}, "unit_code_taken"),
        ({"kind": "castle"}, "kind_unknown"),
        ({"parent": None}, "unit_parent"),
        ({"kind": "office"}, "unit_parent"),
        ({"kind": "agency", "seat": "resident"}, "unit_parent"),
        ({"kind": "agency", "parent": None}, "unit_seat_missing"),
        ({"seat": "resident"}, "unit_seat"),
    ],
)
def test_a_unit_that_does_not_fit_is_refused(world: District, facts: dict[str, Any], code: str) -> None:
    right = {"code": "T9", "name": "新所", "kind": "station", "parent": world.station.parent}
    assert refused(actions.create_unit, **right | facts, by=None, at=AT) == code


def test_one_office_and_two_teams(world: District) -> None:
    for kind in ("office", "calls_team", "community_team"):
        part(world, kind)
        facts = {"code": f"T9-{kind[:3]}", "name": "又一个", "kind": kind, "parent": world.station}
        assert refused(actions.create_unit, **facts, by=None, at=AT) == "unit_part_twice"


def test_a_unit_changes_and_tells_what(world: District) -> None:
    assert actions.change_unit(world.station, name="近所", places=[world.far], by=None, at=AT)
    assert not actions.change_unit(world.station, name="近所", by=None, at=AT)
    (event,) = events(world.station)
    assert (event.before["name"], event.after["name"]) == ("近村派出所", "近所")
    assert event.after["places"] == [world.far.code]


def test_a_unit_in_use_stays(world: District) -> None:
    assert refused(actions.close_unit, world.station, by=None, at=AT) == "unit_in_use"
    actions.close_unit(world.other, by=None, at=AT)
    assert refused(actions.close_unit, world.other, by=None, at=AT) == "unit_closed"
    assert verbs(world.other) == ["unit_closed"]


def test_the_share_of_call_handlers_counts_the_force(world: District) -> None:
    calls, community = part(world, "calls_team"), part(world, "community_team")
    Account.objects.filter(unit=world.station).exclude(username="t-chief").update(unit=None)
    account("c1", unit=calls)
    account("c2", unit=calls, kind="auxiliary")
    account("c3", unit=calls, kind="staff")  # no police force
    account("c4", unit=calls, is_active=False)
    account("m1", unit=community, kind="auxiliary")
    account("m2", unit=community)
    assert unit_queries.call_handlers(on=TODAY)[world.station.pk] == (2, 5)
    shape = next(s for s in unit_queries.shapes(on=TODAY) if s.station == world.station)
    assert shape.lacks() == ["还差综合室", "接处警力量不到 50%，还差 1 人"]
    account("c5", unit=calls)
    part(world, "office")
    shape = next(s for s in unit_queries.shapes(on=TODAY) if s.station == world.station)
    assert (shape.handlers, shape.force, shape.lacks()) == (3, 6, [])


# --- teams --------------------------------------------------------------------------------------------------


def four(world: District) -> list[Account]:
    veterans = [account(f"v{n}", unit=world.station, is_veteran=True) for n in range(2)]
    return veterans + [account(f"h{n}", unit=world.station, kind="auxiliary") for n in range(2)]


def two_plus_two(world: District, members: list[Account]) -> Team:
    team = actions.create_team("近村 2+2", "two_plus_two", station=world.station, by=None, at=AT)
    for n, member in enumerate(members):
        actions.join_team(team, member, is_lead=n == 0, by=None, at=AT)
    return team


def short(team: Team) -> list[str]:
    return team_queries.shortfalls(Team.objects.select_related("station").get(pk=team.pk), on=TODAY)


def test_who_forms_teams(world: District) -> None:
    def make(station: Unit | None) -> list[str]:
        return may(world, lambda by: actions.create_team("新队", "neighbour", station=station, by=by, at=AT))

    assert make(world.station) == ["chief", "bureau", "system_admin"]
    assert make(world.other) == make(None) == ["bureau", "system_admin"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "name_empty"),
        ({"kind": "choir"}, "kind_unknown"),
        ({"name": "旧队"}, "team_name_taken"),
        ({"kind": "two_plus_two"}, "team_station"),
    ],
)
def test_a_team_that_does_not_fit_is_refused(world: District, facts: dict[str, str], code: str) -> None:
    actions.create_team("旧队", "neighbour", by=None, at=AT)
    assert refused(actions.create_team, **{"name": "新队", "kind": "neighbour"} | facts, by=None, at=AT) == code


@pytest.mark.parametrize("kind", Team.Kind.values)
def test_who_may_be_in_a_team(world: District, kind: str) -> None:
    fits = {"neighbour": {K.MEDIATOR}, "two_plus_two": {K.SWORN, K.AUXILIARY}, "volunteer": {K.VOLUNTEER}}[kind]
    team = actions.create_team("队", kind, station=world.station, by=None, at=AT)
    for other in Account.Kind.values:
        person = account(f"k-{other}", kind=other, unit=world.station)
        if other in fits:
            actions.join_team(team, person, by=None, at=AT)
        else:
            assert refused(actions.join_team, team, person, by=None, at=AT) == "member_kind"


def test_a_member_is_refused(world: District) -> None:
    people = four(world)
    team = two_plus_two(world, people[:2])
    assert refused(actions.join_team, team, people[0], by=None, at=AT) == "member_held"
    assert refused(actions.join_team, team, account("x1", unit=world.other), by=None, at=AT) == "member_station"
    gone = account("x2", unit=world.station, is_active=False)
    assert refused(actions.join_team, team, gone, by=None, at=AT) == "not_active"
    assert refused(actions.join_team, team, people[2], is_lead=True, by=None, at=AT) == "lead_held"


def test_a_sworn_officer_leads(world: District) -> None:
    people = four(world)
    team = actions.create_team("近村 2+2", "two_plus_two", station=world.station, by=None, at=AT)
    assert refused(actions.join_team, team, people[2], is_lead=True, by=None, at=AT) == "lead_not_sworn"
    helper = actions.join_team(team, people[2], by=None, at=AT)
    assert refused(actions.set_lead, helper, True, by=None, at=AT) == "lead_not_sworn"
    officer = actions.join_team(team, people[0], by=None, at=AT)
    actions.set_lead(officer, True, by=None, at=AT)
    actions.set_lead(officer, True, by=None, at=AT)  # is so already
    assert verbs(team) == ["team_created", "member_joined", "member_joined", "member_lead"]


def test_two_veterans_and_two_auxiliaries_are_in_service(world: District) -> None:
    team = two_plus_two(world, four(world))
    assert short(team) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"username": "v1", "is_veteran": False}, ["测v1 不是老民警", "还差 1 名老民警"]),
        ({"username": "h1", "is_active": False}, ["测h1 的账号已停用"]),
        ({"username": "h1", "unit": None}, ["测h1 已不在近村派出所"]),
    ],
)
def test_a_team_drops_out_by_itself(world: District, change: dict[str, Any], said: list[str]) -> None:
    team = two_plus_two(world, four(world))
    username = change.pop("username")
    Account.objects.filter(username=username).update(**change)
    assert short(team) == said


def test_a_team_says_who_is_missing_and_who_is_too_many(world: District) -> None:
    people = four(world)
    team = two_plus_two(world, [people[0], *people[2:], account("h9", unit=world.station, kind="auxiliary")])
    assert short(team) == ["还差 1 名老民警", "多了 1 名辅警"]


@pytest.mark.parametrize(
    ("kind", "said"), [("neighbour", ["还差调解员", "还差社区警务室"]), ("volunteer", ["还差志愿者"])]
)
def test_an_empty_team_is_not_in_service(world: District, kind: str, said: list[str]) -> None:
    team = actions.create_team("空队", kind, by=None, at=AT)
    assert short(team) == said


def test_a_closed_team_takes_nobody(world: District) -> None:
    people = four(world)
    team = two_plus_two(world, people[:2])
    actions.close_team(team, by=None, at=AT)
    assert refused(actions.close_team, team, by=None, at=AT) == "team_closed"
    assert refused(actions.join_team, team, people[2], by=None, at=AT) == "team_closed"
    assert short(team) == ["已解散"]


def test_a_member_leaves_and_the_past_stays(world: District) -> None:
    people = four(world)
    team = two_plus_two(world, people)
    first, second = team.memberships.get(account=people[1]), team.memberships.get(account=people[2])
    actions.leave_team(first, by=None, at=AT)
    assert not team.memberships.filter(account=people[1]).exists(), "in and out on one day"
    actions.leave_team(second, by=None, at=AT + DAY)
    assert refused(actions.leave_team, second, by=None, at=AT + DAY) == "member_gone"
    inside = [len(team_queries.members(Team.objects.get(pk=team.pk), on=TODAY + n * DAY)) for n in range(2)]
    assert inside == [3, 2]


def test_a_team_is_renamed_and_told(world: District) -> None:
    team = actions.create_team("一队", "neighbour", station=world.station, by=None, at=AT)
    facts: dict[str, Any] = {"name": "二队", "place": world.near, "room": "近村警务室"}
    assert actions.change_team(team, **facts, by=world.scope("chief"), at=AT)
    assert not actions.change_team(team, **facts, by=world.scope("chief"), at=AT)
    assert events(team)[-1].after == {"name": "二队", "place": world.near.code, "room": "近村警务室"}

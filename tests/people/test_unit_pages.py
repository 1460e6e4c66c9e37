"""Pages of units and teams."""

from __future__ import annotations

import pytest

from tests.people.acting import AT, new, station
from twinloop.people import actions
from twinloop.people.models import Team, Unit

pytestmark = pytest.mark.django_db


def test_the_units_page_shows_structure_and_share(enter):
    unit = station()
    calls = unit.parts.get(kind="calls_team")
    for n in range(6):
        new(unit=calls if n < 2 else unit)
    shapes = {s.station: lacks for s, lacks in enter("bureau").get("/settings/units/").context["shapes"]}
    assert shapes[unit] == ["还差所长", "接处警力量不到 50%，还差 1 人"]


@pytest.mark.parametrize("stations", [1, 5])
def test_the_units_page_costs_the_same_for_one_and_for_five(stations, enter, django_assert_num_queries):
    for n in range(stations):
        new("chief", unit=station(f"S{n}", f"示例{n}派出所"))
    client = enter("bureau")
    client.get("/settings/units/")
    with django_assert_num_queries(13):
        client.get("/settings/units/")


def test_a_system_administrator_makes_changes_and_closes_units(enter):
    client, unit = enter("system_admin"), station()
    client.post("/settings/units/new/", {"code": "X1", "name": "信访局", "kind": "agency", "seat": "resident"})
    made = Unit.objects.get(code="X1")
    client.post(
        f"/settings/units/{made.pk}/", {"name": "信访局联席办", "seat": "rotating", "kind": "station", "code": "Y"}
    )
    made.refresh_from_db()
    assert (made.name, made.seat, made.kind, made.code) == ("信访局联席办", "rotating", "agency", "X1")
    assert "还有" in client.post(f"/settings/units/{unit.pk}/close/", follow=True).content.decode()
    client.post(f"/settings/units/{made.pk}/close/")
    made.refresh_from_db()
    assert made.closed_on
    response = client.post("/settings/units/new/", {"code": "X2", "name": "局", "kind": "agency"})
    assert "部门还差常驻或轮驻" in response.content.decode()


def test_a_team_is_made_manned_and_closed_on_the_page(enter):
    unit = station()
    client = enter("chief", unit=unit)
    client.post("/settings/teams/new/", {"name": "甲队", "kind": "two_plus_two", "station": unit.pk})
    team = Team.objects.get(name="甲队")
    one = new(unit=unit, is_veteran=True)
    client.post(f"/settings/teams/{team.pk}/members/", {"username": one.username, "is_lead": "on"})
    member = team.memberships.get()
    assert client.get(f"/settings/teams/{team.pk}/").context["lacks"] == ["还差 1 名老民警", "还差 2 名辅警"]
    assert (
        "没有警号"
        in client.post(f"/settings/teams/{team.pk}/members/", {"username": "?"}, follow=True).content.decode()
    )
    for what, is_lead in (("follow", False), ("lead", True)):
        client.post(f"/settings/teams/{team.pk}/members/{member.pk}/{what}/")
        member.refresh_from_db()
        assert member.is_lead is is_lead
    client.post(f"/settings/teams/{team.pk}/members/{member.pk}/leave/")
    assert not team.memberships.exists()
    client.post(
        f"/settings/teams/{team.pk}/edit/", {"name": "乙队", "room": "警务室", "kind": "volunteer", "station": ""}
    )
    team.refresh_from_db()
    assert (team.name, team.kind, team.station) == ("乙队", "two_plus_two", unit)
    client.post(f"/settings/teams/{team.pk}/close/")
    team.refresh_from_db()
    assert team.closed_on


def test_a_chief_of_another_station_changes_no_team(enter):
    there = actions.create_team("示例队", "neighbour", station=station(), by=None, at=AT)
    client = enter("chief", unit=station("S2", "别处派出所"))
    assert "本所所长才能办" in client.post(f"/settings/teams/{there.pk}/close/", follow=True).content.decode()
    assert Team.objects.get(pk=there.pk).closed_on is None


@pytest.mark.parametrize("count", [1, 12])
def test_the_teams_page_costs_the_same_whatever_their_number(count, enter, django_assert_num_queries):
    unit = station()
    for n in range(count):
        team = actions.create_team(f"示例{n}队", "volunteer", by=None, at=AT)
        actions.join_team(team, new(kind="volunteer", unit=unit), by=None, at=AT)
    client = enter("chief", unit=unit)
    client.get("/settings/teams/")
    with django_assert_num_queries(10):
        client.get("/settings/teams/")

"""What each role may see, and what a deputy sees meanwhile."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from psycopg.types.range import Range

from tests.world import NOW, District, account, district
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Leave, Role, RoleGrant
from twinloop.people.scope import roles_of, scope_of, stands_in_for, station_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> District:
    return district()


def away(person: Account, deputy: Account | None, days: tuple[int, int] = (-1, 1)) -> Leave:
    period = Range[datetime](NOW + days[0] * DAY, NOW + days[1] * DAY)
    return Leave.objects.create(account=person, kind="annual", period=period, deputy=deputy)


@pytest.mark.parametrize(
    ("role", "sees_all", "station", "near", "reads_ledger"),
    [
        ("dispatcher", True, False, False, False),
        ("bureau", True, False, False, False),
        ("chief", False, True, False, False),
        ("community_officer", False, False, True, False),
        ("auxiliary", False, False, True, False),
        ("officer", False, False, False, False),
        ("mediator", False, False, False, False),
        ("volunteer", False, False, False, False),
        ("grid_worker", False, False, False, False),
        ("agency", False, False, False, False),
        ("auditor", False, False, False, True),
        ("security_admin", False, False, False, False),
        ("system_admin", False, False, False, False),
    ],
)
def test_a_role_sees(world: District, role: str, sees_all: bool, station: bool, near: bool, reads_ledger: bool) -> None:
    person = world.people[role]
    assert world.scope(role) == Scope(
        account=person.pk,
        roles=frozenset({role}),
        sees_all=sees_all,
        stations=frozenset({world.station.pk} if station else ()),
        places=frozenset({world.near.pk} if near else ()),
        accounts=frozenset({person.pk}),
        reads_ledger=reads_ledger,
    )


def test_the_table_above_knows_every_role() -> None:
    marks = test_a_role_sees.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == set(Role.values)


def test_a_chief_in_a_part_of_the_station_sees_the_station(world: District) -> None:
    from twinloop.people.models import Unit

    team = Unit.objects.create(code="T1-1", name="社区队", kind="community_team", parent=world.station)
    chief = account("t-deputy-chief", "chief", unit=team)
    assert station_of(chief) == world.station
    assert scope_of(chief, at=NOW).stations == {world.station.pk}
    assert station_of(world.people["bureau"]) is None
    assert station_of(account("t-nowhere")) is None


def test_a_grant_counts_on_its_days_only(world: District) -> None:
    person = account("t9")
    RoleGrant.objects.create(account=person, role="bureau", period=Range(date(2026, 4, 17), date(2026, 4, 18)))
    seen = [scope_of(person, at=NOW + n * DAY).sees_all for n in range(3)]
    assert seen == [False, True, False]
    assert roles_of(person, on=date(2026, 4, 17)) == {"bureau"}
    assert roles_of(person, on=date(2026, 4, 18)) == frozenset()


def test_a_closed_account_sees_nothing(world: District) -> None:
    chief = world.people["chief"]
    Account.objects.filter(pk=chief.pk).update(is_active=False)
    assert scope_of(chief, at=NOW).roles == frozenset()
    assert scope_of(chief, at=NOW).stations == frozenset()


# --- deputies -----------------------------------------------------------------------------------------------


def test_a_deputy_sees_what_the_absent_sees(world: District) -> None:
    chief, officer = world.people["chief"], world.people["officer"]
    away(chief, officer)
    scope = world.scope("officer")
    assert scope.roles == {"officer", "chief"}
    assert scope.stations == {world.station.pk}
    assert scope.accounts == {chief.pk, officer.pk}
    assert world.scope("officer", NOW + 2 * DAY).roles == {"officer"}


def test_deputies_are_chained_to_the_one_who_is_there(world: District) -> None:
    chief, community, officer = (world.people[r] for r in ("chief", "community_officer", "officer"))
    away(chief, community)
    away(community, officer)
    assert stands_in_for(officer, at=NOW) == sorted([chief, community], key=lambda a: a.pk)
    assert stands_in_for(community, at=NOW) == []
    scope = world.scope("officer")
    assert (scope.stations, scope.places) == ({world.station.pk}, {world.near.pk})
    assert world.scope("community_officer").stations == frozenset()


def test_a_chain_follows_the_hour(world: District) -> None:
    chief, community, officer = (world.people[r] for r in ("chief", "community_officer", "officer"))
    away(chief, community, (-1, 3))
    away(community, officer, (-1, 1))
    assert stands_in_for(officer, at=NOW) == sorted([chief, community], key=lambda a: a.pk)
    assert stands_in_for(community, at=NOW + DAY) == [chief]  # back at the very end of the leave
    assert stands_in_for(officer, at=NOW + DAY) == []


def test_a_circle_of_deputies_represents_nobody(world: District) -> None:
    chief, community, officer = (world.people[r] for r in ("chief", "community_officer", "officer"))
    away(chief, community)
    away(community, chief)
    away(world.people["auxiliary"], chief)
    assert [stands_in_for(p, at=NOW) for p in (chief, community, officer)] == [[], [], []]


def test_a_chain_ends_with_the_last_deputy_named(world: District) -> None:
    """B is away and named nobody: A's matters stay with B, who may look in, rather than with no one."""
    chief, community = world.people["chief"], world.people["community_officer"]
    away(chief, community)
    away(community, None)
    assert stands_in_for(community, at=NOW) == [chief]


@pytest.mark.parametrize("office", ["auditor", "security_admin", "system_admin"])
def test_offices_are_never_lent(world: District, office: str) -> None:
    away(world.people[office], world.people["officer"])
    scope = world.scope("officer")
    assert scope.roles == {"officer"}
    assert not scope.reads_ledger


def test_a_closed_account_is_not_stood_in_for(world: District) -> None:
    chief, officer = world.people["chief"], world.people["officer"]
    away(chief, officer)
    Account.objects.filter(pk=chief.pk).update(is_active=False)
    assert world.scope("officer").stations == frozenset()


def test_a_scope_asks_few_queries_however_long_the_chain(world: District, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    chief, community, officer = (world.people[r] for r in ("chief", "community_officer", "officer"))
    away(chief, community)
    away(community, officer)
    found = Account.objects.select_related("unit__parent").get(pk=officer.pk)
    with django_assert_num_queries(4):  # leaves, people, grants, communities of the one who has any
        scope_of(found, at=NOW)

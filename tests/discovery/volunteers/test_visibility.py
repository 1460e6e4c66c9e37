"""Who sees which activity: the ORM's conditions and the database's own policies against each other; figures add up."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import world
from tests.discovery.volunteers.doing import HOUR, done, facts, team, volunteer
from tests.world import NOW
from twinloop.discovery.leads import actions as leads
from twinloop.discovery.volunteers import actions, queries, visibility
from twinloop.discovery.volunteers.models import Activity, Campaign, Part, Photo
from twinloop.discovery.volunteers.queries import Asked
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.scope import scope_of


@pytest.fixture
def both(district):
    """One activity near, one far, each by a volunteer of its own."""
    near, far = volunteer("z1", district.near), volunteer("z2", district.far)
    return done(district.near, near), done(district.far, far)


SEEN = {
    "dispatcher": 2, "bureau": 2, "chief": 1, "community_officer": 1, "auxiliary": 1, "officer": 0, "mediator": 0,
    "volunteer": 0, "grid_worker": 0, "agency": 0, "auditor": 0, "security_admin": 0, "system_admin": 0,
}  # fmt: skip


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_its_part_and_the_database_agrees(district, both, role):
    scope = district.scope(role)
    with see_as(scope):
        seen = {a for a in visibility.activities(scope) if a in both}
        assert len(seen) == SEEN[role]
        assert {a for a in Activity.objects.all() if a in both} == seen
        assert {p.activity for p in Part.objects.all() if p.activity_id in {a.pk for a in both}} == seen
        assert Event.objects.filter(stream__in=[a.stream for a in both]).count() == SEEN[role] or role == "auditor"


def test_a_volunteer_sees_what_they_recorded_took_part_in_and_what_their_team_did(district):
    me, mate, stranger = (volunteer(name, district.near) for name in ("me", "mate", "stranger"))
    ours = team(district, me, mate)
    recorded = actions.record_activity(facts(district.far, mate), by=me.pk, at=NOW)
    joined = done(district.far, me, by=stranger)
    of_team = done(district.far, stranger, team=ours)
    foreign = done(district.near, stranger, before=6)
    before_i_came = done(district.near, mate, by=stranger, team=ours, before=200 * 24)
    scope = scope_of(me, at=NOW)
    with see_as(scope):
        assert set(visibility.activities(scope)) == set(Activity.objects.all()) == {recorded, joined, of_team}
    assert {foreign, before_i_came}.isdisjoint(visibility.activities(scope))


def test_filters_and_policies_agree_on_any_scope(district):
    """A hundred and fifty random scopes over random activities."""
    rng = random.Random(7)
    people = [volunteer(f"p{n}", district.near) for n in range(6)]
    teams = [team(district, *rng.sample(people, 3), name=f"第{n}队") for n in range(3)]
    for n in range(14):
        place, of = rng.choice([district.near, district.far]), rng.choice([None, *teams])
        made = done(place, *rng.sample(people, 2), by=rng.choice(people), before=3 + 3 * n, team=of)
        if n % 4 == 0:
            actions.withdraw_activity(made, by=None, at=NOW, why="试")
        Activity.objects.filter(pk=made.pk).update(station=rng.choice([district.station, district.other, None]))
    for _ in range(150):
        scope = world.any_scope(rng, district, people)
        with see_as(SYSTEM):
            expected = set(visibility.activities(scope))
        with see_as(scope):
            assert set(Activity.objects.all()) == expected
            assert set(Photo.objects.values_list("activity", flat=True)) <= {a.pk for a in expected}


def test_what_cannot_be_seen_cannot_be_changed(district, both):
    with see_as(district.scope("chief")):
        assert Activity.objects.filter(pk=both[1].pk).update(reached=99) == 0
        assert Part.objects.filter(activity=both[1]).update(is_live=False) == 0


def test_the_register_is_the_station_s_for_its_chief_and_one_s_own_for_a_volunteer(district):
    near, far = volunteer("z1", district.near), volunteer("z2", district.far)
    in_team = volunteer("z3")
    team(district, in_team)
    mine = {near, far, in_team}

    def seen(scope):
        return set(visibility.volunteers(scope)) & mine

    assert seen(district.scope("dispatcher")) == mine
    assert seen(district.scope("chief")) == {near, in_team}
    assert seen(district.scope("community_officer")) == {near, in_team}
    assert seen(scope_of(far, at=NOW)) == {far}


# --- figures -----------------------------------------------------------------------------------------------------

NUMBERS = ("activities", "people", "spent", "reached", "helped", "leads")
ONE = st.tuples(
    st.sampled_from(["visit", "risk", "law", "help"]), st.integers(0, 2), st.booleans(), st.integers(0, 120),
    st.integers(1, 3), st.integers(0, 9), st.integers(0, 3), st.booleans(),
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ONE, min_size=1, max_size=7))
def test_every_table_of_figures_adds_up_and_every_row_leads_to_what_it_counts(district, rows):
    from django.db import transaction

    try:
        with transaction.atomic():
            _check_figures(district, rows)
            raise UndoneError
    except UndoneError:
        pass


class UndoneError(Exception):
    pass


def _check_figures(district, rows):
    people = [volunteer(f"f{n}", district.near) for n in range(4)]
    campaigns = [
        None,
        *(actions.set_campaign(f"专项{n}", "", date(2025, 1, 1), None, by=None, at=NOW) for n in range(2)),
    ]
    plain = []
    for n, (sort, campaign, near, days, count, reached, leads_found, withdrawn) in enumerate(rows):
        place = district.near if near else district.far
        made = actions.record_activity(
            facts(place, *people[:count], before=24 * days + 4 + 3 * n, hours=1.5, sort=sort,
                  campaign=campaigns[campaign], reached=reached, helped=reached // 2),
            by=None, at=NOW,
        )  # fmt: skip
        for _ in range(leads_found):
            leads.report(source="volunteer", text="两家吵", place=place, reporter=people[0].pk, context=made.context,
                         by=None, at=NOW)  # fmt: skip
        if withdrawn:
            actions.withdraw_activity(made, by=None, at=NOW, why="重了")
        else:
            plain.append((1, count, timedelta(hours=1.5) * count, reached, reached // 2, leads_found))
    scope = Scope(sees_all=True, roles=frozenset({"bureau"}))
    asked = [Asked(place=place.pk) for place in (district.near, district.far)]
    sums = [queries.figures(scope, one) for one in asked]
    for column, name in enumerate(NUMBERS):
        expected = sum((row[column] for row in plain), timedelta(0) if name == "spent" else 0)
        assert (
            sum((getattr(total, name) for total, _tables in sums), timedelta(0) if name == "spent" else 0) == expected
        )
    for (total, tables), one in zip(sums, asked, strict=True):
        assert list(tables) == ["sort", "campaign", "community", "month"]
        for lines in tables.values():
            for name in NUMBERS:
                start = timedelta(0) if name == "spent" else 0
                assert sum((getattr(line, name) for line in lines), start) == getattr(total, name)
            for line in lines:
                query = {**line.query, "place": one.place}
                query |= {day: date.fromisoformat(query[day]) for day in ("since", "until") if day in query}
                assert queries.activities(scope, replace(one, **query)).count() == line.activities


def test_a_figure_s_link_stays_within_what_was_asked():
    from twinloop.discovery.volunteers import showing
    from twinloop.discovery.volunteers.queries import Line

    months = [Line("2026-04", {"since": "2026-04-01", "until": "2026-04-30"}), Line("走访摸排", {"sort": "visit"})]
    asked = {"since": "2026-04-10", "until": "2026-06-30", "sort": "visit"}
    assert [address for _line, address in showing.addressed(months, asked)] == [
        "since=2026-04-10&until=2026-04-30&sort=visit",
        "since=2026-04-10&until=2026-06-30&sort=visit",
    ]


def test_hours_are_told_so_that_they_add_up():
    assert [queries.hours(timedelta(minutes=m)) for m in (0, 5, 90, 60 * 1234 + 59)] == [
        "0:00",
        "0:05",
        "1:30",
        "1234:59",
    ]


def test_the_register_counts_this_year_only(district):
    me = volunteer("z1", district.near)
    done(district.near, me)
    old = facts(district.near, me)
    old = replace(old, starts_at=NOW - timedelta(days=300), ends_at=NOW - timedelta(days=300) + HOUR)
    actions.record_activity(old, by=None, at=NOW)
    leads.report(source="volunteer", text="两家吵", place=district.near, reporter=me.pk, by=me.pk, at=NOW)
    (row,) = queries.register(district.scope("bureau"), on=NOW.date(), q="z1")
    assert (row.done, row.spent, row.reported, row.homes) == (1, 2 * HOUR, 1, "近村")
    assert not Campaign.objects.filter(name="none").exists()

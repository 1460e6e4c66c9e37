"""The demo district: of the article's size, whole, the same everywhere, and nobody's."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from django.utils import timezone

from tests.people.signing import events
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people import demo
from twinloop.people.models import Account, Duty, Leave, Role, RoleGrant, Skill, Trait, Unit
from twinloop.people.queries import teams, units
from twinloop.people.scope import stands_in_for
from twinloop.places import demo as places_demo

pytestmark = pytest.mark.django_db
AT = datetime.fromisoformat("2026-04-16T10:00:00+08:00")


@pytest.fixture
def at(db):
    """The moment at which the district was filled: in the template database, or here."""
    with see_as(SYSTEM):
        if not demo.is_filled():
            places_demo.fill(AT)
            demo.fill(AT)
        yield timezone.localtime(events(Account.objects.get(username="officer"))[0].at)


def test_there_are_as_many_as_in_the_article(at):
    kinds = Counter(Account.objects.filter(is_demo=True).values_list("kind", flat=True))
    counted = {kind: kinds[kind] for kind in ("sworn", "mediator", "agency", "grid_worker", "volunteer")}
    assert counted == {"sworn": 60, "mediator": 12, "agency": 10, "grid_worker": 36, "volunteer": 500}
    roles = Counter(RoleGrant.objects.filter(account__is_demo=True).values_list("role", flat=True))
    assert (roles["auxiliary"], roles["chief"], roles["auditor"]) == (39, 3, 1)
    seats = Counter(Unit.objects.filter(kind="agency", code__startswith="RJ").values_list("seat", flat=True))
    assert seats == {"resident": 4, "rotating": 6}
    assert Account.objects.filter(is_demo=True, kind="mediator").values("elder").distinct().order_by().count() == 5


def test_every_station_is_whole_and_half_of_it_handles_calls(at):
    shapes = [shape for shape in units.shapes(on=at.date()) if shape.station.code.startswith("RJ")]
    assert [shape.lacks() for shape in shapes] == [[], [], []]
    assert all(2 * shape.handlers >= shape.force for shape in shapes)


def test_every_team_is_in_service(at):
    found = teams.teams(on=at.date()).filter(memberships__account__is_demo=True).distinct()
    assert Counter(team.kind for team in found) == {"neighbour": 2, "two_plus_two": 3, "volunteer": 12}
    assert [teams.shortfalls(team, on=at.date()) for team in found] == [[]] * 17


def test_every_community_has_an_officer_an_auxiliary_and_a_grid_worker(at):
    for role in (Role.COMMUNITY_OFFICER, Role.AUXILIARY, Role.GRID_WORKER):
        held = RoleGrant.objects.filter(role=role, account__is_demo=True).order_by()
        assert held.values("account__communities").distinct().count() == 36, role


def test_one_memorable_person_a_role_without_a_password(at):
    assert set(demo.NAMED) == set(Role.values)
    assert [shown.username for shown in demo.accounts()] == [username for username, _name in demo.NAMED.values()]
    assert not any(a.has_usable_password() for a in Account.objects.filter(is_demo=True))


def test_the_memorable_ones_are_on_duty_when_the_demo_opens(at):
    found = Duty.objects.filter(period__contains=at).values_list("account__username", flat=True)
    assert {"dispatcher", "officer", "chief", "bureau"} <= set(found)


def test_deputies_are_chained(at):
    leaves = Leave.objects.filter(account__is_demo=True, deputy__isnull=False)
    first = next(x for x in leaves if leaves.filter(account=x.deputy, period__overlap=x.period).exists())
    second = leaves.get(account=first.deputy, period__overlap=first.period)
    assert second.deputy
    both = max(first.period.lower, second.period.lower)
    assert {first.account, second.account} <= set(stands_in_for(second.deputy, at=both))


def test_nobody_is_on_duty_while_away(at):
    away = Leave.objects.filter(account__is_demo=True)
    assert not any(Duty.objects.filter(account=x.account, period__overlap=x.period).exists() for x in away)


def test_people_are_varied(at):
    people = Account.objects.filter(is_demo=True).order_by()
    assert people.count() == people.values("name").distinct().count()
    assert Skill.objects.filter(account__is_demo=True).order_by().values("type_code").distinct().count() == 12
    assert Trait.objects.filter(account__is_demo=True).order_by().values("code").distinct().count() == 5


def test_it_is_filled_once(at):
    assert demo.fill(AT) == 0

"""The demo's people as they stand in the template database: what test_demo.py leaves open, and the front door."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from twinloop.desk import demo as desk_demo
from twinloop.edge.identity import check_id
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people import demo, sealed
from twinloop.people.models import Account, Duty, Role, RoleGrant, Skill, Team, Trait, Unit
from twinloop.people.queries import units as unit_queries
from twinloop.people.scope import scope_of
from twinloop.places.models import Place

pytestmark = pytest.mark.django_db


def filled_at() -> datetime:
    """When the template was filled: a test that runs past midnight still asks about that day."""
    with see_as(SYSTEM):
        return timezone.localtime(Event.objects.filter(verb="account_created").earliest("id").at)


def test_everybody_is_marked_as_invented_and_has_no_password() -> None:
    assert not Account.objects.filter(is_demo=False).exists()
    assert not [account for account in Account.objects.all() if account.has_usable_password()]
    assert set(RoleGrant.objects.values_list("role", flat=True)) == set(Role.values)


def test_numbers_are_well_formed_and_nobodys() -> None:
    phones = [sealed.opened(account, "phone") for account in Account.objects.all()]
    assert all(phone.startswith("1990000") for phone in phones)
    assert len(set(phones)) == len(phones)
    number = sealed.opened(Account.objects.get(username="officer"), "id_number")
    assert number.startswith("369999")
    check_id(number, on=filled_at().date())


def test_an_auxiliary_has_one_community_and_stations_have_their_townships() -> None:
    posted = Account.objects.filter(grants__role=Role.AUXILIARY).annotate(n=Count("communities"))
    assert Counter(posted.values_list("n", flat=True)) == {1: 39}
    assert Place.objects.served().communities().count() == 36
    towns = Place.objects.served().filter(kind="township", units__kind="station")
    assert towns.count() == Unit.objects.filter(kind="station").count() == 3


def test_call_handlers_are_half_of_each_station() -> None:
    shares = unit_queries.call_handlers(on=filled_at().date())
    assert len(shares) == 3
    assert all(2 * handlers >= force for handlers, force in shares.values())


def test_volunteers_and_elders_are_all_in_teams() -> None:
    sizes = Counter[str]()
    for kind, n in Team.objects.annotate(n=Count("memberships")).values_list("kind", "n"):
        sizes[kind] += n
    assert sizes == {"neighbour": 12, "two_plus_two": 12, "volunteer": 500}


def test_grades_and_traits_vary() -> None:
    assert set(Skill.objects.values_list("grade", flat=True)) == {1, 2, 3}
    assert Trait.objects.filter(withdrawn_at__isnull=True).count() > 20


def test_duty_runs_now_and_for_a_week() -> None:
    at = filled_at()
    for n in range(7):
        found = Duty.objects.filter(period__contains=at + timedelta(days=n))
        assert {"command", "calls", "lead"} <= set(found.values_list("kind", flat=True)), n
    community = Duty.objects.filter(kind="community", period__overlap=(at, at + timedelta(days=7)))
    assert community.exists()


def test_a_memorable_person_holds_one_role_and_says_what_it_does() -> None:
    shown = demo.accounts()
    at = filled_at()
    assert {who.role for who in shown} == set(Role)
    for who in shown:
        assert who.does
        assert scope_of(Account.objects.get(username=who.username), at=at).roles == {who.role}


def test_everybody_was_there_years_ago() -> None:
    """A demo with a past asks who had the role then."""
    at = filled_at() - timedelta(days=2 * 365)
    assert scope_of(Account.objects.get(username="chief"), at=at).stations


def test_the_sign_in_page_offers_the_memorable_people() -> None:
    page = Client().get("/accounts/login/").content.decode()
    assert [who.username for who in demo.accounts() if f'value="{who.username}"' not in page] == []
    assert page.count('class="role"') == len(Role)


def test_filling_again_changes_nothing_and_tells_the_accounts(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.ENV = settings.ENV.model_copy(update={"data": tmp_path})
    with see_as(SYSTEM):
        before = (Account.objects.count(), Unit.objects.count(), Event.objects.count())
        desk_demo.fill()
        assert (Account.objects.count(), Unit.objects.count(), Event.objects.count()) == before
    lines = (tmp_path / desk_demo.ACCOUNTS).read_text("utf-8").splitlines()
    assert len(lines) == 1 + len(Role)
    assert lines[1].split() == ["dispatcher", "何静，指挥室值班员：接警、分流、派单，盯时限"]


def test_every_account_unit_and_team_stands_in_the_ledger() -> None:
    verbs = {"account_created": Account, "unit_created": Unit, "team_created": Team}
    with see_as(SYSTEM):
        made = Counter(Event.objects.filter(verb__in=verbs).values_list("verb", flat=True))
    assert made == {verb: model.objects.count() for verb, model in verbs.items()}

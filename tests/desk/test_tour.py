"""The first-run tour: offered once an account and role, in words for every page that it points at."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from psycopg.types.range import Range

from tests.people.signing import person
from twinloop.desk import navigation, tour
from twinloop.desk.firstday import ORDER
from twinloop.people.models import Account, RoleGrant

pytestmark = pytest.mark.django_db


def client(*roles):
    found = Client()
    found.force_login(person("tourist", *roles))
    return found


@pytest.mark.parametrize("role", ORDER)
def test_every_role_is_offered_a_tour_of_pages_that_it_can_open(role):
    browser = client(role)
    page = browser.get("/")
    text, links = page.content.decode(), page.context["rail"]
    assert ("第一次来？" in text, '<dialog class="tl-tour"' in text) == (True, True)
    targets = [step.target for step in page.context["tour"]]
    urls = {f'.tl-rail-item[href="{link.url}"]' for link in links}
    assert {target for target in targets if "href" in target} <= urls
    assert 4 <= len(targets) <= 10
    known = [link.code for link in links if link.code in tour.ABOUT]
    assert len(known) >= min(tour.PAGES, len(links) - 1), "the first pages of each role have their sentence"


def test_every_sentence_is_of_a_page():
    assert set(tour.ABOUT) <= {entry.code for entry in navigation.ENTRIES}


def test_seen_or_skipped_it_is_offered_no_more_in_this_role_and_can_be_asked_for():
    browser = client("officer")
    assert browser.post("/tour/seen/").url == "/"
    assert Account.objects.get(username="tourist").tours == ["officer"]
    assert "第一次来？" not in browser.get("/").content.decode()
    asked = browser.get("/?tour=1").content.decode()
    assert ("<dialog" in asked, "data-asked" in asked, "第一次来？" in asked) == (True, True, False)
    assert 'href="/?tour=1"' in browser.get("/more/").content.decode(), "from the menu of every page"
    browser.post("/tour/seen/")
    assert Account.objects.get(username="tourist").tours == ["officer"]


def test_another_role_has_a_tour_of_its_own():
    client("officer").post("/tour/seen/")
    account = Account.objects.get(username="tourist")
    RoleGrant.objects.create(account=account, role="community_officer", period=Range[date](date(2020, 1, 1)))
    browser = Client()
    browser.force_login(account)
    assert "第一次来？" in browser.get("/").content.decode(), "the first of the roles counts"


def test_nobody_marks_it_by_looking():
    browser = client("officer")
    assert browser.get("/tour/seen/").status_code == 405
    assert Client().post("/tour/seen/").status_code == 302
    assert Account.objects.get(username="tourist").tours == []

"""Volunteers in a real browser: the phone form first, then the office; both themes, both languages, axe."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.browser.test_lists import choose
from tests.people.signing import PASSWORD
from twinloop.discovery.volunteers.models import Activity
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS_FIELD")  # a folder: pictures to look at


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"field-{name}.png"), full_page=True)


def enter(page: Any, base: str, username: str) -> None:
    """Somebody of the demo."""
    account = Account.objects.get(username=username)
    account.set_password(PASSWORD)
    account.save()
    page.goto(f"{base}/accounts/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.click(".signin-form .btn-primary")
    page.wait_for_url(f"{base}/")


def newest() -> Activity:
    with see_as(SYSTEM):
        return Activity.objects.order_by("-pk")[0]


def test_a_volunteer_records_an_activity_with_one_thumb(phone, site):
    said = complaints(phone)
    enter(phone, site.url, "volunteer")
    phone.goto(f"{site.url}/activities/new/")
    assert look(phone) == []
    shot(phone, "form-phone")
    for control in phone.locator(".vol-form .tl-choice:visible, .vol-form .form-control:visible, .vol-form .btn").all():
        assert control.bounding_box()["height"] >= 44
    phone.check("input[name=sort][value=help]", force=True)
    phone.fill("#id_start", "00:00")
    phone.fill("#id_end", "00:01")
    phone.fill("#id_reached", "3")
    phone.fill("#id_helped", "1")
    phone.fill("#id_words", "帮老人缴电费")
    phone.click(".vol-thumb button")
    phone.wait_for_selector("text=帮老人缴电费 >> visible=true")
    phone.wait_for_selector(".vol-figures")
    assert newest().words == "帮老人缴电费"
    assert look(phone) == []
    shot(phone, "activity-phone")
    phone.goto(f"{site.url}/activities/")
    assert look(phone) == []
    shot(phone, "activities-phone")
    phone.goto(f"{site.url}/activities/figures/")
    assert look(phone) == []
    shot(phone, "figures-phone")
    assert said == []


def test_without_a_signal_the_activity_waits_and_is_sent_once(phone, site):
    enter(phone, site.url, "volunteer")
    phone.goto(f"{site.url}/activities/new/")
    phone.wait_for_selector("html[data-keep-ready]")
    phone.check("input[name=sort][value=visit]", force=True)
    for field, value in (
        ("start", "00:00"),
        ("end", "00:01"),
        ("reached", "7"),
        ("helped", "0"),
        ("words", "没有信号"),
    ):
        phone.fill(f"#id_{field}", value)
    before = newest().pk
    phone.context.set_offline(True)
    phone.click(".vol-thumb button")
    phone.wait_for_selector("[data-outbox='1']")
    shot(phone, "offline-phone")
    assert newest().pk == before
    phone.context.set_offline(False)
    phone.wait_for_selector("[data-outbox]", state="detached")
    assert (newest().words, newest().pk > before) == ("没有信号", True)


@pytest.mark.parametrize("size", ["office", "phone"])
def test_pages_of_the_office_are_accessible_and_fit(size, request, site):
    page = request.getfixturevalue(size)
    said = complaints(page)
    enter(page, site.url, "chief")
    with see_as(SYSTEM):
        station = Account.objects.get(username="chief").unit
        one = f"/activities/{Activity.objects.filter(station=station).order_by('-pk')[0].pk}/"
    for theme, language in (("light", "zh-hans"), ("dark", "en")):
        choose(page, theme, language)
        for path in (
            "/volunteers/", "/volunteers/campaigns/", "/volunteers/campaigns/new/", "/activities/", one, f"{one}edit/",
            "/activities/figures/", "/activities/new/?team=1",
        ):  # fmt: skip
            page.goto(site.url + path)
            assert look(page) == [], (path, theme, language)
            shot(page, f"{size}-{theme}-{path.strip('/').split('?')[0].replace('/', '-')}")
    assert said == []

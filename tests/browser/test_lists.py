"""Lists, an incident and the settings of clocks in a real browser: sizes, both themes, both languages, axe."""

from __future__ import annotations

from typing import Any

import pytest

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints, enter
from twinloop.cases import actions
from twinloop.cases.models import Dispute
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places.models import Place

pytestmark = pytest.mark.browser


def fill() -> str:
    """Two disputes and the number of an incident."""
    with see_as(SYSTEM):
        place = Place.objects.served().communities().order_by("code").first()
        for title in ("排水沟堵塞争执", "围墙越界"):
            caller = actions.Caller(world.person("王秀兰", phone="13900000127"))
            report = world.incident(place, caller=caller, narrative="邻居堵了排水沟，两家吵起来")
            dispute = world.dispute(place, incident=report, title=title)
            actions.open_clock("first_feedback", by=None, at=world.NOW, dispute=dispute)
        Dispute.objects.update(level=2)
        return report.number


def choose(page: Any, theme: str, language: str) -> None:
    page.evaluate(
        """([theme, language]) => { const form = document.querySelector('[data-theme-form]'),
           data = new FormData(form); data.set('theme', theme); data.set('language', language);
           return fetch(form.action, {method: 'POST', body: data}) }""",
        [theme, language],
    )


CASES = ("/disputes/", "/disputes/?level=1", "/incidents/", "/search/?q=排水")
SETTINGS = ("/settings/clocks/", "/settings/holidays/")


@pytest.mark.parametrize("size", ["office", "phone"])
@pytest.mark.parametrize("role", ["bureau", "system_admin"])
def test_pages_are_accessible_fit_and_keep_the_policy(size, role, request, site):
    page, number = request.getfixturevalue(size), fill()
    said = complaints(page)
    one = (f"/incidents/{number}/", f"/incidents/{number}/unmask/phone/")
    enter(page, site.url, role)
    for theme, language in (("light", "zh-hans"), ("dark", "en")):
        choose(page, theme, language)
        for path in (*CASES, *one) if role == "bureau" else SETTINGS:
            page.goto(site.url + path)
            assert page.locator("html").get_attribute("data-bs-theme") == theme
            assert look(page) == [], (path, theme, language)
    assert said == []


def test_filter_save_use_and_remove_a_view(office, site):
    fill()
    enter(office, site.url, "bureau")
    office.goto(f"{site.url}/disputes/")
    office.fill(".list-q input", "围墙")
    office.click(".list-do .btn-primary")
    assert office.locator("tbody tr").count() == 1
    office.click(".list-menu > summary")
    office.fill("#view-name", "围墙的")
    office.click(".list-save button")
    office.goto(f"{site.url}/disputes/")
    assert office.locator("tbody tr").count() == 2
    office.click(".list-menu > summary")
    office.click("text=围墙的")
    assert office.locator("tbody tr").count() == 1


def test_caller_opens_with_a_reason(office, site):
    number = fill()
    enter(office, site.url, "bureau")
    office.goto(f"{site.url}/incidents/{number}/")
    office.locator("[data-unmask]").last.click()
    office.check("#unmask input[value=contact]", force=True)
    office.click("#unmask button[type=submit]")
    assert office.inner_text(".incident-open") == "13900000127"


def test_phone_rows_are_two_lines_and_targets_are_wide(phone, site):
    fill()
    enter(phone, site.url, "bureau")
    phone.goto(f"{site.url}/disputes/")
    row = phone.locator("tbody tr").first
    box = row.bounding_box()
    assert box["width"] <= 360
    assert phone.locator(".list-what a").first.bounding_box()["height"] >= 44

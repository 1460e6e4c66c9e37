"""Leads in a real browser, phone first: a resident by QR code, a volunteer without a signal, the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints, enter
from tests.browser.test_lists import choose
from tests.discovery.leads.leading import lead, photo
from twinloop.cases.sealing import Identity
from twinloop.discovery.leads.models import Lead
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places.models import Place

pytestmark = pytest.mark.browser


def fill() -> tuple[Place, Lead]:
    """A community with a dispute, and an outside report with a photo that is late."""
    at = timezone.localtime()
    with see_as(SYSTEM):
        place = Place.objects.served().communities().order_by("code")[0]
        before = at - timedelta(days=9)
        call = world.incident(place, narrative="三组两家人为排水沟堵了吵架", at=before)
        world.dispute(place, at=before, title="排水沟堵塞争执", incident=call)
        made = lead(
            place,
            source="resident",
            text="三组两家人为排水沟堵了又吵起来",
            at=at - timedelta(hours=26),
            who=Identity(phone="19900001234"),
            photos=[photo()],
        )
        return place, made


def count() -> int:
    with see_as(SYSTEM):
        return Lead.objects.count()


def test_a_resident_reports_follows_adds_and_withdraws(phone, site):
    place, _made = fill()
    said = complaints(phone)
    phone.goto(f"{site.url}/r/{place.code}/")
    assert look(phone) == []
    small = phone.evaluate(
        """[...document.querySelectorAll('.resident-page :is(p, label, legend, input, textarea, span, button)')]
           .filter(n => n.offsetParent && !n.closest('.say-trap') && parseFloat(getComputedStyle(n).fontSize) < 17)
           .map(n => n.outerHTML.slice(0, 80))"""
    )
    assert small == []
    phone.click(".say-do .btn-primary")
    phone.wait_for_selector("#kind-error")
    assert look(phone) == []
    phone.locator(".kinds label").nth(3).tap()
    phone.fill("#say-text", "楼上半夜装修，说了几次不听")
    phone.click(".say-do .btn-primary")
    phone.wait_for_selector(".resident-code")
    assert look(phone) == []
    code = phone.inner_text(".resident-code b")
    phone.goto(f"{site.url}/r/progress/")
    assert look(phone) == []
    phone.fill("#say-code", code.lower())
    phone.click(".say-do .btn-primary")
    phone.wait_for_selector(".resident-state")
    assert look(phone) == []
    phone.fill("#say-more", "昨晚又响到两点")
    phone.click("form[action='/r/progress/add/'] button")
    phone.wait_for_selector("text=补充已收到")
    phone.click("form[action='/r/progress/withdraw/'] button")
    phone.wait_for_selector("text=您已撤回")
    assert [line for line in said if "422" not in line] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_public_pages_in_english_and_dark(phone, site, theme):
    place, _made = fill()
    phone.goto(f"{site.url}/r/{place.code}/")
    choose(phone, theme, "en")
    for path in (f"/r/{place.code}/", "/r/progress/", "/r/privacy/"):
        phone.goto(site.url + path)
        assert phone.locator("html").get_attribute("lang") == "en"
        assert look(phone) == [], path


def test_a_volunteer_reports_in_three_taps_and_one_sentence(phone, site):
    fill()
    enter(phone, site.url, "volunteer")
    phone.goto(f"{site.url}/lead/")
    assert look(phone) == []
    phone.locator(".kinds label").nth(2).tap()
    phone.fill("#say-text", "装修队说工钱拖了三个月")
    if not phone.input_value("#say-place"):  # a volunteer without a community of their own chooses one
        phone.select_option("#say-place", index=1)
    phone.locator(".say-do .btn-primary").tap()
    phone.wait_for_url("**/lead/mine/")
    assert "装修队说工钱拖了三个月" in phone.inner_text(".own")
    assert look(phone) == []
    assert count() == 2


def test_without_a_signal_it_is_kept_and_sent_once(phone, site):
    fill()
    enter(phone, site.url, "volunteer")
    phone.goto(f"{site.url}/lead/")
    phone.wait_for_selector("html[data-keep-ready]")
    phone.context.set_offline(True)
    phone.locator(".kinds label").nth(2).tap()
    phone.fill("#say-text", "没有信号时写下的")
    phone.select_option("#say-place", index=1)
    phone.locator(".say-do .btn-primary").tap()
    phone.wait_for_selector("[data-outbox='1']")
    assert count() == 1
    phone.context.set_offline(False)
    phone.wait_for_selector("[data-outbox]", state="detached")
    phone.wait_for_timeout(500)
    assert count() == 2


def read(page: Any) -> bool:
    """Whether the photo of the lead has been drawn."""
    page.locator(".lead-photos img").scroll_into_view_if_needed()
    for _ in range(50):
        if page.evaluate("document.querySelector('.lead-photos img').naturalWidth"):
            return True
        page.wait_for_timeout(100)
    return False


@pytest.mark.parametrize("size", ["office", "phone"])
def test_the_desk_is_accessible_and_joins_in_place(size, request, site):
    page, (place, made) = request.getfixturevalue(size), fill()
    said = complaints(page)
    enter(page, site.url, "dispatcher")
    paths = ("/leads/", "/leads/?tab=all", f"/leads/{made.number}/", f"/leads/{made.number}/unmask/phone/",
             "/leads/posters/", f"/leads/posters/{place.code}/", "/lead/")  # fmt: skip
    for theme, language in (("dark", "en"), ("light", "zh-hans")):
        choose(page, theme, language)
        for path in paths:
            page.goto(site.url + path)
            assert look(page) == [], (path, theme)
            if path == f"/leads/{made.number}/":  # number and way back beside bell and search, two lines at most
                assert page.locator(".tl-bar").bounding_box()["height"] < 110
    page.goto(f"{site.url}/leads/{made.number}/")
    assert read(page)
    page.locator(".lead-alike button").first.click()
    page.wait_for_selector("#h-decided")
    assert "已并入" in page.inner_text(".incident-side")
    assert look(page) == []
    assert said == []

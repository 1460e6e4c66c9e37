"""Village posts in a real browser: the auxiliary's phone first, then the office's grid; both themes, axe."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.browser.test_lists import choose
from tests.discovery.volunteers.test_browser import enter, shot
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account

pytestmark = pytest.mark.browser


def open_today(page: Any, base: str) -> str:
    enter(page, base, "auxiliary")
    page.goto(f"{base}/posts/")
    assert look(page) == []
    shot(page, "post-own-phone")
    page.click(".post-row .btn-primary")
    page.wait_for_selector(".post-tap")
    page.wait_for_selector("html[data-keep-ready]")
    return str(page.url)


def tick(page: Any, form: str, value: str) -> None:
    """The block around the hidden box is what a thumb meets."""
    page.locator(f"{form} label:has([value={value}])").click()


def kept() -> Shift:
    with see_as(SYSTEM):
        return Shift.objects.filter(account__username="auxiliary").exclude(in_at=None).order_by("-in_at")[0]


def test_an_auxiliary_checks_in_with_the_place_notes_and_checks_out(phone, site):
    said = complaints(phone)
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"latitude": 25.8312, "longitude": 114.9345})
    open_today(phone, site.url)
    assert look(phone) == []
    shot(phone, "post-before-phone")
    assert phone.locator(".post-tap .btn-primary").bounding_box()["height"] >= 56
    phone.check("[name=with_position]", force=True)
    phone.click(".post-tap .btn-primary")
    phone.wait_for_selector("#do-help")
    assert f"{kept().in_latitude}" == "25.831200"
    phone.click("#do-help > summary")
    tick(phone, "#do-help", "elderly")
    phone.click("#do-help .btn-primary")
    phone.wait_for_selector("text=已记帮助")
    phone.click("#do-check > summary")
    tick(phone, "#do-check", "security_director")
    tick(phone, "#do-check", "rental")
    phone.fill("#check-findings", "一间没有登记，已补")
    shot(phone, "post-check-phone")
    assert look(phone) == []
    phone.click("#do-check .btn-primary")
    phone.wait_for_selector("text=已记联合检查")
    phone.click("#do-lead > summary")
    phone.fill("#lead-text", "两家为水沟吵了两次")
    phone.click("#do-lead .btn-primary")
    phone.wait_for_selector("text=线索已送出")
    shot(phone, "post-noted-phone")
    assert look(phone) == []
    phone.click(".post-tap .btn-primary")
    phone.wait_for_selector("text=已签离")
    assert kept().out_latitude is None
    assert said == []


def test_a_check_in_without_a_signal_waits_and_keeps_its_moment(phone, site):
    open_today(phone, site.url)
    phone.context.set_offline(True)
    phone.click(".post-tap .btn-primary")
    phone.wait_for_selector("[data-outbox='1']")
    shot(phone, "post-offline-phone")
    phone.wait_for_timeout(1500)
    phone.context.set_offline(False)
    phone.wait_for_selector("[data-outbox]", state="detached")
    made = kept()
    assert (made.in_sent_at - made.in_at).total_seconds() >= 1.5


@pytest.mark.parametrize("size", ["office", "phone"])
def test_pages_of_the_office_are_accessible_and_fit(size, request, site):
    page = request.getfixturevalue(size)
    said = complaints(page)
    enter(page, site.url, "chief")
    with see_as(SYSTEM):
        station = Account.objects.get(username="chief").unit
        shift = Shift.objects.filter(station=station, out_at__isnull=False).select_related("place")[0]
    for theme, language in (("light", "zh-hans"), ("dark", "en")):
        choose(page, theme, language)
        for path in ("/posts/", "/posts/new/", "/posts/import/", f"/posts/{shift.pk}/",
                     f"/posts/villages/{shift.place.code}/"):  # fmt: skip
            page.goto(site.url + path)
            assert look(page) == [], (path, theme, language)
            shot(page, f"{size}-{theme}-{path.strip('/').replace('/', '-')}")
    assert said == []


def test_the_office_plans_from_an_empty_cell(office, site):
    enter(office, site.url, "chief")
    office.goto(f"{site.url}/posts/")
    office.click("text=下一周")
    before = office.locator(".post-one").count()
    office.locator(".post-add").last.click()
    office.click(".post-form .btn-primary")
    office.wait_for_selector("text=已排班")
    assert office.locator(".post-one").count() == before + 1

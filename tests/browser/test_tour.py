"""The first-run tour in a real browser: by keyboard, read aloud step by step, skipped, called again; both languages."""

from __future__ import annotations

import pytest

from tests.browser.looking import look
from tests.browser.test_front import complaints, enter
from twinloop.people.models import Account

pytestmark = pytest.mark.browser


def tours():
    return Account.objects.order_by("-pk").first().tours


def focused(page):
    return page.evaluate("document.activeElement.innerText")


@pytest.mark.parametrize("size", ["office", "phone"])
def test_it_is_offered_taken_by_keyboard_and_kept_in_mind(size, request, site):
    page = request.getfixturevalue(size)
    said = complaints(page)
    enter(page, site.url, "dispatcher")
    assert look(page) == [], "the offer"
    assert not page.locator("#tour").is_visible(), "nobody is stopped on the way to a call"
    page.click("#tour-offer [data-tour]")
    steps = page.locator("#tour li").count()
    for n in range(steps):
        assert page.locator("#tour li:visible").count() == 1
        assert focused(page) == page.locator("#tour li:visible h2").inner_text(), "read aloud"
        assert f"{n + 1}" in page.locator("#tour li:visible .tl-small").inner_text()
        target = page.locator("#tour li:visible").get_attribute("data-target")
        ringed = page.locator(".tl-tour-target")
        assert ringed.count() <= bool(target)
        if ringed.count():
            box, tour = ringed.bounding_box(), page.locator("#tour").bounding_box()
            apart = box["y"] >= tour["y"] + tour["height"] or box["y"] + box["height"] <= tour["y"]
            beside = box["x"] >= tour["x"] + tour["width"] or box["x"] + box["width"] <= tour["x"]
            assert apart or beside or box["height"] > 300, ("covered", target)
        assert look(page) == [], n
        if n + 1 < steps:
            page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == page.locator("#tour li").nth(steps - 2).locator("h2").inner_text()
    page.keyboard.press("ArrowRight")
    with page.expect_response("**/tour/seen/"):
        page.click("#tour [data-last]")
    assert page.locator("#tour-offer").count() == 0
    assert tours() == ["dispatcher"]
    page.reload()
    assert page.locator("#tour-offer").count() == 0
    assert said == []


def test_focus_stays_inside_and_escape_skips(office, site):
    enter(office, site.url, "chief")
    office.click("#tour-offer [data-tour]")
    for _press in range(8):
        office.keyboard.press("Tab")
        inside = office.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#tour')"
        )
        assert inside, focused(office)
    with office.expect_response("**/tour/seen/"):
        office.keyboard.press("Escape")
    assert tours() == ["chief"]
    assert office.locator(".tl-tour-target").count() == 0


def test_it_comes_again_from_the_menu_of_any_page_in_english_too(office, site):
    enter(office, site.url, "officer")
    with office.expect_navigation():
        office.click("#tour-offer form button")  # 不用了
    assert office.locator("#tour-offer").count() == 0
    office.goto(f"{site.url}/more/")
    office.click(".tl-menu > summary")
    office.click(".tl-menu button[value='en']")
    office.wait_for_selector("html[lang='en']")
    office.click(".tl-menu > summary")
    office.click(".tl-menu [data-tour]")
    office.wait_for_selector("#tour li:visible")
    assert office.inner_text("#tour li:visible h2") == "Today"
    assert "Step 1 of" in office.inner_text("#tour li:visible .tl-small")
    assert look(office) == []


def test_without_a_script_all_steps_stand_on_the_page(chromium, site):
    page = chromium.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    enter(page, site.url, "volunteer")
    page.click("#tour-offer [data-tour]")
    assert page.locator("#tour li:visible").count() == page.locator("#tour li").count() > 3
    page.click("#tour [data-last]")
    assert page.locator("#tour-offer").count() == 0

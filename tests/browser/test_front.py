"""The front desk in a real browser: every page at office and phone size, light and dark, both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from tests.browser.looking import look
from tests.people.signing import PASSWORD, person
from twinloop.desk import saying

pytestmark = pytest.mark.browser
PAGES = ("/", "/more/", "/search/", "/search/?q=li", "/search/?q=zzzz", "/kit/", "/nothing/", "/accounts/sessions/",
         "/accounts/password/", "/accounts/2fa/", "/accounts/logout/")  # fmt: skip


def enter(page: Any, base: str, *roles: str) -> None:
    """Sign in by the form, as a person does."""
    username = f"b{uuid4().hex[:8]}"  # the ledger keeps every sign-in, so that nobody can be deleted afterwards
    person(username, *roles, name="周明远")
    page.goto(f"{base}/accounts/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.click(".signin-form .btn-primary")
    page.wait_for_url(f"{base}/")


def leave(page: Any) -> None:
    """Away from the page, and signed out. A page left open hears that its session is over and goes to the door by
    itself, across whatever the test asks for next."""
    page.goto("about:blank")
    page.context.clear_cookies()


GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")  # of a question that a later one, or leaving, replaced


def complaints(page: Any) -> list[str]:
    """What the console says against the page: a broken Content-Security-Policy among it."""
    said: list[str] = []

    def hear(message: Any) -> None:
        if message.type == "error" and "404" not in message.text and message.text not in GIVEN_UP:
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("size", ["office", "phone"])
def test_every_page_is_accessible_fits_and_keeps_the_policy(size, request, site):
    page = request.getfixturevalue(size)
    said = complaints(page)
    page.goto(f"{site.url}/accounts/login/")
    assert look(page) == []
    enter(page, site.url, "community_officer")
    for theme, language in (("light", "zh-hans"), ("dark", "en")):
        page.evaluate(
            """([theme, language]) => { const form = document.querySelector('[data-theme-form]'),
               data = new FormData(form); data.set('theme', theme); data.set('language', language);
               return fetch(form.action, {method: 'POST', body: data}) }""",
            [theme, language],
        )
        for path in PAGES:
            page.goto(site.url + path)
            assert page.locator("html").get_attribute("data-bs-theme") == theme
            assert look(page) == [], (path, theme, language)
    assert said == []


def test_theme_changes_at_once_and_stays(office, site):
    enter(office, site.url)
    with office.expect_response("**/preferences/"):
        office.click("[data-flip]")
    assert office.locator("html").get_attribute("data-bs-theme") == "dark"
    office.reload()
    assert office.locator("html").get_attribute("data-bs-theme") == "dark"


def test_menu_changes_language_and_closes_by_escape(office, site):
    enter(office, site.url)
    office.click(".tl-menu > summary")
    office.keyboard.press("Escape")
    assert office.locator(".tl-menu").get_attribute("open") is None
    office.click(".tl-menu > summary")
    office.click(".tl-menu button[value='en']")
    office.wait_for_selector("html[lang='en']")
    assert office.inner_text("h1") == "Today"


def test_slash_goes_to_search_unless_single_keys_are_off(office, site):
    enter(office, site.url)
    office.keyboard.press("/")
    assert office.evaluate("document.activeElement.id") == "q"
    office.keyboard.type("/a")
    assert office.input_value("#q") == "/a"
    office.click(".tl-menu > summary")
    office.click("button[name='keys'][value='off']")
    office.wait_for_selector("html[data-keys='off']")
    office.keyboard.press("/")
    assert office.evaluate("document.activeElement.id") != "q"


def test_skip_link_is_first_and_goes_to_the_content(office, site):
    enter(office, site.url)
    office.keyboard.press("Tab")
    assert office.evaluate("document.activeElement.className") == "tl-skip"
    office.keyboard.press("Enter")
    assert office.evaluate("document.activeElement.id") == "main"


def test_phone_has_its_bar_at_the_bottom_with_targets_of_44_pixels(phone, site):
    enter(phone, site.url, "chief")
    rail = phone.locator(".tl-rail").bounding_box()
    assert rail["y"] + rail["height"] == phone.viewport_size["height"]
    for item in phone.locator(".tl-rail-item:visible, .tl-menu > summary, .tl-search-go").all():
        box = item.bounding_box()
        assert box["width"] >= 44
        assert box["height"] >= 44


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_script_says_durations_as_the_server_does(language, office, site):
    enter(office, site.url)
    office.click(".tl-menu > summary")
    office.click(f".tl-menu button[value='{language}']")
    office.goto(f"{site.url}/kit/")
    probes = (5, 3_590, 3_610, 12_000, 86_410, 190_000)
    office.evaluate(
        """probes => { for (const seconds of probes) {
           const node = document.createElement('b'); node.id = `probe-${seconds}`; document.body.append(node);
           const now = Date.parse(document.documentElement.dataset.now) + performance.now();
           node.dataset.since = new Date(now - seconds * 1000).toISOString(); } }""",
        probes,
    )
    office.wait_for_timeout(1_200)  # the script counts once a second
    for seconds in probes:
        shown = office.inner_text(f"#probe-{seconds}")
        with translation.override(language):
            near = {saying.span(timedelta(seconds=seconds + drift)) for drift in range(-3, 6)}
        assert shown in near


def test_masked_field_asks_why_and_gives_way_to_escape(office, site):
    enter(office, site.url)
    office.goto(f"{site.url}/kit/")
    office.click("[data-unmask]")
    assert office.is_visible("#unmask")
    assert office.locator("#unmask input:checked").count() == 0
    office.keyboard.press("Escape")
    assert not office.is_visible("#unmask")
    assert office.evaluate("document.activeElement.hasAttribute('data-unmask')")


def test_wrong_password_says_so_and_nothing_more(office, site):
    known = person(f"b{uuid4().hex[:8]}")
    for name in (known.username, "nobody"):
        office.goto(f"{site.url}/accounts/login/")
        office.fill("#id_login", name)
        office.fill("#id_password", "not the password")
        office.click(".signin-form .btn-primary")
        assert office.inner_text("[role=alert]") == "账号或密码不对"

"""The call desk by keyboard alone, in a real browser: keys are counted, nothing is timed; a crash loses nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints, enter
from tests.browser.test_lists import choose
from twinloop.cases import actions
from twinloop.cases.models import Incident
from twinloop.intake.doors.models import Report
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places.models import Place

pytestmark = pytest.mark.browser
SAID = "李家把排水沟又用水泥堵了，水倒灌进我家厨房"
# what fingers do for a word that an input method writes: its pinyin and one key to choose, about two keys a character
KEYS_A_CHARACTER = 2
# 45 s at two keys a second for everything that is not the caller's own words: a slow typist
MOST_KEYS = 90


class Keyboard:
    """Counts every key that a person would press."""

    def __init__(self, page: Any) -> None:
        self.page, self.keys = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += key.count("+") + 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def write(self, chinese: str) -> int:
        """Through an input method; gives the keys, counted apart."""
        self.page.keyboard.insert_text(chinese)
        return KEYS_A_CHARACTER * len(chinese)


def before() -> None:
    """An earlier call of the same number, with its dispute."""
    with see_as(SYSTEM):
        at = timezone.localtime() - timedelta(days=20)
        place = Place.objects.served().communities().get(short="柳塘村")
        caller = actions.Caller(world.person("王秀兰", phone="19900000127"))
        report = world.incident(place, caller=caller, narrative="李家堵了排水沟", at=at)
        world.dispute(place, incident=report, title="排水沟纠纷", at=at)


def open_desk(page: Any, url: str, role: str = "dispatcher", path: str = "/intake/") -> None:
    enter(page, url, role)
    page.goto(url + path)
    page.wait_for_selector("html[data-keep-ready]")


def test_a_call_by_keyboard_alone(office, site):
    before()
    said = complaints(office)
    open_desk(office, site.url)
    assert office.evaluate("document.activeElement.id") == "phone"
    hands = Keyboard(office)
    hands.type("19900000127")
    hands.press("Enter")
    words = hands.write("王秀兰")
    hands.press("Alt+a")
    hands.type("ltc")
    office.wait_for_selector("#spots [data-code]")
    while office.locator("#spots [aria-selected=true]").get_attribute("data-short") != "柳塘村":
        hands.press("ArrowDown")
    hands.press("Enter")
    assert "派出所" in office.locator("#place-found").inner_text()
    hands.press("Enter")
    hands.type("3")
    words += hands.write("组")
    hands.press("Enter")  # when
    hands.press("Enter")  # what happened
    assert office.evaluate("document.activeElement.id") == "text"
    words += hands.write(SAID)
    office.wait_for_selector("#past [data-join]")
    assert "199****0127" not in office.locator("#past").inner_text()
    hands.press("Alt+x")
    hands.press("Space")
    hands.press("Control+Enter")
    office.wait_for_url("**/intake/done/**")
    assert hands.keys <= MOST_KEYS
    assert hands.keys + words <= 3 * MOST_KEYS  # and with the words: six keys a second
    with see_as(SYSTEM):
        found = Incident.objects.order_by("pk").last()
        assert (found.narrative, found.place.short, found.address) == (SAID, "柳塘村", "3组")
        assert Report.objects.get(incident=found).flags == ["ongoing"]
    assert office.locator("#done-no").inner_text() == found.number
    assert office.evaluate("document.activeElement.id") == "next-call"
    hands.press("Enter")  # the next call in one key
    office.wait_for_url("**/intake/")
    assert said == []


def test_the_side_offers_the_earlier_dispute_and_one_key_joins(office, site):
    before()
    open_desk(office, site.url)
    office.keyboard.type("19900000127")
    office.wait_for_selector("#past [data-join]")
    office.click("#past [data-join]")
    number = office.locator("#dispute").input_value()
    assert number.startswith("JF")
    office.fill("#place", "柳塘村")
    office.fill("#text", "又堵了")
    office.keyboard.press("Control+Enter")
    office.wait_for_url("**/intake/done/**")
    assert number in office.locator("main").inner_text()


def test_under_a_warning_the_suggested_repeat_is_seen_and_joins(office, site):
    with see_as(SYSTEM):
        at = timezone.localtime() - timedelta(days=1)
        place = Place.objects.served().communities().get(short="柳塘村")
        said = "隔壁赖水根砌猪栏，粪水顺着墙脚流进我家厨房，臭得饭都吃不下"
        report = world.incident(place, narrative=said, at=at)
        world.dispute(place, incident=report, title="猪栏粪水", at=at)
    open_desk(office, site.url)
    office.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML('afterbegin',
        '<div class="tl-notes"><p class="tl-note">升温</p></div>')"""
    )
    office.fill("#place", "柳塘村")
    office.fill("#text", said)
    office.wait_for_selector("#suggest [data-join]")
    heights = "all => all.map(one => [one.clientHeight, one.scrollHeight])"
    for held, needed in office.eval_on_selector_all(".intake-side > *", heights):
        assert needed <= held + 1, "a panel holds what stands in it"
    foot = office.locator("#intake [type=submit]").bounding_box()
    assert foot["y"] + foot["height"] <= office.viewport_size["height"]
    office.click("#suggest [data-join]")
    assert office.locator("#dispute").input_value().startswith("JF")


def test_enter_in_the_words_goes_on_and_shift_enter_breaks_the_line(office, site):
    open_desk(office, site.url)
    office.keyboard.press("Alt+j")
    office.keyboard.type("a")
    office.keyboard.press("Shift+Enter")
    office.keyboard.type("b")
    office.keyboard.press("Enter")
    assert office.locator("#text").input_value() == "a\nb"
    assert office.evaluate("document.activeElement.id") == "kind"


def test_what_was_typed_is_back_after_a_crash_and_can_be_cleared(office, site):
    open_desk(office, site.url)
    office.keyboard.type("19900000127")
    office.fill("#text", SAID)
    office.wait_for_timeout(800)
    office.reload()
    office.wait_for_selector(".tl-kept")
    assert office.locator("#text").input_value() == SAID
    assert office.locator("#phone").input_value() == "19900000127"
    office.click(".tl-kept button")
    assert office.locator("#text").input_value() == ""


def test_a_refused_form_keeps_the_words_and_stands_at_the_field(office, site):
    open_desk(office, site.url)
    office.keyboard.type("1990000")
    office.fill("#text", SAID)
    office.keyboard.press("Control+Enter")
    office.wait_for_selector("#phone[aria-invalid=true]")
    assert office.locator("#text").input_value() == SAID
    assert office.evaluate("document.activeElement.id") == "phone"
    assert look(office) == []


DOORS = ("/intake/", "/intake/walk-in/", "/intake/transfer/", "/intake/petition/")


@pytest.mark.parametrize("size", ["office", "phone"])
def test_doors_are_accessible_fit_and_keep_the_policy(size, request, site):
    page = request.getfixturevalue(size)
    said = complaints(page)
    with see_as(SYSTEM):
        place = Place.objects.served().communities().order_by("code").first()
        number = world.incident(place, narrative="邻居堵了排水沟").number
    enter(page, site.url, "dispatcher")
    for theme, language in (("light", "zh-hans"), ("dark", "en")):
        choose(page, theme, language)
        for path in (*DOORS, f"/intake/done/{number}/", f"/incidents/{number}/elsewhere/"):
            page.goto(site.url + path)
            assert look(page) == [], (path, theme, language)
    assert said == []


def test_a_walk_in_on_a_phone(phone, site):
    open_desk(phone, site.url, "auxiliary", "/intake/walk-in/")
    phone.fill("#name", "王秀兰")
    phone.fill("#place", "柳塘村")
    phone.fill("#text", "邻居堵了排水沟")
    phone.tap("#intake [type=submit]")
    phone.wait_for_url("**/intake/done/**")
    assert phone.locator("#done-no").inner_text().startswith("JQ")

"""The wall in a real browser: turns, holds, hears, goes on after a break, and holds no more after many turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from bench.wall import held
from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.windows import _window
from twinloop.insight.walls import actions, panels, queries
from twinloop.insight.walls.words import PANELS
from twinloop.ledger.live import LISTENER
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.browser
ON = "section[data-on]"


@pytest.fixture
def big(chromium: Any) -> Iterator[Any]:
    yield from _window(chromium, 1920, 1080)


@pytest.fixture
def hung(site: Any, big: Any) -> Iterator[world.District]:
    """A district, and `big` as the device of a screen that shows it."""
    at = timezone.localtime()
    with see_as(SYSTEM):
        district = world.district()
        for _ in range(4):
            world.dispute(district.near, at=at)
        scope = district.scope("bureau", at)
        _screen, link = actions.make("大厅", None, scope, by=district.people["bureau"].pk, at=at)
    big.goto(f"{site.url}/wall/open/{link}/")
    big.click("form .btn-primary")
    big.wait_for_selector(ON)
    yield district
    LISTENER.stop()


def shown(page: Any) -> str:
    return str(page.get_attribute(ON, "data-panel"))


def test_it_turns_by_keys_fits_and_is_readable_on_every_panel(big, hung):
    said = complaints(big)
    for n, code in enumerate(PANELS, 1):
        big.keyboard.press(str(n))
        assert shown(big) == code
        assert look(big) == [], code
        small = """[...document.querySelectorAll('section[data-on] *, .wall-head *, .wall-foot *')].filter(el =>
            !el.closest('.tl-hide, svg') && [...el.childNodes].some(node => node.nodeType === 3 && node.data.trim())
            && parseFloat(getComputedStyle(el).fontSize) < 30).map(el => el.outerHTML.slice(0, 90))"""
        assert big.evaluate(small) == [], code
    big.keyboard.press("ArrowRight")
    assert shown(big) == next(iter(PANELS))  # round again
    big.keyboard.press("ArrowLeft")
    assert shown(big) == list(PANELS)[-1]
    assert said == []


def test_it_turns_by_itself_until_it_is_held(big, hung, site):
    big.goto(f"{site.url}/wall/?every=5#today")
    big.wait_for_selector("#wall-open[data-on]", timeout=8_000)
    big.keyboard.press("Space")
    assert big.get_attribute("[data-wall-pause]", "aria-pressed") == "true"
    big.wait_for_timeout(6_000)
    assert shown(big) == "open"


def test_a_new_dispute_is_on_the_wall_by_itself_and_a_stopped_screen_says_so(big, hung):
    big.keyboard.press("2")
    assert big.inner_text("#wall-open .wall-big b") == "4"
    with see_as(SYSTEM):
        world.dispute(hung.near, at=timezone.localtime())
    big.locator("#wall-open .wall-big b", has_text="5").wait_for(timeout=10_000)
    with see_as(SYSTEM):
        screen = queries.Screen.objects.get()
        actions.revoke(screen, by=hung.people["bureau"].pk, at=timezone.localtime())
    big.evaluate("document.dispatchEvent(new Event('wall:ask'))")
    big.locator("[data-wall-word]", has_text="已停用").wait_for()


def test_a_server_that_went_away_is_said_and_found_again(big, hung):
    big.context.set_offline(True)
    big.evaluate("document.dispatchEvent(new Event('wall:ask'))")
    big.wait_for_selector("[data-wall-live][data-lost]")
    assert "断线" in big.inner_text("[data-wall-word]")
    big.context.set_offline(False)
    big.wait_for_selector("[data-wall-live]:not([data-lost])", timeout=10_000)


def test_a_panel_that_cannot_be_counted_says_so_and_the_others_go_on(big, hung, monkeypatch):
    def broken(*_args: Any, **_named: Any) -> None:
        raise ZeroDivisionError

    ask = "document.dispatchEvent(new Event('wall:ask'))"
    with monkeypatch.context() as patch:
        patch.setattr(panels, "owed", broken)
        big.keyboard.press("3")
        big.locator("#wall-owed [data-wall-none]", has_text="数不出来").wait_for()
        big.keyboard.press("2")
        big.locator("#wall-open .wall-big b", has_text="4").wait_for()
        patch.setattr(panels, "opened", broken)
        big.evaluate(ask)
        big.wait_for_selector("#wall-open[data-old]")  # what it said stands
        assert big.inner_text("#wall-open .wall-big b") == "4"
        assert not big.query_selector("[data-wall-live][data-lost]")
    big.evaluate(ask)
    big.wait_for_selector("#wall-open[data-on]:not([data-old])")
    big.keyboard.press("3")
    big.evaluate(ask)
    big.locator("#wall-owed .wall-none", has_text="今天没有到期的").wait_for()


def test_it_holds_no_more_after_many_turns_than_after_few(big, hung):
    """The long run is `bench/wall.py`; here 60 turns and 20 answers after as many to warm up (code, glyphs)."""
    session = big.context.new_cdp_session(big)
    session.send("Performance.enable")

    def turns(times: int) -> dict[str, float]:
        for n in range(times):
            big.keyboard.press("ArrowRight")
            if n % 3 == 0:
                with big.expect_response("**/wall/panels/**"):
                    big.evaluate("document.dispatchEvent(new Event('wall:ask'))")
        big.keyboard.press("1")  # both times with the same panel on screen: one with a chart holds more
        big.wait_for_timeout(300)
        return held(session)

    before, after = turns(60), turns(60)
    assert after["Nodes"] <= before["Nodes"] * 1.05
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 5
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] * 1.05

"""Pages on paper: title, who printed it, all of it; nothing that is pressed or cut off."""

from __future__ import annotations

import pytest

from tests.browser.test_front import enter
from tests.browser.test_lists import fill

pytestmark = pytest.mark.browser

# an A4 sheet between margins of 12 mm, at 96 pixels an inch
SHEET = {"width": 703, "height": 1032}
SEEN = """selector => [...document.querySelectorAll(selector)]
    .filter(one => one.checkVisibility()).map(one => one.textContent.trim().slice(0, 40))"""
CUT = """() => [...document.querySelectorAll('main *')]
    .filter(one => one.checkVisibility() && !one.closest('.tl-hide')
        && one.querySelector('table') && getComputedStyle(one).overflowX !== 'visible')
    .map(one => one.className)"""
PRESSED = "#bell, .tl-rail, .tl-search, .tl-notes, main .btn, main form .form-control"
PAGES = ("/dashboard/", "/indicators/", "/disputes/", "/incidents/", "/progress/", "/assessment/", "/reports/", "/map/")


def test_a_page_prints_its_title_its_printer_and_nothing_to_press(office, site):
    fill()
    enter(office, site.url, "bureau")
    office.set_viewport_size(SHEET)
    office.emulate_media(media="print")
    for path in PAGES:
        office.goto(site.url + path)
        title = office.evaluate(SEEN, ".tl-bar h1")
        assert len(title) == 1, path
        printed = office.evaluate(SEEN, ".tl-printed")
        assert len(printed) == 1, path
        assert printed[0].startswith("打印人 "), path
        assert office.evaluate(SEEN, PRESSED) == [], path
        assert office.evaluate(CUT) == [], path


def test_the_screen_shows_no_line_of_the_paper(office, site):
    fill()
    enter(office, site.url, "bureau")
    office.goto(f"{site.url}/disputes/")
    assert office.evaluate(SEEN, ".tl-printed") == []
    assert office.evaluate(SEEN, "#bell") != []

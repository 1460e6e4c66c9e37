"""The settings pages for places in a real browser: axe, no sideways scroll, and a list brought in by clicking."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.browser.looking import look
from tests.browser.test_front import complaints, enter
from tests.places.conftest import AT
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places import actions, demo

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")  # a folder: pictures of every page are kept there
LIST = "甲,乙\n990101,试验县\n990101100,东岭镇\n990101100200,江坝村委会\n990101100201,\n"


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def district(chromium: Any, site: Any) -> Any:
    # after the browser: its event loop gives this thread other connections, and those of before would stay open
    with see_as(SYSTEM):
        demo.fill(AT)
        actions.retire("360702001001", by=None, at=AT, why="并入新赣南路居委会")
    return site


@pytest.mark.parametrize("size", ["office", "phone"])
def test_every_page_is_accessible_fits_and_keeps_the_policy(size, request, district, tmp_path):
    page = request.getfixturevalue(size)
    said = complaints(page)
    enter(page, district.url, "system_admin")
    for name, path in {
        "tree": "places/",
        "found": "places/?q=jb",
        "nothing": "places/?q=zzzz",
        "county": "places/360702000000/",
        "village": "places/360702191204/",
        "retired": "places/360702001001/",
        "import": "places/import/",
    }.items():
        page.goto(f"{district.url}/settings/{path}")
        assert look(page) == [], name
        shot(page, f"{size}-{name}")
    file = Path(tmp_path / "清单.csv")
    file.write_text(LIST, encoding="gb18030")
    page.set_input_files("#id_file", file)
    page.click("main .btn-primary")
    assert look(page) == []
    shot(page, f"{size}-columns")
    page.select_option("#id_code", "甲")
    page.select_option("#id_name", "乙")
    page.click(".places-columns .btn")
    page.wait_for_selector(".places-figures")
    assert look(page) == []
    shot(page, f"{size}-tried")
    page.click("main .btn-primary")
    assert "有 1 行不能用" in page.inner_text("main")
    page.check("[name=good_rows]")
    page.click("main .btn-primary")
    page.wait_for_url("**/settings/places/")
    assert "新增 3" in page.inner_text("main")
    assert said == ["Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"]


def test_a_village_is_taken_out_and_back_in(office, district):
    enter(office, district.url, "system_admin")
    office.goto(f"{district.url}/settings/places/360702191204/")
    office.fill("#id_why", "移交")
    office.click("text=移出辖区")
    assert "江坝村：已移出辖区" in office.inner_text("main")
    office.fill("#id_why", "接回")
    office.click("button:has-text('列入辖区')")
    assert "江坝村：已列入辖区" in office.inner_text("main")

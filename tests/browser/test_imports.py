"""A file from choosing it to its result in a real browser, phone and office; axe on each step."""

from __future__ import annotations

import pytest

from tests.browser.looking import look
from tests.browser.test_front import complaints, enter
from tests.intake.batches.bringing import CALL_HEAD, call, write
from twinloop.intake.batches import jobs

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["office", "phone"])
def test_a_file_is_sent_looked_at_and_brought_in(size, request, site, tmp_path):
    page = request.getfixturevalue(size)
    bad, good = call("J2", at="2026-04-31 10:00:00"), call("J1", text="一方打 13900000127 催债")
    path = write(tmp_path / "接警单.csv", CALL_HEAD, good, bad)
    said = complaints(page)
    enter(page, site.url, "dispatcher")
    page.goto(f"{site.url}/imports/")
    assert look(page) == []
    page.set_input_files("input[type=file]", str(path))
    page.click("form[enctype] button[type=submit]")
    page.wait_for_url("**/imports/*/")
    assert page.is_visible("text=没有这一天")
    assert page.is_visible("text=139****0127")
    assert look(page) == []
    page.click("text=导入对的行")
    page.wait_for_selector("#progress")
    assert look(page) == []
    jobs.bring(int(page.url.rstrip("/").rsplit("/", 1)[1]))
    page.wait_for_selector("text=撤销这一批")  # the page asks again by itself
    assert look(page) == []
    with page.expect_download() as fetched:
        page.click("text=下载不对的行")
    assert "没有这一天" in fetched.value.path().read_text("utf-8-sig")
    assert said == []

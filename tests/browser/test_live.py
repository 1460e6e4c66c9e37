"""Pages that hear of changes: an order sent at one desk is on the other, and on the phone, within two seconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.dispatch.orders.conftest import Floor, enter, furnish
from twinloop.desk import live
from twinloop.ledger.live import LISTENER
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.browser
SOON = 2_000  # milliseconds


@pytest.fixture
def floor(site: Any) -> Iterator[Floor]:
    """A dispatcher, officers on duty and a call that waits."""
    at = timezone.localtime()
    with see_as(SYSTEM):
        made = furnish(at)
        made.made["call"] = made.call(at=at, narrative="两家为宅基地吵了起来")
    yield made
    LISTENER.stop()


def is_live(page: Any) -> None:
    page.wait_for_selector("html[data-live-now='on']", state="attached")


def test_an_order_sent_at_one_desk_is_on_the_other_and_on_the_phone(office, phone, site, floor):
    said = complaints(office) + complaints(phone)
    enter(office, site.url, floor.dispatcher), enter(phone, site.url, floor.best)
    office.goto(f"{site.url}/board/")
    phone.goto(f"{site.url}/orders/")
    is_live(office), is_live(phone)
    call = floor.made["call"]
    assert office.locator(f"#wait-{call.number}").count() == 1
    office.evaluate("window.stayed = true"), phone.evaluate("window.stayed = true")
    with see_as(SYSTEM):
        floor.send(call, floor.best, at=timezone.localtime())
    office.wait_for_selector(".wait-none", timeout=SOON)
    phone.wait_for_selector(".order-title", timeout=SOON)
    assert phone.inner_text("#mine-new") == "有新的派单"
    assert office.inner_text("[data-live-word]") == "实时更新"
    assert office.evaluate("window.stayed")  # nothing was loaded anew
    assert phone.evaluate("window.stayed")
    assert look(office) == look(phone) == []
    assert said == []


def test_a_new_call_is_on_the_board_by_itself(office, site, floor):
    enter(office, site.url, floor.dispatcher)
    office.goto(f"{site.url}/board/")
    is_live(office)
    with see_as(SYSTEM):
        new = floor.call(at=timezone.localtime(), narrative="又来一个")
    office.wait_for_selector(f"#wait-{new.number}", timeout=SOON)


def test_a_stream_that_broke_is_said_and_found_again(office, site, floor, monkeypatch):
    enter(office, site.url, floor.dispatcher)
    office.goto(f"{site.url}/board/")
    is_live(office)
    monkeypatch.setattr(live, "EACH", 0)
    monkeypatch.setattr(live.Stream, "__next__", lambda stream: stream.close() or next(iter(())))
    LISTENER.publish({"of": "watching"})  # wakes the stream, which then ends; its next one is refused
    office.wait_for_selector("html[data-live-now='poll']", state="attached")
    with see_as(SYSTEM):
        new = floor.call(at=timezone.localtime(), narrative="断线时来的")
    monkeypatch.undo()
    is_live(office)
    office.wait_for_selector(f"#wait-{new.number}", timeout=SOON)  # what happened meanwhile is caught up


def test_without_a_seat_the_page_asks_by_the_clock(office, site, floor, monkeypatch):
    monkeypatch.setattr(live, "EACH", 0)
    enter(office, site.url, floor.dispatcher)
    office.goto(f"{site.url}/board/")
    office.wait_for_selector("html[data-live-now='poll']", state="attached")
    assert office.inner_text("[data-live-word]") == "每 30 秒更新"
    office.evaluate("document.querySelector('[data-live]:not(#bell)').dataset.liveEvery = '1'")
    with see_as(SYSTEM):
        new = floor.call(at=timezone.localtime(), narrative="又来一个")
    office.wait_for_selector(f"#wait-{new.number}", timeout=5_000)

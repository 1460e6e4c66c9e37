"""From the board to the final feedback on a phone, and a returned order that comes back on top: in a real browser."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.dispatch.orders import conftest
from twinloop.cases.models import Feedback, Order
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")
CALLS = (
    ("女方称被丈夫推倒，孩子在场，有哭声", "A2", 300),
    ("李家把排水沟又用水泥堵了，水倒灌进我家厨房。他儿子说谁动沟就打谁，你们快来人。", "B1", 52),
    ("楼上装修，午休时间敲打", "B2", 20),
    ("理发店预付卡不退，双方在店内争执", "C3", 5),
)


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/matching-{name}.png")


@pytest.fixture
def story(site):
    now = timezone.localtime()
    with see_as(SYSTEM):
        floor = conftest.furnish(now)
        for text, code, seconds in CALLS:
            call = floor.call(
                at=now - timedelta(seconds=seconds), narrative=text, reported_type=code, address="近村三组12号"
            )
            from twinloop.triage.actions import judge

            judge(call, by=None, at=now - timedelta(seconds=seconds))
    return floor


def test_one_call_from_the_board_to_the_final_feedback_on_a_phone(site, office, phone, story):
    said = complaints(office)
    conftest.enter(office, site.url, story.dispatcher)
    office.goto(f"{site.url}/board/")
    office.get_by_text("排水沟").first.click()
    office.get_by_role("heading", name="谁去合适").wait_for()
    shot(office, "board")
    assert look(office) == []
    office.keyboard.press("2")
    office.get_by_text("为什么不派第 1 位").first.wait_for()
    shot(office, "board-why")
    office.keyboard.press("Escape")
    office.goto(office.url)
    office.keyboard.press("1")
    office.get_by_text("已派 陈立群").wait_for()
    shot(office, "board-undo")
    assert said == []

    conftest.enter(phone, site.url, story.best)
    phone.goto(f"{site.url}/orders/")
    phone.get_by_role("button", name="签收").tap()
    phone.wait_for_url("**/orders/*/")
    phone.get_by_role("button", name="我已到场").tap()
    phone.get_by_role("link", name="反馈").tap()
    phone.get_by_label("当场平息").tap()
    phone.get_by_role("button", name="提交反馈").tap()
    phone.get_by_text("反馈已提交").wait_for()
    assert look(phone) == []
    with see_as(SYSTEM):
        assert Feedback.objects.get().is_settled
        assert Order.objects.get().state == "done"


def test_a_returned_order_comes_back_on_top_by_itself(site, office, phone, story):
    conftest.enter(office, site.url, story.dispatcher)
    office.goto(f"{site.url}/board/")
    office.get_by_text("楼上装修").first.click()
    office.get_by_role("heading", name="谁去合适").wait_for()
    office.keyboard.press("1")
    office.get_by_text("已派").first.wait_for()
    with see_as(SYSTEM):
        order = Order.objects.get()
    conftest.enter(phone, site.url, order.to_account)
    phone.goto(f"{site.url}/orders/{order.pk}/return/")
    phone.get_by_label("手头的事走不开").tap()
    phone.get_by_role("button", name="退回指挥室").tap()
    first = office.locator("#board-wait li").first
    first.get_by_text("退单：手头的事走不开").wait_for(timeout=15000)  # the list looks again by itself
    first.locator("a").click()
    shot(office, "board-returned")
    office.get_by_role("button", name="切换深浅色").click()
    shot(office, "board-dark")
    office.goto(f"{site.url}/board/together/")
    shot(office, "together")
    assert look(office) == []
    office.goto(f"{site.url}/board/handover/")
    shot(office, "handover")
    assert look(office) == []

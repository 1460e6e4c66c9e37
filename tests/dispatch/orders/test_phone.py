"""我的派单 in a real browser at 360 px: from the signature to the final feedback in as few taps as promised."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.dispatch.orders import conftest
from twinloop.cases.models import Feedback, Order
from twinloop.dispatch.orders.models import Recusal
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/matching-{name}.png", full_page=False)


@pytest.fixture
def sent(site):
    now = timezone.localtime()
    with see_as(SYSTEM):
        floor = conftest.furnish(now)
        call = floor.call(
            at=now - timedelta(seconds=50),
            address="近村三组12号",
            narrative="李家把排水沟又用水泥堵了，水倒灌进我家厨房。他儿子说谁动沟就打谁，你们快来人。",
        )
        order = floor.send(call, floor.best, at=now - timedelta(seconds=20), text="先把双方分开，拍照留存。")
    return floor, order


def test_from_signature_to_final_feedback(site, phone, sent):
    floor, order = sent
    conftest.enter(phone, site.url, floor.best)
    phone.goto(f"{site.url}/orders/")
    shot(phone, "phone-sent")
    assert phone.get_by_role("button", name="签收").is_visible()
    phone.get_by_role("button", name="签收").tap()
    phone.wait_for_url("**/orders/*/")
    shot(phone, "phone-signed")
    phone.context.set_geolocation({"latitude": 25.12, "longitude": 114.98})
    phone.context.grant_permissions(["geolocation"])
    phone.get_by_role("button", name="我已到场").tap()
    phone.get_by_role("link", name="反馈").wait_for()
    shot(phone, "phone-arrived")
    taps = 0
    phone.get_by_role("link", name="反馈").tap()
    taps += 1
    phone.get_by_label("没有平息").tap()
    taps += 1
    phone.get_by_label("一方不同意").tap()
    taps += 1
    shot(phone, "phone-feedback")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.get_by_role("button", name="提交反馈").tap()
    taps += 1
    phone.get_by_text("反馈已提交").wait_for()
    shot(phone, "phone-done")
    assert taps <= 4
    with see_as(SYSTEM):
        order = Order.objects.get(pk=order.pk)
        told = Feedback.objects.get(order=order)
    assert (order.state, told.is_final, told.is_settled, told.text) == ("done", True, False, "没有平息：一方不同意")


def test_an_order_is_given_back_with_its_reason(site, phone, sent):
    floor, order = sent
    conftest.enter(phone, site.url, floor.best)
    phone.goto(f"{site.url}/orders/")
    phone.get_by_role("link", name="退单").tap()
    phone.get_by_label("与当事人有关系，回避").tap()
    shot(phone, "phone-return")
    phone.get_by_role("button", name="退回指挥室").tap()
    phone.get_by_text("会重新派人").wait_for()
    shot(phone, "phone-empty")
    with see_as(SYSTEM):
        assert Order.objects.get(pk=order.pk).state == "returned"
        assert Recusal.objects.get().account == floor.best

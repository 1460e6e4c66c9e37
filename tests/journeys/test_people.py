"""A newcomer's district in a real browser, by clicking alone: no address is typed but the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_front import complaints, leave
from tests.conftest import copy_lively
from twinloop.cases.models import Feedback, IncidentLink, Order
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.follow.models import Nomination
from twinloop.people.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SAID = "隔壁赖水根砌猪栏，粪水顺着墙脚流进我家厨房，臭得饭都吃不下"


@pytest.fixture
def town(site: Any, fresh_db: str) -> str:
    """What `make run` shows: the demo district with its cases. Gives its first address."""
    copy_lively(fresh_db)
    return f"{site.url}/accounts/login/"


def come(page: Any, town: str, name: str) -> None:
    """By the button of the sign-in page that stands for a person."""
    leave(page)
    page.goto(town)
    page.click(f"button[name=username][value={name}]")
    page.wait_for_selector(".tl-rail")


def rail(page: Any, word: str) -> None:
    page.click(f".tl-rail a:has-text('{word}')")
    page.wait_for_load_state()


def kept(page: Any, link: str) -> bytes:
    with page.expect_download() as waiting:
        page.click(link)
    return Path(waiting.value.path()).read_bytes()


def test_a_chief_opens_a_figure_to_its_rows_decides_what_waits_and_takes_a_report_along(town, office):
    heard = complaints(office)
    come(office, town, "chief")
    rail(office, "看板")
    office.click("main a:has-text('近 90 天')")
    office.wait_for_url("**/?span=days_90")
    figure = office.locator("main a[href^='/dashboard/sums/new/']")
    counted = int(figure.inner_text().split()[-1])
    assert counted > 0
    figure.click()
    office.wait_for_selector("main a[href^='/disputes/']")
    assert office.inner_text("main h1, main h2").split()[-1] == str(counted), "a figure opens to all that it counts"
    office.click("main a[href^='/disputes/JF'] >> nth=0")
    office.wait_for_selector("#h-whistle")
    rail(office, "今日")
    office.click("main a[href^='/follow/nominations/'] >> nth=0")
    office.wait_for_url("**/follow/nominations/**")
    with see_as(SYSTEM):
        asked = Nomination.objects.get(pk=int(office.url.rstrip("/").split("/")[-1]))
    office.check("input[name=decision][value=declined]", force=True)
    office.fill("textarea[name=why]", "先由社区民警约两家到地头量一次")
    with office.expect_navigation():
        office.click("form[data-keep^=follow-] button[type=submit]")
    with see_as(SYSTEM):
        asked.refresh_from_db()
    assert (asked.decision, asked.decided_by.username) == ("declined", "chief")
    rail(office, "看板")
    office.click("main a:has-text('研判报告')")
    office.select_option("#id_kind", "day")
    assert not office.input_value("#id_day"), "without a day it is yesterday, the newest that is over"
    office.click("button:has-text('做报告')")
    office.wait_for_selector("a[href$='paper.pdf']")
    assert kept(office, "a[href$='paper.pdf']").startswith(b"%PDF")
    assert kept(office, "a[href$='paper.docx']").startswith(b"PK")
    assert heard == []


def test_an_auditor_finds_who_opened_what_and_never_the_case(town, office):
    heard = complaints(office)
    come(office, town, "dispatcher")
    rail(office, "警情")
    office.click("main a[href^='/incidents/JQ'] >> nth=0")
    office.wait_for_selector("[data-unmask]")
    number = office.url.rstrip("/").split("/")[-1]
    office.click("[data-unmask] >> nth=0")
    office.check("#unmask input[value=verify]", force=True)
    office.click("#unmask .btn-primary")
    office.wait_for_selector("text=显示 60 秒后收起")
    name = office.locator("dt:has-text('姓名') + dd").inner_text().split()[0]
    assert "*" not in name
    rail(office, "纠纷")
    office.click("main a[href^='/disputes/JF'] >> nth=0")
    office.wait_for_selector("#h-whistle")
    case = office.url

    come(office, town, "auditor")
    rail(office, "审计")
    assert "何静" in office.inner_text("main"), "who opened most stands first"
    office.fill("#id_number", number)
    office.click("button:has-text('找')")
    office.wait_for_load_state()
    found = office.inner_text("main")
    assert "何静" in found
    assert "核对身份" in found, "and why"
    assert name not in found
    for tab in ("看案件", "导出、取走", "登录", "改动", "点开身份"):
        office.click(f".tl-tab:has-text('{tab}')")
        office.wait_for_selector(f".tl-tab[aria-current=page]:has-text('{tab}')")
    office.fill("#id_number", case.rstrip("/").split("/")[-1])
    office.click(".tl-tab:has-text('看案件')")
    office.wait_for_load_state()
    assert office.locator("main a[href^='/disputes/'], main a[href^='/incidents/']").count() == 0, "no way to a case"
    assert heard == []
    answer = office.goto(case)  # typed, as somebody would who knows the number: refused
    assert answer.status == 403
    with see_as(SYSTEM):
        assert Event.objects.filter(by__username="auditor", is_look=True).exists(), "and is written down too"


def test_a_call_goes_from_the_desk_to_an_officer_s_phone_and_back(town, site, office, phone):
    heard, rang = complaints(office), complaints(phone)
    come(office, town, "dispatcher")
    rail(office, "接警")
    office.wait_for_selector("html[data-keep-ready]")
    office.keyboard.type("19900000127")
    office.fill("#name", "赖春兰")
    office.fill("#place", "柳塘村")
    office.fill("#text", SAID)
    office.click("#suggest [data-join] >> nth=0")
    joined = office.locator("#dispute").input_value()
    office.click("#intake [type=submit]")
    office.wait_for_url("**/intake/done/**")
    number = office.inner_text("#done-no")
    assert joined in office.inner_text("main")
    office.click("main a:has-text('去派单')")
    office.click(f"#wait-{number}")
    office.click(".tl-person[data-first] button")
    office.wait_for_selector(f"#wait-{number}", state="detached")
    with see_as(SYSTEM):
        order = Order.objects.get(incident__number=number)
        taker: Account = order.to_account
        assert IncidentLink.objects.get(incident=order.incident).dispute.number == joined

    taker.set_password("Loop-2026-try")
    taker.save(update_fields=["password"])
    phone.goto(town)
    phone.fill("#id_login", taker.username)
    phone.fill("#id_password", "Loop-2026-try")
    phone.click(".signin-form .btn-primary")
    phone.wait_for_selector(".tl-rail")
    phone.tap(".tl-rail a[href='/orders/']")
    phone.tap(f"main a[href='/orders/{order.pk}/'] >> nth=0")
    taps = 0
    for word in ("签收", "到场"):
        phone.tap(f".tl-thumb button:has-text('{word}')")
        phone.wait_for_load_state()
        taps += 1
    phone.tap(".tl-thumb a:has-text('反馈')")
    phone.tap("#feedback label:has-text('当场平息')")
    phone.tap("#feedback button[type=submit]")
    phone.wait_for_url(lambda url: "feedback" not in url)
    assert taps + 3 <= 5, "from the order's page: sign, arrive, feedback, what came of it, send"
    with see_as(SYSTEM):
        assert Feedback.objects.get(order=order).is_final
    assert (heard, rang) == ([], [])

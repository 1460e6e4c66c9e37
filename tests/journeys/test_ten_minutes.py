"""A newcomer's ten minutes with the demo, as `docs/guide/README.md` tells them: one call from the desk to the bulletin.

By clicking alone, each person signed in by the sign-in page's own button; the day turns once, as days do.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.browser.test_front import complaints, leave
from tests.journeys.test_people import come, kept, rail, town
from tests.mediation.sessions.test_browser import press
from twinloop.cases.models import Dispute
from twinloop.followup.visits import turning
from twinloop.insight.figures.actions import catch_up
from twinloop.ledger.actions import seal
from twinloop.ledger.sight import SYSTEM, see_as

__all__ = ["town"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SAID = "楼上装修把我家厨房吊顶震裂了，水管也漏，跟他说了三回不认账，刚才在楼道里吵起来"


def opened(page: Any, number: str, tab: str = "在办") -> None:
    """The dispute's page, from a tab of the list of disputes."""
    rail(page, "纠纷")
    page.click(f".tl-tab:has-text('{tab}')")
    page.wait_for_selector(f".tl-tab[aria-current=page]:has-text('{tab}')")
    page.click(f"main a[href='/disputes/{number}/'] >> nth=0")
    page.wait_for_selector("#h-whistle")


def turn() -> None:
    """What the worker does every minute."""
    at = timezone.localtime()
    with see_as(SYSTEM):
        turning.follow(at=at)
        seal(at=at)
        catch_up(at=at)


def take_a_call(page: Any) -> tuple[str, str]:
    """The desk, by keyboard; the board; the officer. Gives the numbers of call and dispute."""
    rail(page, "接警")
    page.wait_for_selector("html[data-keep-ready]")
    page.keyboard.type("19900000388")
    page.fill("#name", "刘春花")
    page.press("#name", "Alt+a")
    page.keyboard.type("hupan", delay=20)
    page.wait_for_selector("#spots [data-code]")
    page.keyboard.press("Enter")
    page.fill("#text", SAID)
    page.wait_for_selector("#suggest [data-best]:has-text('B1 邻里相邻')")
    page.keyboard.press("Alt+ArrowDown")
    assert page.input_value("#type_code") == "B1"
    for n, (name, number) in enumerate((("刘春花", "19900000388"), ("钱进", "19900000399")), 1):
        page.fill(f"[name=people-{n}-name]", name)
        page.fill(f"[name=people-{n}-phone]", number)
    page.keyboard.press("Alt+z")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/intake/done/**")
    call = page.inner_text("#done-no")
    dispute = page.inner_text("section[aria-labelledby=h-dispute] .tl-no")
    page.click("main a:has-text('去派单')")
    page.wait_for_selector("#h-call >> text=湖畔社区邻里相邻纠纷")
    assert "系统建议，没有人确认" in page.inner_text(".decide"), "the level is the software's so far"
    press(page, ".call-say button")
    assert "何静 确认" in page.inner_text(".decide")
    assert page.inner_text(".tl-person[data-first] b") == "陈立群", "whom a newcomer can sign in as"
    page.click(".tl-person[data-first] button")
    page.wait_for_selector("text=已派 陈立群")
    return call, dispute


def on_the_phone(phone: Any, call: str) -> None:
    """Sign, arrive, say how it stands: by thumb."""
    phone.tap(".tl-rail a[href='/orders/']")
    phone.wait_for_selector(f".order:has-text('{call}')")
    phone.tap(".order-title a")
    for word in ("签收", "到场"):
        phone.tap(f".tl-thumb button:has-text('{word}')")
        phone.wait_for_selector(f".steps3 li.done:has-text('{word}')")
    assert "湖畔社区" in phone.inner_text(".order"), "where to go"
    phone.tap(".tl-thumb a:has-text('反馈')")
    phone.tap("#feedback label:has-text('还在处置')")
    phone.fill("#feedback [name=text]", "劝开了，双方愿意坐下来谈")
    phone.tap("#feedback button[type=submit]")
    phone.wait_for_selector("text=反馈已提交")


def choose_mediation(page: Any, dispute: str) -> None:
    """Both are asked first; both want the same elder; then a time."""
    opened(page, dispute)
    assert "处置中" in page.inner_text("main")
    page.click("main a:has-text('选调解')")
    for _party in range(2):
        page.click("main details summary:has-text('记下') >> nth=0")
        form = page.locator("details[open] form:has([name=accepts])")
        form.locator("[name=accepts][value=yes]").check(force=True)
        form.locator("select[name=mediator]").select_option(label="赖桂英 · 老党员")
        press(page, "details[open] form:has([name=accepts]) button[type=submit]")
    press(page, "button:has-text('开始调解')")
    page.click("main a:has-text('约时间')")
    assert page.locator("#id_room option:checked").inner_text() == "湖畔社区警务室", "a room is offered"
    soon = timezone.localtime() + timedelta(minutes=1)
    page.fill("#id_day", f"{soon:%Y-%m-%d}")
    page.fill("#id_start", f"{soon:%H:%M}")
    page.select_option("#id_room", "")
    page.fill("#id_where", "当事人家里")
    press(page, "main form button[type=submit]")
    page.wait_for_selector("text=约好了")


def hold_the_session(phone: Any, dispute: str) -> None:
    phone.tap(".tl-rail a:has-text('调解')")
    phone.wait_for_load_state()
    phone.tap(".tl-tab:has-text('今天')")
    phone.wait_for_selector(f"main :text('{dispute}')")
    phone.tap(f".ses-row:has-text('{dispute}') a.btn")
    for side in ("甲方", "乙方"):
        phone.tap(f"main label:has-text('{side}')")
    phone.tap("main :text('下一步：谈得怎样')")
    phone.tap("main :text-is('谈成了')")
    phone.select_option("#id_term-0-who", index=2)
    phone.fill("#id_term-0-text", "三天内请人修好水管，补好吊顶")
    phone.fill("#id_term-0-due_on", f"{timezone.localdate() + timedelta(days=3)}")
    phone.fill("#id_said", "物业看过，是楼上新接的水管漏，钱家认账")
    phone.tap("button:has-text('记下结果')")
    phone.wait_for_selector("text=已生效，纠纷已化解")


def test_a_newcomer_takes_one_call_to_its_end_and_finds_it_in_the_bulletin(town, office, phone):
    heard, rang = complaints(office), complaints(phone)
    come(office, town, "chief")
    quiet = walls(office)
    come(office, town, "dispatcher")
    call, dispute = take_a_call(office)
    come(phone, town, "officer")
    on_the_phone(phone, call)
    come(office, town, "chief")
    assert walls(office) == quiet + 1, "one more is open on the wall"
    come(office, town, "community")
    choose_mediation(office, dispute)
    come(phone, town, "mediator")
    hold_the_session(phone, dispute)

    come(office, town, "community")
    opened(office, dispute, "已化解")
    assert "还差两样：一次接通的回访，协议第 1 条履行" in office.inner_text("main"), "what closing still lacks"
    office.click("main a:has-text('文书和卷宗')")
    office.wait_for_selector(".pap-acts")
    office.eval_on_selector_all(".pap-acts", "forms => forms.forEach(form => form.removeAttribute('target'))")
    paper = kept(office, ".pap-row:has-text('口头协议登记表') button[value=docx]")
    assert paper.startswith(b"PK")
    turn()

    come(office, town, "chief")
    assert walls(office) == quiet, "settled: the wall counts it no more"
    for page in (office, phone):
        leave(page)  # by tomorrow its session is over
    with time_machine.travel(timezone.localtime() + timedelta(days=1), tick=True):
        come(office, town, "community")
        opened(office, dispute, "已化解")
        office.click("main a:has-text('人调字') >> nth=0")
        office.click("summary:has-text('记履行')")
        office.fill("details[open] [name=evidence]", "到现场看过，水管修好")
        press(office, "details[open] button[type=submit]")
        come(phone, town, "community")
        opened(phone, dispute, "已化解")
        phone.tap("main a[href^='/visits/']:has-text('记回访') >> nth=0")
        for name, value in {"reached": "yes", "outcome": "settled", "mind": "calm", "satisfaction": "5"}.items():
            phone.tap(f"label:has([name={name}][value='{value}'])")
        phone.tap("button:text-is('记下')")
        phone.tap("a:has-text('看纠纷，能不能销号')")
        phone.wait_for_url(f"**/disputes/{dispute}/")
        phone.tap("summary:has-text('销号')")
        press(phone, "details[open] button[type=submit]")
        phone.wait_for_selector("text=已办：销号")
        turn()

        come(office, town, "chief")
        rail(office, "看板")
        office.click("main a:has-text('研判报告')")
        office.select_option("#id_kind", "day")
        office.fill("#id_day", f"{timezone.localdate() - timedelta(days=1)}")
        press(office, "button:has-text('做报告')")
        office.click("main table a[href$='/totals/settled/']")
        office.wait_for_selector(f"main a[href='/disputes/{dispute}/']")
    with see_as(SYSTEM):
        assert Dispute.objects.get(number=dispute).state == "closed"
    assert (heard, rang) == ([], [])


def walls(page: Any) -> int:
    """What the wall says is open now."""
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/wall/?show=today&every=60")
    page.wait_for_selector(".wall-five")
    return int(page.locator(".wall-five li:has-text('未了纠纷') b").inner_text())

"""The dispute page in a real browser: looks, keys, unmasking for a minute, and the page without a script."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints
from twinloop.cases import actions
from twinloop.cases.actions.noting import ask_gate
from twinloop.cases.models import Dispute
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.places.models import Place

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PYTEST_PICTURES", "")  # a folder: keeps what the browser saw, for the guide
TABS = ("", "?tab=parties", "?tab=notes", "?tab=links", "?tab=clocks", "?do=settle", "timeline/")
PHONE = "13900000127"
NAMES = {"dispatcher": "何静", "community_officer": "周明远", "auxiliary": "陈立群", "chief": "刘示勇"}


def quarrel(district: world.District) -> Dispute:
    """A ditch between two houses: settled once, called again, in its second round. All of it invented."""
    start = timezone.now() - timedelta(days=20)
    people, near = district.people, district.near
    Place.objects.filter(pk=near.pk).update(name="柳塘村", short="柳塘村")
    for role, name in NAMES.items():
        people[role].name = name
        people[role].save(update_fields=["name"])
    call = world.incident(
        near, at=start, narrative="王秀兰报警：李大强家把排水沟堵了，厨房进水，要他赔。电话 13900000127"
    )
    made = world.dispute(
        near,
        at=start,
        incident=call,
        title="柳塘村3组 王秀兰、李大强两家排水沟纠纷",
        focus="沟在谁家地界",
        source="李家去年垫高院子",
    )
    at = [start]

    def then(action: str, role: str, minutes: int = 40, **given: Any) -> None:
        at[0] += timedelta(minutes=minutes)
        why = given.pop("why", "")
        roles = frozenset({role})
        actions.move(made, action, by=people[role].pk, roles=roles, at=at[0], why=why, given=given)

    def party(side: str, name: str, phone: str, number: str, house: str, **facts: Any) -> None:
        who = world.person(name, phone=phone, id_number=number, address=house)
        actions.add_party(made, who, side=side, by=people["dispatcher"].pk, at=start, **facts)

    def note(kind: str, why: str = "", **facts: Any) -> None:
        desk = people["dispatcher"].pk
        actions.note(made, kind, by=desk, roles=frozenset({"dispatcher"}), at=at[0], why=why, **facts)

    claim = "恢复排水，赔厨房损失 800 元"
    party("a", "王秀兰", PHONE, "110101199003072877", "柳塘村3组18号", sex="female", is_reporter=True, claim=claim)
    party("b", "李大强", "13800000455", "", "柳塘村3组19号", sex="male", claim="沟在自家地界，要先丈量")
    then("sort", "dispatcher", type_code="B1", level=3, why="邻里排水，未动手")
    then("order", "dispatcher", taker=people["community_officer"], text="先看沟，再找村干部")
    then("start", "community_officer")
    then("settle", "community_officer", settled_by="周明远 与 柳塘好邻舍调解队", settled_how="reconciliation",
         settled_on=at[0].date(), terms="李大强十天内把沟改回原处\n李大强赔王秀兰 800 元")  # fmt: skip
    at[0] = timezone.now() - timedelta(hours=3)
    again = world.incident(near, at=at[0], narrative="王秀兰又报警：沟没有改，李大强扬言打人")
    actions.link(again, made, by=people["dispatcher"].pk, at=at[0], why="同一条沟，同两家人")
    note("circumstances", "村民围观二十多人", group_event=True)
    then("open_review", "dispatcher", 5)
    note("review", review="地界不清是争执所在；请周明远约丈量，再约 2+2 调解")
    order = {"taker": people["community_officer"], "in_community": True}
    then("order", "dispatcher", 5, text="约丈量，劝住双方今晚不动沟", **order)
    then("start", "community_officer", 20)
    actions.open_clock("people_mediation", dispute=made, by=None, at=at[0])
    ask_gate(made, "people", {"nature": "civil", "party_refuses": False}, by=people["community_officer"].pk, at=at[0])
    actions.add_note(made, "王秀兰答应先丈量；李大强要村干部在场", by=people["community_officer"].pk, at=at[0])
    made.refresh_from_db()
    return made


def enter(page: Any, base: str, who: Account) -> None:
    who.refresh_from_db()
    who.set_password("柳塘 has 36 villages")
    who.save(update_fields=["password"])
    page.goto(f"{base}/accounts/login/")
    page.fill("#id_login", who.username)
    page.fill("#id_password", "柳塘 has 36 villages")
    page.click(".signin-form .btn-primary")
    page.wait_for_url(f"{base}/")


@pytest.fixture
def story(site: Any) -> tuple[str, Dispute, world.District]:
    with see_as(SYSTEM):
        district = world.district()
        made = quarrel(district)
    return f"{site.url}/disputes/{made.number}/", made, district


def prefer(page: Any, theme: str, language: str) -> None:
    page.evaluate(
        """([theme, language]) => { const form = document.querySelector('[data-theme-form]'),
           data = new FormData(form); data.set('theme', theme); data.set('language', language);
           return fetch(form.action, {method: 'POST', body: data}) }""",
        [theme, language],
    )


@pytest.mark.parametrize("size", ["office", "phone"])
def test_the_page_is_accessible_fits_and_keeps_the_policy(size, request, site, story):
    page, (address, _made, district) = request.getfixturevalue(size), story
    said = complaints(page)
    enter(page, site.url, district.people["community_officer"])
    for theme, language in (("light", "zh-hans"), ("dark", "en")):
        prefer(page, theme, language)
        for tab in TABS:
            page.goto(address + tab)
            picture(page, f"{size}-{theme}-{language}-{tab.strip('?/').replace('=', '-') or 'overview'}")
            assert look(page) == [], (tab, theme, language)
    assert said == []


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def test_a_field_stands_for_a_minute_and_is_masked_again(office, site, story):
    address, _made, district = story
    enter(office, site.url, district.people["community_officer"])
    office.clock.install()
    office.goto(address)
    office.click("[data-unmask][href*='field=phone'] >> nth=0")
    assert office.locator("#unmask input:checked").count() == 0
    picture(office, "unmask")
    office.click("#unmask .tl-choice >> nth=4")
    office.click("#unmask [type=submit]")
    office.wait_for_selector("#unmask [data-refused]:not([hidden])")
    assert "写明原因" in office.inner_text("#unmask [data-refused]")
    office.click("#unmask .tl-choice >> nth=0")
    office.click("#unmask [type=submit]")
    office.wait_for_selector("[data-shown]")
    assert PHONE in office.inner_text("[data-shown]")
    picture(office, "unmasked")
    office.clock.run_for(62_000)
    assert office.locator("[data-shown]").count() == 0
    assert PHONE not in office.content()


def test_it_works_without_a_script(chromium, site, story):
    address, made, district = story
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.set_default_timeout(15_000)
    enter(page, site.url, district.people["community_officer"])
    page.goto(f"{address}?do=report_unsettled")
    page.fill("#report_unsettled-why", "李大强不肯丈量")
    page.click("#ask-report_unsettled [type=submit]")
    assert page.url == address
    assert "李*强不肯丈量" in page.inner_text(".tl-timeline")
    page.click("[data-unmask][href*='field=phone'] >> nth=0")
    page.click(".tl-choice >> nth=0")
    page.click("main [type=submit]")
    assert PHONE in page.inner_text("main")
    context.close()
    with see_as(SYSTEM):
        made.refresh_from_db()
    assert made.state == "unsettled"

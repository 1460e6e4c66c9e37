"""The inner loop in a real browser: a wage claim by whistle with four agencies, its instalment missed, open again; a
land quarrel of five years by a 2+2 team. What happened is looked up in the tables afterwards."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints, leave
from tests.dispatch.pushes.test_browser import enter
from tests.mediation.follow.test_campaign import members, team_of
from tests.mediation.follow.test_pages import grant
from tests.mediation.joint.conftest import TEXT, Window, window_of
from tests.mediation.sessions.scene import scene
from tests.mediation.sessions.test_browser import press
from twinloop.cases.models import Dispute, Standing
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements.models import Agreement
from twinloop.mediation.follow import actions as follow
from twinloop.mediation.follow.models import Campaign, Step
from twinloop.mediation.joint.models import Answer, Whistle
from twinloop.people.models import Account

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PYTEST_PICTURES", "")


def shot(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"inner-{name}.png"), full_page=True)


def come(page: Any, site: Any, who: Account) -> None:
    leave(page)
    enter(page, site, who)


def agree(page: Any, site: Any, dispute: Dispute, terms: list[dict[str, str]], lead: Account) -> None:
    """An agreement on paper: typed, signed by both and by who leads, in force."""
    page.goto(f"{site.url}/agreements/new/{dispute.number}/")
    page.fill("[name=facts]", "三个月工钱没有发，数额双方都认")
    page.fill("[name=matter]", "工钱分几次付清")
    page.select_option("[name=mediator]", str(lead.pk))
    for n, term in enumerate(terms):
        if n:
            page.click("button[name=add]")
            page.wait_for_selector(f"[name='term-{n}-kind']")
        for name, value in term.items():
            box = page.locator(f"[name='term-{n}-{name}']")
            box.select_option(value) if name in ("by_party", "to_party", "kind") else box.fill(value)
    press(page, ".agr-do button")
    page.wait_for_selector(".agr-check")
    for _seat in range(3):
        page.click(".agr-seats summary >> nth=0")
        press(page, ".agr-seats details[open] button")
    press(page, ".agr-check ~ form button")
    page.wait_for_selector(".agr-part")


def answer(phone: Any, site: Any, window: Window, whistle: Whistle, name: str) -> None:
    """One agency: sign, then say what was done."""
    with see_as(SYSTEM):
        item = window.item(whistle, name)
    come(phone, site, window.clerks[name])
    phone.goto(f"{site.url}/whistles/items/{item.pk}/")
    press(phone, "button:has-text('签收这一件')")
    phone.click("label:has-text('已经办了')")
    phone.fill("#feedback-text", "已核实，配合付清")
    press(phone, "form[data-keep=whistle-feedback] button[type=submit]")
    phone.wait_for_selector("text=已反馈")


def test_a_wage_claim_by_whistle_its_instalment_missed_is_open_again(site: Any, office: Any, phone: Any) -> None:
    now = timezone.localtime()
    with see_as(SYSTEM):
        window = window_of(world.district(), at=now)
        officer = window.person("community_officer")
        a, b = window.dispute.parties.order_by("side")
    heard, rang = complaints(office), complaints(phone)
    enter(office, site, window.person("dispatcher"))
    office.goto(f"{site.url}/disputes/{window.dispute.number}/")
    office.click("section[aria-labelledby=h-whistle] .btn")
    office.wait_for_selector("input[name=units]:checked")
    for unit in window.units.values():
        office.check(f"input[name=units][value='{unit.pk}']", force=True)
    office.check(f"input[name=lead][value='{window.units['labour'].pk}']", force=True)
    office.fill("textarea[name=text]", TEXT)
    press(office, "form.whistle button.btn-primary")
    with see_as(SYSTEM):
        whistle = Whistle.objects.get(dispute=window.dispute)
        assert whistle.answers.count() == 4
    for name in window.units:
        answer(phone, site, window, whistle, name)
    office.reload()
    shot(office, "four-agencies")
    with see_as(SYSTEM):
        assert set(Answer.objects.filter(whistle=whistle).values_list("state", flat=True)) == {"done"}
        Standing.objects.filter(dispute=window.dispute).update(gate_open=True, gate_track="people")
        Dispute.objects.filter(pk=window.dispute.pk).update(state="mediating", owner=officer)

    # what the agencies brought about is written down: half today, half in a month
    come(office, site, officer)
    due = [timezone.localdate(), timezone.localdate() + timedelta(days=30)]
    pay = {"by_party": str(b.pk), "to_party": str(a.pk), "kind": "money", "how": "转账", "amount": "30000.00"}
    terms = [{**pay, "text": f"第 {n} 笔工钱", "due_on": f"{on}"} for n, on in enumerate(due, 1)]
    agree(office, site, window.dispute, terms, officer)
    shot(office, "agreed")
    with see_as(SYSTEM):
        window.dispute.refresh_from_db()
        assert window.dispute.state == "settled"

    # two days on nothing has come, and every session is over
    for page in (office, phone):
        leave(page)
    with time_machine.travel(now + timedelta(days=2), tick=True):
        come(office, site, officer)
        office.goto(f"{site.url}/agreements/")
        office.click("[data-state=late] .btn")
        office.click("details:has([action$='/broken/']) summary")
        office.fill("[action$='/broken/'] textarea", "钱没有到账，电话不接")
        press(office, "[action$='/broken/'] button")
        office.wait_for_selector(".agr-broken")
        office.goto(f"{site.url}/disputes/{window.dispute.number}/")
        office.wait_for_selector("#h-whistle")
        shot(office, "open-again")
    with see_as(SYSTEM):
        window.dispute.refresh_from_db()
        assert (window.dispute.state, Agreement.objects.get().state) == ("reopened", "broken")
    assert (heard, rang) == ([], [])


def test_a_land_quarrel_of_five_years_is_settled_by_a_2_plus_2_team(site: Any, office: Any, phone: Any) -> None:
    now = timezone.localtime()
    with see_as(SYSTEM):
        s = scene(type_code="D1", title="田埂界址纠纷", started_on=now.date() - timedelta(days=5 * 366))
        team = team_of(s, members(s))
        officer, chief = s.officer.account, s.district.people["chief"]
        member = Account.objects.get(username="v0")
    assert officer is not None
    heard, rang = complaints(office), complaints(phone)
    enter(office, site, officer)
    office.goto(f"{site.url}/disputes/{s.dispute.number}/")
    press(office, "button:has-text('提名 2+2')")

    come(office, site, chief)
    office.goto(f"{site.url}/follow/")
    shot(office, "board")
    office.click("a:has-text('田埂界址纠纷')")
    office.check("input[name=decision][value=accepted]", force=True)
    office.check(f"input[name=team][value='{team.pk}']", force=True)
    office.fill("textarea[name=why]", "三任村干部都没有调成")
    assert look(office) == []
    press(office, "form[data-keep^=follow-] button[type=submit]")
    with see_as(SYSTEM):
        made = Campaign.objects.get(dispute=s.dispute)

    # a retired officer of the team, on a phone
    with see_as(SYSTEM):
        grant(member, "auxiliary")
    come(phone, site, member)
    phone.goto(f"{site.url}/follow/mine/")
    phone.click(f"a[href='/follow/campaigns/{made.pk}/'] >> nth=0")
    phone.click("#did label[for=did-kind_0]")
    phone.fill("#did [name=text]", "两家都走了，界桩位置说得一样")
    phone.fill("#did [name=on]", f"{timezone.localdate()}")
    phone.fill("#did [name=then]", "一起下田丈量")
    phone.fill("#did [name=then_on]", f"{timezone.localdate() + timedelta(days=3)}")
    assert look(phone) == []
    shot(phone, "step-phone")
    press(phone, "#did button[type=submit]")
    with see_as(SYSTEM):
        assert Step.objects.get(campaign=made).by_id == member.pk
        Standing.objects.filter(dispute=s.dispute).update(gate_open=True, gate_track="people")
        Dispute.objects.filter(pk=s.dispute.pk).update(state="mediating")

    come(office, site, officer)
    term = {
        "by_party": str(s.a.pk),
        "kind": "act",
        "text": "按新界桩退出田埂",
        "due_on": f"{now.date() + timedelta(days=9)}",
    }
    agree(office, site, s.dispute, [term], officer)
    with see_as(SYSTEM):
        follow.tidy(at=timezone.localtime())  # the job of the half hour
        s.dispute.refresh_from_db()
        made.refresh_from_db()
        assert (s.dispute.state, made.outcome) == ("settled", "settled")
    come(office, site, chief)
    office.goto(f"{site.url}/follow/campaigns/{made.pk}/")
    office.wait_for_selector("text=两家都走了")
    shot(office, "campaign-over")
    assert (heard, rang) == ([], [])

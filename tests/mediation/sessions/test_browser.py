"""In a real browser: a noise quarrel settled by an elder, an assault refused, violence at home; each to its end."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.dispatch.pushes.test_browser import enter
from tests.mediation.sessions.scene import SLIGHT, Scene, scene
from twinloop.cases.models import Clock, Standing
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements.models import Agreement
from twinloop.mediation.safeguards.models import Safeguard
from twinloop.mediation.sessions.models import Mediation, Session

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PYTEST_PICTURES", "")
DECIDE = "section[aria-labelledby=h-decide]"


def shot(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"mediation-{name}.png"), full_page=True)


def press(page: Any, selector: str) -> None:
    """By the key, as those do who have no pointer; and until the answer is there."""
    page.evaluate("document.documentElement.dataset.old = 1")
    page.locator(selector).press("Enter")
    page.wait_for_selector("html:not([data-old])", state="attached")  # also where a kept form writes the answer itself
    page.wait_for_load_state()


def says(page: Any, party: int, word: str, more: str = "") -> None:
    """What a party answers when asked whether they are willing."""
    form = f"form[action*='/parties/{party}/']"
    page.click(f"details:has({form}) > summary")
    page.check(f"{form} input[name=accepts][value={word}]", force=True)
    page.fill(f"{form} [name=said]", more)
    press(page, f"{form} button.btn-primary")


def state(s: Scene) -> str:
    with see_as(SYSTEM):
        s.dispute.refresh_from_db()
        return s.dispute.state


def test_a_noise_quarrel_is_settled_by_an_elder_by_word_of_mouth(site: Any, office: Any, phone: Any) -> None:
    with see_as(SYSTEM):
        s = scene(title="楼上深夜拖桌椅纠纷", type_code="B2")
        officer, elder = s.officer.account, s.elder.account
    assert officer is not None
    assert elder is not None
    heard, rang = complaints(office), complaints(phone)
    enter(office, site, officer)
    office.goto(f"{site.url}/mediation/choose/{s.dispute.number}/")
    for party in (s.a, s.b):
        says(office, party.pk, "yes")
    assert look(office) == []
    shot(office, "choose-office")
    office.check(f"{DECIDE} input[name=strength][value=seek]", force=True)
    office.select_option(f"{DECIDE} select[name=lead]", str(s.elder.pk))
    press(office, f"{DECIDE} button.btn-primary")
    office.wait_for_selector("#h-med")
    shot(office, "one-office")

    # the elder, seventy, on a phone: arrange, who came, what came of it
    enter(phone, site, elder)
    phone.goto(f"{site.url}/mediation/mine/")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.evaluate("parseFloat(getComputedStyle(document.querySelector('.ses-mine b')).fontSize)") >= 20
    assert look(phone) == []
    shot(phone, "mine-phone")
    phone.click(".ses-mine a")
    soon = timezone.localtime() + timedelta(minutes=10)
    phone.fill("[name=day]", f"{soon:%Y-%m-%d}")
    phone.fill("[name=start]", f"{soon:%H:%M}")
    phone.select_option("[name=room]", str(s.room.pk))
    shot(phone, "plan-phone")
    press(phone, ".tl-thumb button[type=submit]")
    phone.wait_for_selector("[name=here]")  # within the hour: who is here comes first
    shot(phone, "who-phone")
    for box in phone.locator("[name=here]").all():
        box.check(force=True)
    press(phone, ".tl-thumb button[type=submit]")
    phone.wait_for_selector(".ses-big")
    shot(phone, "what-phone")
    phone.click(".ses-big a[href*='/outcome/agreed/']")
    phone.select_option("[name='term-0-who']", str(s.b.pk))
    phone.fill("[name='term-0-text']", "晚上十点后不拖桌椅")
    phone.fill("[name='term-0-due_on']", f"{soon + timedelta(days=30):%Y-%m-%d}")
    phone.fill("[name=said]", "各让一步，桌脚垫上胶垫")
    assert look(phone) == []
    shot(phone, "agreed-phone")
    press(phone, ".tl-thumb button[type=submit]")
    assert state(s) == "settled"
    with see_as(SYSTEM):
        paper = Agreement.objects.get()
        assert (paper.is_oral, paper.state, Mediation.objects.get().state) == (True, "signed", "settled")
        assert Session.objects.get().period.upper <= soon + timedelta(minutes=1)  # the room is free again

    office.goto(f"{site.url}/disputes/{s.dispute.number}/")
    office.wait_for_selector("#h-past")
    assert paper.number in office.inner_text("section[aria-labelledby=h-past]")
    shot(office, "dispute-office")
    assert (heard, rang) == ([], [])


def test_an_assault_refused_mediation_goes_to_the_penalty_procedure(site: Any, office: Any) -> None:
    now = timezone.localtime()
    with see_as(SYSTEM):
        s = scene(title="争车位打了一巴掌", type_code="B1")
        made = s.police(at=now, facts=SLIGHT)
        officer = s.officer.account
    assert officer is not None
    heard = complaints(office)
    enter(office, site, officer)
    office.goto(f"{site.url}/mediation/{made.pk}/")
    form = "form[action$='/refuse/']"
    office.click(f"details:has({form}) > summary")
    office.check(f"{form} input[name=refuser][value='{s.a.pk}']", force=True)
    office.fill(f"{form} [name=said]", "不要调解，要求处罚")
    assert look(office) == []
    press(office, f"{form} button[type=submit]")
    shot(office, "refused-office")
    assert state(s) == "penalty"
    with see_as(SYSTEM):
        assert Clock.objects.filter(dispute=s.dispute, rule="penalty", met_at=None, dropped_at=None).exists()
        assert Mediation.objects.get().state == "refused"
    # nobody mediates it any more
    office.goto(f"{site.url}/mediation/choose/{s.dispute.number}/?track=police")
    assert office.locator(f"{DECIDE} button.btn-primary").count() == 0
    office.goto(f"{site.url}/disputes/{s.dispute.number}/")
    office.wait_for_selector("#h-past")
    assert "不要调解" in office.inner_text("section[aria-labelledby=h-past]")
    shot(office, "penalty-office")
    assert heard == []


def test_violence_at_home_goes_its_own_way_to_the_end(site: Any, office: Any) -> None:
    with see_as(SYSTEM):
        s = scene(title="夫妻争吵推打", type_code="A2")
        officer = s.officer.account
    assert officer is not None
    heard = complaints(office)
    enter(office, site, officer)
    base = f"{site.url}/safeguards/{s.dispute.number}/"
    office.goto(base)
    office.select_option("[name=victim]", str(s.a.pk))
    office.select_option("[name=perpetrator]", str(s.b.pk))
    assert look(office) == []
    press(office, "form[action$='/begin/'] button.btn-primary")
    letter = "form[action$='/letter/']"
    office.check(f"{letter} input[name=issued][value=yes]", force=True)
    office.fill(f"{letter} [name=why]", "情节较轻，首次")
    office.fill(f"{letter} [name=facts]", "昨晚推搡、打耳光")
    office.fill(f"{letter} [name=forbids]", "禁止再实施家庭暴力")
    press(office, f"{letter} button.btn-primary")
    today = timezone.localdate()
    steps: dict[str, dict[str, str]] = {
        **{f"served_{who}": {"to_whom": "本人"} for who in ("perpetrator", "victim")},
        "served_village": {"to_whom": "村委会主任"},
        "visits": {"every": "7", "until": f"{today + timedelta(days=90)}"},
        "advice": {"text": "说先不申请"},
    }
    for step, typed in steps.items():
        form = f"form[action$='/steps/{step}/']"
        office.click(f"details:has({form}) > summary")
        office.fill(f"{form} [name=on]", f"{today}")
        for name, value in typed.items():
            office.fill(f"{form} [name={name}]", value)
        if step.startswith("served_"):
            office.select_option(f"{form} [name=how]", "in_person")
        press(office, f"{form} button.btn-primary")
    shot(office, "violence-office")
    assert look(office) == []
    with see_as(SYSTEM):
        found = Safeguard.objects.get()
        assert (found.letter, found.visit_every) == ("issued", 7)
        standing = Standing.objects.get(dispute=s.dispute)
        assert (standing.domestic_violence, standing.letter_served) == (True, True)
    # no neighbours' mediation: the page says why and leads back to the protection
    office.goto(f"{site.url}/mediation/choose/{s.dispute.number}/")
    assert office.locator(DECIDE).count() == 0
    assert office.locator(f"a[href*='/safeguards/{s.dispute.number}/']").count() >= 1
    assert heard == []

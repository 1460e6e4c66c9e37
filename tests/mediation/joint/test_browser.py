"""In a real browser: whistle, sign on a phone, object, decided, feed back; every page of the room looked at by axe."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints, leave
from tests.dispatch.pushes.test_browser import enter
from tests.mediation.joint.conftest import TEXT, Window, window_of
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.joint.models import Answer, Objection, Whistle
from twinloop.people.models import Account

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PYTEST_PICTURES", "")


def shot(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"joint-{name}.png"), full_page=True)


def press(page: Any, selector: str) -> None:
    """By the key, as those do who have no pointer."""
    page.wait_for_load_state()
    page.locator(selector).press("Enter")


def whistled(window: Window) -> Whistle:
    with see_as(SYSTEM):
        return Whistle.objects.get(dispute=window.dispute)


def speak(page: Any, site: Any, theme: str, language: str) -> None:
    page.evaluate(
        """([theme, language]) => { const form = document.querySelector('[data-theme-form]'),
           data = new FormData(form); data.set('theme', theme); data.set('language', language);
           return fetch(form.action, {method: 'POST', body: data}) }""",
        [theme, language],
    )


def test_a_whistle_from_the_form_to_the_feedback(site: Any, office: Any, phone: Any) -> None:
    with see_as(SYSTEM):
        window = window_of(world.district(), at=timezone.localtime())
        Account.objects.filter(pk=window.clerks["labour"].pk).update(name="廖文斌")
    heard, rang = complaints(office), complaints(phone)
    enter(office, site, window.person("dispatcher"))
    office.goto(f"{site.url}/disputes/{window.dispute.number}/")
    office.wait_for_selector("#h-whistle")
    shot(office, "dispute-office")
    office.click("section[aria-labelledby=h-whistle] .btn")
    office.wait_for_selector("input[name=units]:checked")
    office.fill("textarea[name=text]", TEXT)
    assert look(office) == []
    shot(office, "form-office")
    office.click("form.whistle button.btn-primary")
    office.wait_for_selector("text=已吹哨")
    shot(office, "whistle-office")
    whistle = whistled(window)

    # the agency: today → its item → sign → object, four taps to the feedback
    enter(phone, site, window.clerks["labour"])
    shot(phone, "today-phone")
    phone.click(f".todo:has-text('{whistle.number}') .btn")
    phone.wait_for_selector("text=签收这一件")
    assert look(phone) == []
    shot(phone, "item-phone")
    phone.click("button:has-text('签收这一件')")
    phone.wait_for_selector("text=已签收，反馈时限开始计")
    shot(phone, "signed-phone")
    press(phone, "summary:has-text('不归我们')")
    phone.click("label:has-text('不在本单位辖区')")
    phone.fill("#object-text", "工地在外区")
    press(phone, "form[data-keep=whistle-object] button[type=submit]")
    phone.wait_for_selector("text=等裁定")
    assert look(phone) == []
    shot(phone, "objected-phone")

    # the arbiter
    leave(office)
    enter(office, site, window.person("chief"))
    office.goto(f"{site.url}/whistles/")
    shot(office, "board-office")
    assert look(office) == []
    office.click(".whistle-column:has(#c-objected) .whistle-card")
    office.wait_for_selector("#h-dec")
    shot(office, "objection-office")
    assert look(office) == []
    office.click("label:has-text('维持')")
    office.fill("textarea[name=why]", "工地在近村，属地就是这里")
    office.click("form[data-keep=whistle-decide] button[type=submit]")
    office.wait_for_selector("text=已裁定")

    # back at the agency
    phone.reload()
    phone.click("label:has-text('已经办了')")
    phone.fill("#feedback-text", "三个月工钱今天付清")
    press(phone, "form[data-keep=whistle-feedback] button[type=submit]")
    phone.wait_for_selector("text=已反馈")
    shot(phone, "done-phone")
    assert look(phone) == []
    with see_as(SYSTEM):
        answer = Answer.objects.get(whistle=whistle, unit=window.units["labour"])
        assert (answer.state, Objection.objects.get(answer=answer).decision) == ("done", "stays")
    assert (heard, rang) == ([], [])


def test_heat_reaches_the_command_room_in_both_languages(site: Any, office: Any, phone: Any) -> None:
    with see_as(SYSTEM):
        at = timezone.localtime()
        window = window_of(world.district(), at=at)
        whistle = window.blow("labour", "housing", is_urgent=True, where="近村工地", at=at)
    enter(phone, site, window.clerks["labour"])
    phone.goto(f"{site.url}/whistles/")
    shot(phone, "own-phone")
    phone.click("text=打开")
    press(phone, "summary:has-text('升温了')")
    phone.click("label:has-text('有凶器')")
    phone.fill("#heat-text", "带了刀")
    press(phone, "form[data-keep=whistle-heat] button[type=submit]")
    phone.wait_for_selector("text=已报指挥室")
    said = complaints(office)
    enter(office, site, window.person("bureau"))
    speak(office, site, "dark", "en")
    for path in ("/more/", "/whistles/", f"/whistles/{whistle.pk}/", "/whistles/seats/", "/whistles/competences/"):
        office.goto(f"{site.url}{path}")
        shot(office, f"dark-en{path.replace('/', '-')}office")
        assert look(office) == [], path
    office.goto(f"{site.url}/more/")
    office.wait_for_selector("[role=alert] >> text=Heating up")
    office.click("[role=alert] a")
    office.click(".tl-choice:has(input[value=sent])")
    office.fill("textarea[name=why]", "派两人先去")
    office.click(".whistle-hot form button.btn-primary")
    office.wait_for_selector("text=Somebody is sent")
    assert said == []

"""Both sides in a real browser: an agency signs and answers on a phone; the desk drafts and prints."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import world
from tests.browser.test_front import complaints
from tests.dispatch.pushes.conftest import LETTER, Desk, desk_of, graved
from twinloop.dispatch.pushes import actions, letter
from twinloop.dispatch.pushes.models import Push
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PYTEST_PICTURES", "")


def enter(page: Any, site: Any, who: Account) -> None:
    who.set_password("Loop-2026-try")
    who.save(update_fields=["password"])
    page.goto(f"{site.url}/accounts/login/")
    page.fill("input[name=login]", who.username)
    page.fill("input[name=password]", "Loop-2026-try")
    page.click("button.btn-primary[type=submit]")
    page.wait_for_url(f"{site.url}/")


def shot(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"patrols-{name}.png"), full_page=True)


def scene() -> tuple[Desk, Push]:
    now = timezone.localtime()
    with see_as(SYSTEM):
        desk = desk_of(world.district())
        Account.objects.filter(pk=desk.liaison.pk).update(name="廖文斌")
        units, by = [desk.zongzhi, desk.justice], desk.person("dispatcher").pk
        pushes = actions.push_out(desk.dispute, units, LETTER, by=by, at=now)
        graved(world.dispute(desk.district.near, title="柳塘村3组宅基地边界纠纷", at=now), level=2, at=now)
    return desk, pushes[0]


def test_a_liaison_signs_and_answers_on_a_phone(site, phone):
    desk, push = scene()
    complained = complaints(phone)
    enter(phone, site, desk.liaison)
    shot(phone, "phone-today")
    phone.goto(f"{site.url}/pushes/")
    shot(phone, "phone-list")
    phone.click("text=打开")
    shot(phone, "phone-push")
    phone.click("button:has-text('签收')")
    phone.wait_for_selector("text=已签收")
    shot(phone, "phone-received")
    phone.check("input[value=done]")
    phone.fill("textarea[name=text]", "已约村里丈量，双方同意。")
    phone.click("form[data-keep=push-reply] button[type=submit]")
    phone.wait_for_selector("text=已约村里丈量")
    shot(phone, "phone-replied")
    with see_as(SYSTEM):
        push.refresh_from_db()
    assert (push.state, push.result, push.reply) == ("replied", "done", "已约村里丈量，双方同意。")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert complained == []


def test_the_desk_drafts_sends_and_prints(site, office):
    desk, _push = scene()
    complained = complaints(office)
    enter(office, site, desk.person("dispatcher"))
    office.goto(f"{site.url}/pushes/")
    shot(office, "office-list")
    office.click("text=拟推送函")
    text = office.input_value("textarea[name=letter]").replace(letter.BLANK, "请组织丈量。")
    office.fill("textarea[name=letter]", text)
    shot(office, "office-new")
    office.get_by_label("综治中心").last.uncheck()
    office.get_by_label("司法所").last.check()
    office.click("button:has-text('发出')")
    office.wait_for_selector("text=已发出")
    shot(office, "office-sent")
    office.goto(f"{site.url}/pushes/{_push.pk}/")
    shot(office, "office-push")
    office.goto(f"{site.url}/pushes/{_push.pk}/paper/")
    shot(office, "office-paper")
    office.emulate_media(media="print")
    shot(office, "office-paper-print")
    assert complained == []

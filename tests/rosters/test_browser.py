"""Rotas in a real browser: make, publish, fall ill, repair, swap, look at one's weeks; keyboard, both sizes, axe."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.discovery.volunteers.test_browser import enter, shot
from twinloop.decide import Refused
from twinloop.decide.posts import week_of
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people import actions as people
from twinloop.people.models import Account
from twinloop.rosters import actions
from twinloop.rosters.models import Cell, Rota, Swap, Version

pytestmark = pytest.mark.browser


def rota() -> Rota:
    with see_as(SYSTEM):
        return Rota.objects.select_related("current", "station").latest("pk")


def test_from_an_empty_month_to_a_repaired_and_swapped_rota(office, phone, site):
    page = office
    said = complaints(page)
    enter(page, site.url, "chief")
    page.goto(f"{site.url}/rotas/")
    assert look(page) == []
    page.click(".rota-form .rota-more > summary")
    monday = week_of(timezone.localdate()).later(2).monday
    page.fill("#id_month", "")
    page.fill("#id_first", f"{monday}")
    page.fill("#id_weeks", "2")
    page.click("form[action='/rotas/new/'] .btn-primary")
    page.wait_for_selector("#id_seconds")
    page.fill("#id_seconds", "5")
    page.click("form[action$='/plan/'] button")
    page.wait_for_selector(".rota-grid .rota-cell:not(:empty)", timeout=60_000)
    assert look(page) == []
    shot(page, "rota-office")
    _by_keyboard(page)
    page.fill("#publish-why", "先公布")
    page.click("form[action$='/publish/'] .btn-primary")
    page.wait_for_selector("text=已公布，都通知到了")
    _ill(page, site.url)
    assert said == []
    _swap(phone, page, site.url)


def _by_keyboard(page: Any) -> None:
    """Pick a cell up with Enter, take it to the next day, put it down; the grid answers without a new page."""
    page.wait_for_load_state()
    first = page.locator(".rota-cell:not(:empty)").first
    on, name = first.get_attribute("data-on"), first.inner_text()
    place = first.get_attribute("data-place")
    first.focus()
    page.keyboard.press("Enter")
    assert first.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert first.get_attribute("aria-pressed") == "false"
    page.keyboard.press("Delete")
    page.wait_for_selector("text=处不合规则")  # shown at once: the village lacks a day now
    gone = page.locator(f".rota-cell[data-on='{on}'][data-place='{place}']")
    assert gone.inner_text() == ""
    gone.click()  # an empty field: the form below knows its day and village
    assert page.input_value("#rota-edit [name=on]") == on
    page.select_option("#rota-edit [name=account]", label=name)
    page.click("#rota-edit button")
    page.wait_for_selector(f".rota-cell[data-on='{on}'][data-place='{place}'][data-fixed]")
    assert gone.inner_text() == name


def _ill(page: Any, base: str) -> None:
    found = rota()
    with see_as(SYSTEM):
        cell = Cell.objects.filter(version=found.current).select_related("account").latest("on")
        day = timezone.make_aware(datetime.combine(cell.on, time()))
        people.take_leave(cell.account, "sick", day, day + timedelta(days=1), by=None, at=timezone.localtime())
    page.goto(f"{base}/rotas/{found.pk}/")
    page.wait_for_selector("text=请假")
    page.click("form[action$='/repair/'] .btn-primary")
    page.wait_for_selector(".rota-wait", timeout=60_000)
    page.click(".rota-wait .btn-primary")
    page.wait_for_selector("#h-moves")
    assert cell.account.name in page.locator("#main, main").first.inner_text()
    assert look(page) == []
    shot(page, "rota-repair-office")
    page.click("form[action$='/confirm/'] .btn-primary")
    page.wait_for_selector("text=有变动的人都通知到了")
    with see_as(SYSTEM):
        assert Version.objects.filter(rota=found, sort="repair", state="kept").count() == 1


def _swap(phone: Any, page: Any, base: str) -> None:
    found = rota()
    with see_as(SYSTEM):
        me = Account.objects.get(username="auxiliary")
        for cell in Cell.objects.filter(version=found.current).select_related("account").exclude(account=me):
            try:
                swap = actions.ask_swap(found, cell.account, me, cell.on, at=timezone.localtime())
                break
            except Refused:
                continue
    enter(phone, base, "auxiliary")
    phone.goto(f"{base}/rotas/mine/")
    assert look(phone) == []
    shot(phone, "rota-mine-phone")
    for button in phone.locator(".rota .btn:visible").all():
        assert button.bounding_box()["height"] >= 44
    phone.click("button[name=agrees][value=yes]")
    phone.wait_for_selector("text=已答应，等所长确认")
    while phone.locator("form[action*='/seen/'] button").count():
        phone.locator("form[action*='/seen/'] button").first.click()
        phone.wait_for_load_state()
    page.goto(f"{base}/rotas/")
    page.click(f"form[action='/rotas/swaps/{swap.pk}/confirm/'] button")
    page.wait_for_selector("text=已换班")
    with see_as(SYSTEM):
        assert Swap.objects.get(pk=swap.pk).state == "confirmed"
    page.goto(f"{base}/rotas/{found.pk}/versions/")
    assert look(page) == []


def test_the_rest_of_the_room_is_fit_to_be_looked_at(office, phone, site):
    page = office
    enter(page, site.url, "chief")
    with see_as(SYSTEM):
        me = Account.objects.get(username="auxiliary")
        code = me.communities.all()[0].code
    for path in ("/rotas/people/", f"/rotas/people/?who={me.pk}", f"/rotas/villages/{code}/"):
        page.goto(f"{site.url}{path}")
        assert look(page) == [], path
    enter(phone, site.url, "auxiliary")
    phone.goto(f"{site.url}/rotas/mine/")
    phone.click("form[action='/rotas/mine/calendar/'] button")
    phone.wait_for_selector("#feed")
    assert ".ics" in phone.input_value("#feed")
    assert look(phone) == []

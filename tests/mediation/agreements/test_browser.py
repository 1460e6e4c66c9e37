"""In a real browser: an agreement on a phone, an instalment missed, the dispute open again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import world
from tests.browser.test_front import complaints
from tests.dispatch.pushes.test_browser import enter
from tests.mediation.agreements.test_agreeing import Table, at_the_table
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Standing
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PYTEST_PICTURES", "")


def shot(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"agreements-{name}.png"), full_page=True)


def _second(old: Table) -> Table:
    """Another quarrel of the same two, in mediation now."""
    dispute = world.dispute(old.dispute.place, title="围墙纠纷")
    a, b = (
        cases.add_party(dispute, world.person(name), side=side, by=None, at=world.NOW)
        for name, side in (("王秀兰", "a"), ("赵建国", "b"))
    )
    Standing.objects.filter(dispute=dispute).update(gate_open=True, gate_track="people")
    Dispute.objects.filter(pk=dispute.pk).update(state="mediating", level=3, owner=old.lead)
    return Table(dispute, a, b, old.by, old.lead)


def test_an_instalment_missed_opens_the_dispute_again(site: Any, phone: Any) -> None:
    with see_as(SYSTEM):
        old = at_the_table()  # signed in April, due in April
        missed = old.sign(old.draft(old.pay()))
        officer, table = old.lead, _second(old)
    heard = complaints(phone)
    enter(phone, site, officer)
    today = timezone.localdate()
    phone.goto(f"{site.url}/agreements/new/{table.dispute.number}/")
    phone.fill("[name=facts]", "两家为排水沟争吵，赵家填了半条沟。")
    phone.fill("[name=matter]", "沟由谁修，钱谁出")
    phone.select_option("[name=mediator]", str(officer.pk))
    phone.select_option("[name='term-0-by_party']", str(table.a.pk))
    phone.fill("[name='term-0-text']", "修沟的钱")
    phone.fill("[name='term-0-amount']", "600")
    phone.fill("[name='term-0-how']", "转账")
    phone.fill("[name='term-0-due_on']", today.isoformat())
    phone.click("button[name=add]")
    phone.wait_for_selector("[name='term-1-kind']")
    shot(phone, "form-phone")
    phone.click("button[name=remove] >> nth=1")
    phone.wait_for_selector("[name='term-1-kind']", state="detached")
    phone.click(".agr-do button")
    phone.wait_for_selector(".agr-check")
    shot(phone, "draft-phone")
    for _ in range(3):
        phone.click(".agr-seats summary >> nth=0")
        phone.click(".agr-seats details[open] button")
        phone.wait_for_load_state()
    phone.click(".agr-check ~ form button")
    phone.wait_for_selector(".agr-part")
    shot(phone, "signed-phone")
    with see_as(SYSTEM):
        table.dispute.refresh_from_db()
        assert table.dispute.state == "settled"
    phone.goto(f"{site.url}/agreements/")
    phone.wait_for_selector("[data-state=late]")
    shot(phone, "owed-phone")
    phone.click("[data-state=late] .btn")
    phone.click("details:has([action$='/broken/']) summary")
    phone.fill("[action$='/broken/'] textarea", "打电话不接，钱没有到账")
    phone.click("[action$='/broken/'] button")
    phone.wait_for_selector(".agr-broken")
    shot(phone, "broken-phone")

    with see_as(SYSTEM):
        missed.refresh_from_db()
        assert (missed.state, Dispute.objects.get(pk=missed.dispute_id).state) == ("broken", "reopened")
    assert heard == []

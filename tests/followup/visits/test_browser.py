"""A visit in a village without a signal, in a real browser: the kept page opens, the visit goes out once by itself."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.desk.test_keeping import until, wait_stored
from tests.dispatch.pushes.test_browser import enter
from tests.followup.visits.test_visits import owed, settled
from tests.world import NOW, district
from twinloop.followup.visits import turning
from twinloop.followup.visits.models import Callback
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PYTEST_PICTURES", "")
CALM = {"reached": "yes", "way": "visit", "outcome": "settled", "mind": "calm", "satisfaction": "5", "terms": "kept"}


def tell(page: Any) -> None:
    for name, value in CALM.items():
        page.click(f".tl-choice:has(input[name={name}][value='{value}'])")


@pytest.mark.parametrize("opened", ["the form of the visit, before the signal went", "the kept page, after it"])
def test_a_visit_without_a_signal_is_put_down_once(site: Any, phone: Any, opened: str) -> None:
    with see_as(SYSTEM):
        found = district()
        dispute = settled(found)
        turning.follow(at=NOW)
        row = owed(dispute)
    assert row is not None
    heard = complaints(phone)
    with time_machine.travel(NOW + timedelta(days=40), tick=True):
        enter(phone, site, found.people["community_officer"])
        if opened.startswith("the form"):
            phone.goto(f"{site.url}/visits/{row.pk}/")
            phone.wait_for_selector("html[data-keep-ready]")
            phone.context.set_offline(True)
        else:
            phone.goto(f"{site.url}/visits/blank/")
            until(phone, "navigator.serviceWorker.controller !== null")
            until(phone, "caches.open('twinloop-pages-1').then(c => c.match('/visits/blank/')).then(Boolean)")
            kept = "caches.open('twinloop-files-1').then(c => c.keys())"
            until(phone, f"{kept}.then(keys => keys.some(one => one.url.includes('.woff')))")  # the icons' letters
            assert look(phone) == []
            phone.context.set_offline(True)
            phone.goto(f"{site.url}/visits/blank/")
            phone.wait_for_selector("html[data-keep-ready]")
            phone.fill("[name=number]", dispute.number[-3:])
            phone.fill("[name=on]", f"{timezone.localdate()}")
        tell(phone)
        if PICTURES:
            phone.screenshot(path=str(Path(PICTURES) / f"visit-{opened[4:8]}.png"), full_page=True)
        phone.click("#visit button[type=submit]")
        phone.wait_for_selector(".tl-kept >> text=没有信号")
        ((_viewer, sealed),) = wait_stored(phone, "outbox", 1)
        assert "settled" not in sealed
        with see_as(SYSTEM):
            assert not Callback.objects.filter(dispute=dispute, state="done").exists()
        phone.context.set_offline(False)
        wait_stored(phone, "outbox", 0)
    with see_as(SYSTEM):
        assert Callback.objects.filter(dispute=dispute, state="done").count() == 1
    lost = ("net::ERR_", "htmx:sendError")  # what a browser says of a signal that went
    assert [word for word in heard if not any(known in word for known in lost)] == []

"""The demo's patrols and pushes: there after a start, once, through the rooms' own actions."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from twinloop.discovery.patrols import demo as patrols
from twinloop.discovery.patrols import queries as patrolled
from twinloop.discovery.patrols.models import KeyPlace
from twinloop.dispatch.pushes import demo as pushes
from twinloop.dispatch.pushes import queries as pushed
from twinloop.dispatch.pushes.models import Push
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture
def filled(db):
    at = timezone.localtime()
    with see_as(SYSTEM):
        for _ in range(2):
            patrols.fill(at)
            pushes.fill(at)
        yield


@pytest.mark.usefixtures("filled")
def test_each_state_can_be_seen():
    today = timezone.localdate()
    assert KeyPlace.objects.count() == 6
    assert len(patrolled.due_on(today, SYSTEM)) == 6
    counts = patrolled.hazard_counts(SYSTEM, on=today)
    assert counts == {"open": 2, "overdue": 1, "rectified": 1, "closed": 1, "all": 4}
    assert sorted(Push.objects.values_list("state", flat=True)) == ["received", "replied", "sent"]
    assert [one.dispute.title for one in pushed.owed(SYSTEM)] == ["楼上漏水赔偿纠纷"]


def test_it_is_quick(db):
    began = time.perf_counter()
    with see_as(SYSTEM):
        patrols.fill(timezone.localtime())
        pushes.fill(timezone.localtime())
    assert time.perf_counter() - began < 4

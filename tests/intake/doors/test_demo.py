"""The demo's repeat: two calls through the door, once; the second waits for a person of the desk and of the station."""

from __future__ import annotations

import pytest
from django.utils import timezone

from twinloop.cases.models import Dispute
from twinloop.intake.doors import demo
from twinloop.intake.doors.models import Report
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.people.scope import scope_of
from twinloop.triage import repeats_queue


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["dispatcher", "chief", "community"])
def test_one_repeat_waits_in_the_review_queue(role: str) -> None:
    at = timezone.localtime()
    with see_as(SYSTEM):
        for _ in range(2):
            demo.fill(at)
        assert Report.objects.count() == len(demo.DRAIN)
        scope = scope_of(Account.objects.get(username=role), at=at)
    with see_as(scope):
        pair = repeats_queue.listed(scope, "open").get()
    with see_as(SYSTEM):
        assert Dispute.objects.get().title == "两家共用水沟被堵"
    assert pair.source == "door"
    assert pair.reasons

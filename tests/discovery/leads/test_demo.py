"""The demo's leads: some of each, through the actions, once."""

from __future__ import annotations

from collections import Counter

from django.utils import timezone

from twinloop.discovery.leads import demo
from twinloop.discovery.leads.models import Lead
from twinloop.ledger.sight import SYSTEM, see_as


def test_the_demo_holds_some_of_each_and_is_filled_once(db):
    at = timezone.localtime()
    with see_as(SYSTEM):
        demo.fill(at)
        demo.fill(at)
        assert Counter(Lead.objects.values_list("state", flat=True)) == {"new": 5, "accepted": 2, "declined": 1}
        assert Lead.objects.filter(reporter__isnull=False, place__isnull=False).count() == 6

"""What of whistles is open on a day: items whose clock is over by the cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from twinloop.cases.daybook import Open, of_dispute
from twinloop.decide.daily import DayKind
from twinloop.mediation.joint import queries
from twinloop.mediation.joint.models import OPEN, Answer


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """Two queries."""
    found = list(Answer.objects.filter(state__in=OPEN).select_related("dispute").order_by("pk"))
    clocks = queries.running(found)
    for one in found:
        clock = clocks.get(one.subject)
        if clock and clock.due_at and clock.due_at <= cut:
            url = reverse("whistle", args=[one.whistle_id])
            key = f"answer:{one.pk}"
            yield of_dispute(DayKind.WHISTLE, key, one.dispute, url, clock.started_at, clock.due_at)

"""What of pushes is open on a day: grave disputes that nobody pushed, letters that a unit has not answered in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from twinloop.cases.daybook import Open, of_dispute
from twinloop.cases.models import Dispute
from twinloop.decide.daily import DayKind
from twinloop.dispatch.pushes import queries
from twinloop.dispatch.pushes.models import Push


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """Three queries."""
    for dispute in Dispute.objects.filter(queries.is_owed()).order_by("pk"):
        url = reverse("dispute", args=[dispute.number])  # it offers the push to those who may; the day is seen by more
        yield of_dispute(DayKind.UNPUSHED, f"unpushed:{dispute.pk}", dispute, url, dispute.registered_at)
    found = list(Push.objects.filter(state__in=["sent", "received"]).select_related("dispute").order_by("pk"))
    clocks = queries.running(found)
    for push in found:
        clock = clocks.get(push.subject)
        if clock and clock.due_at and clock.due_at <= cut:
            url = reverse("push", args=[push.pk])
            yield of_dispute(DayKind.PUSH, f"push:{push.pk}", push.dispute, url, clock.started_at, clock.due_at)

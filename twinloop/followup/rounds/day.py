"""Penalty procedures that are to be opened by the end of the day of failure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from twinloop.cases.daybook import Open, of_dispute
from twinloop.decide.daily import DayKind
from twinloop.followup.rounds.models import Escalation, Penalty


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """Two queries. A crime in a known quarrel is looked back upon within a day of its mark."""
    for row in Penalty.objects.filter(state="owed").select_related("dispute").order_by("pk"):
        url = reverse("round", args=[row.dispute.number])
        yield of_dispute(DayKind.PENALTY, f"penalty:{row.pk}", row.dispute, url, row.since, row.owed_until)
    open_ = Escalation.objects.filter(finding="", marked_at__lte=cut - timedelta(days=1))
    for one in open_.select_related("dispute").order_by("pk"):
        url = reverse("escalation", args=[one.pk])
        due = one.marked_at + timedelta(days=1)
        yield of_dispute(DayKind.ROUND, f"escalation:{one.pk}", one.dispute, url, one.marked_at, due)

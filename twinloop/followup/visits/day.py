"""Visits and callbacks that are owed by the cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time

from django.urls import reverse

from twinloop.cases.daybook import Open, of_dispute
from twinloop.decide.clocks import CHINA
from twinloop.decide.daily import DayKind
from twinloop.followup.visits.models import Callback


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """One query; each in the name of who is to make it."""
    owed = Callback.objects.filter(state="planned", due_on__lte=cut.astimezone(CHINA).date())
    for row in owed.select_related("dispute").order_by("pk"):
        due = datetime.combine(row.due_on, time(20, 0), CHINA)
        found = of_dispute(
            DayKind.VISIT, f"visit:{row.pk}", row.dispute, reverse("visit_report", args=[row.pk]), row.planned_at, due
        )
        yield replace(found, owner=row.owner_id or found.owner)

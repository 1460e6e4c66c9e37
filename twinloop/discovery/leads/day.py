"""Leads that nobody has decided on: open until somebody takes or declines them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from twinloop.cases.daybook import Open
from twinloop.decide.daily import DayKind
from twinloop.discovery.leads.models import OPEN, Lead
from twinloop.discovery.leads.queries import LATE


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """One query."""
    for lead in Lead.objects.filter(state=OPEN).order_by("pk"):
        yield Open(
            kind=DayKind.LEAD, key=f"lead:{lead.pk}", number=lead.number, url=reverse("lead_one", args=[lead.number]),
            since=lead.reported_at, due=lead.reported_at + LATE, place=lead.place_id, station=lead.station_id,
        )  # fmt: skip

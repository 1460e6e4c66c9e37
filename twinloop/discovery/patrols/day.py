"""Hazards whose day has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from twinloop.cases.daybook import Open
from twinloop.decide.clocks import CHINA, day_end
from twinloop.decide.daily import DayKind
from twinloop.discovery.patrols.models import Hazard


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """One query."""
    day = cut.astimezone(CHINA).date()
    for one in Hazard.objects.filter(closed_at__isnull=True, deadline__lte=day).order_by("pk"):
        due = min(cut, day_end(one.deadline))
        yield Open(
            kind=DayKind.HAZARD, key=f"hazard:{one.pk}:{one.round}", number=one.number,
            url=reverse("hazard", args=[one.pk]), since=one.at, due=due, place=one.place_id, station=one.station_id,
            owner=one.by_id,
        )  # fmt: skip

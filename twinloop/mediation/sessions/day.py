"""What of mediations is open on a day: sessions that are over and nobody said what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.urls import reverse

from twinloop.cases.daybook import Open, of_dispute
from twinloop.decide.daily import DayKind
from twinloop.mediation.sessions.models import Session


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """One query. In the name of who leads the mediation, where that is one of ours."""
    found = Session.objects.filter(live=True, outcome="", period__endswith__lte=cut)
    for one in found.select_related("mediation__dispute").order_by("pk"):
        url, dispute = reverse("session", args=[one.pk]), one.mediation.dispute
        made = of_dispute(DayKind.SESSION, f"session:{one.pk}", dispute, url, one.planned_at, one.period.upper)
        yield replace(made, owner=dispute.owner_id or one.planned_by_id)

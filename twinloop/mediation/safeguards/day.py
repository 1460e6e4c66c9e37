"""What is owed to victims of domestic violence by the cut: the next step of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from twinloop.cases.daybook import Open, of_dispute
from twinloop.decide.daily import DayKind
from twinloop.ledger.sight import SYSTEM
from twinloop.mediation.safeguards import queries


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """Two queries."""
    over = ["closed", "merged", "transferred"]
    found = queries.visible(SYSTEM).exclude(dispute__state__in=over).prefetch_related("steps").order_by("pk")
    for one in found:
        for due in queries.dues(one, list(one.steps.all()))[:1]:
            if due.due_at <= cut:
                url = reverse("safeguard", args=[one.dispute.number])
                key = f"safeguard:{one.pk}:{due.what}"
                yield of_dispute(DayKind.SAFEGUARD, key, one.dispute, url, one.opened_at, due.due_at)

"""Steps of campaigns that are owed by the cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse

from twinloop.cases.daybook import Open, of_dispute
from twinloop.decide.clocks import CHINA
from twinloop.decide.daily import DayKind
from twinloop.ledger.sight import SYSTEM
from twinloop.mediation.follow import queries, showing


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """Two queries; in the name of the dispute's officer."""
    found = queries.campaigns(SYSTEM).filter(outcome="").order_by("pk")
    for one in showing.with_steps(found):
        due = datetime.combine(showing.owed(one)[1], time(20, 0), CHINA)
        if due <= cut:
            url = reverse("follow_campaign", args=[one.pk])
            yield of_dispute(DayKind.CAMPAIGN, f"campaign:{one.pk}", one.dispute, url, one.started_at, due)

"""What of calls and orders is open on a day: nobody sent, not signed, not arrived, no feedback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.daybook import Open, of_dispute, of_incident
from twinloop.cases.models import Clock, Order
from twinloop.decide.daily import DayKind
from twinloop.dispatch.orders.queries import board
from twinloop.ledger.sight import SYSTEM

STATES = {"sent": DayKind.UNSIGNED, "signed": DayKind.NOT_ARRIVED, "arrived": DayKind.NO_FEEDBACK}


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """Two queries."""
    for incident in board.waiting(SYSTEM, at=at).order_by("pk"):
        url = reverse("incident", args=[incident.number])
        yield of_incident(DayKind.UNSENT, f"incident:{incident.pk}", incident, url, incident.registered_at)
    clocks = Clock.objects.filter(RUNNING, order=OuterRef("pk"), due_at__isnull=False).order_by("due_at")
    found = Order.objects.filter(state__in=list(STATES)).select_related("incident", "dispute")
    for order in found.annotate(due=Subquery(clocks.values("due_at")[:1])).order_by("pk"):
        yield _of_order(order)


def _of_order(order: Order) -> Open:
    # signed, then arrived: another thing is missing, of the same order
    kind, key, due = STATES[order.state], f"order:{order.pk}", getattr(order, "due", None)
    if order.incident is not None:
        url = reverse("incident", args=[order.incident.number])
        found = of_incident(kind, key, order.incident, url, order.sent_at, due)
    else:
        assert order.dispute is not None  # the table's own CHECK
        url = reverse("dispute", args=[order.dispute.number])
        found = of_dispute(kind, key, order.dispute, url, order.sent_at, due)
    return replace(found, owner=order.to_account_id)

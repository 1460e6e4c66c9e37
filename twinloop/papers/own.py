"""Papers that the spine itself fills: the record of a call, the order that sent somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from twinloop.cases import sealing
from twinloop.cases.models import Dispute, Incident, Order
from twinloop.cases.queries import type_names
from twinloop.papers.filling import day, moment
from twinloop.papers.kinds import Subject


def calls(reports: QuerySet[Incident]) -> Iterator[Subject]:
    for one in reports.select_related("place", "registered_by").order_by("received_at", "pk"):
        yield Subject(
            one.pk, one.number, lambda one=one: {"incident": incident(one)}, is_done=True, incident=one.pk  # type: ignore[misc]
        )  # fmt: skip


def incident(one: Incident) -> dict[str, Any]:
    """What a paper says of a report; who asked to stay unnamed is not named here either."""
    kind = one.get_confirmed_kind_display() if one.confirmed_kind else one.get_reported_kind_display()
    hidden = one.caller_is_confidential
    orders = one.orders.select_related("to_account", "to_unit").prefetch_related("feedbacks").order_by("sent_at")
    return {
        "number": one.number, "outside_number": one.outside_number, "channel": str(one.get_channel_display()),
        "reported_at": moment(one.reported_at), "received_at": moment(one.received_at),
        "recording_no": one.recording_no, "place": str(one.place or ""), "address": one.address, "kind": str(kind),
        "type": type_names().get(one.confirmed_type or one.reported_type, ""), "narrative": one.narrative,
        "caller": "（要求保密）" if hidden else _caller(one, "name"),
        "phone": "" if hidden else _caller(one, "phone"), "by": str(one.registered_by or ""),
        "orders": [_order(order) for order in orders],
    }  # fmt: skip


def _caller(one: Incident, field: str) -> str:
    return sealing.open_(getattr(one, f"caller_{field}_sealed"), f"incident:{one.pk}:{field}")


def orders(dispute: Dispute) -> Iterator[Subject]:
    found = dispute.orders.select_related("to_account", "to_unit", "sent_by").prefetch_related("feedbacks")
    for one in found.order_by("sent_at", "pk"):
        label = f"{day(one.sent_at)} {one.to_account or one.to_unit or one.outside_number}"
        yield Subject(one.pk, label, lambda one=one: {"order": _order(one)}, is_done=True)  # type: ignore[misc]


def _order(one: Order) -> dict[str, Any]:
    last = next(iter(one.feedbacks.all()), None)
    return {
        "to": str(one.to_account or one.to_unit or one.outside_number), "text": one.text, "why": one.why,
        "round": one.round, "by": str(one.sent_by or ""), "sent_at": moment(one.sent_at), "sent_day": day(one.sent_at),
        "signed_at": moment(one.signed_at), "arrived_at": moment(one.arrived_at), "feedback": last.text if last else "",
    }  # fmt: skip


PAPERS = {"call_record": calls, "dispatch_order": orders}

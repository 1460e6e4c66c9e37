"""Reports of another system, many at once: the same facts and events as one by one, a few statements a thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from twinloop.cases import sealing
from twinloop.cases.actions import numbering
from twinloop.cases.models import Feedback, Incident, Order
from twinloop.edge import masks, searchkeys
from twinloop.ledger import many
from twinloop.ledger.actions import record_many
from twinloop.ledger.whole import whole


@dataclass(frozen=True, slots=True)
class Report:
    """One incident as another system wrote it down."""

    channel: str
    narrative: str
    reported_at: datetime
    received_at: datetime
    outside_number: str
    kind: str = "other"
    place: int | None = None
    station: int | None = None
    address: str = ""
    caller: sealing.Identity = field(default_factory=sealing.Identity)
    is_confidential: bool = False
    recording_no: str = ""


_INCIDENT = (
    "id", "number", "outside_number", "channel", "reported_at", "received_at", "place_id", "station_id", "address",
    "address_key", "narrative", "reported_kind", "reported_type", "confirmed_kind", "confirmed_type",
    "caller_name_sealed", "caller_name_masked", "caller_phone_sealed", "caller_phone_masked",
    "caller_is_confidential", "search_keys", "recording_no", "registered_by_id", "registered_at", "version",
)  # fmt: skip


@whole()
def register_incidents(
    reports: Sequence[Report], *, by: int | None, at: datetime, source: Mapping[str, object]
) -> list[int]:
    """Write down reports under new numbers, each of the day on which it was received; gives their ids in order.

    `source` stands in every event (the batch). At most some 1,000 at a time: each holds a lock until the end.
    """
    ids = many.new_ids(Incident, len(reports))
    numbers = numbering.draw_many("JQ", [report.received_at for report in reports])
    seals = sealing.Seals()
    rows = [_incident(*row, seals, by, at) for row in zip(ids, numbers, reports, strict=True)]
    many.add(Incident, _INCIDENT, rows)
    told = zip(ids, numbers, reports, strict=True)
    events = ((f"incident:{pk}", {"number": number, "channel": r.channel, **source}) for pk, number, r in told)
    record_many(events, "incident_registered", by=by, at=at)
    return ids


def _incident(
    pk: int, number: str, report: Report, seals: sealing.Seals, by: int | None, at: datetime
) -> tuple[Any, ...]:
    who = report.caller
    return (
        pk, number, report.outside_number, report.channel, report.reported_at, report.received_at, report.place,
        report.station, report.address, searchkeys.address_key(report.address) if report.address else "",
        report.narrative, report.kind, "", "", "",
        seals.seal(who.name, f"incident:{pk}:name"), masks.mask_name(who.name) if who.name else "",
        seals.seal(who.phone, f"incident:{pk}:phone"), masks.mask_phone(who.phone) if who.phone else "",
        report.is_confidential, seals.keys(who), report.recording_no, by, at, 1,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """An order (处警单) of another system; what became of it is told by its feedback."""

    incident: int
    outside_number: str
    sent_at: datetime
    signed_at: datetime | None = None
    to_unit: int | None = None
    text: str = ""


_ORDER = (
    "id", "incident_id", "dispute_id", "outside_number", "round", "to_account_id", "to_unit_id", "text", "why", "state",
    "sent_by_id", "sent_at", "signed_at", "arrived_at", "ended_at", "ended_why",
)  # fmt: skip


@whole()
def bring_orders(orders: Sequence[Sent], *, by: int | None, at: datetime, source: Mapping[str, object]) -> list[int]:
    """Orders that were given elsewhere. Nobody here is asked to sign them: the other system runs their clocks."""
    ids = many.new_ids(Order, len(orders))
    many.add(Order, _ORDER, (_order(pk, order) for pk, order in zip(ids, orders, strict=True)))
    events = ((f"incident:{o.incident}", {"number": o.outside_number, **source}) for o in orders)
    record_many(events, "order_brought", by=by, at=at)
    return ids


def _order(pk: int, order: Sent) -> tuple[Any, ...]:
    state = "signed" if order.signed_at else "sent"
    return (
        pk, order.incident, None, order.outside_number, 1, None, order.to_unit, order.text, "", state,
        None, order.sent_at, order.signed_at, None, None, "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A feedback (反馈单), or the answer to a message."""

    incident: int
    outside_number: str
    at: datetime
    text: str
    order: int | None = None
    arrived_at: datetime | None = None
    is_settled: bool | None = None
    helped: int = 0
    injured: int = 0
    dead: int = 0


_FEEDBACK = (
    "id", "order_id", "incident_id", "outside_number", "by_id", "at", "text", "is_final", "is_settled", "helped",
    "injured", "dead",
)  # fmt: skip
# the other system's order is over with its feedback; times that run backwards are not taken over
_END = """UPDATE cases_order o SET state = 'done', ended_at = greatest(t.at, o.sent_at),
        arrived_at = CASE WHEN t.arrived >= o.sent_at THEN t.arrived ELSE o.arrived_at END
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS t (id, at, arrived)
    WHERE o.id = t.id AND o.state IN ('sent', 'signed', 'arrived')"""


@whole()
def bring_feedbacks(told: Sequence[Told], *, by: int | None, at: datetime, source: Mapping[str, object]) -> list[int]:
    """Feedbacks that were given elsewhere; an order that has one is over."""
    ids = many.new_ids(Feedback, len(told))
    many.add(Feedback, _FEEDBACK, (_feedback(*pair) for pair in zip(ids, told, strict=True)))
    ended = {t.order: t for t in sorted(told, key=lambda t: t.at) if t.order is not None}
    with connection.cursor() as cursor:
        cursor.execute(_END, [list(ended), [t.at for t in ended.values()], [t.arrived_at for t in ended.values()]])
    events = ((f"incident:{t.incident}", {"number": t.outside_number, **source}) for t in told)
    record_many(events, "feedback_brought", by=by, at=at)
    return ids


def _feedback(pk: int, told: Told) -> tuple[Any, ...]:
    counts = (told.helped, told.injured, told.dead)
    return pk, told.order, told.incident, told.outside_number, None, told.at, told.text, False, told.is_settled, *counts

"""What the API says and hears. Identity is masked; times carry their offset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

from twinloop.cases.models import Dispute, Incident
from twinloop.dispatch.pushes.models import Push
from twinloop.edge.masks import mask_text
from twinloop.ledger.models import Event


class Problem(Schema):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str = ""
    instance: str = ""
    articles: list[str] = []
    lacks: list[str] = []
    field: str = ""
    changes: list[dict[str, Any]] = []


class DisputeOut(Schema):
    number: str
    title: str
    state: str
    level: int | None
    level_confirmed: bool
    type: str
    round: int
    origin: str
    place: str | None = Field(description="12-digit code")
    station: str | None
    owner: str | None = Field(description="account name of the responsible officer")
    merged_into: str | None
    registered_at: datetime
    updated_at: datetime
    settled_at: datetime | None
    closed_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: Dispute) -> DisputeOut:
        return cls(
            number=row.number,
            title=mask_text(row.title),
            state=row.state,
            level=row.level,
            level_confirmed=row.level_confirmed_by_id is not None,
            type=row.type_code,
            round=row.round,
            origin=row.origin,
            place=row.place.code if row.place else None,
            station=row.station.code if row.station else None,
            owner=row.owner.username if row.owner else None,
            merged_into=row.merged_into.number if row.merged_into else None,
            registered_at=row.registered_at,
            updated_at=row.touched_at,
            settled_at=row.settled_at,
            closed_at=row.closed_at,
            version=row.version,
        )


class IncidentOut(Schema):
    number: str
    outside_number: str
    channel: str
    reported_at: datetime
    received_at: datetime
    place: str | None
    station: str | None
    narrative: str = Field(description="masked")
    reported_kind: str
    reported_type: str
    confirmed_kind: str
    confirmed_type: str
    caller: str = Field(description="masked; empty where the caller asked not to be known")
    dispute: str | None

    @classmethod
    def of(cls, row: Incident) -> IncidentOut:
        linked = next((link.dispute.number for link in row.links.all() if link.unlinked_at is None), None)
        return cls(
            number=row.number,
            outside_number=row.outside_number,
            channel=row.channel,
            reported_at=row.reported_at,
            received_at=row.received_at,
            place=row.place.code if row.place else None,
            station=row.station.code if row.station else None,
            narrative=mask_text(row.narrative),
            reported_kind=row.reported_kind,
            reported_type=row.reported_type,
            confirmed_kind=row.confirmed_kind,
            confirmed_type=row.confirmed_type,
            caller="" if row.caller_is_confidential else row.caller_name_masked,
            dispute=linked,
        )


class EventOut(Schema):
    seq: int
    verb: str
    by: str | None
    at: datetime
    why: str
    before: dict[str, Any]
    after: dict[str, Any]
    hash: str

    @classmethod
    def of(cls, row: Event) -> EventOut:
        return cls(
            seq=row.seq,
            verb=row.verb,
            by=row.by.username if row.by else None,
            at=row.at,
            why=mask_text(row.why),
            before=row.before,
            after=row.after,
            hash=bytes(row.hash).hex(),
        )


class DisputePage(Schema):
    items: list[DisputeOut]
    next: str = Field("", description="cursor of the next page, empty at the end")


class IncidentPage(Schema):
    items: list[IncidentOut]
    next: str = ""


class EventPage(Schema):
    items: list[EventOut]


class ActionIn(Schema):
    """`given`: what the action's own form asks for (see docs/api.md); `taker` and `target` by number."""

    model_config = ConfigDict(extra="forbid")

    why: str = Field("", max_length=500)
    given: dict[str, str | int | bool | None] = {}


class PushOut(Schema):
    """What the unit may read: the letter and its way, nothing of the dispute behind it."""

    id: int
    number: str
    unit: str = Field(description="code of the unit")
    level: int
    title: str = Field(description="masked")
    letter: str = Field(description="masked")
    state: str
    sent_at: datetime | None
    received_at: datetime | None
    replied_at: datetime | None
    result: str
    reply: str

    @classmethod
    def of(cls, row: Push) -> PushOut:
        return cls(
            id=row.pk,
            number=row.number,
            unit=row.to_unit.code,
            level=row.level,
            title=row.title,
            letter=row.letter,
            state=row.state,
            sent_at=row.sent_at,
            received_at=row.received_at,
            replied_at=row.replied_at,
            result=row.result,
            reply=row.reply,
        )


class PushPage(Schema):
    items: list[PushOut]
    next: str = ""


class ReplyIn(Schema):
    model_config = ConfigDict(extra="forbid")

    result: str = Field(description="done, under_way, not_ours")
    text: str = Field(max_length=3000)

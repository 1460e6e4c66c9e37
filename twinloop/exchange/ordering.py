"""Orders for programs: the officer's own steps, by the same verbs as the phone pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ninja import Schema
from pydantic import ConfigDict, Field

from twinloop.cases.models import Order
from twinloop.dispatch.orders import actions
from twinloop.dispatch.orders.actions.reporting import Report
from twinloop.dispatch.orders.queries import mine
from twinloop.exchange import problems
from twinloop.exchange.models import ApiToken
from twinloop.ledger import once
from twinloop.ledger.sight import Scope

Act = Callable[[Order, int, datetime], object]


class OrderOut(Schema):
    id: int
    incident: str | None
    dispute: str | None
    state: str
    round: int
    sent_at: datetime
    signed_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    ended_why: str

    @classmethod
    def of(cls, row: Order) -> OrderOut:
        return cls(
            id=row.pk,
            incident=row.incident.number if row.incident else None,
            dispute=row.dispute.number if row.dispute else None,
            **{name: getattr(row, name) for name in ("state", "round", "sent_at", "signed_at", "arrived_at")},
            ended_at=row.ended_at,
            ended_why=row.ended_why,
        )


class ArriveIn(Schema):
    model_config = ConfigDict(extra="forbid")

    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)


class FeedbackIn(Schema):
    model_config = ConfigDict(extra="forbid")

    outcome: str = Field(max_length=20, description="calmed, agreed, unsettled, nobody (final) or progress")
    text: str = Field("", max_length=20_000)
    why: str = Field("", max_length=20, description="of unsettled: unwilling, unclear, survey, other")
    found: list[str] = Field([], max_length=10, description="fight, injury, weapon, threat, crowd, minor")
    helped: int = Field(0, ge=0, le=999)
    injured: int = Field(0, ge=0, le=999)
    dead: int = Field(0, ge=0, le=999)
    recording_no: str = Field("", max_length=40)

    def report(self) -> Report:
        return Report(**{**self.model_dump(), "found": tuple(self.found)})


class BackIn(Schema):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=20, description="related, busy, elsewhere, not_police, unable, other")
    why: str = Field("", max_length=150)


def step(token: ApiToken, scope: Scope, pk: int, what: str, sent: str, key: str, at: datetime, act: Act) -> OrderOut:
    """One step on one's own order; with a key it is done once however often it is sent."""
    own = mine.orders(scope, by=token.account_id).filter(pk=pk)
    row = problems.found(own)
    with once.taken(key, who=f"token:{token.pk}", what=f"order_{what}", sent=f"{pk}|{sent}", at=at) as turn:
        if turn.before is None:
            act(row, token.account_id, at)
            turn.answer = pk
    return OrderOut.of(problems.found(own.select_related("dispute")))


def sign(scope: Scope) -> Act:
    return lambda row, by, at: actions.sign(row, by=by, scope=scope, at=at)


def arrive(scope: Scope, body: ArriveIn) -> Act:
    where = body.model_dump()
    return lambda row, by, at: actions.arrive(row, by=by, scope=scope, at=at, **where)


def feedback(scope: Scope, body: FeedbackIn) -> Act:
    return lambda row, by, at: actions.feedback(row, body.report(), by=by, scope=scope, at=at)


def give_back(scope: Scope, body: BackIn) -> Act:
    return lambda row, by, at: actions.give_back(row, body.reason, by=by, scope=scope, at=at, why=body.why)

"""Visits for programs: one result, by the same verb and with the same refusals as the form on the phone."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from ninja import Schema
from pydantic import ConfigDict, Field

from twinloop.exchange import problems
from twinloop.exchange.models import ApiToken
from twinloop.followup.visits import actions, queries
from twinloop.followup.visits.actions import Made
from twinloop.followup.visits.models import Callback
from twinloop.ledger import once
from twinloop.ledger.sight import Scope


class ResultIn(Schema):
    """Nobody met (`reached` false): only `way`, `on` and `hour` count. What a reached party said must be whole."""

    model_config = ConfigDict(extra="forbid")

    on: date
    hour: time | None = Field(None, description="of that day, in +08:00")
    way: str = Field(max_length=10, description="visit or call")
    reached: bool
    outcome: str = Field("", max_length=10, description="settled, partly, unsettled")
    terms: str = Field("none", max_length=10, description="kept, partly, broken, none")
    satisfaction: int | None = Field(None, description="1 (not at all) to 5; 1 and 2 are dissatisfied")
    mind: str = Field("", max_length=10, description="calm, uneasy, hostile")
    why: str = Field("", max_length=300)
    risk: str = Field("", max_length=300, description="what is new")
    consents: bool = Field(False, description="the party agrees that the position is kept")
    latitude: Decimal | None = Field(None, ge=-90, le=90, decimal_places=6)
    longitude: Decimal | None = Field(None, ge=-180, le=180, decimal_places=6)

    def made(self) -> Made:
        spot = (self.latitude, self.longitude)
        given = self.model_dump(exclude={"latitude", "longitude", "hour"})
        hour = self.hour.replace(tzinfo=None) if self.hour else None
        return Made(
            **given, hour=hour, spot=(spot[0], spot[1]) if spot[0] is not None and spot[1] is not None else None
        )


class VisitOut(Schema):
    id: int
    dispute: str
    state: str = Field(description="done; missed where nobody was reached")
    on: date | None
    met_at: datetime | None
    dispute_state: str = Field(description="reopened where the party is dissatisfied")
    next_due_on: date | None = Field(description="when the next visit is owed")

    @classmethod
    def of(cls, row: Callback) -> VisitOut:
        owed = Callback.objects.filter(dispute=row.dispute_id, state="planned").first()
        return cls(
            id=row.pk, dispute=row.dispute.number, state=row.state, on=row.on, met_at=row.met_at,
            dispute_state=row.dispute.state, next_due_on=owed.due_on if owed else None,
        )  # fmt: skip


def result(token: ApiToken, scope: Scope, pk: int, body: ResultIn, key: str, at: datetime) -> VisitOut:
    """Write one visit down, once with a key. 404 where the account sees no such visit or makes none."""
    own = queries.visible(scope) if scope.has(*queries.MAKERS) else Callback.objects.none()
    row = problems.found(own.filter(pk=pk))
    with once.taken(key, who=f"token:{token.pk}", what="visit", sent=f"{pk}|{body.model_dump_json()}", at=at) as turn:
        if turn.before is None:
            turn.answer = actions.put_down(row, body.made(), by=token.account_id, at=at).pk
    return VisitOut.of(problems.found(own.filter(pk=pk)))

"""Reports from programs: one or a batch, each answered on its own, by the same verb as the doors of the pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field, ValidationError

from twinloop.cases.models import IncidentLink
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.exchange.problems import Stopped, status_of
from twinloop.exchange.words import PROBLEMS
from twinloop.intake.doors import actions, judging, queries, rights
from twinloop.intake.doors.checking import Person, Said
from twinloop.ledger.actions import canonical
from twinloop.ledger.sight import Scope

MOST = 500


class PersonIn(Schema):
    model_config = ConfigDict(extra="forbid")

    side: str = Field("b", description="a, b or c")
    name: str = Field(max_length=200)
    phone: str = Field("", max_length=60)
    id_number: str = Field("", max_length=60)


class ReportIn(Schema):
    """What is checked and how long it may be the sentence of a refusal says; nothing is cut off."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=20_000, description="what happened, at most 4000 characters")
    channel: str = Field("api", max_length=20)
    reported_at: datetime | None = Field(None, description="ISO 8601; without an offset +08:00; null is now")
    place: str = Field("", max_length=60, description="12-digit code, name, pinyin or initials of a served place")
    address: str = Field("", max_length=1000)
    latitude: float | None = None
    longitude: float | None = None
    phone: str = Field("", max_length=60)
    name: str = Field("", max_length=200)
    confidential: bool = False
    kind: str = Field("dispute", max_length=20)
    type: str = Field("", max_length=10)
    recording_no: str = Field("", max_length=100)
    outside_number: str = Field(
        "", max_length=100, description="your number; the same one with the same content is once"
    )
    from_unit: str = Field("", max_length=200)
    flags: list[str] = Field([], max_length=20)
    people: list[PersonIn] = Field([], max_length=50)
    dispute: str = Field("", max_length=20, description="number of the dispute that it belongs to")

    def said(self) -> Said:
        same = ("text", "channel", "place", "address", "phone", "name", "kind", "recording_no", "outside_number",
                "from_unit", "flags", "latitude", "longitude")  # fmt: skip
        return Said(
            **{name: getattr(self, name) for name in same},
            is_confidential=self.confidential,
            reported=self.reported_at or "",
            type_code=self.type,
            people=[Person(**person.dict()) for person in self.people],
        )


class SuggestionOut(Schema):
    kind: str
    type: str
    confidence: float
    abstained: bool
    reasons: list[str]
    alternatives: list[dict[str, Any]]
    flags: list[dict[str, Any]]
    level: int | None


class ReceivedOut(Schema):
    number: str
    dispute: str | None = Field(description="number of the linked dispute")
    suggestion: SuggestionOut | None = Field(description="what the software suggests; a person decides")


class ItemOut(Schema):
    """One of a batch, in the order in which they were sent."""

    status: int = Field(description="201, 409 or 422")
    number: str | None = None
    dispute: str | None = None
    suggestion: SuggestionOut | None = None
    problem: dict[str, Any] | None = None


class BatchOut(Schema):
    accepted: int
    refused: int
    items: list[ItemOut]


def read(body: bytes) -> Any:
    """One report (an object) or a batch (an array). Raises `Stopped` where it is neither."""
    try:
        found = json.loads(body, parse_constant=_no_number)
        sent(found).encode()  # half a character is no text
    except (ValueError, RecursionError):
        raise Stopped(400, "bad_request", detail="not JSON (UTF-8)") from None
    if not isinstance(found, (dict, list)):
        raise Stopped(400, "bad_request", detail="an object or an array of objects is needed")
    if isinstance(found, list) and not 1 <= len(found) <= MOST:
        raise Stopped(422, "invalid", detail=f"a batch holds 1 to {MOST} reports, this one {len(found)}")
    return found


def _no_number(name: str) -> None:
    raise ValueError(name)


def receive(item: Any, *, seen: Scope, by: int, at: datetime) -> dict[str, Any]:
    """Write one report down. Raises `Refused`."""
    rights.check_door("api", seen)
    given = _parsed(item)
    dispute = queries.joined(given.dispute, seen)
    if dispute is not None:
        rights.check_link(seen)
    incident, said = actions.take_in(given.said(), door="api", by=by, at=at, dispute=dispute)
    if said is not None and dispute is None:  # written down just now, and in no dispute
        return {"number": incident.number, "dispute": None, "suggestion": judging.suggested(said)}
    link = IncidentLink.objects.select_related("dispute").filter(incident=incident, unlinked_at=None).first()
    return {
        "number": incident.number,
        "dispute": link.dispute.number if link else None,
        "suggestion": judging.suggestion_of(incident),
    }


def receive_all(items: list[Any], *, seen: Scope, by: int, at: datetime) -> dict[str, Any]:
    """Each report by itself: a bad one harms no other."""
    answers = [_tried(item, seen=seen, by=by, at=at) for item in items]
    accepted = sum(answer["status"] == 201 for answer in answers)
    return {"accepted": accepted, "refused": len(answers) - accepted, "items": answers}


def _tried(item: Any, **more: Any) -> dict[str, Any]:
    try:
        return {"status": 201, **receive(item, **more)}
    except Refused as refused:
        status = status_of(refused)
        return {"status": status, "problem": told(refused, status)}


def told(refused: Refused, status: int) -> dict[str, Any]:
    """A refusal as problem details; what was sent is not repeated but for what its sentence needs."""
    title = PROBLEMS["outside_taken" if status == 409 else "refused"]
    field = str(refused.facts.get("field", ""))
    return {"type": "about:blank", "title": str(title), "status": status, "code": refused.code,
            "detail": sentence(refused), "field": field}  # fmt: skip


def _parsed(item: Any) -> ReportIn:
    if not isinstance(item, Mapping):
        raise Refused("door_not_object")
    try:
        return ReportIn.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))[:60]
        code = "door_field_unknown" if first["type"] == "extra_forbidden" else "door_field_shape"
        raise Refused(code, field=name, name=name) from None


def sent(found: Any) -> str:
    """One text for one content, for the Idempotency-Key."""
    return canonical({"sent": found})


def _schema() -> dict[str, Any]:
    """The JSON schema of a report with its people written out in place."""
    schema = ReportIn.model_json_schema()
    person = schema.pop("$defs")["PersonIn"]
    schema["properties"]["people"]["items"] = person
    return schema


_BATCH = {"type": "array", "minItems": 1, "maxItems": MOST, "items": _schema()}
BODY = {"required": True, "content": {"application/json": {"schema": {"oneOf": [_schema(), _BATCH]}}}}
KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{8,80}$"},
    "description": "done once however often it is sent; kept for seven days",
}  # fmt: skip

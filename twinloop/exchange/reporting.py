"""Leads from programs (a volunteers' app, a grid platform): the same verb as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

from twinloop.cases.sealing import Identity
from twinloop.decide import Refused
from twinloop.discovery.leads import actions
from twinloop.discovery.leads.visibility import check_source
from twinloop.edge.phones import check_phone
from twinloop.edge.typed import IdentityRefused
from twinloop.ledger.sight import Scope
from twinloop.places.models import Place


class LeadIn(Schema):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=20_000, description="what was seen, at most 2000 characters")
    source: str = Field(
        "", max_length=20, description="who saw it; empty: by the account's role. Others than one's own: dispatchers"
    )
    kind: str = Field("dispute", max_length=20, description="neighbours, family, money, noise, land, else, dispute …")
    place: str = Field("", max_length=12, description="12-digit code of a served place")
    address: str = Field("", max_length=200)
    urgent: bool = False
    confidential: bool = False
    name: str = Field("", max_length=40, description="of a resident who reports through this program")
    phone: str = Field("", max_length=40)

    @model_validator(mode="after")
    def is_text(self) -> LeadIn:
        """Half a character or a NUL is no text, and the database takes neither."""
        for value in self.__dict__.values():
            if isinstance(value, str) and ("\0" in value or any("\ud800" <= c <= "\udfff" for c in value)):
                raise ValueError("not text")
        return self

    def sent(self) -> str:
        """One text for one content, for the Idempotency-Key."""
        return self.model_dump_json()


class LeadOut(Schema):
    number: str
    state: str
    source: str


def report(given: LeadIn, *, seen: Scope, by: int, at: datetime) -> dict[str, Any]:
    """Write one lead down. Raises `Refused`."""
    source = check_source(given.source, seen)
    place = None
    if given.place:
        place = Place.objects.served().filter(code=given.place).first()
        if place is None:
            raise Refused("lead_place")
    is_outside = bool(given.name or given.phone) or source == "resident"
    made = actions.report(
        source=source, kind=given.kind, text=given.text, place=place, address=given.address, urgent=given.urgent,
        confidential=given.confidential, who=_who(given), reporter=None if is_outside else by, by=by, at=at,
    )  # fmt: skip
    return {"number": made.number, "state": made.state, "source": made.source}


def _who(given: LeadIn) -> Identity:
    if not given.phone:
        return Identity(name=given.name.strip())
    try:
        return Identity(name=given.name.strip(), phone=check_phone(given.phone).value)
    except IdentityRefused:
        raise Refused("lead_phone") from None

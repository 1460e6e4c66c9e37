"""An agreement as its page shows it: terms with their parts, signatures, the list before signing, what may be done."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from twinloop.cases.models import Party
from twinloop.cases.telling import sentence
from twinloop.decide.clocks import CHINA
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.mediation.agreements import checking, forms, queries, telling, words
from twinloop.mediation.agreements.models import Agreement, Due, Promise, Signature


@dataclass
class Part:
    """One due part in a list."""

    due: Due
    state: str
    word: str
    money: str
    text: str = ""
    form: forms.Perform | None = None
    refuse: forms.Why | None = None  # the person's word that it was not kept


@dataclass
class Line:
    """One term."""

    promise: Promise
    text: str
    parts: list[Part]


@dataclass
class Seat:
    """Who has to sign, and whether they have."""

    key: str  # the party's, or "mediator"
    who: str
    side: str
    is_minor: bool
    signature: Signature | None
    form: forms.Sign | None = None


def row(due: Due, on: date) -> Part:
    """A due part on the list of what is owed."""
    state = queries.where(due, on)
    return Part(due, state, str(words.DUES[state]), telling.money(due.amount), mask_text(due.promise.text))


def lines(found: Agreement, scope: Scope, at: datetime) -> list[Line]:
    on = at.astimezone(CHINA).date()
    may_write, may_decide = scope.has(*queries.WRITERS), scope.has(*queries.DECIDERS)
    told = []
    for one in found.promises.select_related("by_party", "to_party").prefetch_related(
        "dues__recorded_by", "dues__photo"
    ):
        parts = [row(_of(due, found, one), on) for due in one.dues.all()]
        for part in parts:
            if part.due.live and may_write:
                initial = {"once": uuid.uuid4(), "on": on}
                part.form = forms.Perform(auto_id=f"kept{part.due.pk}-%s", initial=initial)
            if part.state == "late" and may_decide:
                part.refuse = forms.Why(auto_id=f"broken{part.due.pk}-%s", initial={"once": uuid.uuid4()})
        told.append(Line(one, mask_text(telling.term(one)), parts))
    return told


def _of(due: Due, found: Agreement, one: Promise) -> Due:
    due.agreement, due.promise = found, one  # known already: no query a row
    return due


def seats(found: Agreement, scope: Scope) -> list[Seat]:
    """The parties and the mediator, in the order of the paper."""
    signed = {s.party_id: s for s in found.signatures.filter(version=found.version).select_related("photo")}
    lead = found.mediator.name if found.mediator else found.mediator_name
    made = [_seat(party, signed) for party in checking.parties(found.dispute_id)]
    made.append(Seat("mediator", lead, "", is_minor=False, signature=signed.get(None)))
    if found.state == "draft" and scope.has(*queries.WRITERS):
        for seat in made:
            if seat.signature is None:
                seat.form = _sign_form(found, seat)
    return made


def _seat(party: Party, signed: dict[int | None, Signature]) -> Seat:
    side = str(party.get_side_display())
    return Seat(str(party.pk), party.name_masked, side, bool(party.is_minor), signed.get(party.pk))


def _sign_form(found: Agreement, seat: Seat) -> forms.Sign:
    how = "oral" if found.is_oral and seat.key != "mediator" else "both"
    form = forms.Sign(auto_id=f"sign{seat.key}-%s", initial={"once": uuid.uuid4(), "how": how})
    if not seat.is_minor:
        del form.fields["guardian_name"]
    if not found.is_oral:
        form.fields["how"].choices = [pair for pair in words.SIGNINGS.items() if pair[0] != "oral"]  # type: ignore[attr-defined]
    return form


def confirming(found: Agreement, scope: Scope, at: datetime) -> dict[str, Any] | None:
    """The part of 司法确认; None where the agreement is not signed, or the law has it not at all."""
    if found.signed_at is None or found.state == "void" or found.track != "people":
        return None
    said = getattr(found, "confirmation", None)
    law = queries.confirming_of(found, at)
    shown: dict[str, Any] = {"said": said, "due": law.due_at, "shut": sentence(law.shut) if law.shut else ""}
    if scope.has(*queries.WRITERS):
        once = {"once": uuid.uuid4()}
        if said is None and not law.shut:
            shown |= {"ask": forms.Ask(auto_id="ask-%s", initial=once)}
        if said is not None and said.state == "asked":
            shown |= {"rule": forms.Ruling(auto_id="rule-%s", initial=once)}
    return shown


def ended(found: Agreement) -> str:
    """Why it no longer stands: a person's word, or the agreement that took its place."""
    now = found.ended_why.removeprefix(words.REPLACED)
    return now if now == found.ended_why else _("由 %(now)s 代替") % {"now": now}


def page(found: Agreement, scope: Scope, at: datetime) -> dict[str, Any]:
    """Everything that the page of one agreement shows."""
    on, writes = at.astimezone(CHINA).date(), scope.has(*queries.WRITERS)
    is_draft = found.state == "draft"
    points = checking.points(found, on, scope.roles) if is_draft else []
    return {
        "agreement": found, "dispute": found.dispute, "title": mask_text(found.dispute.title),
        "facts": mask_text(found.facts), "matter": mask_text(found.matter),
        "ended": ended(found), "lines": lines(found, scope, at), "seats": seats(found, scope), "points": points,
        "missing": [point.text for point in points if not point.is_met],
        "confirming": confirming(found, scope, at), "writes": writes and is_draft,
        "why": forms.Why(auto_id="void-%s", initial={"once": uuid.uuid4()}), "once": uuid.uuid4(),
        "broken": found.state == "broken", "casedata": True,
    }  # fmt: skip


def as_typed(found: Agreement) -> list[dict[str, Any]]:
    """The terms as the form's rows."""
    return [_typed(one, list(one.dues.all())) for one in found.promises.prefetch_related("dues")]


def _typed(one: Promise, dues: Sequence[Due]) -> dict[str, Any]:
    several = len(dues) > 1
    return {
        "kind": one.kind, "by_party": one.by_party_id, "to_party": one.to_party_id, "text": one.text,
        "amount": one.amount, "how": one.how, "at_once": one.at_once,
        "due_on": dues[0].due_on if dues and not several and not one.at_once else None,
        "parts": "\n".join(f"{due.due_on:%Y-%m-%d} {due.amount}" for due in dues) if several else "",
    }  # fmt: skip

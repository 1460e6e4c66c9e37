"""An agreement as the plain core judges it: who is at the table, what is promised, what is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from twinloop.cases import queries as cases
from twinloop.cases.models import Dispute, Party, Standing
from twinloop.cases.telling import language, sentence
from twinloop.decide import Refused, agreement
from twinloop.decide.agreement import AgreementLack
from twinloop.decide.words import say
from twinloop.decide.workflow import Action, How, Role, State, check_move
from twinloop.mediation.agreements.models import Agreement, Promise, Signature


@dataclass(frozen=True, kw_only=True)
class Given:
    """One term as it was typed. `parts`: instalments (sum, day); without them the whole is due on `due_on`."""

    kind: str
    by_party: int
    to_party: int | None = None
    text: str
    how: str = ""
    amount: Decimal | None = None
    at_once: bool = False
    due_on: date | None = None
    parts: tuple[tuple[Decimal, date], ...] = ()


@dataclass(frozen=True)
class Point:
    """One line of the list before signing."""

    text: str
    is_met: bool


def parties(dispute: Dispute | int) -> list[Party]:
    """Those at the table; a guardian signs beside the minor and is no side of their own."""
    pk = dispute if isinstance(dispute, int) else dispute.pk
    return list(Party.objects.filter(dispute=pk, removed_at__isnull=True, is_guardian=False).order_by("side", "pk"))


def drafted(people: Sequence[Party], terms: Iterable[Given]) -> agreement.Draft:
    """What was typed, before anybody signed."""
    sides = {party.pk: party.side for party in people}
    promises = [
        agreement.Promise(
            by_side=sides[term.by_party], what=term.text, how=term.how, is_money=term.kind == "money",
            on=None if term.at_once else term.due_on, fen=fen(term.amount),
            instalments=tuple(agreement.Instalment(fen=fen(amount), on=day) for amount, day in term.parts),
        )
        for term in terms
    ]  # fmt: skip
    signers = tuple(agreement.Signer(side=party.side, is_minor=bool(party.is_minor)) for party in people)
    return agreement.Draft(signers=signers, matter="", promises=tuple(promises))


def kept(found: Agreement, on: date) -> agreement.Draft:
    """The agreement as it lies there, with the signatures of its present version."""
    people = parties(found.dispute_id)
    signed = list(Signature.objects.filter(agreement=found, version=found.version))
    by_party = {one.party_id: one for one in signed if one.part == "party"}
    sides = {party.pk: party.side for party in people}
    signers = tuple(
        agreement.Signer(
            side=party.side, is_minor=bool(party.is_minor), signed=party.pk in by_party,
            guardian_present=party.pk in by_party
            and bool(by_party[party.pk].guardian_id or by_party[party.pk].guardian_name),
        )
        for party in people
    )  # fmt: skip
    promises = found.promises.select_related("by_party").prefetch_related("dues")
    return agreement.Draft(
        signers=signers,
        matter=found.matter if found.facts.strip() else "",
        promises=tuple(_promise(one, sides, on) for one in promises),
        is_oral=found.is_oral,
        mediator_signed=any(one.part == "mediator" for one in signed),
    )


def _promise(one: Promise, sides: dict[int, str], on: date) -> agreement.Promise:
    dues = list(one.dues.all())
    parts = tuple(agreement.Instalment(fen=fen(due.amount), on=due.due_on) for due in dues)
    day = on if one.at_once else dues[0].due_on if dues else None
    return agreement.Promise(
        by_side=sides.get(one.by_party_id, ""), what=one.text, how=one.how, is_money=one.kind == "money",
        on=day if len(dues) <= 1 else None, fen=fen(one.amount), instalments=parts if len(dues) > 1 else (),
    )  # fmt: skip


def fen(amount: Decimal | None) -> int:
    return int(amount * 100) if amount else 0


def move_for(dispute: Dispute) -> Action:
    """The move that this agreement makes: settled in a session, or by those who handle it on the spot."""
    return Action.AGREE if dispute.state == State.MEDIATING else Action.SETTLE


def points(found: Agreement, on: date, roles: frozenset[str]) -> list[Point]:
    """Everything that is asked before it may be signed, met or not; what is wrong with a term is a line of its own."""
    draft = kept(found, on)
    lacks = set(agreement.missing(draft))
    if found.is_oral:
        lacks.discard(AgreementLack.SIGNATURES)
    asked = [lack for lack in AgreementLack if not (found.is_oral and lack is AgreementLack.SIGNATURES)]
    if not any(signer.is_minor for signer in draft.signers):
        asked.remove(AgreementLack.GUARDIAN)
    lines = [Point(say(lack, language()), lack not in lacks) for lack in asked]
    lines += [Point(sentence(refused), is_met=False) for refused in agreement.wrong(draft, on)]
    shut = _shut(found, on, roles)
    lines.append(Point(sentence(shut) if shut else _("核对过可以调解，由你来定"), shut is None))
    return lines


def _shut(found: Agreement, on: date, roles: frozenset[str]) -> Refused | None:
    """Why the dispute could not be settled by it now: the gate, the state, the role."""
    dispute = Dispute.objects.get(pk=found.dispute_id)
    standing = Standing.objects.get(dispute=dispute)
    if refused := track_refused(found, standing):
        return refused
    standing.settled_by, standing.settled_how, standing.settled_on = "x", How.MEDIATION, on
    standing.terms_text = "x"
    facts, last = cases.facts_of(dispute, standing), None
    for role in sorted(Role(role) for role in roles if role in set(Role)):
        try:
            check_move(State(dispute.state), move_for(dispute), role, facts)
        except Refused as refused:
            last = refused if last is None or last.code == "not_your_role" else last
        else:
            return None
    return last


def track_refused(found: Agreement, standing: Standing) -> Refused | None:
    """The gate was asked for the other track: its rules are others."""
    if standing.gate_open and standing.gate_track != found.track:
        return Refused("agreement_track", track=found.get_track_display())
    return None

"""A due part was kept, with evidence, or it was not, and a person says so: then the dispute is open again."""

from __future__ import annotations

from datetime import date, datetime

from twinloop.cases import actions as cases
from twinloop.cases.models import Attachment, Dispute, Term
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.decide.workflow import Action, State
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.agreements import words
from twinloop.mediation.agreements.models import Agreement, Due

STANDING = (State.SETTLED, State.CLOSED)


@whole()
def perform(
    due: Due, evidence: str, *, on: date, by: int | None, at: datetime, photo: Attachment | None = None
) -> Agreement:
    """Kept on a day, as `evidence` shows; the last one makes the agreement kept."""
    agreement = _locked(due)
    today, evidence = at.astimezone(CHINA).date(), evidence.strip()[:300]
    if not evidence:
        raise Refused("due_evidence")
    if on > today:
        raise Refused("due_future")
    if agreement.signed_at and on < agreement.signed_at.astimezone(CHINA).date():
        raise Refused("due_before")
    own = photo if photo is not None and photo.dispute_id == agreement.dispute_id else None
    won = Due.objects.filter(pk=due.pk, live=True).update(
        live=False, performed_on=on, recorded_by_id=by, recorded_at=at, evidence=evidence, photo=own
    )
    if not won:
        raise _over(due)
    term, part = due.promise.number, due.number
    record(agreement.stream, "due_performed", by=by, at=at, why=evidence, number=agreement.number, term=term, part=part)
    settle_up(agreement, by=by, at=at, on=on)
    return agreement


@whole()
def break_due(due: Due, why: str, *, by: int | None, roles: frozenset[str], at: datetime) -> Agreement:
    """A person confirms that it was not kept: the settlement falls and the dispute is open again."""
    agreement = _locked(due)
    today, why = at.astimezone(CHINA).date(), why.strip()[:300]
    if not why:
        raise Refused("due_why")
    if today <= due.due_on:
        raise Refused("due_early", on=due.due_on)
    won = Due.objects.filter(pk=due.pk, live=True).update(
        live=False, broken_on=today, recorded_by_id=by, recorded_at=at, evidence=why, late_at=due.late_at or at
    )
    if not won:
        raise _over(due)
    Due.objects.filter(agreement=agreement, live=True).update(live=False)
    Agreement.objects.filter(pk=agreement.pk).update(state="broken", ended_at=at, ended_by_id=by, ended_why=why)
    term, part = due.promise.number, due.number
    record(agreement.stream, "due_broken", by=by, at=at, why=why, number=agreement.number, term=term, part=part)
    _tell_case(agreement, term, kept=False, on=today, by=by, at=at)
    dispute = Dispute.objects.get(pk=agreement.dispute_id)
    if dispute.state in STANDING:
        cases.move(dispute, Action.REOPEN, by=by, roles=roles, at=at, why=why)
    agreement.refresh_from_db()
    return agreement


def settle_up(agreement: Agreement, *, by: int | None, at: datetime, on: date) -> None:
    """Promises whose every part is kept are told to the dispute; when all are, the agreement is kept."""
    dues: dict[int, list[Due]] = {}
    for due in Due.objects.filter(agreement=agreement).select_related("promise"):
        dues.setdefault(due.promise.number, []).append(due)
    for number, parts in dues.items():
        if all(part.performed_on for part in parts):
            last = max(part.performed_on for part in parts if part.performed_on)
            _tell_case(agreement, number, kept=True, on=last, by=by, at=at)
    if all(part.performed_on for parts in dues.values() for part in parts):
        Agreement.objects.filter(pk=agreement.pk, state="signed").update(state="kept", ended_at=at, ended_by_id=by)
        record(agreement.stream, "agreement_kept", by=by, at=at, number=agreement.number, on=on)
    agreement.refresh_from_db()


def _tell_case(agreement: Agreement, number: int, *, kept: bool, on: date, by: int | None, at: datetime) -> None:
    """The closing rule reads the dispute's own terms; there they may be written down already, or have fallen."""
    term = Term.objects.filter(
        dispute=agreement.dispute_id, number=number, dropped_at=None, performed_on=None, broken_on=None
    ).first()
    if term is not None:
        cases.perform_term(term, by=by, at=at, on=on, kept=kept, watched=True)


def _locked(due: Due) -> Agreement:
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=due.agreement_id)
    if agreement.state != "signed":
        if agreement.state == "draft":
            raise Refused("due_not_signed")
        raise Refused("agreement_moved", state=words.STATES[agreement.state])
    return agreement


def _over(due: Due) -> Refused:
    now = Due.objects.get(pk=due.pk)
    state = "performed" if now.performed_on else "broken" if now.broken_on else "dropped"
    return Refused("due_over", state=words.DUES[state])

"""司法确认: both sides ask together within 30 days, or say that they will not; what the court answered."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from twinloop.cases import actions as cases
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.agreements import queries, words
from twinloop.mediation.agreements.models import Agreement, Confirmation


@whole()
def ask(agreement: Agreement, court: str, *, jointly: bool, by: int | None, at: datetime) -> Confirmation:
    """Both sides ask the court."""
    queries.check_confirmable(agreement, jointly=jointly, at=at)
    court = court.strip()[:60]
    if not court:
        raise Refused("confirmation_court")
    made = _put(agreement, "asked", by, at, court=court)
    _stop(agreement, by, at)
    record(agreement.stream, "confirmation_asked", by=by, at=at, number=agreement.number, court=court)
    return made


@whole()
def decline(agreement: Agreement, *, by: int | None, at: datetime) -> Confirmation:
    """The parties do not want it; nobody is reminded any more."""
    if agreement.state == "draft" or agreement.track != "people":
        raise Refused("due_not_signed")
    made = _put(agreement, "declined", by, at)
    for clock in Clock.objects.filter(RUNNING, subject=agreement.subject_key):
        cases.drop_clock(clock, by=by, at=at, why="declined")
    record(agreement.stream, "confirmation_declined", by=by, at=at, number=agreement.number)
    return made


@whole()
def rule(agreement: Agreement, result: str, ruling: str, *, on: date, by: int | None, at: datetime) -> Confirmation:
    """What the court said, and when."""
    if result not in ("confirmed", "rejected"):
        raise Refused("confirmation_result")
    if on > at.astimezone(CHINA).date():
        raise Refused("due_future")
    won = Confirmation.objects.filter(agreement=agreement, state="asked").update(
        state=result, result_on=on, ruling=ruling.strip()[:200]
    )
    if not won:
        found = Confirmation.objects.filter(agreement=agreement).first()
        if found is None:
            raise Refused("confirmation_not_asked")
        raise Refused("confirmation_twice", state=words.CONFIRMATIONS[found.state])
    verb = "confirmation_confirmed" if result == "confirmed" else "confirmation_rejected"
    record(agreement.stream, verb, by=by, at=at, why=ruling.strip()[:200], number=agreement.number, on=on)
    return Confirmation.objects.get(agreement=agreement)


def _put(agreement: Agreement, state: str, by: int | None, at: datetime, court: str = "") -> Confirmation:
    try:
        with transaction.atomic():
            return Confirmation.objects.create(agreement=agreement, state=state, at=at, by_id=by, court=court)
    except IntegrityError:
        found = Confirmation.objects.get(agreement=agreement)
        raise Refused("confirmation_twice", state=words.CONFIRMATIONS[found.state]) from None


def _stop(agreement: Agreement, by: int | None, at: datetime) -> None:
    for clock in Clock.objects.filter(RUNNING, subject=agreement.subject_key):
        cases.stop_clock(clock, by=by, at=at)

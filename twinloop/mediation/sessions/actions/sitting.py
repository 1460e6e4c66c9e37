"""Who is asked and told, who came, what is recorded, and what one side said alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from twinloop.cases.models import Involvement, Party
from twinloop.cases.words import SIDES
from twinloop.decide import Refused
from twinloop.edge.masks import mask_name
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.sessions import words
from twinloop.mediation.sessions.actions.beginning import locked_open
from twinloop.mediation.sessions.actions.planning import over
from twinloop.mediation.sessions.models import Attendee, Caucus, Seat, Session


@whole()
def invite(
    session: Session, part: str, *, name: str = "", of_party: Party | None = None, by: int | None, at: datetime
) -> Attendee:
    """One more: a guardian, an interpreter, an agent, a witness, a helper; named, kept masked."""
    _open(session)
    if part not in words.PARTS or part == "party":
        raise Refused("session_part")
    if not name.strip():
        raise Refused("session_name")
    if part == "guardian" and of_party is None:
        raise Refused("session_guardian_whose")
    if of_party is not None and of_party.dispute_id != session.mediation.dispute_id:
        raise Refused("mediation_party_other")
    made = Attendee.objects.create(session=session, part=part, of_party=of_party, name_masked=mask_name(name.strip()))
    record(
        session.mediation.stream, "session_asked", by=by, at=at, who=made.name_masked, as_=part, round=session.round
    )  # fmt: skip
    return made


@whole()
def tell(attendee: Attendee, how: str, answer: str = "", *, by: int | None, at: datetime) -> Attendee:
    """Told of place and time, and what they answered; told again, the last time counts."""
    _open(attendee.session)
    if how not in words.TOLD:
        raise Refused("session_told_how")
    known = answer if answer in words.ANSWERS else ""
    Attendee.objects.filter(pk=attendee.pk).update(told_how=how, told_at=at, told_by_id=by, answer=known)
    attendee.refresh_from_db()
    record(
        attendee.session.mediation.stream, "session_told", by=by, at=at, who=attendee.name_masked, how=how,
        answer=known, round=attendee.session.round,
    )  # fmt: skip
    return attendee


@whole()
def came(session: Session, here: Collection[int], *, by: int | None, at: datetime) -> Session:
    """Of those on the list these came (`here`: their keys), the others did not."""
    _open(session)
    asked = set(session.attendees.values_list("pk", flat=True))
    if not set(here) <= asked:
        raise Refused("session_not_invited")
    session.attendees.filter(pk__in=here).update(came=True)
    session.attendees.exclude(pk__in=here).update(came=False)
    record(session.mediation.stream, "session_came", by=by, at=at, round=session.round, count=len(set(here)))
    return session


@whole()
def note_recording(session: Session, number: str, *, by: int | None, at: datetime) -> Session:
    """The number of the sound and picture recording (程序规定 52)."""
    _open(session)
    number = number.strip()[:40]
    if number and number != session.recording_no:
        Session.objects.filter(pk=session.pk).update(recording_no=number)
        session.refresh_from_db()
        record(session.mediation.stream, "session_recording", by=by, at=at, number=number, round=session.round)
    return session


@whole()
def talk(session: Session, side: str, text: str, *, by: int, at: datetime) -> Caucus:
    """What one side said alone: written and read by the mediators who sit there alone."""
    if side not in SIDES or not text.strip():
        raise Refused("session_caucus_empty")
    if not Seat.objects.filter(session=session, mediator__account=by).exists() or _sent_by_other(session, side, by):
        raise Refused("session_caucus_own")
    made = Caucus(session=session, side=side, text=text.strip(), by_id=by, at=at)
    made.save(force_insert=True)
    record(session.mediation.stream, "session_caucus", by=by, at=at, side=side, round=session.round)
    return made


def _sent_by_other(session: Session, side: str, account: int) -> bool:
    working = Involvement.objects.filter(dispute=session.mediation.dispute_id, account=account, until=None)
    return working.exclude(side__in=["", side]).exists()


def _open(session: Session) -> None:
    locked_open(session.mediation)
    if Session.objects.select_for_update(no_key=True).get(pk=session.pk).outcome:
        raise over(session)

"""A session is arranged: a room and a mediator never in two at a time, nobody on leave, no second round too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from twinloop.cases import actions as cases
from twinloop.cases.held import settings_held
from twinloop.cases.models import Party
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.decide.gate import GateReason
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.mediation.sessions import free, gating, queries, words
from twinloop.mediation.sessions.actions.beginning import give_back, locked_open
from twinloop.mediation.sessions.models import Attendee, Mediation, Seat, Session

LONGEST = timedelta(hours=8)
LATE = timedelta(minutes=10)  # a form that was being filled in while its time came
ROUNDS = 2  # of police mediation (程序规定 183)
OF_ROUNDS = (
    GateReason.FIRST_TOO_LATE, GateReason.SECOND_TOO_LATE, GateReason.SESSIONS_USED_UP, GateReason.DATES_BACKWARDS,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Booking:
    """When, where, who. Without a room, `where`: at home, in the field. Without a `lead` the mediation's own."""

    start: datetime
    end: datetime
    room: Room | None = None
    where: str = ""
    lead: Mediator | None = None
    others: tuple[Mediator, ...] = ()
    recording_no: str = ""

    @property
    def period(self) -> DateTimeTZRange:
        return DateTimeTZRange(self.start, self.end)


@settings_held()
@whole()
def plan(mediation: Mediation, booking: Booking, *, by: int | None, at: datetime) -> Session:
    """Arrange the next session. Raises `Refused`: taken, away, too late, the one before still without an outcome."""
    locked = locked_open(mediation)
    _check_time(booking, at)
    pending = Session.objects.filter(mediation=locked, live=True, outcome="").first()
    if pending is not None:
        raise Refused("session_pending", round=pending.round)
    return _arrange(locked, booking, by=by, at=at)


@whole()
def postpone(session: Session, why: str, booking: Booking | None = None, *, by: int | None, at: datetime) -> Session:
    """It did not take place; room and mediators are free again. With `booking` it is held then: gives the new one."""
    locked = locked_open(session.mediation)
    if not why.strip():
        raise Refused("session_said")
    if not give_back(session, "postponed", by=by, at=at, said=why.strip()):
        raise over(session)
    if booking is None:
        session.refresh_from_db()
        return session
    _check_time(booking, at)
    return _arrange(locked, booking, by=by, at=at, before=session)


@whole()
def drop(session: Session, why: str, *, by: int | None, at: datetime) -> Session:
    """It will not take place."""
    locked_open(session.mediation)
    if not why.strip():
        raise Refused("session_said")
    if not give_back(session, "dropped", by=by, at=at, said=why.strip()):
        raise over(session)
    session.refresh_from_db()
    return session


def over(session: Session) -> Refused:
    now = Session.objects.get(pk=session.pk)
    return Refused("session_over", outcome=words.OUTCOMES.get(now.outcome, now.outcome))


def _arrange(
    mediation: Mediation, booking: Booking, *, by: int | None, at: datetime, before: Session | None = None
) -> Session:
    _check_place(booking)
    people = _people(mediation, booking)
    lead = people[0]
    on = booking.start.astimezone(CHINA).date()
    gating.check_lead(lead, mediation.dispute, mediation.track, on)
    for other in people[1:]:
        gating.check_seat(other, mediation.dispute)
    _check_free(people, booking, on)
    round_ = Session.objects.filter(mediation=mediation, outcome__in=queries.HELD).count() + 1
    if mediation.track == "police" and round_ > ROUNDS:
        raise Refused("session_no_more", articles=("程序规定 183",))
    made = _book(mediation, booking, people, round_, by, at)
    _seat(made, people, booking)
    _check_round(made, on)
    _invite(made, before)
    for one in people:
        if one.account is not None:
            cases.involve(mediation.dispute, one.account, part="mediator", by=by, at=at)
    record(
        mediation.stream, "session_planned", by=by, at=at, round=round_, room=where(made), session=made.pk,
        start=f"{timezone.localtime(booking.start, CHINA):%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return made


def where(session: Session) -> str:
    return session.room.name if session.room else session.where


def _check_time(booking: Booking, at: datetime) -> None:
    if not timedelta(0) < booking.end - booking.start <= LONGEST:
        raise Refused("session_time")
    if booking.start < at - LATE:
        raise Refused("session_past")


def _check_place(booking: Booking) -> None:
    if booking.room is None and not booking.where.strip():
        raise Refused("session_where")
    on = booking.start.astimezone(CHINA).date()
    if booking.room is not None and booking.room.closed_on is not None and booking.room.closed_on <= on:
        raise Refused("session_room_closed", room=booking.room.name)


def _people(mediation: Mediation, booking: Booking) -> list[Mediator]:
    """Who sits there, the lead first, each once. Their rows are locked, in order: who comes second waits."""
    if booking.room is not None:
        Room.objects.select_for_update(no_key=True).get(pk=booking.room.pk)
    keys = dict.fromkeys([(booking.lead or mediation.lead).pk, *(other.pk for other in booking.others)])
    locked = Mediator.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(keys)).order_by("pk")
    found = {one.pk: one for one in locked.select_related("account__unit")}
    return [found[pk] for pk in keys]


def _check_free(people: Sequence[Mediator], booking: Booking, on: date) -> None:
    """The room is open, nobody has left, is away, posted or has to answer calls."""
    for one in people:
        if one.left_on is not None and one.left_on <= on:
            raise Refused("mediator_left", name=one.name)
    if booking.room is not None:
        free.check_room(booking.room, people, booking.start, booking.end)
    free.check_people(booking.room, people, booking.start, booking.end)


def _book(
    mediation: Mediation, booking: Booking, people: Sequence[Mediator], round_: int, by: int | None, at: datetime
) -> Session:
    try:
        with transaction.atomic():
            return Session.objects.create(
                mediation=mediation, round=round_, room=booking.room, where=booking.where.strip()[:100],
                period=booking.period, recording_no=booking.recording_no.strip()[:40], planned_by_id=by, planned_at=at,
            )  # fmt: skip
    except IntegrityError as broken:
        if "mediation_session_room_once" not in str(broken):
            raise
        assert booking.room is not None
        later = free.then(booking.room, people, booking.start, booking.end)
        raise Refused("session_room_taken", room=booking.room.name, next=later) from None


def _seat(session: Session, people: Sequence[Mediator], booking: Booking) -> None:
    for place, one in enumerate(people):
        try:
            with transaction.atomic():
                Seat.objects.create(session=session, mediator=one, is_lead=place == 0, period=booking.period)
        except IntegrityError as broken:
            # sitting elsewhere, or posted in a village, on duty or away by the rota
            if "mediation_seat_once" not in str(broken) and "rosters_hold_apart" not in str(broken):
                raise
            later = free.then(booking.room, people, booking.start, booking.end)
            raise Refused("session_mediator_taken", name=one.name, next=later) from None


def _check_round(session: Session, on: date) -> None:
    """The days of the law: three to the first, seven from the first to the second."""
    if session.mediation.track != "police":
        return
    facts = gating.of_session(session, on, guardian_present=True)
    if refused := gating.shut(gating.decide("police", facts), OF_ROUNDS):
        raise refused


def _invite(session: Session, before: Session | None) -> None:
    """The parties, guardians beside their minors; and whoever else was asked to the session that this one replaces."""
    dispute = session.mediation.dispute_id
    parties = Party.objects.filter(dispute=dispute, removed_at=None).order_by("side", "pk")
    Attendee.objects.bulk_create(
        Attendee(
            session=session, part="guardian" if party.is_guardian else "party", party=party,
            of_party=party.represents if party.is_guardian else None, name_masked=party.name_masked,
        )
        for party in parties.select_related("represents")
    )  # fmt: skip
    last = before or session.mediation.sessions.exclude(pk=session.pk).order_by("-pk").first()
    if last is not None:
        Attendee.objects.bulk_create(
            Attendee(session=session, part=one.part, of_party=one.of_party, name_masked=one.name_masked)
            for one in last.attendees.filter(party=None).select_related("of_party")
        )

"""Which mediations and sessions a viewer may read, and what was held before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from twinloop.cases import visibility
from twinloop.cases.models import Clock, Dispute
from twinloop.decide.clocks import CHINA
from twinloop.ledger.sight import Scope
from twinloop.mediation.agreements.models import Agreement
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.mediation.sessions.models import Caucus, Mediation, Seat, Session

READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "mediator", "chief", "bureau")
WRITERS = ("officer", "community_officer", "auxiliary", "mediator", "chief")  # arrange, invite, record
LIVE = ("open", "agreed")
HELD = ("agreed", "again", "failed")  # outcomes of sessions at which people sat together


def visible(scope: Scope) -> QuerySet[Mediation]:
    """Mediations of the disputes that the viewer sees; nobody outside police and mediators."""
    if scope.sees_all:
        return Mediation.objects.all()
    if not scope.has(*READERS):
        return Mediation.objects.none()
    return Mediation.objects.filter(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))


def sessions(scope: Scope) -> QuerySet[Session]:
    return Session.objects.filter(mediation__in=visible(scope))


def live(dispute: Dispute | int) -> Mediation | None:
    """The one that is going on; the database allows no second."""
    pk = dispute if isinstance(dispute, int) else dispute.pk
    return Mediation.objects.filter(dispute=pk, state__in=LIVE).select_related("lead__account", "dispute").first()


def seats(session: Session) -> list[Seat]:
    return list(session.mediators.select_related("mediator__account__unit"))


def held_before(session: Session) -> list[date]:
    """Days of the sessions of the same mediation at which people sat together, oldest first."""
    before = Session.objects.filter(mediation=session.mediation_id, outcome__in=HELD).exclude(pk=session.pk)
    return sorted(one.period.lower.astimezone(CHINA).date() for one in before)


@dataclass(frozen=True)
class Row:
    """A mediation that goes on, its next session if one is arranged, the limit that runs."""

    mediation: Mediation
    session: Session | None
    clock: Clock | None
    tab: str


TABS = ("waiting", "planned", "today", "missing", "signing", "late", "over")
MOST = 500


def going_on(scope: Scope, *, at: datetime, mine: bool = False) -> list[Row]:
    """Every live mediation with where it stands; overdue ones first. Four queries, however many there are."""
    found = visible(scope).filter(state__in=LIVE)
    if mine:
        found = found.filter(_mine(scope))
    rows = list(found.select_related("dispute__place", "lead").order_by("opened_at")[:MOST])
    keys = [one.pk for one in rows]
    planned = {
        one.mediation_id: one
        for one in Session.objects.filter(mediation__in=keys, live=True, outcome="").select_related("room")
    }
    limits = Clock.objects.filter(
        dispute__in=[one.dispute_id for one in rows], subject__in=[one.subject_key for one in rows], met_at=None,
        dropped_at=None,
    )  # fmt: skip
    clocks = {clock.subject: clock for clock in limits}
    made = [_row(one, planned.get(one.pk), clocks.get(one.subject_key), at) for one in rows]
    return sorted(made, key=lambda row: row.session.period.lower if row.session else row.mediation.opened_at)


def _row(mediation: Mediation, session: Session | None, clock: Clock | None, at: datetime) -> Row:
    return Row(mediation, session, clock, _tab(mediation, session, at))


def _tab(mediation: Mediation, session: Session | None, at: datetime) -> str:
    if mediation.state == "agreed":
        return "signing"
    if session is None:
        return "waiting"
    if session.period.upper <= at:
        return "missing"
    return "today" if session.period.lower.astimezone(CHINA).date() <= at.astimezone(CHINA).date() else "planned"


def is_late(row: Row, at: datetime) -> bool:
    return row.clock is not None and row.clock.due_at is not None and row.clock.due_at < at


def ended(scope: Scope, *, mine: bool = False) -> QuerySet[Mediation]:
    found = visible(scope).exclude(state__in=LIVE)
    if mine:
        found = found.filter(_mine(scope))
    return found.select_related("dispute__place", "lead").order_by("-ended_at")


def _mine(scope: Scope) -> Q:
    """Those that one leads, or sits in."""
    seated = Seat.objects.filter(mediator__account__in=scope.accounts).values("session__mediation")
    return Q(lead__account__in=scope.accounts) | Q(pk__in=seated)


def of_week(scope: Scope, start: datetime, end: datetime) -> list[Session]:
    """Sessions that begin between the two, with their people. Two queries."""
    found = sessions(scope).filter(period__startswith__gte=start, period__startswith__lt=end)
    found = found.exclude(outcome__in=["postponed", "dropped"]).select_related("room", "mediation__dispute")
    return list(found.prefetch_related("mediators__mediator").order_by("period"))


def of_dispute(scope: Scope, dispute: Dispute) -> list[Mediation]:
    """All mediations of a dispute, newest first, with their sessions. Two queries, one where there are none."""
    found = visible(scope).filter(dispute=dispute).select_related("lead").order_by("-opened_at")
    return list(found.prefetch_related(Prefetch("sessions", Session.objects.select_related("room").order_by("period"))))


def to_do(scope: Scope, *, at: datetime, most: int) -> list[Session]:
    """Sessions of today, and those that are over without an outcome: of one who leads or sits in them."""
    end = datetime.combine(at.astimezone(CHINA).date() + timedelta(days=1), time(), CHINA)
    found = Session.objects.filter(
        live=True, outcome="", period__startswith__lt=end, mediators__mediator__account__in=scope.accounts
    )
    chosen = found.select_related("mediation__dispute__place", "room").distinct()
    return list(chosen.order_by("period")[:most])


def sits(session: Session, scope: Scope) -> bool:
    return Seat.objects.filter(session=session, mediator__account__in=scope.accounts).exists()


def talks(session: Session) -> list[Caucus]:
    """What was said alone; the database shows it only to who sits there and was not sent by the other side."""
    return list(session.caucuses.select_related("by"))


def rooms(on: date) -> QuerySet[Room]:
    return Room.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on)).order_by("name")


def mediators(on: date) -> QuerySet[Mediator]:
    return Mediator.objects.filter(Q(left_on=None) | Q(left_on__gt=on), joined_on__lte=on).order_by("name")


def clock_of(mediation: Mediation) -> Clock | None:
    running = Clock.objects.filter(dispute=mediation.dispute_id, subject=mediation.subject_key)
    return running.filter(met_at=None, dropped_at=None).order_by("due_at").first()


def paper_of(mediation: Mediation) -> Agreement | None:
    """The agreement that came of it, drafted or in effect."""
    since = Agreement.objects.filter(dispute=mediation.dispute_id, drafted_at__gte=mediation.opened_at)
    return since.exclude(state="void").order_by("-pk").first()

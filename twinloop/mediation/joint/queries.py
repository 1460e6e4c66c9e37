"""Who reads a whistle, its items and their clocks; the board; how agencies answer; who sits at the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from twinloop.cases import visibility
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock
from twinloop.ledger.sight import Scope
from twinloop.mediation.joint.models import GONE, OPEN, Answer, Heat, Objection, Report, Seat, Whistle
from twinloop.people.models import Account, Unit

POLICE = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
BLOWERS = ("dispatcher", "officer", "community_officer", "chief", "bureau")
ARBITERS = ("chief", "bureau")
TAKERS = ("dispatcher", "community_officer", "chief", "bureau")  # go on with what heats up
SETTERS = ("system_admin", "bureau")
SEATERS = ("dispatcher", "bureau")  # the command room keeps the calendar of seats
RECENT = timedelta(days=7)  # a finished item stays on the board so long
WINDOW = timedelta(days=90)  # of the figures
SHOWN = 200


def answers(scope: Scope) -> QuerySet[Answer]:
    """Police: items of the disputes that they see. An agency: its own, nothing else."""
    if scope.sees_all:
        return Answer.objects.all()
    seen = Q(pk__in=[])
    if scope.has(*POLICE):
        seen |= Q(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))
    if scope.has("agency"):
        seen |= Q(unit__in=Account.objects.filter(pk__in=scope.accounts).values("unit"))
    return Answer.objects.filter(seen)


def whistles(scope: Scope) -> QuerySet[Whistle]:
    if scope.sees_all:
        return Whistle.objects.all()
    seen = Q(Exists(answers(scope).filter(whistle=OuterRef("pk"))))
    if scope.has(*POLICE):
        seen |= Q(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))
    return Whistle.objects.filter(seen)


def heats(scope: Scope) -> QuerySet[Heat]:
    """What was seen to heat up; an agency reads what its own people said."""
    if scope.sees_all:
        return Heat.objects.all()
    seen = Q(pk__in=[])
    if scope.has(*POLICE):  # that of the answer behind it is the same dispute
        seen |= Q(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))
    if scope.has("agency"):
        seen |= Q(answer__in=answers(scope))
    return Heat.objects.filter(seen)


def hot(scope: Scope, *, most: int = 20) -> list[Heat]:
    """Nobody goes on with it yet; the newest first. One small query while nothing waits anywhere, which is nearly
    always: every page of the command room and of the leaders asks. Else two."""
    if not Heat.objects.filter(taken_at__isnull=True).exists():
        return []
    found = heats(scope).filter(taken_at__isnull=True).select_related("whistle", "answer__unit", "dispute__place", "by")
    return list(found.order_by("-at", "-pk")[:most])


def objections(scope: Scope) -> QuerySet[Objection]:
    found = Objection.objects.filter(answer__in=answers(scope))
    return found.select_related("answer__whistle__lead_unit", "answer__unit", "to_unit", "by", "decided_by")


def is_agency(scope: Scope) -> bool:
    """Sees the agency's side of the pages."""
    return scope.has("agency") and not scope.has(*POLICE)


def dressed(found: QuerySet[Answer]) -> QuerySet[Answer]:
    """With what a row shows."""
    reports = Report.objects.select_related("by").order_by("at", "pk")
    about = ("whistle__lead_unit", "whistle__blown_by", "unit", "signed_by", "arrived_by", "ended_by")
    objection = ("objection__to_unit", "objection__by", "objection__decided_by")
    return found.select_related(*about, *objection, "passed_from__unit").prefetch_related(
        Prefetch("reports", reports, to_attr="said")
    )


def running(found: Iterable[Answer]) -> dict[str, Clock]:
    """Subject → of its running clocks the one that is due first. One query."""
    subjects = [one.subject for one in found]
    rows = Clock.objects.filter(RUNNING, subject__in=subjects, due_at__isnull=False).order_by("-due_at", "pk")
    return {clock.subject: clock for clock in rows}


def on_board(scope: Scope, *, at: datetime) -> list[Answer]:
    """Open items, and those finished within the week. Two queries."""
    shown = Q(state__in=OPEN) | Q(state="done", done_at__gt=at - RECENT)
    return list(dressed(answers(scope).filter(shown)).order_by("sent_at", "pk")[:SHOWN])


def is_pending(answer: Answer) -> bool:
    """Its objection waits for the arbiter."""
    objection: Objection | None = getattr(answer, "objection", None)
    return objection is not None and not objection.decision and answer.state in OPEN


def column(answer: Answer) -> str:
    """Where an item stands on the board (`words.COLUMNS`)."""
    if is_pending(answer):
        return "objected"
    if answer.state == "signed" and answer.whistle.is_urgent:
        return "on_way"
    return {"sent": "sent", "done": "done"}.get(answer.state, "at_work")


@dataclass(frozen=True)
class Standing:
    """How an agency answered in the window. `due`: items whose time is over or that were finished."""

    unit: Unit
    asked: int
    open: int
    due: int
    in_time: int
    sign_minutes: float | None  # median; None where nothing was signed
    finish_hours: float | None


def standings(scope: Scope, *, at: datetime) -> list[Standing]:
    """Agency by agency, those with the most items first. Four queries, however many items."""
    found = list(answers(scope).filter(sent_at__gt=at - WINDOW, sent_at__lte=at).exclude(state__in=GONE))
    clocks = _feedback_clocks(found)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={one.unit_id for one in found})}
    by_unit: dict[int, list[Answer]] = {}
    for one in found:
        by_unit.setdefault(one.unit_id, []).append(one)
    rows = [_standing(units[pk], mine, clocks, at) for pk, mine in by_unit.items()]
    return sorted(rows, key=lambda row: (-row.asked, row.unit.code))


def _feedback_clocks(found: Sequence[Answer]) -> Mapping[str, Clock]:
    subjects, of = (
        [one.subject for one in found],
        {one.dispute_id for one in found},
    )  # by dispute: indexed
    rows = Clock.objects.filter(
        dispute__in=of, subject__in=subjects, rule__startswith="whistle_feedback", dropped_at__isnull=True
    )
    return {clock.subject: clock for clock in rows}


def _standing(unit: Unit, mine: Sequence[Answer], clocks: Mapping[str, Clock], at: datetime) -> Standing:
    due = in_time = 0
    for one in mine:
        clock = clocks.get(one.subject)
        late = clock is not None and clock.due_at is not None and clock.due_at < (one.done_at or at)
        if one.done_at is not None or late or (clock is None and at - one.sent_at > timedelta(days=1)):
            due += 1
            in_time += one.done_at is not None and not late
    signed = [(one.signed_at - one.sent_at) / timedelta(minutes=1) for one in mine if one.signed_at]
    done = [(one.done_at - one.sent_at) / timedelta(hours=1) for one in mine if one.done_at]
    return Standing(
        unit, len(mine), sum(one.state in OPEN for one in mine), due, in_time,
        median(signed) if signed else None, median(done) if done else None,
    )  # fmt: skip


def counts(scope: Scope) -> dict[str, int]:
    """State → how many the viewer sees. One query."""
    return dict(answers(scope).order_by().values_list("state").annotate(n=Count("pk")))


# --- seats ------------------------------------------------------------------------------------------------------------


def seat_kinds() -> tuple[list[Unit], list[Unit]]:
    """Resident agencies and those in rotation."""
    found = list(Unit.objects.filter(kind=Unit.Kind.AGENCY, closed_on__isnull=True).order_by("code"))
    return [u for u in found if u.seat == Unit.Seat.RESIDENT], [u for u in found if u.seat == Unit.Seat.ROTATING]


def sat(*, before: date) -> dict[int, int]:
    """How often each agency sat in the half year before."""
    found = Seat.objects.filter(day__lt=before, day__gte=before - timedelta(days=183), is_night=False)
    return dict(found.values_list("unit").annotate(n=Count("pk")))


def next_unplanned(today: date) -> date:
    """The day after the last planned one, today at the earliest."""
    last = Seat.objects.filter(is_night=False).order_by("-day").values_list("day", flat=True).first()
    return max(today, last + timedelta(days=1)) if last else today


def seats(first: date, last: date) -> dict[date, list[Unit]]:
    """Who sits on each day that is planned. One query."""
    found: dict[date, list[Unit]] = {}
    rows = (
        Seat.objects.filter(day__range=(first, last), is_night=False)
        .select_related("unit")
        .order_by("day", "unit__seat", "unit__code")
    )
    for row in rows:
        found.setdefault(row.day, []).append(row.unit)
    return found


def nights(first: date, last: date) -> dict[date, list[Unit]]:
    """Who is on call after each of these days. One query."""
    found: dict[date, list[Unit]] = {}
    for row in Seat.objects.filter(day__range=(first, last), is_night=True).select_related("unit").order_by("day"):
        found.setdefault(row.day, []).append(row.unit)
    return found

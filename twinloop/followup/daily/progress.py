"""责任民警化解进度表: every open dispute under the name of who answers for it, with what comes next and when.

A literal number of queries, however many disputes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateTimeField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute, Feedback
from twinloop.cases.telling import language
from twinloop.decide.clocks import CHINA, RuleCode
from twinloop.decide.words import say
from twinloop.decide.workflow import Action, State
from twinloop.edge.masks import mask_text
from twinloop.followup.daily.models import Cover
from twinloop.followup.visits.models import Callback
from twinloop.ledger.sight import Scope
from twinloop.mediation.sessions.models import Session
from twinloop.people.models import Account, RoleGrant

READERS = ("officer", "community_officer", "auxiliary", "dispatcher", "chief", "bureau")
CHIEFS = ("chief", "bureau")
OVER = (State.CLOSED, State.MERGED, State.TRANSFERRED)
SORTS = ("due", "level", "contact", "since")
NEXT = {  # what a state waits for where no clock runs
    State.REGISTERED: Action.SORT, State.REOPENED: Action.SORT, State.RETURNED: Action.SORT,
    State.SORTED: Action.ORDER, State.ORDERED: Action.START, State.HANDLING: Action.SETTLE,
    State.MEDIATING: Action.AGREE, State.UNSETTLED: Action.OPEN_REVIEW, State.REVIEW: Action.ORDER,
    State.SETTLED: Action.CLOSE, State.PENALTY: Action.CLOSE_BY_DECISION,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the table is asked for; `officer` 0: those whom nobody answers for."""

    officer: int | None = None
    station: int | None = None
    place: int | None = None
    level: int | None = None
    late: bool = False
    sort: str = "due"


class EndOfDay(Func):
    """The last second of a date in China: until then a visit of that day is not late."""

    template = "((%(expressions)s)::timestamp + interval '1 day') AT TIME ZONE 'Asia/Shanghai' - interval '1 second'"
    output_field = DateTimeField()


def _annotated(found: QuerySet[Dispute]) -> QuerySet[Any]:
    """With what comes next, when it is due, when anybody was last in touch, who stands in."""
    running = Clock.objects.filter(RUNNING, dispute=OuterRef("pk"), due_at__isnull=False).order_by("due_at", "pk")
    owed = Callback.objects.filter(dispute=OuterRef("pk"), state="planned").order_by("due_on").values("due_on")[:1]
    visited = Callback.objects.filter(dispute=OuterRef("pk"), state="done").order_by("-at").values("at")[:1]
    fed = Feedback.objects.filter(order__dispute=OuterRef("pk")).order_by("-at").values("at")[:1]
    held = Session.objects.filter(mediation__dispute=OuterRef("pk"), live=True, outcome_at__isnull=False)
    sat = held.order_by("-outcome_at").values("outcome_at")[:1]
    cover = Cover.objects.filter(dispute=OuterRef("pk"), begun_at__isnull=False, ended_at__isnull=True)
    return found.annotate(
        clock_due=Subquery(running.values("due_at")[:1]),
        clock_rule=Subquery(running.values("rule")[:1]),
        visit_due=EndOfDay(Subquery(owed)),
        covered_by=Subquery(cover.values("cover__name")[:1]),
        covered_until=Subquery(cover.values("until")[:1]),
        contact=Greatest(Subquery(visited), Subquery(fed), Subquery(sat)),  # PostgreSQL leaves out what is null
    ).annotate(due=Least("clock_due", "visit_due"))


def found(scope: Scope, asked: Asked, at: datetime) -> QuerySet[Any]:
    """Open disputes within the viewer's sight that fit, in the order asked for."""
    rows = _annotated(_open(scope)).select_related("owner__unit", "leader", "place", "station")
    if asked.officer is not None:
        rows = rows.filter(owner=asked.officer or None)
    if asked.station:
        rows = rows.filter(station=asked.station)
    if asked.place:
        rows = rows.filter(place=asked.place)
    if asked.level:
        rows = rows.filter(level=asked.level)
    if asked.late:
        rows = rows.filter(due__lt=at)
    grave, due = F("level").asc(nulls_last=True), F("due").asc(nulls_last=True)
    order: dict[str, tuple[Any, ...]] = {
        "due": (due, grave), "level": (grave, due), "contact": (F("contact").asc(nulls_first=True), grave),
        "since": ("registered_at",),
    }  # fmt: skip
    return rows.order_by(*order[asked.sort if asked.sort in SORTS else "due"], "pk")


def _open(scope: Scope) -> QuerySet[Dispute]:
    return visibility.disputes(scope).exclude(state__in=OVER)


@dataclass(frozen=True)
class Officer:
    """What one answers for; `pk` 0: nobody."""

    pk: int
    name: str
    unit: str
    count: int
    first: int
    second: int
    late: int


def officers(scope: Scope, at: datetime) -> list[Officer]:
    """Everybody who answers for something open, the most laden first; one query."""
    late = Clock.objects.filter(RUNNING, dispute=OuterRef("pk"), due_at__lt=at)
    unvisited = Callback.objects.filter(dispute=OuterRef("pk"), state="planned", due_on__lt=at.astimezone(CHINA).date())
    rows = (
        _open(scope)
        .annotate(is_late=Exists(late) | Exists(unvisited))
        .order_by()
        .values("owner", "owner__name", "owner__unit__name")
        .annotate(
            n=Count("pk"), first=Count("pk", filter=Q(level=1)), second=Count("pk", filter=Q(level=2)),
            late=Count("pk", filter=Q(is_late=True)),
        )
    )  # fmt: skip
    told = [
        Officer(row["owner"] or 0, row["owner__name"] or _("没有责任人"), row["owner__unit__name"] or "", row["n"],
                row["first"], row["second"], row["late"])
        for row in rows
    ]  # fmt: skip
    return sorted(told, key=lambda one: (one.pk != 0, -one.late, -one.count, one.name))


@dataclass(frozen=True)
class Row:
    """One dispute as the table shows it."""

    dispute: Dispute
    title: str
    state: str
    step: str
    due: datetime | None
    contact: datetime | None
    cover: str
    cover_until: date | None


def row(dispute: Any) -> Row:
    """`dispute` comes from `found`."""
    return Row(
        dispute=dispute, title=mask_text(dispute.title), state=say(State(dispute.state), language()),
        step=_step(dispute), due=dispute.due, contact=dispute.contact, cover=dispute.covered_by or "",
        cover_until=dispute.covered_until,
    )  # fmt: skip


def _step(dispute: Any) -> str:
    """What is due first, in words; where nothing runs, what its state waits for."""
    by_visit = dispute.visit_due is not None and dispute.visit_due == dispute.due
    if by_visit:
        return _("回访")
    if dispute.clock_rule:
        return say(RuleCode(dispute.clock_rule), language())
    return say(NEXT[State(dispute.state)], language())


# --- who may take over -----------------------------------------------------------------------------------------------


def leaders(scope: Scope, on: date) -> list[tuple[int, str]]:
    """Who may take a dispute in charge (包案): bureau leaders, and the chiefs of the viewer's stations."""
    held = RoleGrant.objects.filter(period__contains=on)
    fits = Q(pk__in=held.filter(role="bureau").values("account"))
    chiefs = Q(pk__in=held.filter(role="chief").values("account"))
    if not scope.sees_all:
        chiefs &= Q(unit__in=scope.stations) | Q(unit__parent__in=scope.stations)
    found_ = Account.objects.filter(fits | chiefs, is_active=True).select_related("unit").order_by("name")
    return [(one.pk, f"{one.name} · {one.unit or ''}") for one in found_]


def stations(scope: Scope) -> list[tuple[int, str]]:
    """Stations with something open, for the filter; of one there is nothing to choose."""
    rows = _open(scope).filter(station__isnull=False).order_by("station__code").values_list("station", "station__name")
    return [(pk, name) for pk, name in rows.distinct()]


def places(scope: Scope, station: int | None) -> list[tuple[int, str]]:
    """Communities with something open."""
    rows = _open(scope).filter(place__isnull=False)
    rows = rows.filter(station=station) if station else rows
    return list(rows.order_by("place__code").values_list("place", "place__name").distinct())

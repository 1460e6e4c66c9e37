"""Visits that a viewer may see, the facts that a plan is reckoned from, and what parties say beside us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from twinloop.cases import visibility
from twinloop.cases.models import Dispute
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.decide.visits import Facts, Mind, Visit, VisitReason
from twinloop.followup.visits.models import Callback, Watch
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, RoleGrant

PLANNERS = ("dispatcher", "chief", "bureau", "community_officer")
MAKERS = ("officer", "community_officer", "auxiliary", "chief")
READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
OPEN = ("registered", "sorted", "ordered", "handling", "mediating", "unsettled", "review", "reopened", "penalty")
CLOSED_DAYS = 400  # so long after closing rolling visits may still be owed
WEEK = timedelta(days=7)
SATISFIED = 4  # 满意 or more of five


def visible(scope: Scope) -> QuerySet[Callback]:
    """Of the disputes that the viewer sees, or one's own to make."""
    seen = Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id")))
    found = Callback.objects.select_related("dispute__place", "dispute__owner", "owner", "by", "party")
    return found.filter(seen | Q(owner__in=sorted(scope.accounts)))


def listed(scope: Scope, tab: str, today: date) -> QuerySet[Callback]:
    """One tab of the plan, the oldest debt first; what was made, the newest first."""
    found = visible(scope)
    if tab == "done":
        return found.filter(state__in=["done", "missed"]).order_by("-on", "-pk")
    owed = found.filter(state="planned").order_by("due_on", "dispute__level", "pk")
    if tab == "late":
        return owed.filter(due_on__lt=today)
    if tab == "week":
        return owed.filter(due_on__gte=today, due_on__lte=today + WEEK)
    return owed.filter(due_on__gt=today + WEEK)


def counts(scope: Scope, today: date) -> dict[str, int]:
    """How many stand under each tab of what is owed; one query."""
    owed = visible(scope).filter(state="planned").order_by()
    return owed.aggregate(
        late=Count("pk", filter=Q(due_on__lt=today)),
        week=Count("pk", filter=Q(due_on__gte=today, due_on__lte=today + WEEK)),
        later=Count("pk", filter=Q(due_on__gt=today + WEEK)),
    )


def mine(scope: Scope, today: date, *, ahead: timedelta = timedelta(0)) -> QuerySet[Callback]:
    """The route: one's own, owed by that day, by place so that nobody walks a way twice."""
    owed = visible(scope).filter(state="planned", owner__in=sorted(scope.accounts), due_on__lte=today + ahead)
    return owed.order_by("dispute__place__code", "due_on", "pk")


def by_number(scope: Scope, number: str, today: date) -> Callback:
    """One's own visit of the week whose dispute's number ends like that; raises `Refused`."""
    typed = number.strip().upper()
    met = [row for row in mine(scope, today, ahead=WEEK) if row.dispute.number.endswith(typed)]
    if not met:
        raise Refused("visit_none", number=typed)
    if len({row.dispute_id for row in met}) > 1:
        raise Refused("visit_several", number=typed, count=len({row.dispute_id for row in met}))
    return met[0]


def late(scope: Scope, today: date) -> QuerySet[Callback]:
    """What nobody made by its day: for the chief."""
    return visible(scope).filter(state="planned", due_on__lt=today, late_at__isnull=False).order_by("due_on", "pk")


def of(scope: Scope, dispute: Dispute) -> Sequence[Callback]:
    """Everything about one dispute, the newest first."""
    return list(visible(scope).filter(dispute=dispute).exclude(state="dropped").order_by("-due_on", "-pk"))


@dataclass(frozen=True)
class Sides:
    """The newest answer that we wrote down and the newest that a party gave, since it was settled."""

    ours: Callback | None
    theirs: Callback | None

    @property
    def differ(self) -> bool:
        return bool(self.ours and self.theirs and self.ours.is_dissatisfied != self.theirs.is_dissatisfied)


def sides(rows: Iterable[Callback], dispute: Dispute) -> Sides:
    since = dispute.settled_at
    made = [
        row for row in rows if row.state == "done" and row.at and (since is None or (row.met_at or row.at) >= since)
    ]
    newest = sorted(made, key=lambda row: row.at or row.planned_at, reverse=True)
    ours = next((row for row in newest if row.way != "link"), None)
    theirs = next((row for row in newest if row.way == "link"), None)
    return Sides(ours, theirs)


def to_plan(since: datetime, until: datetime) -> QuerySet[Dispute]:
    """Disputes that changed since: what is owed may be another thing now."""
    return Dispute.objects.filter(touched_at__gt=since, touched_at__lte=until).order_by("pk")


def facts_of(
    dispute: Dispute, watch: Watch, festivals: Sequence[date], today: date, made: Sequence[Callback] | None = None
) -> Facts | None:
    """None where nobody is visited: merged, transferred, returned, or not graded and not settled.

    `made`: its visits of any time in the order of `made_of`, where the caller read them for many disputes at once.
    """
    if dispute.level is None or dispute.state in ("merged", "transferred", "returned"):
        return None
    settled = dispute.state in ("settled", "closed")
    if settled and dispute.settled_at is None:
        return None
    start = dispute.settled_at if settled and dispute.settled_at else dispute.registered_at
    since = start.astimezone(CHINA).date()
    visits = tuple(
        Visit(on=row.on, mind=Mind(row.mind) if row.mind else None, is_answer=row.way == "link")
        for row in (made_of([dispute.pk]) if made is None else made)
        if row.on is not None and _is_since(row, start)
    )
    grave = settled or dispute.level < 3  # an open quarrel of level 3 is visited when asked for
    marked = [(day, VisitReason.FESTIVAL) for day in festivals if day >= today and grave]
    if settled:
        marked.append((since + timedelta(days=365), VisitReason.ANNIVERSARY))
    return Facts(
        level=dispute.level, is_settled=settled, since=since, visits=visits, asked_on=watch.asked_on,
        marked=tuple(marked),
    )  # fmt: skip


def made_of(disputes: Sequence[int]) -> QuerySet[Callback]:
    """Visits that were made or tried, in the order in which they were."""
    found = Callback.objects.filter(dispute__in=disputes, state__in=["done", "missed"])
    return found.order_by("on", "at", "pk")


def _is_since(row: Callback, start: datetime) -> bool:
    """Made at or after a moment; of rows without their own moment the day and the writing down say it."""
    if row.met_at is not None:
        return row.met_at >= start
    day = start.astimezone(CHINA).date()
    return row.on is not None and (row.on > day or (row.on == day and row.at is not None and row.at >= start))


def candidates(dispute: Dispute, today: date) -> QuerySet[Account]:
    """Who may come: those of the station who make visits, and the community's own officer."""
    held = RoleGrant.objects.filter(role__in=MAKERS, period__contains=today).values("account")
    near = Q(unit=dispute.station_id) if dispute.station_id else Q()
    if dispute.place_id:
        near |= Q(communities=dispute.place_id)
    return Account.objects.filter(near, pk__in=held, is_active=True).distinct().order_by("name", "pk")


def handlers(dispute: Dispute) -> set[int]:
    """Who handled it: its owner, and whoever was sent."""
    sent = dispute.links.filter(unlinked_at__isnull=True, incident__orders__to_account__isnull=False)
    found = set(sent.values_list("incident__orders__to_account", flat=True))
    return {pk for pk in (*found, dispute.owner_id) if pk}


def load(accounts: Iterable[Account]) -> dict[int, int]:
    """How many visits each owes."""
    rows = Callback.objects.filter(state="planned", owner__in=list(accounts)).values_list("owner", flat=True)
    counted: dict[int, int] = {}
    for pk in rows:
        counted[pk or 0] = counted.get(pk or 0, 0) + 1
    return counted


def overdue(today: date) -> QuerySet[Callback]:
    """Owed, past, and nobody told yet."""
    return Callback.objects.filter(state="planned", due_on__lt=today, late_at__isnull=True).order_by("pk")


def rolling(today: date) -> QuerySet[Dispute]:
    """Whatever may be owed a visit because a day came nearer, though nothing happened to it."""
    recent = today - timedelta(days=CLOSED_DAYS)
    watched = Q(state__in=[*OPEN, "settled"]) | Q(state="closed", closed_at__date__gte=recent)
    owed = Exists(Callback.objects.filter(dispute=OuterRef("pk"), state="planned"))
    return Dispute.objects.filter(watched, ~owed, level__isnull=False, watch__over_at__isnull=True).order_by("pk")

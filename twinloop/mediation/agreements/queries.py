"""Which agreements a viewer may read, and what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from twinloop.cases import visibility
from twinloop.cases.models import Clock, Dispute, Involvement, Standing
from twinloop.decide import Refused
from twinloop.decide.agreement import Standing as Where
from twinloop.decide.agreement import standing
from twinloop.decide.confirmation import Facts, Subject, check_confirmation
from twinloop.ledger.sight import Scope
from twinloop.mediation.agreements.models import Agreement, Due
from twinloop.people.models import Account

READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "mediator", "chief", "bureau")
WRITERS = ("officer", "community_officer", "auxiliary", "mediator", "chief")  # draft, record signatures, performance
DECIDERS = ("officer", "community_officer", "dispatcher", "chief")  # say that a promise was not kept
SOON = 7  # days
TABS = ("late", "soon", "open", "performed", "broken")


def visible(scope: Scope) -> QuerySet[Agreement]:
    """Agreements of the disputes that the viewer sees; nobody outside police and mediators."""
    if scope.sees_all:
        return Agreement.objects.all()
    if not scope.has(*READERS):
        return Agreement.objects.none()
    return Agreement.objects.filter(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))


def dues(scope: Scope) -> QuerySet[Due]:
    """Every part of a signed agreement that the viewer sees."""
    found = Due.objects.filter(agreement__in=visible(scope).exclude(state="draft"))
    return found.select_related(
        "agreement__dispute__place", "promise__by_party", "promise__to_party", "agreement__dispute__owner"
    )


def of_tab(found: QuerySet[Due], tab: str, on: date) -> QuerySet[Due]:
    return found.filter(_tab(tab, on)).order_by(*(("due_on", "pk") if tab in TABS[:3] else ("-recorded_at", "-pk")))


def _tab(tab: str, on: date) -> Q:
    return {
        "late": Q(live=True, due_on__lt=on),
        "soon": Q(live=True, due_on__gte=on, due_on__lte=on + timedelta(days=SOON)),
        "open": Q(live=True),
        "performed": Q(performed_on__isnull=False),
        "broken": Q(broken_on__isnull=False),
    }[tab]


def counts(found: QuerySet[Due], on: date) -> dict[str, int]:
    """Rows behind each tab. One query."""
    return dict(found.order_by().aggregate(**{tab: Count("pk", filter=_tab(tab, on)) for tab in TABS}))


def drafts(scope: Scope) -> QuerySet[Agreement]:
    """What is written and not signed yet."""
    return visible(scope).filter(state="draft").select_related("dispute__place").order_by("-changed_at")


def where(due: Due, on: date) -> str:
    """A code of `words.DUES`."""
    if due.performed_on:
        return "performed"
    if due.broken_on:
        return "broken"
    if not due.live:
        return "dropped" if due.agreement.signed_at else "open"
    return {Where.LATE: "late", Where.TODAY: "today", Where.WARN: "warn"}.get(standing(due.due_on, on), "open")


def leads(dispute: Dispute, me: int) -> list[Account]:
    """Who may have led the mediation: those who work on the dispute, its officer, and the one who writes."""
    working = Involvement.objects.filter(dispute=dispute, until=None, part__in=["handler", "mediator"])
    found = Q(pk__in=working.values("account")) | Q(pk__in=[me, dispute.owner_id or me])
    return list(Account.objects.filter(found, is_active=True).order_by("name"))


def track_of(dispute: Dispute) -> str:
    """The track for which the gate was asked."""
    return Standing.objects.values_list("gate_track", flat=True).get(dispute=dispute) or "people"


@dataclass(frozen=True)
class Confirming:
    """What may be done about 司法确认; `shut`: the refusal that bars it for good."""

    due_at: datetime | None
    shut: Refused | None


def clock_of(agreement: Agreement) -> Clock | None:
    """The days for asking: running, met or dropped when the dispute was closed."""
    return Clock.objects.filter(subject=agreement.subject_key, rule="judicial_confirmation").order_by("-pk").first()


def check_confirmable(agreement: Agreement, *, jointly: bool, at: datetime) -> None:
    """Raises `Refused`: not this kind of agreement, not this relation, too late, not both together."""
    clock = clock_of(agreement)
    facts = Facts(
        by_people_mediation=agreement.track == "people",
        subject=Subject(agreement.subject),
        jointly=jointly,
        due_at=clock.due_at if clock else None,
    )
    check_confirmation(facts, at)


def confirming_of(agreement: Agreement, at: datetime) -> Confirming:
    """As if both asked together: what is left then is the law."""
    clock = clock_of(agreement)
    try:
        check_confirmable(agreement, jointly=True, at=at)
    except Refused as refused:
        return Confirming(clock.due_at if clock else None, refused)
    return Confirming(clock.due_at if clock else None, None)


def late(scope: Scope, on: date, *, mine: Sequence[int], most: int) -> list[Due]:
    """Due today or late and nobody said anything: of the disputes that the viewer owns or works on."""
    working = Involvement.objects.filter(account__in=mine, until__isnull=True).values("dispute")
    own = Q(agreement__dispute__owner__in=mine) | Q(agreement__dispute__in=working)
    return list(dues(scope).filter(own, live=True, due_on__lte=on).order_by("due_on", "pk")[:most])

"""Which pushes a viewer may read, which disputes still wait to be pushed, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from twinloop.cases import visibility
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute
from twinloop.decide.clocks import CHINA, day_end
from twinloop.dispatch.pushes.models import Push
from twinloop.edge.masks import mask_text
from twinloop.ledger.models import Event
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Unit

POLICE = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
SENDERS = ("dispatcher", "community_officer", "chief", "bureau")  # write letters, send, withdraw
OVER = ("closed", "merged", "transferred")
AT_ONCE = timedelta(minutes=10)  # "at once" is the ten minutes in which a chief is told of level 1 (domain.md §4)
MOST = 50  # of the list of what still waits


def visible(scope: Scope) -> QuerySet[Push]:
    """Police: pushes of the disputes that they see. A liaison: what was sent to their own unit, nothing else."""
    if scope.sees_all:
        return Push.objects.all()
    seen = Q(pk__in=[])
    if scope.has(*POLICE):
        seen |= Q(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))
    if scope.has("agency"):
        own = Account.objects.filter(pk__in=scope.accounts).values("unit")
        seen |= Q(to_unit__in=own, sent_at__isnull=False)
    return Push.objects.filter(seen)


def is_agency(scope: Scope) -> bool:
    """Sees the agency's side of the pages."""
    return scope.has("agency") and not scope.has(*SENDERS)


def running(pushes: Iterable[Push]) -> dict[str, Clock]:
    """Subject → the clock that runs for a push. One query."""
    subjects = [push.subject for push in pushes]
    return {c.subject: c for c in Clock.objects.filter(RUNNING, subject__in=subjects).order_by("pk")}


def clock_of(push: Push) -> Clock | None:
    return running([push]).get(push.subject)


@dataclass(frozen=True)
class Owed:
    """A grave dispute that nobody has pushed; `draft` where a letter lies ready."""

    dispute: Dispute
    title: str
    since: datetime
    draft: Push | None

    @property
    def guess(self) -> bool:
        """No person has confirmed the level yet."""
        return self.dispute.level_confirmed_by_id is None

    @property
    def due(self) -> datetime:
        return due(self.dispute.level or 2, self.since)

    @property
    def warn(self) -> datetime:
        return warn(self.dispute.level or 2, self.since)


def is_owed() -> Q:
    """Level one or two, still alive, and never pushed (a withdrawn push is none)."""
    sent = Push.objects.filter(dispute=OuterRef("pk"), sent_at__isnull=False, withdrawn_at__isnull=True)
    return Q(level__in=(1, 2)) & ~Q(state__in=OVER) & Q(~Exists(sent))


def owed(scope: Scope, *, mine: bool = False) -> list[Owed]:
    """What is due and not sent, gravest first. `mine`: only disputes of the scope's own people. Three queries."""
    found = visibility.disputes(scope).filter(is_owed()).select_related("place", "station")
    if mine:
        found = found.filter(Q(owner__in=scope.accounts) | Q(leader__in=scope.accounts))
    rows = list(found.order_by("level", "registered_at", "pk")[:MOST])
    grave = _grave_since(rows)
    drafts = {p.dispute_id: p for p in Push.objects.filter(dispute__in=rows, state="drafted").order_by("-pk")}
    waiting = [
        Owed(row, mask_text(row.title), grave.get(row.pk, row.registered_at), drafts.get(row.pk)) for row in rows
    ]
    return sorted(waiting, key=lambda one: one.due)


def due(level: int, since: datetime) -> datetime:
    """Level 1 at once, level 2 by the end of the day."""
    local = since.astimezone(CHINA)
    return local + AT_ONCE if level == 1 else day_end(local.date())


def warn(level: int, since: datetime) -> datetime:
    """Four fifths of the time are over."""
    return since + (due(level, since) - since) * 0.8


def _grave_since(rows: Sequence[Dispute]) -> dict[int, datetime]:
    """When each dispute got the level that it has, as its events tell; where none tells, it is left out."""
    levels = {row.stream: (row.pk, row.level) for row in rows}
    told = Q(data__given__level__isnull=False) | Q(data__after__level__isnull=False)
    found: dict[int, datetime] = {}
    last: dict[str, int | None] = {}
    for event in Event.objects.filter(told, stream__in=levels, is_look=False).order_by("stream", "seq"):
        level = event.data.get("given", {}).get("level") or event.after.get("level")
        pk, stands = levels[event.stream]
        if level == stands != last.get(event.stream):
            found[pk] = event.at
        last[event.stream] = level
    return found


def suggested(dispute: Dispute) -> list[Unit]:
    """综治 and the township of the place: agencies named so, or that say they serve the place or what it lies in."""
    above: list[int] = []
    place = dispute.place
    while place is not None:
        above.append(place.pk)
        place = place.parent
    serves = Unit.objects.filter(places__in=above).values("pk")
    return list(agencies().filter(Q(name__contains="综治") | Q(pk__in=serves)))


def agencies() -> QuerySet[Unit]:
    return Unit.objects.filter(kind=Unit.Kind.AGENCY, closed_on__isnull=True).order_by("seat", "code")


def tabs(scope: Scope) -> dict[str, int]:
    """State → how many the viewer sees. One query."""
    return dict(visible(scope).order_by().values_list("state").annotate(n=Count("pk")))


def bureau_name() -> str:
    """Who signs the letter."""
    found = Unit.objects.filter(kind=Unit.Kind.BUREAU, closed_on__isnull=True).order_by("code").first()
    return found.name if found else ""

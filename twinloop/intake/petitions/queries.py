"""Petitions that a viewer may read: those of the disputes that one sees; police alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from twinloop.cases import sealing, visibility
from twinloop.cases.models import Dispute, Party
from twinloop.decide import petition as rules
from twinloop.intake.petitions.models import Petition
from twinloop.ledger.sight import Scope

READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
WRITERS = ("dispatcher", "officer", "community_officer", "chief", "bureau")
LEADERS = ("chief", "bureau")  # 负责人 (art. 34)
OLD = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Asked:
    """Of the list. `old`: the quarrel began three years ago or earlier."""

    tab: str = "all"
    source: str = ""
    old: bool = False
    word: str = ""


def visible(scope: Scope) -> QuerySet[Petition]:
    found = Petition.objects.select_related("dispute__place", "dispute__owner")
    if scope.sees_all:
        return found
    if not scope.has(*READERS):
        return found.none()
    return found.filter(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))


def late(on: date) -> Q:
    """Nobody decided, or nobody answered, by the day on which it was due."""
    return Q(stage__in=["received", "accepted"], due_on__lt=on)


def listed(scope: Scope, asked: Asked, on: date) -> QuerySet[Petition]:
    """What is due soonest first; petitions at rest last."""
    found = visible(scope)
    if asked.tab == "late":
        found = found.filter(late(on))
    elif asked.tab != "all":
        found = found.filter(stage=asked.tab)
    if asked.source:
        found = found.filter(source=asked.source)
    if asked.old:
        found = found.filter(dispute__started_on__lte=on - OLD)
    if asked.word:
        word = asked.word.strip()[:60]
        found = found.filter(
            Q(number__icontains=word) | Q(dispute__number__icontains=word) | Q(dispute__title__icontains=word)
        )
    return found.order_by("closed_on", "due_on", "received_on", "pk")


def counts(scope: Scope, on: date) -> dict[str, int]:
    """One query: how many of each tab."""
    rows = dict(visible(scope).order_by().values_list("stage").annotate(n=Count("pk")))
    rows["late"] = visible(scope).filter(late(on)).count()
    rows["all"] = sum(n for stage, n in rows.items() if stage != "late")
    return rows


def facts_of(found: Petition) -> rules.Facts:
    """As the rules read it; two queries where reviews were not brought along."""
    return rules.Facts(
        stage=rules.Stage(found.stage), received_on=found.received_on, accepted_on=found.accepted_on,
        due_on=found.due_on, extra_days=found.extra_days, answered_on=found.answered_on,
        reviews=[rules.Review(asked_on=r.asked_on, concluded_on=r.concluded_on) for r in found.reviews.all()],
    )  # fmt: skip


def same_petitioner(found: Petition, within: QuerySet[Dispute] | None = None) -> Sequence[Petition]:
    """Other petitions by a person of side a with the same number or telephone; newest first, ten at most.

    A name alone does not tell that two are one person.
    """
    keys = []
    for party in Party.objects.filter(dispute=found.dispute_id, removed_at=None, side="a"):
        for field in ("id_number", "phone"):
            if told := sealing.open_(getattr(party, f"{field}_sealed"), f"party:{party.pk}:{field}"):
                keys.append(sealing.key(field, told))
    if not keys:
        return []
    met = Party.objects.filter(removed_at=None, side="a", search_keys__overlap=keys).exclude(dispute=found.dispute_id)
    if within is not None:
        met = met.filter(dispute__in=within)
    others = Petition.objects.filter(dispute__in=met.values("dispute")).select_related("dispute")
    return list(others.prefetch_related("reviews").order_by("-received_on")[:10])

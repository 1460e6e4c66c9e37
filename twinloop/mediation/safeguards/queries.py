"""Safeguards that a viewer may read, and what is still owed of each."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from twinloop.cases import visibility
from twinloop.cases.models import Involvement
from twinloop.decide.safeguard import Due, Facts, Owed, owed
from twinloop.ledger.sight import Scope
from twinloop.mediation.safeguards.models import Safeguard, Step

READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
WRITERS = ("officer", "community_officer", "auxiliary", "chief")
DECIDERS = ("officer", "community_officer", "chief")
STEPS = {
    Owed.SERVE_PERPETRATOR: "served_perpetrator",
    Owed.SERVE_VICTIM: "served_victim",
    Owed.TELL_VILLAGE: "served_village",
    Owed.VISITS: "visits",
    Owed.ADVICE: "advice",
    Owed.MINORS: "minors",
}


def visible(scope: Scope) -> QuerySet[Safeguard]:
    """Of the disputes that the viewer sees; police alone."""
    if not (scope.sees_all or scope.has(*READERS)):
        return Safeguard.objects.none()
    seen = Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id")))
    return Safeguard.objects.filter(seen).select_related(
        "dispute__place", "dispute__standing", "victim", "perpetrator", "decided_by"
    )


def facts_of(found: Safeguard, steps: Sequence[Step]) -> Facts:
    kinds = {step.kind for step in steps}
    minors = bool(found.victim.is_minor) or found.dispute.standing.minors
    return Facts(
        opened_at=found.opened_at,
        decided_at=found.decided_at,
        issued=found.letter == "issued",
        minors=minors,
        done=frozenset(what for what, kind in STEPS.items() if kind in kinds),
    )


def dues(found: Safeguard, steps: Sequence[Step]) -> tuple[Due, ...]:
    """What is still to be done, soonest first."""
    return owed(facts_of(found, steps))


def mine(scope: Scope, *, most: int) -> list[tuple[Safeguard, Due]]:
    """What is owed in the disputes that the viewer owns or works on. Two queries."""
    accounts = sorted(scope.accounts)
    working = Involvement.objects.filter(account__in=accounts, until__isnull=True).values("dispute")
    own = Q(dispute__owner__in=accounts) | Q(dispute__in=working)
    found = visible(scope).filter(own).exclude(dispute__state__in=["closed", "merged", "transferred"])
    rows = found.prefetch_related("steps").order_by("opened_at")[:most]
    return [(one, due) for one in rows for due in dues(one, list(one.steps.all()))[:1]]

"""Imports that a viewer may see, and which kinds they may bring in."""

from __future__ import annotations

from django.db.models import QuerySet

from twinloop.intake.batches.models import Batch
from twinloop.ledger.sight import Scope
from twinloop.people.models import Role

WITHOUT_CASES = ("volunteers", "indicators", "people", "places")  # what a system administrator may see


def visible_to(scope: Scope) -> QuerySet[Batch]:
    """The district sees every batch, a system administrator those without case data, others none."""
    found = Batch.objects.select_related("by", "undone_by")
    if scope.sees_all:
        return found
    return found.filter(kind__in=WITHOUT_CASES) if scope.has(Role.SYSTEM_ADMIN) else found.none()


def kinds_for(scope: Scope) -> list[str]:
    """Cases come in through the command room; accounts through the system administrator, who sees no cases."""
    found: list[str] = []
    if scope.has(Role.DISPATCHER, Role.BUREAU):
        found += ["jjd", "messages", "petitions", "indicators"]
    if scope.has(Role.SYSTEM_ADMIN):
        found += [kind for kind in ("volunteers", "indicators") if kind not in found]
    return found

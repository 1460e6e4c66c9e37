"""Whose judgements a scope may read: those about an incident or dispute that it may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from twinloop.cases import visibility
from twinloop.ledger.sight import Scope
from twinloop.triage.models import Judgement


def judgements(scope: Scope) -> QuerySet[Judgement]:
    """The policy of migration 0002 says the same; a test compares the two."""
    if scope.sees_all:
        return Judgement.objects.all()
    incident = visibility.incidents(scope).filter(pk=OuterRef("incident_id"))
    dispute = visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))
    return Judgement.objects.filter(Exists(incident) | Exists(dispute))

"""Which leads a scope may see; the policies of migration 0002 say the same, and a test compares the two."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from twinloop.discovery.leads.models import Lead
from twinloop.ledger.sight import Scope

# who decides on leads; an auxiliary stands in the same communities and decides nothing
DECIDERS = frozenset({"dispatcher", "chief", "community_officer"})
READERS = DECIDERS | {"bureau"}


def leads(scope: Scope) -> QuerySet[Lead]:
    """Leads of one's area for those who decide on them; one's own for everybody."""
    if scope.sees_all:
        return Lead.objects.all()
    own = Q(reporter__in=scope.accounts) | Q(registered_by__in=scope.accounts)
    if not scope.has(*READERS):
        return Lead.objects.filter(own)
    return Lead.objects.filter(own | Q(station__in=scope.stations) | Q(place__in=scope.places))


def own(scope: Scope) -> QuerySet[Lead]:
    """What the person reported (or somebody whom they stand in for)."""
    return Lead.objects.filter(reporter__in=scope.accounts)

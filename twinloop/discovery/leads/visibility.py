"""Which leads a scope may see; the policies of migration 0002 say the same, and a test compares the two."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from twinloop.decide import Refused
from twinloop.discovery.leads.models import Lead
from twinloop.ledger.sight import Scope

# who decides on leads; an auxiliary stands in the same communities and decides nothing
DECIDERS = frozenset({"dispatcher", "chief", "community_officer"})
READERS = DECIDERS | {"bureau"}
REPORTERS = DECIDERS | {"officer", "auxiliary", "mediator", "volunteer", "grid_worker"}
NAMED = ("volunteer", "grid_worker", "mediator")  # sources that are roles; everybody else is police


def check_source(wanted: str, scope: Scope) -> str:
    """As what the viewer reports; another source only the command room may name. Raises `Refused`."""
    if not scope.has(*REPORTERS):
        raise Refused("lead_report_role")
    own = next((role for role in NAMED if scope.has(role)), "police")
    if wanted and wanted != own and not scope.has("dispatcher"):
        raise Refused("lead_source_role")
    return wanted or own


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

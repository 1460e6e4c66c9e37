"""What a scope may read, as conditions of the ORM. Every query of a case starts here; the policies of migration
0003 say the same in the database, and a property test compares the two."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from twinloop.cases.models import Dispute, Incident, IncidentLink, Involvement, Note, Order
from twinloop.ledger.sight import Scope


def disputes(scope: Scope) -> QuerySet[Dispute]:
    """Disputes that `scope` may see."""
    return Dispute.objects.filter(_dispute(scope))


def incidents(scope: Scope) -> QuerySet[Incident]:
    """Incidents of the scope's area, those reported by or sent to the person, and those of a visible dispute."""
    if scope.sees_all:
        return Incident.objects.all()
    sent = Order.objects.filter(incident=OuterRef("pk"), to_account__in=scope.accounts)
    linked = IncidentLink.objects.filter(incident=OuterRef("pk"), unlinked_at__isnull=True, dispute__in=disputes(scope))
    return Incident.objects.filter(_area(scope) | Q(registered_by__in=scope.accounts) | Exists(sent) | Exists(linked))


def notes(scope: Scope, dispute: Dispute) -> QuerySet[Note]:
    """Notes of a dispute that is visible already, less the caucus notes of a side that one was not sent by."""
    sides = set(
        Involvement.objects.filter(dispute=dispute, account__in=scope.accounts, until__isnull=True)
        .exclude(side="")
        .values_list("side", flat=True)
    )
    found = Note.objects.filter(dispute=dispute).select_related("by")
    for side in sides:
        found = found.filter(caucus_side__in=["", side])
    return found


def _area(scope: Scope) -> Q:
    return Q(station__in=scope.stations) | Q(place__in=scope.places)


def _dispute(scope: Scope) -> Q:
    if scope.sees_all:
        return Q()
    involved = Involvement.objects.filter(account__in=scope.accounts, until__isnull=True).values("dispute")
    own = Q(owner__in=scope.accounts) | Q(leader__in=scope.accounts) | Q(registered_by__in=scope.accounts)
    return _area(scope) | own | Q(pk__in=involved)

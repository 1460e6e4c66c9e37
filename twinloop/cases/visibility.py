"""What a scope may read, as conditions of the ORM. Every query of a case starts here; the policies of migration
0003 say the same in the database, and a property test compares the two."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from twinloop.cases.models import Dispute, Incident, IncidentLink, Involvement, Note, Order
from twinloop.ledger.sight import Scope

NAMED = 500  # disputes that a statement names one by one


def disputes(scope: Scope) -> QuerySet[Dispute]:
    """Disputes that `scope` may see."""
    return Dispute.objects.filter(_dispute(scope))


def listed(scope: Scope) -> QuerySet[Dispute]:
    """The same disputes for a list that asks for them several times: what is one's own outside one's area is named
    beforehand (migration 0025), in one query, so that an index finds the area's."""
    if scope.sees_all or not (scope.stations or scope.places):
        return disputes(scope)
    with connection.cursor() as cursor:
        given: list[Any] = [list(scope.accounts), list(scope.stations), list(scope.places), NAMED + 1]
        cursor.execute("SELECT * FROM cases_own_elsewhere(%s::bigint[], %s::bigint[], %s::bigint[], %s)", given)
        own = [pk for (pk,) in cursor.fetchall()]
    return Dispute.objects.filter(_area(scope) | Q(pk__in=own)) if len(own) <= NAMED else disputes(scope)


def incidents(scope: Scope) -> QuerySet[Incident]:
    """Incidents of the scope's area, those reported by or sent to the person, and those of a visible dispute."""
    if scope.sees_all:
        return Incident.objects.all()
    linked = IncidentLink.objects.filter(incident=OuterRef("pk"), unlinked_at__isnull=True, dispute__in=disputes(scope))
    return Incident.objects.filter(_incident(scope) | Exists(linked))


def near_incidents(scope: Scope) -> QuerySet[Incident]:
    """Of the visible ones those of the area and one's own: what a list shows. What a dispute brings in from elsewhere
    stands on the dispute's page; to ask every incident for its dispute would read them all."""
    return Incident.objects.all() if scope.sees_all else Incident.objects.filter(_incident(scope))


def stray_incidents(scope: Scope) -> Q:
    """Of the near ones those that lie in no station of the scope, as a condition."""
    return _beside(scope) & ~Q(station__in=scope.stations)


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


def _incident(scope: Scope) -> Q:
    return Q(station__in=scope.stations) | _beside(scope)


def _beside(scope: Scope) -> Q:
    """Incidents that are seen whatever their station."""
    sent = Order.objects.filter(to_account__in=scope.accounts, incident__isnull=False).values("incident")
    return Q(place__in=scope.places) | Q(registered_by__in=scope.accounts) | Q(_is_one_of(sent))


def _dispute(scope: Scope) -> Q:
    if scope.sees_all:
        return Q()
    involved = Involvement.objects.filter(account__in=scope.accounts, until__isnull=True)
    own = Q(owner__in=scope.accounts) | Q(leader__in=scope.accounts) | Q(registered_by__in=scope.accounts)
    if scope.stations or scope.places:
        # many rows of an area, each compared with all of one's own: asked by row, or as a set that is hashed
        return _area(scope) | own | Q(Exists(involved.filter(dispute=OuterRef("pk"))))
    return _area(scope) | own | Q(_is_one_of(involved.values("dispute")))


def _is_one_of(ids: QuerySet[Any, Any]) -> Func:
    """`pk = ANY (ARRAY (…))`: unlike `pk IN (…)` beside other conditions, PostgreSQL can look it up by index."""
    template, joiner = "(%(expressions)s))", " = ANY ("
    return Func(
        F("pk"), ArraySubquery(ids.order_by()), template=template, arg_joiner=joiner, output_field=BooleanField()
    )

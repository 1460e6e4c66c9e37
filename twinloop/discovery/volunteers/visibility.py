"""Which activities a scope may see; the policies of migration 0002 say the same, and a test compares the two."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from twinloop.discovery.volunteers.models import Activity, Part
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Membership, Team

# who keeps the register, and who records activities; all of them see activities
KEEPERS = frozenset({"dispatcher", "community_officer", "chief", "bureau"})
RECORDERS = frozenset({"volunteer", "grid_worker", "community_officer", "auxiliary", "chief"})
READERS = KEEPERS | RECORDERS
SET_CAMPAIGNS = frozenset({"dispatcher", "chief", "bureau"})


def activities(scope: Scope) -> QuerySet[Activity]:
    """Of one's area, one's own, and those of a team that one was in on that day. Withdrawn ones too."""
    if scope.sees_all:
        return Activity.objects.all()
    parts = Part.objects.filter(account__in=scope.accounts, is_live=True).values("activity")
    template, joiner = "(%(expressions)s))", " = ANY ("  # looked up by index, unlike IN beside other conditions
    took_part = Func(F("pk"), ArraySubquery(parts), template=template, arg_joiner=joiner, output_field=BooleanField())
    return Activity.objects.filter(
        Q(station__in=scope.stations)
        | Q(place__in=scope.places)
        | Q(recorded_by__in=scope.accounts)
        | Q(took_part)
        | Exists(
            Membership.objects.filter(
                team=OuterRef("team"), period__contains=OuterRef("on"), account__in=scope.accounts
            )
        )
    )


def volunteers(scope: Scope) -> QuerySet[Account]:
    """The register: all for those who see the district, else the volunteers of one's places and of one's own teams."""
    everybody = Account.objects.filter(kind=Account.Kind.VOLUNTEER)
    if scope.sees_all:
        return everybody
    inside = Account.communities.through.objects.filter(account=OuterRef("pk")).filter(
        Q(place__in=scope.places) | Q(place__units__in=scope.stations) | Q(place__parent__units__in=scope.stations)
    )
    teams = Membership.objects.filter(account=OuterRef("pk"), team__in=volunteer_teams(scope))
    return everybody.filter(Q(pk__in=scope.accounts) | Exists(inside) | Exists(teams))


def volunteer_teams(scope: Scope) -> QuerySet[Team]:
    """Open volunteer teams: of one's stations or communities, and those one is in."""
    teams = Team.objects.filter(kind=Team.Kind.VOLUNTEER, closed_on__isnull=True)
    if scope.sees_all:
        return teams
    mine = Membership.objects.filter(team=OuterRef("pk"), account__in=scope.accounts)
    return teams.filter(Q(station__in=scope.stations) | Q(place__in=scope.places) | Exists(mine))

"""Which shifts a scope may see; the policies of migration 0002 say the same, and a test compares the two."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from twinloop.discovery.posts.models import Shift
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, RoleGrant
from twinloop.places.models import Place, PlaceQuery

PLANNERS = frozenset({"community_officer", "chief", "bureau"})
READERS = PLANNERS | {"dispatcher"}  # of the week's grid
EVERYBODY = READERS | {"auxiliary"}


def shifts(scope: Scope) -> QuerySet[Shift]:
    """Of one's area, and one's own; dropped ones too."""
    if scope.sees_all:
        return Shift.objects.all()
    area = Q(station__in=scope.stations) | Q(place__in=scope.places)
    return Shift.objects.filter(area | Q(account__in=scope.accounts))


def villages(scope: Scope) -> PlaceQuery:
    """The communities whose posts the viewer watches, in order of their codes."""
    served = Place.objects.served().communities().select_related("parent").order_by("code")
    if scope.sees_all:
        return served
    here = Q(units__in=scope.stations) | Q(parent__units__in=scope.stations)
    return served.filter(here | Q(pk__in=scope.places)).distinct()


def auxiliaries(scope: Scope, *, at: object) -> QuerySet[Account]:
    """Whom the viewer may post: auxiliaries with the role, of one's stations or communities."""
    grants = RoleGrant.objects.filter(account=OuterRef("pk"), role="auxiliary", period__contains=at)
    found = Account.objects.filter(Exists(grants), kind=Account.Kind.AUXILIARY, is_active=True)
    if scope.sees_all:
        return found
    here = Q(unit__in=scope.stations) | Q(unit__parent__in=scope.stations)
    mates = Account.communities.through.objects.filter(account=OuterRef("pk"), place__in=scope.places)
    return found.filter(here | Exists(mates))

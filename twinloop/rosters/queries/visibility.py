"""Who reads and makes rotas; the policies of migration 0002 say the same, and a test compares the two."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from twinloop.discovery.posts import visibility as posts
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Unit
from twinloop.places.models import PlaceQuery
from twinloop.rosters.models import Cell, Rota, Swap

MAKERS = frozenset({"chief", "bureau"})
READERS = MAKERS | {"dispatcher"}
POSTED = frozenset({"auxiliary"})
EVERYBODY = READERS | POSTED


def rotas(scope: Scope) -> QuerySet[Rota]:
    """Of one's stations; and once it is shown, every rota that oneself stands in or is asked to stand in."""
    if scope.sees_all:
        return Rota.objects.all()
    mine = Cell.objects.filter(version__rota=OuterRef("pk"), account__in=scope.accounts)
    asked = Swap.objects.filter(rota=OuterRef("pk"), partner__in=scope.accounts)
    return Rota.objects.filter(
        Q(station__in=scope.stations) | Q(state__in=["discussed", "published"]) & (Q(Exists(mine)) | Q(Exists(asked)))
    )


def swaps(scope: Scope) -> QuerySet[Swap]:
    """One's own and those that one is asked for; of one's station."""
    if scope.sees_all:
        return Swap.objects.all()
    here = Q(asker__unit__in=scope.stations) | Q(asker__unit__parent__in=scope.stations)
    return Swap.objects.filter(here | Q(asker__in=scope.accounts) | Q(partner__in=scope.accounts))


def villages_of(station: Unit | None) -> PlaceQuery:
    return posts.villages(_sight(station))


def people_of(station: Unit | None, *, at: object) -> QuerySet[Account]:
    """The auxiliaries who can be posted from a station: its own."""
    return posts.auxiliaries(_sight(station), at=at)


def _sight(station: Unit | None) -> Scope:
    """What the rota of a station reaches, as a scope: the room of the posts answers in these."""
    return Scope(sees_all=True) if station is None else Scope(stations=frozenset({station.pk}))


def stations_of(scope: Scope) -> list[Unit | None]:
    """For whom the viewer may make a rota; None is the whole district."""
    if scope.has("bureau"):
        return [None, *Unit.objects.filter(kind=Unit.Kind.STATION, closed_on__isnull=True).order_by("code")]
    if scope.has("chief"):
        return list(Unit.objects.filter(pk__in=scope.stations, kind=Unit.Kind.STATION).order_by("code"))
    return []

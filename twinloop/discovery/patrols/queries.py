"""What a viewer may read of patrols, what is due on a day, which addresses call too often, who handles calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from twinloop.cases import visibility
from twinloop.discovery.patrols import heavy
from twinloop.discovery.patrols.models import Hazard, HelpService, KeyPlace, Plan, Training, Visit
from twinloop.discovery.patrols.when import When, when
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Unit
from twinloop.people.queries.units import FORCE, StationShape, shapes
from twinloop.places.models import Place

POLICE = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
KEEPERS = ("community_officer", "chief", "bureau")  # keep places and plans, re-check hazards
TEAMS = ("office", "calls_team", "community_team")
T = TypeVar("T", KeyPlace, Visit, Hazard, HelpService)


def own_stations(scope: Scope) -> frozenset[int]:
    """Stations of the viewer and of those whom they stand in for: a call handler patrols for the whole station."""
    units = Unit.objects.filter(people__in=scope.accounts, kind__in=["station", *TEAMS])
    found = {u.pk if u.kind == Unit.Kind.STATION else u.parent_id for u in units}
    return scope.stations | {pk for pk in found if pk}


def _of_area(rows: QuerySet[T], scope: Scope) -> QuerySet[T]:
    if scope.sees_all:
        return rows
    if not scope.has(*POLICE):
        return rows.none()
    stations = Q(station__in=own_stations(scope))
    return rows.filter(stations | Q(place__in=scope.places) | Q(by__in=scope.accounts))


def spots(scope: Scope) -> QuerySet[KeyPlace]:
    return _of_area(KeyPlace.objects.all(), scope)


def visits(scope: Scope) -> QuerySet[Visit]:
    return _of_area(Visit.objects.all(), scope)


def hazards(scope: Scope) -> QuerySet[Hazard]:
    return _of_area(Hazard.objects.all(), scope)


def helps(scope: Scope) -> QuerySet[HelpService]:
    return _of_area(HelpService.objects.all(), scope)


def trainings(scope: Scope) -> QuerySet[Training]:
    if scope.sees_all:
        return Training.objects.all()
    if not scope.has(*POLICE):
        return Training.objects.none()
    return Training.objects.filter(Q(station__in=own_stations(scope)) | Q(by__in=scope.accounts))


def communities(scope: Scope) -> QuerySet[Place]:
    """Where the viewer may write something down: their communities, else those of their stations."""
    served = Place.objects.served().communities().order_by("code")
    if scope.sees_all:
        return served
    inside = Q(units__in=own_stations(scope)) | Q(parent__units__in=own_stations(scope)) | Q(pk__in=scope.places)
    return served.filter(pk__in=Place.objects.filter(inside).values("pk"))


# --- patrols ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    spot: KeyPlace
    plan: Plan
    visit: Visit | None  # of that day, where somebody was there

    @property
    def who(self) -> str:
        return self.plan.account.name if self.plan.account else ""


def due_on(day: date, scope: Scope, *, mine: bool = False) -> list[Due]:
    """Planned visits of a day, those still to be made first. `mine`: one's own and those that anybody makes."""
    plans = Plan.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day), since__lte=day, weekdays__contains=[day.isoweekday()],
        spot__in=spots(scope).filter(closed_at__isnull=True),
    ).select_related("spot__place", "account")  # fmt: skip
    if mine:
        plans = plans.filter(Q(account__isnull=True) | Q(account__in=scope.accounts))
    rows = list(plans.order_by("spot__name", "pk"))
    made = Visit.objects.filter(spot__in=[p.spot_id for p in rows], at__date=day).select_related("by").order_by("-at")
    first = {visit.spot_id: visit for visit in made}
    return sorted((Due(p.spot, p, first.get(p.spot_id)) for p in rows), key=lambda one: one.visit is not None)


def call_heavy(scope: Scope, *, at: datetime) -> list[tuple[heavy.Heavy, Place]]:
    """Addresses that call far more than usual and are no key place yet, with their community. Three queries."""
    calls = visibility.near_incidents(scope).filter(received_at__gte=at - timedelta(days=90), received_at__lte=at)
    month = Count("pk", filter=Q(received_at__gte=at - timedelta(days=30)))
    counted = (
        calls.exclude(address_key="").filter(place__isnull=False).order_by().values("place", "address_key")
        .annotate(address_of=Max("address"), days_30=month, days_90=Count("pk"))
    )  # fmt: skip
    rows = [heavy.Counted(r["place"], r["address_key"], r["address_of"], r["days_30"], r["days_90"]) for r in counted]
    known = set(spots(scope).filter(closed_at__isnull=True).values_list("place", "address_key"))
    found = [one for one in heavy.found(rows) if (one.counted.place, one.counted.key) not in known]
    places = Place.objects.in_bulk([one.counted.place for one in found])
    return [(one, places[one.counted.place]) for one in found]


def when_to_go(found: Sequence[heavy.Heavy], scope: Scope, *, at: datetime) -> dict[tuple[int, str], When]:
    """(community, address key) → the hours and days at which each of them calls. Two queries, none without any."""
    if not found:
        return {}
    calls = visibility.near_incidents(scope).filter(received_at__gte=at - timedelta(days=90), received_at__lte=at)
    timed = calls.order_by().annotate(hour=ExtractHour("received_at"), day=ExtractIsoWeekDay("received_at"))
    keys = [one.counted.key for one in found]
    own: dict[tuple[int, str], dict[tuple[int, int], int]] = {}
    for row in timed.filter(address_key__in=keys).values("place", "address_key", "hour", "day").annotate(n=Count("pk")):
        own.setdefault((row["place"], row["address_key"]), {})[row["hour"], row["day"]] = row["n"]
    every = {(r["hour"], r["day"]): r["n"] for r in timed.values("hour", "day").annotate(n=Count("pk"))}
    told = {}
    for one in found:
        key = (one.counted.place, one.counted.key)
        mine = own.get(key, {})
        told[key] = when(mine, {slot: n - mine.get(slot, 0) for slot, n in every.items()})
    return told


# --- hazards ----------------------------------------------------------------------------------------------------------


def hazard_counts(scope: Scope, *, on: date) -> dict[str, int]:
    """Open, overdue, waiting for a re-check, put right, all. One query."""
    late = Q(state="open", deadline__lt=on)
    return hazards(scope).aggregate(
        open=Count("pk", filter=Q(state="open")), overdue=Count("pk", filter=late),
        rectified=Count("pk", filter=Q(state="rectified")), closed=Count("pk", filter=Q(state="closed")),
        all=Count("pk"),
    )  # fmt: skip


# --- stations ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Half:
    """A station's share of call handlers, with the names behind both figures."""

    shape: StationShape
    handlers: Sequence[Account]
    others: Sequence[Account]

    @property
    def missing(self) -> int:
        """People, until call handlers are half of the force."""
        return max(0, (self.shape.force + 1) // 2 - self.shape.handlers)


def stations(scope: Scope, *, on: date) -> list[StationShape]:
    found = shapes(on=on)
    return found if scope.sees_all else [s for s in found if s.station.pk in own_stations(scope)]


def half(station: int, scope: Scope, *, on: date) -> Half | None:
    """None where there is no such station, or it is not the viewer's."""
    shape = next((s for s in stations(scope, on=on) if s.station.pk == station), None)
    if shape is None:
        return None
    units = [shape.station, *shape.parts]
    force = Account.objects.filter(is_active=True, kind__in=FORCE, unit__in=units).select_related("unit")
    people = list(force.order_by("unit__code", "username"))
    calls = {u.pk for u in shape.parts if u.kind == Unit.Kind.CALLS_TEAM}
    return Half(shape, [p for p in people if p.unit_id in calls], [p for p in people if p.unit_id not in calls])


def force_of(station: Unit) -> QuerySet[Account]:
    own = Q(unit=station) | Q(unit__parent=station, unit__kind__in=TEAMS)
    return Account.objects.filter(own, is_active=True, kind__in=FORCE).order_by("username")


def hours_of(scope: Scope, *, since: date) -> list[tuple[str, str, float, float]]:
    """Per person: name, number, hours of training since a day, and those of call handling among them."""
    own = trainings(scope).filter(held_on__gte=since)
    found = Account.objects.filter(trainings__training__in=own).annotate(
        hours=Sum("trainings__training__hours", filter=Q(trainings__training__in=own)),
        calls=Sum("trainings__training__hours", filter=Q(trainings__training__in=own.filter(sort="calls"))),
    )
    return [(a.name, a.username, float(a.hours), float(a.calls or 0)) for a in found.order_by("-hours", "username")]

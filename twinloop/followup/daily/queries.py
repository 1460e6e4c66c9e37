"""Which items of a day a viewer sees, how the day stands, what was carried, whom an item may be handed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from twinloop.cases import visibility
from twinloop.decide import daily
from twinloop.decide.daily import Before, DayEnd, Held, Params
from twinloop.followup.daily.models import Confirmation, Day, Hours, Item
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Role, RoleGrant, Unit

POLICE = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
DESKS = ("dispatcher", "chief", "bureau")  # act on everything that they see; others on their own
CHIEFS = ("chief", "bureau")
SETTERS = ("system_admin", "bureau")
MOST = 500  # rows of a page
TAKERS = (Role.OFFICER, Role.COMMUNITY_OFFICER, Role.AUXILIARY, Role.DISPATCHER, Role.CHIEF)


def visible(scope: Scope) -> QuerySet[Item]:
    """Police: items of the cases that they see, of their station or community, and those in their own name."""
    if scope.sees_all:
        return Item.objects.all()
    if not scope.has(*POLICE):
        return Item.objects.none()
    return Item.objects.filter(
        Q(station__in=scope.stations)
        | Q(place__in=scope.places)
        | Q(holder__in=scope.accounts)
        | Q(given_to__in=scope.accounts)
        | Q(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))
    )


def params(day: date) -> Params:
    """The parameters in force on a day: the shipped ones, with the hours that were set. One query."""
    row = Hours.objects.filter(since__lte=day).order_by("-since").first()
    return replace(daily.DEFAULTS, cut=row.cut, handover=row.handover) if row else daily.DEFAULTS


def running() -> Day | None:
    """The day that is worked on."""
    return Day.objects.filter(made_at__isnull=True).order_by("-day").first()


def of_date(on: date) -> Day | None:
    """The day that covers a date."""
    return Day.objects.filter(day__lte=on, through__gte=on).first()


def dressed(found: QuerySet[Item]) -> QuerySet[Item]:
    return found.select_related("place", "station", "holder", "ended_by", "given_to", "checked_by", "day")


def held(item: Item) -> Held:
    return Held(level=item.level, carries=item.carries, end=DayEnd(item.end) if item.end else None)


def before(item: Item | None) -> Before | None:
    """How the same thing ended last time."""
    if item is None or not item.end:
        return None
    rejected = item.verdict == daily.DayVerdict.REJECTED
    return Before(end=DayEnd(item.end), carries=item.carries, until=item.until, is_rejected=rejected)


def last_of(keys: Sequence[str], before_day: date) -> dict[str, Item]:
    """Key → the newest row of an earlier day. One query."""
    found = Item.objects.filter(key__in=keys, day__day__lt=before_day).select_related("day")
    return {item.key: item for item in found.order_by("key", "-day__day").distinct("key")}


@dataclass(frozen=True)
class Tally:
    """How a day stands. `open` is what nobody has said anything of yet."""

    closed: int = 0
    handed: int = 0
    carried: int = 0
    open: int = 0
    unexplained: int = 0
    still: int = 0  # carried from before and open again
    third: int = 0  # waits for the chief: its next carry-over would be the third

    @property
    def all(self) -> int:
        return self.closed + self.handed + self.carried + self.open


def tally(found: QuerySet[Item], rules: Params = daily.DEFAULTS) -> Tally:
    """One query."""
    is_open = Q(end="")
    counted = found.order_by().aggregate(
        closed=Count("pk", filter=Q(end="closed")),
        handed=Count("pk", filter=Q(end="handed")),
        carried=Count("pk", filter=Q(end="carried")),
        open=Count("pk", filter=is_open),
        unexplained=Count("pk", filter=Q(end="carried", reason="unexplained")),
        still=Count("pk", filter=is_open & Q(carries__gt=0)),
        third=Count("pk", filter=is_open & Q(carries__gte=rules.chief_from - 1)),
    )
    return Tally(**counted)


def in_order(found: QuerySet[Item]) -> QuerySet[Item]:
    """What was carried most, then the gravest, then what is due first."""
    return found.order_by("-carries", F("level").asc(nulls_last=True), F("due_at").asc(nulls_last=True), "pk")


def may_act(item: Item, scope: Scope) -> bool:
    """The desks on all that they see; everybody else on what is in their own name (or of whom they stand in for)."""
    return scope.has(*DESKS) or item.holder_id in scope.accounts


def takers(scope: Scope, on: date) -> QuerySet[Account]:
    """Who may get an item or a dispute: police of the viewer's station, of the district for who sees all of it."""
    grants = RoleGrant.objects.filter(role__in=TAKERS, period__contains=on).values("account")
    found = Account.objects.filter(pk__in=grants, is_active=True).select_related("unit").order_by("name", "username")
    if scope.sees_all:
        return found
    stations = scope.stations or _station_of(scope)
    return found.filter(Q(unit__in=stations) | Q(unit__parent__in=stations))


def _station_of(scope: Scope) -> set[int]:
    unit = Unit.objects.filter(people__in=[scope.account or 0]).select_related("parent").first()
    station = unit.station if unit else None
    return {station.pk} if station else set()


def carried(scope: Scope) -> QuerySet[Item]:
    """What stands carried over now: the newest row of a thing, on a day that is cut or runs."""
    newer = Item.objects.filter(key=OuterRef("key"), day__day__gt=OuterRef("day__day"))
    return visible(scope).filter(~Exists(newer), end="carried")


def confirmed(day: Day) -> dict[int | None, Confirmation]:
    """Station → who confirmed. One query."""
    return {row.station_id: row for row in day.confirmations.select_related("by", "station")}

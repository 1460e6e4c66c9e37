"""The list of people and one person's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from psycopg.types.range import Range

from twinloop.ledger.sight import Scope
from twinloop.people import sealed
from twinloop.people.models import Account, Duty, Leave, Role, RoleGrant, Unit

# what a request may sort by; anything else is a bad request
ORDERS = {"name": "pinyin", "username": "username", "kind": "kind", "unit": "unit__code"}
TRAITS_FOR = (Role.DISPATCHER, Role.CHIEF, Role.BUREAU)  # who chooses people; not the administrators
PAGE = 50


@dataclass(frozen=True)
class Filter:
    q: str = ""
    kind: str = ""
    unit: int | None = None
    role: str = ""  # a role's code, "none" for people without any
    active: str = "yes"  # yes, no, all
    order: str = "username"


def listing(wanted: Filter, *, on: date) -> QuerySet[Account]:
    """People by name, sound or number, with the roles they hold on the day in `current`."""
    held = RoleGrant.objects.filter(period__contains=on)
    found = Account.objects.select_related("unit").prefetch_related(Prefetch("grants", held, to_attr="current"))
    if wanted.q:
        found = found.filter(_named(wanted.q))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.unit:
        found = found.filter(Q(unit=wanted.unit) | Q(unit__parent=wanted.unit))
    if wanted.role == "none":
        found = found.filter(~Exists(held.filter(account=OuterRef("pk"))))
    elif wanted.role:
        found = found.filter(Exists(held.filter(account=OuterRef("pk"), role=wanted.role)))
    if wanted.active != "all":
        found = found.filter(is_active=wanted.active == "yes")
    down = "-" if wanted.order.startswith("-") else ""
    return found.order_by(f"{down}{ORDERS[wanted.order.lstrip('-')]}", "username")


def _named(q: str) -> Q:
    named = Q(name__icontains=q) | Q(username__istartswith=q)
    sound = sealed.pinyin_key(q)
    return named | Q(pinyin__contains=sound) if sound.isascii() and sound else named


def grants(account: Account) -> list[RoleGrant]:
    return list(account.grants.select_related("granted_by").order_by("-period", "role"))


def duties(account: Account, *, at: datetime) -> list[Duty]:
    """From now on, a fortnight."""
    soon = Range[datetime](at, at + timedelta(days=14))
    return list(account.duties.filter(period__overlap=soon).select_related("unit").order_by("period"))


def leaves(account: Account, *, at: datetime) -> list[Leave]:
    """Running and to come, then the last five that are over."""
    known = account.leaves.select_related("deputy").order_by("-period")
    return [*known.filter(period__endswith__gt=at), *known.filter(period__endswith__lte=at)[:5]]


def duties_in_leave(account: Account, *, at: datetime) -> list[Duty]:
    """Duties that fall into a leave: somebody else has to take them."""
    away = Leave.objects.filter(account=account, period__overlap=OuterRef("period"))
    soon = account.duties.filter(period__endswith__gt=at)
    return list(soon.filter(Exists(away)).select_related("unit"))


def sessions(account: Account) -> int:
    return UserSession.objects.filter(user=account).count()


def sees_traits(scope: Scope, account: Account) -> bool:
    return scope.account == account.pk or scope.has(*TRAITS_FOR)


def traits(account: Account) -> list[str]:
    return [t.get_code_display() for t in account.traits.filter(withdrawn_at__isnull=True)]


def deputies_for(account: Account) -> QuerySet[Account]:
    """Who could stand in: the same kind, the same station or unit (`rota.check_deputy` says the last word)."""
    found = Account.objects.filter(kind=account.kind, is_active=True).exclude(pk=account.pk)
    return found.filter(unit__in=house(account)).order_by("name") if account.unit else found.filter(unit__isnull=True)


def house(account: Account) -> list[int]:
    """The units in which somebody's nearest colleagues are: the station with its parts, or bureau and command room."""
    unit = account.unit
    if unit is None:
        return []
    top = unit.station or (unit.parent if unit.kind == Unit.Kind.COMMAND_ROOM else unit) or unit
    inside = Unit.objects.filter(Q(pk=top.pk) | Q(parent=top))
    if top.kind == Unit.Kind.BUREAU:
        inside = inside.filter(kind__in=[Unit.Kind.BUREAU, Unit.Kind.COMMAND_ROOM])
    return list(inside.values_list("pk", flat=True))

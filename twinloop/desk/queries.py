"""What the first page asks of people and places. Literal numbers of queries; all small."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from twinloop.desk import words
from twinloop.people.demo import NAMED
from twinloop.people.models import Account, Duty, Leave, Membership, Role, RoleGrant, Team, Unit
from twinloop.people.scope import Scope
from twinloop.places.models import Place

SHOWN = 8  # people a side panel names; the rest is a figure


@dataclass(frozen=True)
class Away:
    leave: Leave
    stands_in: Account | None


def house(account: Account, scope: Scope) -> list[int] | None:
    """Units whose people one works beside: the station with its office and teams, or the own unit where it belongs
    to none; None for those who see the whole district."""
    if scope.sees_all:
        return None
    if account.unit is None:
        return []
    station = account.unit.station
    return [station.pk, *station.parts.values_list("pk", flat=True)] if station else [account.unit.pk]


def on_duty(units: list[int] | None, *, at: datetime) -> list[Duty]:
    """Who of `units` is on duty at `at`; one more than is shown, so that a page knows whether there are others."""
    found = Duty.objects.filter(period__contains=at).select_related("account", "unit").order_by("kind", "account__name")
    return list((found if units is None else found.filter(unit__in=units))[: SHOWN + 1])


def away(units: list[int] | None, *, at: datetime) -> list[Away]:
    """Who of `units` is away at `at`, and who stands in."""
    found = Leave.objects.filter(period__contains=at).select_related("account", "deputy").order_by("account__name")
    if units is not None:
        found = found.filter(account__unit__in=units)
    return [Away(leave, leave.deputy) for leave in found[:SHOWN]]


def communities(account: Account) -> list[Place]:
    return list(account.communities.select_related("parent").order_by("code"))


def responsible_for(places: list[Place], *, at: datetime) -> list[Account]:
    """The community officers of `places`: whom a volunteer, grid worker or mediator turns to."""
    grants = RoleGrant.objects.filter(role=Role.COMMUNITY_OFFICER, period__contains=at.date()).values("account")
    return list(
        Account.objects.filter(pk__in=grants, communities__in=places, is_active=True)
        .distinct()
        .order_by("name")[:SHOWN]
    )


def memberships(account: Account, *, at: datetime) -> list[Membership]:
    found = account.memberships.filter(period__contains=at.date(), team__closed_on__isnull=True)
    return list(found.select_related("team__place").order_by("team__name"))


def installation(*, at: datetime) -> dict[str, int]:
    """Counts for administrators: what this installation holds."""
    accounts = Account.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        closed=Count("pk", filter=Q(is_active=False)),
        first_sign_in=Count("pk", filter=Q(is_active=True, last_login__isnull=True)),
    )
    holders = RoleGrant.objects.filter(period__contains=at.date(), account__is_active=True)
    places = Place.objects.aggregate(
        served=Count("pk", filter=Q(is_served=True, kind=Place.Kind.COMMUNITY)), known=Count("pk")
    )
    return {
        **accounts,
        "without_role": Account.objects.filter(is_active=True).exclude(pk__in=holders.values("account")).count(),
        "units": Unit.objects.filter(closed_on__isnull=True).count(),
        "teams": Team.objects.filter(closed_on__isnull=True).count(),
        "served": places["served"],
        "known": places["known"],
    }


def demo_people() -> list[tuple[str, list[dict[str, str]]]]:
    """One demo person a role, as the sign-in page of a demo offers them: (group, people). The memorable ones first."""
    known = Q(account__username__in=[username for username, _name in NAMED.values()])
    grants = RoleGrant.objects.filter(account__is_demo=True, account__is_active=True).select_related("account__unit")
    found = grants.annotate(is_known=known).order_by("role", "-is_known", "account__username").distinct("role")
    first = {grant.role: grant.account for grant in found}
    return [
        (str(name), [_offered(role, first[role]) for role in roles if role in first])
        for name, roles in words.DEMO_GROUPS
        if any(role in first for role in roles)
    ]


def demo_person(said: str) -> Account | None:
    """Who of the demo was meant: by username or badge, or by a name that one person has."""
    people = Account.objects.filter(is_demo=True, is_active=True)
    found = list(people.filter(username=said)) or list(people.filter(name=said)[:2])
    return found[0] if said and len(found) == 1 else None


def _offered(role: str, account: Account) -> dict[str, str]:
    return {
        "username": account.username,
        "name": account.name,
        "unit": str(account.unit or ""),
        "role": str(Role(role).label),
        "icon": words.ROLE_ICONS[role],
    }

"""What a person may see: the district, stations, communities, or only what is their own.

The scope is computed once a request and handed to PostgreSQL (``ledger.sight.see_as``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from twinloop.ledger.sight import NOBODY, SYSTEM, Scope, see_as, tell_database
from twinloop.people.models import Account, Leave, Role, RoleGrant, Unit

__all__ = [
    "NOBODY",
    "SYSTEM",
    "Scope",
    "roles_of",
    "scope_from",
    "scope_of",
    "scopes_of",
    "see_as",
    "stands_in_for",
    "station_of",
    "tell_database",
]

DISTRICT = frozenset({Role.DISPATCHER, Role.BUREAU})
STATION = frozenset({Role.CHIEF})
COMMUNITY = frozenset({Role.COMMUNITY_OFFICER, Role.AUXILIARY})
NO_CASES = frozenset({Role.AUDITOR, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN})  # three separate offices


def scope_of(account: Account, *, at: datetime) -> Scope:
    """Scope of `account` with that of everybody it stands in for at `at` (deputies are chained)."""
    return scopes_of([account], at=at)[account.pk]


# for whoever asks for an account `a` anyhow, FROM `JOINED`; `scope_from` reads them
COLUMNS = """CASE 'station' WHEN u.kind THEN u.id WHEN over.kind THEN over.id END,
        ARRAY(SELECT role FROM people_rolegrant WHERE account_id = a.id AND period @> %(on)s::date AND a.is_active),
        ARRAY(SELECT place_id FROM people_account_communities WHERE account_id = a.id),
        away.who, away.deputies"""
WIDTH = 5  # of them
JOINED = """people_account a LEFT JOIN people_unit u ON u.id = a.unit_id
        LEFT JOIN people_unit over ON over.id = u.parent_id
        CROSS JOIN (SELECT array_agg(account_id ORDER BY period) AS who,
                array_agg(deputy_id ORDER BY period) AS deputies
            FROM people_leave WHERE period @> %(at)s::timestamptz AND deputy_id IS NOT NULL) AS away"""


def scope_from(account: int, row: Sequence[Any], *, at: datetime) -> Scope:
    """As `scope_of` of the account with this id; `row`: `COLUMNS`, asked with `at` and its day as `on`."""
    station, roles, places, who, deputies = row
    if _standing_in(account, dict(zip(who or (), deputies or (), strict=True))):
        return scope_of(Account.objects.select_related("unit__parent").get(pk=account), at=at)
    own = frozenset(roles)
    return Scope(
        account=account,
        roles=own,
        sees_all=bool(own & DISTRICT),
        stations=frozenset([station] if station and own & STATION else ()),
        places=frozenset(places if own & COMMUNITY else ()),
        accounts=frozenset([account]),
        reads_ledger=Role.AUDITOR in own,
    )


def scopes_of(accounts: Sequence[Account], *, at: datetime) -> dict[int, Scope]:
    """As `scope_of` of each; the same few queries for all of them."""
    away = _away(at)
    stood_for = {one.pk: _standing_in(one.pk, away) for one in accounts}
    people = {one.pk: one for one in accounts}
    absent = {pk for pks in stood_for.values() for pk in pks} - people.keys()
    if absent:
        people |= {one.pk: one for one in _active(absent)}
    roles: dict[int, set[str]] = {pk: set() for pk in people}
    grants = RoleGrant.objects.filter(account__in=list(people), period__contains=at.date(), account__is_active=True)
    for pk, role in grants.order_by().values_list("account", "role"):
        roles[pk].add(role)
    near = [pk for pk, held in roles.items() if held & COMMUNITY]
    places: dict[int, set[int]] = {pk: set() for pk in near}
    if near:
        through = Account.communities.through.objects.filter(account__in=near)
        for pk, place in through.values_list("account", "place"):
            places[pk].add(place)
    return {
        one.pk: _scope(one, [people[pk] for pk in stood_for[one.pk] if pk in people and people[pk].is_active],
                       roles, places)
        for one in accounts
    }  # fmt: skip


def _scope(
    account: Account, stood_for: Sequence[Account], roles: Mapping[int, set[str]], places: Mapping[int, set[int]]
) -> Scope:
    people, own = [account, *stood_for], frozenset(roles[account.pk])
    lent = {r for p in stood_for for r in roles[p.pk]} - NO_CASES  # offices are never lent with a leave
    stations = {
        station.pk for p in people if roles[p.pk] & STATION and p.unit and (station := p.unit.station) is not None
    }
    every = own | lent
    return Scope(
        account=account.pk,
        roles=frozenset(every),
        sees_all=bool(every & DISTRICT),
        stations=frozenset(stations),
        places=frozenset(place for p in people for place in places.get(p.pk, ())),
        accounts=frozenset(p.pk for p in people),
        reads_ledger=Role.AUDITOR in own,
    )


def stands_in_for(account: Account, *, at: datetime) -> list[Account]:
    """Everybody whose chain of deputies ends at `account`: A away → B, B away too → C stands in for both."""
    found = _standing_in(account.pk, _away(at))
    return list(_active(found).order_by("pk")) if found else []


def _active(pks: Collection[int]) -> QuerySet[Account]:
    return Account.objects.filter(pk__in=pks, is_active=True).select_related("unit__parent")


def _away(at: datetime) -> dict[int, int | None]:
    """Who is away, and who stands in."""
    leaves = Leave.objects.filter(period__contains=at, deputy__isnull=False).order_by("period")
    return dict(leaves.values_list("account", "deputy"))


def _standing_in(account: int, away: Mapping[int, int | None]) -> list[int]:
    if account in away:  # away oneself: nobody is represented by an absent person
        return []
    return [start for start in away if _end_of_chain(start, away) == account]


def _end_of_chain(start: int, away: Mapping[int, int | None]) -> int | None:
    seen, here = {start}, away[start]
    while here is not None and here in away:
        if here in seen:  # A for B, B for A: nobody acts
            return None
        seen.add(here)
        here = away[here]
    return here


def roles_of(account: Account, *, on: date) -> frozenset[str]:
    """The account's own roles on a day, nobody else's."""
    return frozenset(RoleGrant.objects.filter(account=account, period__contains=on).values_list("role", flat=True))


def station_of(account: Account) -> Unit | None:
    return account.unit.station if account.unit else None

"""What a person may see: the district, stations, communities, or only what is their own.

The scope is computed once a request, handed to PostgreSQL (``see_as``), and read by two independent
guards: ``visible_to`` in every query and the row-level security policies behind it. Without a scope
set the policies show nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from twinloop.people.models import Account, Leave, Role, RoleGrant, Unit

DISTRICT = frozenset({Role.DISPATCHER, Role.BUREAU})
STATION = frozenset({Role.CHIEF})
COMMUNITY = frozenset({Role.COMMUNITY_OFFICER, Role.AUXILIARY})
NO_CASES = frozenset({Role.AUDITOR, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN})  # three separate offices


@dataclass(frozen=True)
class Scope:
    """`accounts` are the person and those whom the person stands in for today."""

    account: int | None = None
    roles: frozenset[str] = frozenset()
    sees_all: bool = False
    stations: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()
    reads_ledger: bool = False

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


NOBODY = Scope()
SYSTEM = Scope(sees_all=True, reads_ledger=True)  # jobs and commands; never a request


def scope_of(account: Account, *, at: datetime) -> Scope:
    """Scope of `account` with that of everybody it stands in for at `at` (deputies are chained)."""
    people = [account, *stands_in_for(account, at=at)]
    grants = RoleGrant.objects.filter(account__in=people, period__contains=at.date(), account__is_active=True)
    roles: dict[int, set[str]] = {p.pk: set() for p in people}
    for grant in grants:
        roles[grant.account_id].add(grant.role)
    own = frozenset(roles[account.pk])
    lent = {r for p in people[1:] for r in roles[p.pk]} - NO_CASES  # offices are never lent with a leave
    stations, places = set(), set()
    for person in people:
        held = roles[person.pk]
        if held & STATION and person.unit and (station := person.unit.station):
            stations.add(station.pk)
        if held & COMMUNITY:
            places.update(person.communities.values_list("pk", flat=True))
    every = own | lent
    return Scope(
        account=account.pk,
        roles=frozenset(every),
        sees_all=bool(every & DISTRICT),
        stations=frozenset(stations),
        places=frozenset(places),
        accounts=frozenset(p.pk for p in people),
        reads_ledger=Role.AUDITOR in own,
    )


def stands_in_for(account: Account, *, at: datetime) -> list[Account]:
    """Everybody whose chain of deputies ends at `account`: A away → B, B away too → C stands in for both."""
    away = {
        leave.account_id: leave.deputy_id
        for leave in Leave.objects.filter(period__contains=at, deputy__isnull=False)
    }
    if account.pk in away:  # away oneself: nobody is represented by an absent person
        return []
    found = [start for start in away if _end_of_chain(start, away) == account.pk]
    return list(Account.objects.filter(pk__in=found, is_active=True).select_related("unit__parent").order_by("pk"))


def _end_of_chain(start: int, away: dict[int, int | None]) -> int | None:
    seen, here = {start}, away[start]
    while here is not None and here in away:
        if here in seen:  # A for B, B for A: nobody acts
            return None
        seen.add(here)
        here = away[here]
    return here


_SET = """SELECT set_config('twinloop.account', %s, false), set_config('twinloop.sees_all', %s, false),
    set_config('twinloop.stations', %s, false), set_config('twinloop.places', %s, false),
    set_config('twinloop.accounts', %s, false), set_config('twinloop.ledger', %s, false)"""


def tell_database(scope: Scope) -> None:
    """Hand the scope to the policies of this connection."""

    def listed(ids: frozenset[int]) -> str:
        return "{" + ",".join(map(str, sorted(ids))) + "}"

    flags = ("on" if scope.sees_all else "off", "on" if scope.reads_ledger else "off")
    with connection.cursor() as cursor:
        cursor.execute(
            _SET,
            [
                str(scope.account or ""),
                flags[0],
                listed(scope.stations),
                listed(scope.places),
                listed(scope.accounts),
                flags[1],
            ],
        )


_now: ContextVar[Scope] = ContextVar("scope", default=NOBODY)


@contextmanager
def see_as(scope: Scope) -> Iterator[Scope]:
    """Within the block the database shows what `scope` may see; afterwards what it showed before."""
    outer = _now.get()
    token = _now.set(scope)
    tell_database(scope)
    try:
        yield scope
    finally:
        _now.reset(token)
        # in a transaction that must roll back the setting goes with it; nothing can be said there
        if connection.connection is not None and not connection.needs_rollback:
            tell_database(outer)


def station_of(account: Account) -> Unit | None:
    return account.unit.station if account.unit else None

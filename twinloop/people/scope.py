"""What a person may see: the district, stations, communities, or only what is their own.

The scope is computed once a request and handed to PostgreSQL (``ledger.sight.see_as``).
"""

from __future__ import annotations

from datetime import date, datetime

from twinloop.ledger.sight import NOBODY, SYSTEM, Scope, see_as, tell_database
from twinloop.people.models import Account, Leave, Role, RoleGrant, Unit

__all__ = [
    "NOBODY",
    "SYSTEM",
    "Scope",
    "roles_of",
    "scope_of",
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
    people = [account, *stands_in_for(account, at=at)]
    grants = RoleGrant.objects.filter(account__in=people, period__contains=at.date(), account__is_active=True)
    roles: dict[int, set[str]] = {p.pk: set() for p in people}
    for grant in grants:
        roles[grant.account_id].add(grant.role)
    own = frozenset(roles[account.pk])
    lent = {r for p in people[1:] for r in roles[p.pk]} - NO_CASES  # offices are never lent with a leave
    stations: set[int] = set()
    places: set[int] = set()
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
        leave.account_id: leave.deputy_id for leave in Leave.objects.filter(period__contains=at, deputy__isnull=False)
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


def roles_of(account: Account, *, on: date) -> frozenset[str]:
    """The account's own roles on a day, nobody else's."""
    return frozenset(RoleGrant.objects.filter(account=account, period__contains=on).values_list("role", flat=True))


def station_of(account: Account) -> Unit | None:
    return account.unit.station if account.unit else None

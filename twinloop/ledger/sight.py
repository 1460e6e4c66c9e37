"""What a viewer may see, and telling it to PostgreSQL's row-level security.

Two independent guards read a scope: ``visible_to`` in every query, and the policies behind it. Without a
scope told, the policies show nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection


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


# session settings that the policies read; see the migrations named *_policies
_SETTINGS = ("account", "roles", "sees_all", "stations", "places", "accounts", "ledger")
_SET = "SELECT " + ", ".join(f"set_config('twinloop.{name}', %s, false)" for name in _SETTINGS)


def tell_database(scope: Scope) -> None:
    """Hand the scope to the policies of this connection."""

    def array(values: frozenset[int] | frozenset[str]) -> str:
        return "{" + ",".join(sorted(map(str, values))) + "}"

    values = (
        str(scope.account or ""),
        array(scope.roles),
        "on" if scope.sees_all else "off",
        array(scope.stations),
        array(scope.places),
        array(scope.accounts),
        "on" if scope.reads_ledger else "off",
    )
    with connection.cursor() as cursor:
        cursor.execute(_SET, values)


_now: ContextVar[Scope] = ContextVar("scope", default=NOBODY)


def now() -> Scope:
    """What was told to the database last in this context: a guess of what it will show, never a guard."""
    return _now.get()


@contextmanager
def see_as(scope: Scope) -> Iterator[Scope]:
    """Within the block the database shows what `scope` may see; afterwards what it showed before."""
    outer = _now.get()
    if scope == outer and outer is not NOBODY and connection.connection is not None:
        yield scope  # told already, and nothing between then and now that could have untold it
        return
    token = _now.set(scope)
    tell_database(scope)
    try:
        yield scope
    finally:
        _now.reset(token)
        # in a transaction that must roll back the setting goes with it; nothing can be said there
        if connection.connection is not None and not connection.needs_rollback:
            tell_database(outer)

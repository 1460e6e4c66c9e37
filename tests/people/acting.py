"""Somebody who acts: scopes for tests, without a session."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from psycopg.types.range import Range

from tests.people.signing import events, person, verbs
from twinloop.decide import Refused
from twinloop.people import actions, refusals
from twinloop.people.models import Account, Role, RoleGrant, Unit
from twinloop.people.scope import Scope, scope_of
from twinloop.places.models import Place

__all__ = ["AT", "acting", "events", "new", "refused", "station", "verbs"]

AT = datetime.fromisoformat("2026-04-16T10:00:00+08:00")
_number = iter(range(1000, 99_999))


def new(*roles: str, kind: str = "sworn", unit: Unit | None = None, **fields: Any) -> Account:
    return person(f"p{next(_number)}", *roles, password=None, kind=kind, unit=unit, **fields)


def acting(*roles: str, **fields: Any) -> Scope:
    return scope_of(new(*roles, **fields), at=AT)


def station(code: str = "S1", name: str = "示例派出所") -> Unit:
    """A station with its office and teams, in a bureau."""
    bureau = Unit.objects.filter(kind="bureau").first() or actions.create_unit(
        "BU", "示例分局", "bureau", by=None, at=AT
    )
    found = actions.create_unit(code, name, "station", parent=bureau, by=None, at=AT)
    for letters, kind in (("O", "office"), ("C", "calls_team"), ("T", "community_team")):
        actions.create_unit(f"{code}-{letters}", f"{name}{letters}", kind, parent=found, by=None, at=AT)
    return found


class refused:  # noqa: N801 - reads like pytest.raises
    """The block is refused with `code`, and the sentence can be said in both languages."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.raises = pytest.raises(Refused)

    def __enter__(self) -> None:
        self.caught = self.raises.__enter__()

    def __exit__(self, *error: Any) -> bool:
        done = bool(self.raises.__exit__(*error))
        assert self.caught.value.code == self.code
        assert "%(" not in refusals.say(self.caught.value)
        return done


def grant(account: Account, role: str, start: date, end: date | None = None) -> RoleGrant:
    return RoleGrant.objects.create(account=account, role=Role(role), period=Range[date](start, end))


def community(code: str = "360702990001", name: str = "示例村") -> Place:
    county, _ = Place.objects.get_or_create(
        code="360702000000", defaults={"name": "县", "short": "县", "kind": "county"}
    )
    town, _ = Place.objects.get_or_create(
        code=code[:9] + "000", defaults={"name": "镇", "short": "镇", "kind": "township", "parent": county}
    )
    return Place.objects.create(code=code, name=name, short=name, kind="community", parent=town, is_served=True)

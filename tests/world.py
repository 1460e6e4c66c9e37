"""A small district for tests: two stations, two communities, one person per role."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from twinloop.cases import actions
from twinloop.cases.models import Dispute, Incident
from twinloop.cases.sealing import Identity
from twinloop.decide import Refused
from twinloop.ledger import ring
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, RoleGrant, Unit
from twinloop.people.scope import scope_of
from twinloop.places.models import Place

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 16, 9, 0, tzinfo=CHINA)
KINDS = {
    "auxiliary": "auxiliary",
    "mediator": "mediator",
    "grid_worker": "grid_worker",
    "agency": "agency",
    "volunteer": "volunteer",
}
ROLES = (
    "dispatcher", "officer", "community_officer", "auxiliary", "mediator", "volunteer", "grid_worker", "agency",
    "chief", "bureau", "auditor", "security_admin", "system_admin",
)  # fmt: skip


@dataclass
class District:
    """`station`, `other`: two stations; `near`, `far`: a community of each; `people[role]` belong to `station`."""

    station: Unit
    other: Unit
    near: Place
    far: Place
    people: dict[str, Account] = field(default_factory=dict)

    def scope(self, role: str, at: datetime = NOW) -> Scope:
        return scope_of(self.people[role], at=at)


def any_scope(rng: random.Random, here: District, people: Sequence[Account], *, roles: Sequence[str] = ()) -> Scope:
    """Some stations, communities, accounts and roles of the district, none of them as often as all: for sight tests."""
    return Scope(
        account=1,
        roles=frozenset(rng.sample(roles, rng.randint(0, 2))) if roles else frozenset(),
        sees_all=rng.random() < 0.05,
        stations=frozenset(rng.sample([here.station.pk, here.other.pk], rng.randint(0, 1))),
        places=frozenset(rng.sample([here.near.pk, here.far.pk], rng.randint(0, 2))),
        accounts=frozenset(p.pk for p in rng.sample(people, rng.randint(0, 3))),
    )


def _place(code: str, name: str, kind: str, parent: Place | None) -> Place:
    return Place.objects.create(code=code, name=name, short=name, kind=kind, parent=parent, is_served=kind != "county")


def account(username: str, role: str = "", **facts: Any) -> Account:
    made = _unsaved(username, role, **facts)
    made.save()
    if role:
        _grant(made, role).save()
    return made


def _unsaved(username: str, role: str, **facts: Any) -> Account:
    facts.setdefault("kind", KINDS.get(role, "sworn"))
    facts.setdefault("name", f"测{username}")
    made = Account(username=username, **facts)
    made.set_password(None)
    return made


def _grant(to: Account, role: str) -> RoleGrant:
    return RoleGrant(account=to, role=role, period=DateRange(date(2020, 1, 1), None))


def district() -> District:
    county = _place("990001000000", "测试县", "county", None)
    town = _place("990001001000", "测试镇", "township", county)
    near = _place("990001001201", "近村", "community", town)
    far = _place("990001001202", "远村", "community", town)
    bureau = Unit.objects.create(code="T0", name="测试分局", kind="bureau")
    station = Unit.objects.create(code="T1", name="近村派出所", kind="station", parent=bureau)
    other = Unit.objects.create(code="T2", name="远村派出所", kind="station", parent=bureau)
    station.places.add(near)
    other.places.add(far)
    found = District(station, other, near, far)
    # in three statements: nearly every test stands on this district
    people = [_unsaved(f"t-{r}", r, unit=bureau if r in ("dispatcher", "bureau") else station) for r in ROLES]
    found.people.update(zip(ROLES, Account.objects.bulk_create(people), strict=True))
    RoleGrant.objects.bulk_create(_grant(person, role) for role, person in found.people.items())
    near.people.add(found.people["community_officer"], found.people["auxiliary"])
    return found


def incident(place: Place | None, *, by: Account | None = None, at: datetime = NOW, **facts: Any) -> Incident:
    facts.setdefault("channel", "call_110")
    facts.setdefault("narrative", "两家为排水沟争吵")
    facts.setdefault("reported_at", at)
    return actions.register_incident(place=place, by=by.pk if by else None, at=at, **facts)


def dispute(place: Place | None, *, by: Account | None = None, at: datetime = NOW, **facts: Any) -> Dispute:
    facts.setdefault("title", "排水沟纠纷")
    return actions.open_dispute(place=place, by=by.pk if by else None, at=at, **facts)


def person(name: str = "王秀兰", **facts: str) -> Identity:
    return Identity(name=name, **facts)


def own_ring(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A key ring of one test's own: rotating the shared one would outdate what other tests sealed."""
    monkeypatch.setattr(ring, "path", lambda: folder / "keys.json")
    monkeypatch.setattr(ring, "_where", [(None, "")])  # which file it was is remembered


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def refused(code: str, act: Callable[[], object], **facts: object) -> None:
    """`act` is refused with this code, and with these facts among others."""
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code
    for name, value in facts.items():
        assert found.value.facts[name] == value

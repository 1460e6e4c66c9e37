"""What a roster is made from: people, villages, weeks, what stands already, and parameters."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from twinloop.decide import Refused
from twinloop.decide.roster.codes import RosterRefusal

_NONE: Mapping[str, int] = MappingProxyType({})
_NOWHERE: Mapping[str, float] = MappingProxyType({})
WEEKS_AT_MOST = 13


class Shift(NamedTuple):
    """A person's day in a village."""

    on: date
    village: str
    person: str


@dataclass(frozen=True, slots=True)
class History:
    """What somebody carried in the months before: counts as load, so that what was unfair is made up for."""

    days: int = 0
    weekends: int = 0
    holidays: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """`rest`: weekdays, Monday = 0. `wish_off`: days they would rather have free. `known`: weeks in a row that they
    were a village's face up to the start. `worked`: days at a post in the six days before the start."""

    id: str
    leave: frozenset[date] = frozenset()
    busy: frozenset[date] = frozenset()
    rest: frozenset[int] = frozenset()
    barred: frozenset[str] = frozenset()
    wish_off: frozenset[date] = frozenset()
    wish_villages: frozenset[str] = frozenset()
    distance: Mapping[str, float] = field(default_factory=lambda: _NOWHERE)  # kilometres
    known: Mapping[str, int] = field(default_factory=lambda: _NONE)
    history: History = History()
    worked: frozenset[date] = frozenset()
    days_a_week: int | None = None  # fewer than the parameters allow, as the contract says


@dataclass(frozen=True, slots=True)
class Village:
    id: str
    days: int = 2  # different days of every ISO week


@dataclass(frozen=True)
class Problem:
    """`start` is a Monday. `fixed` shifts were decided by a person and stay."""

    start: date
    weeks: int
    people: tuple[Person, ...]
    villages: tuple[Village, ...]
    holidays: frozenset[date] = frozenset()
    fixed: frozenset[Shift] = frozenset()

    def __post_init__(self) -> None:
        for name, holds in (
            ("start", self.start.weekday() == 0),
            ("weeks", 1 <= self.weeks <= WEEKS_AT_MOST),
            ("people", len({one.id for one in self.people}) == len(self.people)),
            ("villages", len({one.id for one in self.villages}) == len(self.villages)),
            ("villages", all(1 <= one.days <= 7 for one in self.villages)),
            ("people", all(0 <= (one.days_a_week or 0) <= 7 for one in self.people)),
        ):
            if not holds:
                raise Refused(RosterRefusal.BAD, field=name)

    @cached_property
    def days(self) -> tuple[date, ...]:
        return tuple(self.start + timedelta(days=n) for n in range(7 * self.weeks))

    @cached_property
    def by_person(self) -> Mapping[str, Person]:
        return {one.id: one for one in sorted(self.people, key=lambda one: one.id)}

    @cached_property
    def by_village(self) -> Mapping[str, Village]:
        return {one.id: one for one in sorted(self.villages, key=lambda one: one.id)}

    @cached_property
    def known_villages(self) -> frozenset[str]:
        """Villages that somebody in the plan knows already."""
        return frozenset(village for one in self.people for village in one.known)

    def week(self, on: date) -> int:
        """The number of the week in the plan, from 0."""
        return (on - self.start).days // 7

    def monday(self, week: int) -> date:
        return self.start + timedelta(weeks=week)

    def weeks_of_villages(self) -> Iterator[tuple[str, int]]:
        return ((village, week) for village in self.by_village for week in range(self.weeks))


@dataclass(frozen=True, slots=True)
class Stop:
    """When to stop: whichever comes first. Runs that stop by `gap` give the same plan; by `seconds` they may not."""

    seconds: float = 20.0
    gap: float = 0.005

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= 3600 or not 0 <= self.gap < 1:
            raise Refused(RosterRefusal.BAD, field="stop")


@dataclass(frozen=True)
class Params:
    """Limits and weights. Every weight is a cost, never negative; what is squared grows with every further one."""

    days_a_week: int = 5
    days_in_seven: int = 6
    distance: float = 0.1  # a kilometre
    wish_off: float = 8.0  # a day on which somebody asked to be free
    wish_village: float = 1.0  # a day elsewhere, of somebody who asked for villages
    new_face: float = 0.0  # every person that a village sees in the plan: slow to prove, off as shipped
    strange_face: float = 2.0  # a day of somebody whom the village does not know yet
    worn_face: float = 4.0  # a day of somebody who was its face for `rotate_after` weeks
    rotate_after: int = 12
    load: float = 0.5  # squared days, history included
    weekends: float = 1.0  # squared
    holidays: float = 2.0  # squared
    short: float = 1000.0  # a day that a village lacks: dearer than everything else together

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e5:
                raise Refused(RosterRefusal.BAD, field=one.name)
        if not 1 <= self.days_a_week <= 7 or not 1 <= self.days_in_seven <= 7 or self.rotate_after < 1:
            raise Refused(RosterRefusal.BAD, field="days_a_week")

    @classmethod
    def load_from(cls, path: Path) -> Params:
        """Raises ``Refused`` where a key is unknown or a value is out of its range."""
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = sorted(read.keys() - {one.name for one in fields(cls)} - {"source"})
        if unknown:
            raise Refused(RosterRefusal.BAD, field=unknown[0])
        return cls(**{key: value for key, value in read.items() if key != "source"})


NO_HISTORY = History()
DEFAULTS = Params.load_from(Path(__file__).parents[1] / "defaults" / "roster.toml")

"""The two-days rule of the village posts: every village sees its auxiliary on two different days of every ISO week.

Facts in (days planned, days kept), standing out: is the week's duty done, will it be by the plan, who is short while it
can still be mended, or is it too late. A week runs from Monday to Sunday and belongs to the ISO year of its Thursday
(ISO 8601); a week with holidays counts like any other. A day counts once, however many come.
Source: the district's rule, `domain.md` and the mission's D2 (驻村前哨：每周驻村不少于两天).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

V = TypeVar("V", bound=Hashable)
DAYS = 7


class State(StrEnum):
    """From the best to the worst."""

    MET = "met"  # kept on enough days
    ON_COURSE = "on_course"  # will be met if what is planned is kept
    SHORT = "short"  # not by the plan, but days are left
    MISSED = "missed"  # too few days are left


@dataclass(frozen=True, order=True)
class Week:
    """An ISO week: 2026-W53 begins on Monday 28 December 2026 and ends on 3 January 2027."""

    year: int
    number: int

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.monday + timedelta(days=n) for n in range(DAYS))

    def later(self, weeks: int) -> Week:
        """The week so many weeks on, or back where negative."""
        return week_of(self.monday + timedelta(weeks=weeks))

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"


@dataclass(frozen=True)
class Params:
    days: int = 2  # different days a week

    def __post_init__(self) -> None:
        if not 1 <= self.days <= DAYS:
            raise ValueError(f"days {self.days} is not from 1 to {DAYS}")


@dataclass(frozen=True)
class Day(Generic[V]):
    """Somebody is posted to `village` on a day; `kept`: they checked in."""

    village: V
    on: date
    kept: bool = False


@dataclass(frozen=True)
class Standing(Generic[V]):
    """`lacks`: days that must still be planned; `left`: days on which that is possible, soonest first."""

    village: V
    state: State
    kept: tuple[date, ...]
    planned: tuple[date, ...]  # today or later, and not kept yet
    lacks: int
    left: tuple[date, ...]


def week_of(on: date) -> Week:
    year, number, _weekday = on.isocalendar()
    return Week(year, number)


def judge(
    villages: Iterable[V], days: Collection[Day[V]], week: Week, *, today: date, params: Params | None = None
) -> list[Standing[V]]:
    """How each village stands in `week` as of `today`, in the order given. Days of other weeks are not looked at.

    A day that is past without anybody having checked in counts for nothing; today counts as planned until it is kept.
    """
    need = (params or Params()).days
    inside = set(week.days)
    kept: dict[V, set[date]] = {}
    planned: dict[V, set[date]] = {}
    for day in days:
        if day.on not in inside:
            continue
        if day.kept:
            kept.setdefault(day.village, set()).add(day.on)
        elif day.on >= today:
            planned.setdefault(day.village, set()).add(day.on)
    open_days = [on for on in week.days if on >= today]
    return [_standing(v, kept.get(v, set()), planned.get(v, set()), open_days, need) for v in villages]


def _standing(village: V, kept: set[date], planned: set[date], open_days: list[date], need: int) -> Standing[V]:
    coming = planned - kept
    left = tuple(on for on in open_days if on not in kept and on not in coming)
    lacks = max(need - len(kept) - len(coming), 0)
    if len(kept) >= need:
        state = State.MET
    elif not lacks:
        state = State.ON_COURSE
    elif lacks <= len(left):
        state = State.SHORT
    else:
        state = State.MISSED
    return Standing(village, state, tuple(sorted(kept)), tuple(sorted(coming)), lacks, left)

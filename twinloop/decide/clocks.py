"""When something is due: real time for minutes and hours, whole days in +08:00 for the rest; warn, late, climb.

Source: domain.md section 5; 公安机关办理行政案件程序规定 35 (start day not counted, last day moves), 61, 165, 183;
人民调解法 33; 信访工作条例 22, 34. Every figure is a dated row (``defaults/clocks.toml``, or a row of the database).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import chinese_calendar

from twinloop.decide import Refused
from twinloop.decide.clock_rules import (
    CHINA,
    CLEARING,
    RULES,
    SECONDS,
    ClockRefusal,
    Day,
    RestDay,
    Rule,
    RuleCode,
    Unit,
    rule_for,
)

__all__ = [
    "CHINA",
    "CLEARING",
    "RULES",
    "Calendar",
    "ClockRefusal",
    "ClockState",
    "Day",
    "Due",
    "Pause",
    "RestDay",
    "Rule",
    "RuleCode",
    "Rung",
    "Unit",
    "climb",
    "day_end",
    "due",
    "is_late",
    "rule_for",
    "state",
]

DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)
_INSTANT = timedelta(microseconds=1)


def day_end(day: date) -> datetime:
    """The last second of a day in China: what is owed "by that day" is late after it."""
    return datetime.combine(day, _LAST_SECOND, CHINA)


class ClockState(StrEnum):
    OK = "ok"
    WARN = "warn"
    LATE = "late"
    PAUSED = "paused"
    MET = "met"


class Rung(StrEnum):
    """Who is told of a missed clock, in this order."""

    OFFICER = "rung_officer"
    CHIEF = "rung_chief"
    BUREAU = "rung_bureau"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from ``from_at`` until just before ``to_at``; ``None`` = still standing."""

    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Both ``None`` while a pause is open."""

    due_at: datetime | None
    warn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Working days: the State Council's (package ``chinesecalendar``), then what an administrator entered.

    ``holidays`` and ``workdays`` overrule single days; ``years`` are those that the administrator filled in
    (Monday to Friday worked, less ``holidays``, plus ``workdays``) because the package does not know them.
    """

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Raise ``Refused(UNKNOWN_YEAR, year=...)`` for a year that neither source knows."""
        if day in self.workdays:
            return True
        if day in self.holidays:
            return False
        if day.year in self.years:
            return day.weekday() < 5
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            raise Refused(ClockRefusal.UNKNOWN_YEAR, year=day.year) from None


def _spans(pauses: Iterable[Pause]) -> list[Pause]:
    """Pauses in order, overlapping ones joined, empty ones dropped; refused where one ends before it begins."""
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.from_at):
        if pause.to_at is not None and pause.to_at < pause.from_at:
            raise Refused(ClockRefusal.PAUSE_BACKWARDS, field="pauses")
        if pause.to_at == pause.from_at:
            continue
        last = joined[-1] if joined else None
        if last is None or (last.to_at is not None and last.to_at < pause.from_at):
            joined.append(pause)
        elif last.to_at is not None:
            until = None if pause.to_at is None else max(last.to_at, pause.to_at)
            joined[-1] = Pause(last.from_at, until)
    return joined


def _after(start: datetime, running: timedelta, pauses: Sequence[Pause]) -> datetime | None:
    """The moment at which ``running`` has passed since ``start``; ``None`` if an open pause comes first."""
    at, left = start, running
    for pause in pauses:
        if pause.to_at is not None and pause.to_at <= at:
            continue
        free = max(pause.from_at - at, timedelta(0))
        if free >= left:
            break
        if pause.to_at is None:
            return None
        at, left = pause.to_at, left - free
    return at + left


def _running(start: datetime, due: datetime, pauses: Sequence[Pause]) -> timedelta:
    """Time between the two that no pause covers."""
    stood = timedelta(0)
    for pause in pauses:
        until = due if pause.to_at is None else min(pause.to_at, due)
        stood += max(until - max(pause.from_at, start), timedelta(0))
    return max(due - start - stood, timedelta(0))


def _first_free(day: date, pauses: Sequence[Pause]) -> date | None:
    """This day, or the first later one that no pause touches; ``None`` if an open pause never lets go."""
    for pause in pauses:
        if pause.from_at.astimezone(CHINA).date() > day:
            break
        if pause.to_at is None:
            return None
        touched = (pause.to_at - _INSTANT).astimezone(CHINA).date()
        day = max(day, touched + DAY)
    return day


def _last_day(rule: Rule, start: date, pauses: Sequence[Pause], calendar: Calendar) -> date | None:
    """The day on which the count is full, the day of start not counted (程序规定 35)."""
    day, left = start, rule.value
    moves = rule.rest_day is RestDay.MOVE
    while left > 0 or (moves and not calendar.is_working(day)):
        free = _first_free(day + DAY, pauses)
        if free is None:
            return None
        day = free
        left -= rule.unit is not Unit.WORKING_DAY or calendar.is_working(day)
    return day


def _due_at(rule: Rule, start: datetime, pauses: Sequence[Pause], calendar: Calendar) -> datetime | None:
    if rule.unit in SECONDS:
        return _after(start, timedelta(seconds=rule.value * SECONDS[rule.unit]), pauses)
    day = _last_day(rule, start.date(), pauses, calendar)
    return None if day is None else day_end(day)


def due(rule: Rule, start: datetime, pauses: Iterable[Pause], calendar: Calendar) -> Due:
    """When ``rule`` is due that began at ``start``, and when to warn; both in +08:00, ``None`` in an open pause.

    Raises ``Refused``: NO_OFFSET (a moment without its offset), PAUSE_BACKWARDS, UNKNOWN_YEAR (only where the
    count needs to know whether a day of that year is worked). An open pause that begins after the clock ran out
    changes nothing: a missed clock stays missed.
    """
    pauses = list(pauses)
    for moment in (start, *(end for pause in pauses for end in (pause.from_at, pause.to_at) if end is not None)):
        if moment.tzinfo is None:
            raise Refused(ClockRefusal.NO_OFFSET, field="start" if moment is start else "pauses")
    start, spans = start.astimezone(CHINA), _spans(pauses)
    due_at = _due_at(rule, start, spans, calendar)
    if due_at is None:
        return Due(None, None)
    warn_at = _after(start, _running(start, due_at, spans) * rule.warn_percent / 100, spans)
    return Due(due_at.astimezone(CHINA), warn_at and warn_at.astimezone(CHINA))


def state(at: datetime, due: Due, pauses: Iterable[Pause] = (), met_at: datetime | None = None) -> ClockState:
    """How the clock stands at ``at``. Met is met, late or not; late stays late in a pause that began afterwards."""
    if met_at is not None:
        return ClockState.MET
    if is_late(at, due):
        return ClockState.LATE
    stands = any(pause.from_at <= at and (pause.to_at is None or at < pause.to_at) for pause in pauses)
    if stands or due.warn_at is None:
        return ClockState.PAUSED
    return ClockState.WARN if at >= due.warn_at else ClockState.OK


def is_late(at: datetime, due: Due) -> bool:
    """Read in whole seconds: 23:59:59.7 is still the last day."""
    return due.due_at is not None and at.replace(microsecond=0) > due.due_at


def climb(rule: Rule, at: datetime, due: Due) -> Rung | None:
    """Who must know by now: nobody in time, then the officer, one step later the chief, then the bureau."""
    if due.due_at is None or not is_late(at, due):
        return None
    steps = (at - due.due_at) // timedelta(minutes=rule.climb_minutes)
    rungs = tuple(Rung)
    return rungs[min(steps, len(rungs) - 1)]

"""When the next visit or call is owed, and when nobody need come any more (滚动回访).

Source: domain.md section 4 (visits by level while open; one callback within 7, 15, 30 days of settlement; rolling until
three calm visits in a row; festivals and anniversaries may add one) and mission.md O3. *Ours*: an uneasy visit is
followed as one level graver would be, a hostile one after ``hostile`` days, whatever the level.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from twinloop.decide import Refused

DEFAULTS = Path(__file__).parent / "defaults" / "visits.toml"


class Mind(StrEnum):
    """State of mind, as seen in this dispute."""

    CALM = "calm"
    UNEASY = "uneasy"
    HOSTILE = "hostile"


class VisitReason(StrEnum):
    """Why a visit is owed on that day."""

    OPEN = "visit_open"
    ASKED = "visit_asked"
    CALLBACK = "visit_callback"
    ROLLING = "visit_rolling"
    UNEASY = "visit_uneasy"
    HOSTILE = "visit_hostile"
    FESTIVAL = "visit_festival"
    ANNIVERSARY = "visit_anniversary"


class VisitRefusal(StrEnum):
    PARAMS = "visit_params"
    LEVEL = "visit_level"
    ORDER = "visit_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Days. ``open`` and ``settled`` by level (a level that is not in ``open`` is visited when asked for)."""

    open: Mapping[int, int]
    settled: Mapping[int, int]
    hostile: int
    before: int  # a festival or anniversary is met so many days ahead
    calm: int  # so many calm visits in a row end the watch

    def __post_init__(self) -> None:
        numbers = (*self.open.values(), *self.settled.values(), self.hostile, self.calm)
        if set(self.settled) != {1, 2, 3} or not set(self.open) <= {1, 2, 3} or min(numbers) < 1 or self.before < 0:
            raise Refused(VisitRefusal.PARAMS)
        for days in (self.open, self.settled):
            by_level = [days[level] for level in sorted(days)]
            if by_level != sorted(by_level):  # the graver, the sooner
                raise Refused(VisitRefusal.PARAMS)

    @classmethod
    def read(cls, text: str) -> Params:
        found = tomllib.loads(text)
        by_level = [{int(level): days for level, days in found[name].items()} for name in ("open", "settled")]
        return cls(open=by_level[0], settled=by_level[1], **found["days"])


PARAMS = Params.read(DEFAULTS.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit or call. ``mind`` is ``None`` where nobody was reached: that is recorded and is no visit.

    ``is_answer``: a party said it without us. Somebody was reached, nobody saw how they are.
    """

    on: date
    mind: Mind | None = None
    is_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``since``: the day of registration while open, of settlement after it; ``visits`` since then, oldest first.

    ``asked_on``: somebody asked for a visit. ``marked``: days that may add one (festivals, anniversaries).
    """

    level: int
    is_settled: bool
    since: date
    visits: tuple[Visit, ...] = ()
    asked_on: date | None = None
    marked: tuple[tuple[date, VisitReason], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``due_on`` is ``None`` where none is owed; ``is_over``: three calm in a row, the watch has ended."""

    due_on: date | None
    reason: VisitReason | None
    calm_in_row: int
    is_over: bool = False


def plan(facts: Facts, params: Params = PARAMS) -> Plan:
    """What is owed next. It may lie in the past: then it is late. Raises ``Refused`` for facts that cannot be."""
    _check(facts)
    reached = [visit for visit in facts.visits if visit.mind is not None]
    calm = _calm_in_row(reached)
    if facts.is_settled and calm >= params.calm:
        return Plan(due_on=None, reason=None, calm_in_row=calm, is_over=True)
    due = [_regular(facts, reached, params), _asked(facts, reached)]
    found = [pair for pair in due if pair is not None]
    found += _marked(facts, reached, params, min((day for day, _why in found), default=None))
    if not found:
        return Plan(due_on=None, reason=None, calm_in_row=calm)
    day, reason = min(found, key=lambda pair: pair[0])
    return Plan(due_on=day, reason=reason, calm_in_row=calm)


def _check(facts: Facts) -> None:
    if facts.level not in (1, 2, 3):
        raise Refused(VisitRefusal.LEVEL)
    days = [visit.on for visit in facts.visits]
    if days != sorted(days) or (days and days[0] < facts.since):
        raise Refused(VisitRefusal.ORDER)


def _calm_in_row(reached: list[Visit]) -> int:
    count = 0
    for visit in reversed(reached):
        if visit.mind is not Mind.CALM:
            break
        count += 1
    return count


def _regular(facts: Facts, reached: list[Visit], params: Params) -> tuple[date, VisitReason] | None:
    days = params.settled if facts.is_settled else params.open
    answers = [visit.on for visit in facts.visits if visit.is_answer and facts.is_settled]
    if not reached and answers:  # the one callback was had; somebody still has to see them, as often as the level says
        return answers[0] + timedelta(days=days[facts.level]), VisitReason.ROLLING
    if not reached:
        every, why = days.get(facts.level), VisitReason.CALLBACK if facts.is_settled else VisitReason.OPEN
        return None if every is None else (facts.since + timedelta(days=every), why)
    last = reached[-1]
    every, why = days.get(facts.level), VisitReason.ROLLING
    if last.mind is Mind.UNEASY:
        every, why = _graver(days, facts.level), VisitReason.UNEASY
    if last.mind is Mind.HOSTILE:
        soonest = [every, _graver(days, facts.level), params.hostile]
        every, why = min(number for number in soonest if number is not None), VisitReason.HOSTILE
    return None if every is None else (last.on + timedelta(days=every), why)


def _graver(days: Mapping[int, int], level: int) -> int | None:
    return days.get(max(1, level - 1), days.get(level))


def _asked(facts: Facts, reached: list[Visit]) -> tuple[date, VisitReason] | None:
    """Asked for and not made since: owed on the day it was asked for."""
    if facts.asked_on is None or any(visit.on >= facts.asked_on for visit in reached):
        return None
    return facts.asked_on, VisitReason.ASKED


def _marked(facts: Facts, reached: list[Visit], params: Params, regular: date | None) -> list[tuple[date, VisitReason]]:
    """A marked day adds a visit ahead of it unless one falls due before, or was made in the days ahead of it."""
    last = reached[-1].on if reached else facts.since
    ahead = timedelta(days=params.before)
    found = [(day - ahead, why) for day, why in facts.marked if day - ahead > last]
    return [(day, why) for day, why in found if regular is None or day < regular]

"""Turns: the seat of the resident agencies, the week of the rotating ones, the nights on call.

A line is a row of slots (days or weeks) and the units that take turns on it. Every line is a program of its own: so
many units a slot, never on a day on which one is away or outside its own pattern, turns of one unit `gap` slots apart,
and totals, weekends and holidays shared as fairly as can be, what was carried before included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from twinloop.decide import Refused
from twinloop.decide.roster.cells import Broken, is_weekend, tie
from twinloop.decide.roster.codes import RosterProof, RosterRefusal, RosterRule
from twinloop.decide.roster.facts import DEFAULTS, NO_HISTORY, History, Params, Shift, Stop
from twinloop.decide.roster.program import Program


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency or a person that takes turns. `weekdays`: their own pattern, Monday = 0; empty: any day."""

    id: str
    weekdays: frozenset[int] = frozenset()
    away: frozenset[date] = frozenset()
    wish_off: frozenset[date] = frozenset()
    history: History = NO_HISTORY
    last: date | None = None  # their latest turn before the start


@dataclass(frozen=True, slots=True)
class Line:
    """`slots`: the days of each turn, oldest first (one day, or a week). `needed` units a slot. `gap`: slots that lie
    between two turns of one unit."""

    id: str
    units: tuple[Unit, ...]
    slots: tuple[tuple[date, ...], ...]
    needed: int = 1
    gap: int = 1

    def __post_init__(self) -> None:
        days = [on for slot in self.slots for on in slot]
        if not all(self.slots) or days != sorted(set(days)) or len(days) > 800:
            raise Refused(RosterRefusal.BAD, field="slots")
        if len({one.id for one in self.units}) < len(self.units) or self.needed < 1 or self.gap < 0:
            raise Refused(RosterRefusal.BAD, field="units")


class Turn(NamedTuple):
    slot: int
    unit: str


@dataclass(frozen=True, slots=True)
class UnitLoad:
    unit: str
    turns: int
    weekends: int
    holidays: int
    wishes_missed: int


@dataclass(frozen=True)
class LinePlan:
    """`broken`: turns that nobody can take (`roster_turn`, with the first day), and how many units it lacks."""

    line: str
    turns: tuple[Turn, ...]
    proof: RosterProof
    gap: float
    broken: tuple[Broken, ...]
    kept_out: Mapping[int, tuple[tuple[str, RosterRule], ...]]  # of a slot that lacks units: who, and by which rule
    loads: tuple[UnitLoad, ...]


def against(unit: Unit, slot: Sequence[date]) -> RosterRule | None:
    """The rule that keeps a unit from a slot: away on one of its days, or not by its pattern."""
    if any(on in unit.away for on in slot):
        return RosterRule.LEAVE
    return RosterRule.REST if unit.weekdays and any(on.weekday() not in unit.weekdays for on in slot) else None


def turns(
    line: Line, holidays: frozenset[date] = frozenset(), stop: Stop | None = None, seed: int = 1,
    params: Params = DEFAULTS,
) -> LinePlan:  # fmt: skip
    """Share out the turns of one line. A slot that lacks units stays short and is named, with who was kept out."""
    units = sorted(line.units, key=lambda one: one.id)
    program, cells = Program(), dict[Turn, int]()
    for unit in units:
        for number, slot in enumerate(line.slots):
            if against(unit, slot) is None and not _too_soon(line, unit, number):
                wish = params.wish_off * sum(on in unit.wish_off for on in slot)
                hair = tie(seed, Shift(slot[0], line.id, unit.id))
                cells[Turn(number, unit.id)] = program.column(wish + hair, whole=True)
    lacks = []
    for number in range(len(line.slots)):
        lacks.append(program.column(params.short, 0.0, float(line.needed), whole=True))
        mine = [(cells[Turn(number, unit.id)], 1.0) for unit in units if Turn(number, unit.id) in cells]
        program.row([*mine, (lacks[-1], 1.0)], low=float(line.needed), high=float(line.needed))
    for unit in units:
        _apart(program, cells, line, unit)
        _fair(program, cells, line, unit, units, holidays, params)
    solved = program.solve(stop or Stop())
    chosen = tuple(sorted(turn for turn, at in cells.items() if solved.values[at] > 0.5))
    short = {number: round(solved.values[at]) for number, at in enumerate(lacks) if solved.values[at] > 0.5}
    broken = tuple(Broken(RosterRule.TURN, "", line.id, line.slots[number][0], n) for number, n in short.items())
    kept_out = {number: tuple(_kept_out(line, chosen, number)) for number in short}
    gap = 0.0 if solved.proof is RosterProof.OPTIMAL else solved.gap
    return LinePlan(line.id, chosen, solved.proof, gap, broken, kept_out, tuple(_loads(line, chosen, holidays)))


def _too_soon(line: Line, unit: Unit, number: int) -> bool:
    """Whether the last turn before the plan lies too near: counted in days for slots of a day, in weeks for weeks."""
    if unit.last is None or not line.gap:
        return False
    span = len(line.slots[0]) if len(line.slots[0]) > 1 else 1
    return (line.slots[number][0] - unit.last).days <= line.gap * span


def _apart(program: Program, cells: Mapping[Turn, int], line: Line, unit: Unit) -> None:
    for number in range(len(line.slots) - 1 if line.gap else 0):
        near = [cells[turn] for n in range(number, min(number + line.gap + 1, len(line.slots)))
                if (turn := Turn(n, unit.id)) in cells]  # fmt: skip
        if len(near) > 1:
            program.row([(at, 1.0) for at in near], high=1.0)


def _fair(
    program: Program, cells: Mapping[Turn, int], line: Line, unit: Unit, units: Sequence[Unit],
    holidays: frozenset[date], params: Params,
) -> None:  # fmt: skip
    single = {number: slot[0] for number, slot in enumerate(line.slots) if len(slot) == 1}
    least = History(*(min(getattr(u.history, name) for u in units) for name in ("days", "weekends", "holidays")))
    past = unit.history
    for weight, before, counted in (
        (params.load, past.days - least.days, set(range(len(line.slots)))),
        (params.weekends, past.weekends - least.weekends, {n for n, on in single.items() if is_weekend(on)}),
        (params.holidays, past.holidays - least.holidays, {n for n, on in single.items() if on in holidays}),
    ):
        terms = [(at, 1.0) for turn, at in cells.items() if turn.unit == unit.id and turn.slot in counted]
        if weight and terms:
            steps = [program.column(weight * (2 * (before + n) - 1)) for n in range(1, len(terms) + 1)]
            program.row([*terms, *((step, -1.0) for step in steps)], low=0.0, high=0.0)


def _kept_out(line: Line, chosen: Sequence[Turn], number: int) -> Iterator[tuple[str, RosterRule]]:
    taken: dict[str, list[int]] = defaultdict(list)
    for turn in chosen:
        taken[turn.unit].append(turn.slot)
    for unit in sorted(line.units, key=lambda one: one.id):
        if number in taken[unit.id]:
            continue
        rule = against(unit, line.slots[number])
        near = any(abs(n - number) <= line.gap for n in taken[unit.id]) or _too_soon(line, unit, number)
        if rule is not None or near:
            yield unit.id, rule or RosterRule.GAP


def _loads(line: Line, chosen: Sequence[Turn], holidays: frozenset[date]) -> Iterator[UnitLoad]:
    for unit in sorted(line.units, key=lambda one: one.id):
        days = [on for turn in chosen if turn.unit == unit.id for on in line.slots[turn.slot]]
        mine = sum(turn.unit == unit.id for turn in chosen)
        missed = sum(on in unit.wish_off for on in days)
        yield UnitLoad(unit.id, mine, sum(map(is_weekend, days)), sum(on in holidays for on in days), missed)

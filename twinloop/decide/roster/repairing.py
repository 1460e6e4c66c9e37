"""Repair: somebody falls out, the plan is published. The fewest changes that keep the rules, and why each one.

Two programs, one after the other: first the fewest days that a village lacks and then the fewest shifts that differ;
second, among all such answers, the softest. Days before `since` are facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from twinloop.decide import Refused
from twinloop.decide.roster.building import Model, build, soften
from twinloop.decide.roster.cells import bars, cost, tie
from twinloop.decide.roster.codes import RosterMove, RosterRefusal, RosterRule
from twinloop.decide.roster.facts import DEFAULTS, Params, Problem, Shift, Stop
from twinloop.decide.roster.planning import Plan, finish, split

LACK = 1000.0  # a lacking day outweighs any number of changes


class Move(NamedTuple):
    """A day that changes. `before` or `after` is empty where the person had, or gets, nothing on that day.

    `facts`: `rule` that stands against the old day, `who` is taken over from, `village` and `on` made room for.
    """

    person: str
    on: date
    before: str
    after: str
    why: RosterMove
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Repair:
    """`told`: everybody whose days change, and who must hear of it before it is so."""

    plan: Plan
    moves: tuple[Move, ...]
    changes: int  # shifts that are in one of the two rosters only

    @property
    def told(self) -> tuple[str, ...]:
        return tuple(sorted({move.person for move in self.moves}))


def repair(
    problem: Problem, old: Collection[Shift], since: date, stop: Stop | None = None, seed: int = 1,
    params: Params = DEFAULTS,
) -> Repair:  # fmt: skip
    """The roster nearest to `old` that keeps the rules of `problem` from `since` on.

    Raises ``Refused`` where `since` lies outside the plan or the time was too short.
    """
    if not problem.start <= since <= problem.days[-1]:
        raise Refused(RosterRefusal.BAD, field="since")
    stop = stop or Stop()
    past = [shift for shift in old if shift.on < since]
    kept, dropped = split(replace(problem, fixed=frozenset(s for s in problem.fixed if s.on >= since)), params)
    forced = [*past, *kept]
    stand = {shift for shift in old if shift.on >= since and bars(problem, shift) is None}

    def coming(shift: Shift) -> bool:
        return shift.on >= since

    first = build(problem, replace(params, short=LACK), forced=forced, only=coming,
                  price=lambda shift: 0.0 if shift.on < since else -1.0 if shift in stand else 1.0)  # fmt: skip
    found = first.program.solve(replace(stop, gap=0.0))
    fewest = round(sum(found.values[at] * first.program.costs[at] for at in first.cells.values()))
    second = build(
        problem, params, forced=forced, only=coming,
        price=lambda shift: cost(problem, shift, params) + tie(seed, shift) if shift.on >= since else 0.0,
    )  # fmt: skip
    soften(second, problem, params)
    _as_near(second, stand, since, fewest, first.short(found))
    plan = finish(problem, params, second, stop, dropped)
    changed = set(plan.shifts) ^ set(old)
    return Repair(plan, tuple(_moves(problem, set(old), set(plan.shifts))), len(changed))


def _as_near(
    second: Model, stand: Collection[Shift], since: date, fewest: int, short: Mapping[tuple[str, int], int]
) -> None:
    """Rows that hold the second program to what the first one reached."""
    terms = [(at, -1.0 if shift in stand else 1.0) for shift, at in second.cells.items() if shift.on >= since]
    second.program.row(terms, high=float(fewest))
    lacks = [(at, 1.0) for at in second.lacks.values()]
    second.program.row(lacks, high=float(sum(short.values())))


def _moves(problem: Problem, old: set[Shift], new: set[Shift]) -> Iterator[Move]:
    gone, come = old - new, new - old
    days = sorted({(one.on, one.person) for one in gone | come})
    for on, person in days:
        lost = next((one for one in sorted(gone) if (one.on, one.person) == (on, person)), None)
        got = next((one for one in sorted(come) if (one.on, one.person) == (on, person)), None)
        why, facts = _why(problem, gone, come, lost, got)
        yield Move(person, on, lost.village if lost else "", got.village if got else "", why, facts)


def _why(
    problem: Problem, gone: set[Shift], come: set[Shift], lost: Shift | None, got: Shift | None
) -> tuple[RosterMove, Mapping[str, object]]:
    if lost is not None:
        rule: RosterRule | None = bars(problem, lost)
        if rule is not None:
            return RosterMove.CANNOT, {"rule": rule}
    if got is not None:
        left = [one for one in gone if one.village == got.village and problem.week(one.on) == problem.week(got.on)
                and one.person != got.person]  # fmt: skip
        near = min(left, key=lambda one: (abs((one.on - got.on).days), one), default=None)
        if near is not None:
            return RosterMove.TAKES_OVER, {"who": near.person, "on": near.on}
        return RosterMove.NEW_DAY, {"village": got.village}
    assert lost is not None
    own = [one for one in come if one.person == lost.person and problem.week(one.on) == problem.week(lost.on)]
    if own:
        near = min(own, key=lambda one: (abs((one.on - lost.on).days), one))
        return RosterMove.MAKES_ROOM, {"village": near.village, "on": near.on}
    return RosterMove.NOT_NEEDED, {}

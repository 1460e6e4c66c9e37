"""Which rules clash where a village is short, and the smallest set of them to relax.

A second program: what the rules forbid may be done at a price, and the fewest and mildest exceptions that give every
village its days are looked for (elastic programming, Chinneck 2008, Feasibility and Infeasibility in Optimization).
A barred village stays barred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from twinloop.decide.roster.cells import Broken, allowed, away, bars, check, days_a_week
from twinloop.decide.roster.codes import RosterRule
from twinloop.decide.roster.facts import Params, Problem, Shift, Stop
from twinloop.decide.roster.program import Program

# mildest first: asking one more day of somebody, moving a rest day, calling somebody off a duty, out of leave
PRICES = {RosterRule.WEEK: 2.0, RosterRule.REST: 2.1, RosterRule.BUSY: 2.4, RosterRule.LEAVE: 2.8}
NOBODY = 50.0  # a day that even exceptions cannot give


class Relax(NamedTuple):
    """One exception. `DAYS`: a day that even exceptions cannot give, so that somebody more is needed."""

    rule: RosterRule
    person: str
    village: str
    on: date


@dataclass(frozen=True, slots=True)
class Clash:
    """A village that lacks days in a week, and who is kept from it by which rule."""

    village: str
    week: date
    lacks: int
    against: tuple[tuple[RosterRule, tuple[str, ...]], ...]


def clashes(problem: Problem, shifts: Sequence[Shift], params: Params) -> Iterator[Clash]:
    """One for every village and week that is short."""
    for one in _short(problem, shifts, params):
        assert one.on is not None
        yield Clash(one.village, one.on, one.lacks, tuple(_against(problem, shifts, one, params)))


def relaxing(problem: Problem, shifts: Sequence[Shift], stop: Stop, params: Params) -> list[Relax]:
    """The smallest set of exceptions that gives every village its days, of every week that is short.

    Each week is planned anew for it, days that everybody works in the other weeks left as they are.
    """
    weeks = sorted({one.on for one in _short(problem, shifts, params) if one.on is not None})
    return [relax for monday in weeks for relax in _relaxed(problem, monday, stop, params)]


def _short(problem: Problem, shifts: Sequence[Shift], params: Params) -> list[Broken]:
    return [one for one in check(problem, shifts, params) if one.rule is RosterRule.DAYS]


def _against(
    problem: Problem, shifts: Sequence[Shift], one: Broken, params: Params
) -> Iterator[tuple[RosterRule, tuple[str, ...]]]:
    """Per rule, the people whom it keeps from the village in that week: who could not come on any further day."""
    assert one.on is not None
    week = problem.week(one.on)
    days = [on for on in problem.days if problem.week(on) == week]
    kept: dict[RosterRule, list[str]] = defaultdict(list)
    for person in problem.by_person.values():
        if one.village in person.barred:
            kept[RosterRule.BARRED].append(person.id)
            continue
        posted = {shift.on for shift in shifts if shift.person == person.id and shift.on in set(days)}
        reasons = {away(person, on) for on in days} - {None}
        if len(posted) >= days_a_week(person, params):
            reasons.add(RosterRule.WEEK)
        if posted:
            reasons.add(RosterRule.ONE_A_DAY)
        for rule in reasons:
            if rule is not None:
                kept[rule].append(person.id)
    yield from ((rule, tuple(kept[rule])) for rule in RosterRule if rule in kept)


def _relaxed(problem: Problem, monday: date, stop: Stop, params: Params) -> list[Relax]:
    """The cheapest exceptions of one week."""
    program, week = Program(), problem.week(monday)
    days = [on for on in problem.days if problem.week(on) == week]
    columns: dict[Shift, int] = {}
    rule_of: dict[Shift, RosterRule] = {}
    lawful = {shift for shift in allowed(problem) if shift.on in set(days)}
    for who, person in problem.by_person.items():
        for village in problem.by_village:
            for on in days:
                shift = Shift(on, village, who)
                rule = None if shift in lawful else bars(problem, shift)
                if rule is None or rule in PRICES:
                    columns[shift] = program.column(PRICES[rule] if rule else 0.0, whole=True)
                    if rule:
                        rule_of[shift] = rule
        mine = {s: c for s, c in columns.items() if s.person == who}
        for on in days:
            program.row([(c, 1.0) for s, c in mine.items() if s.on == on], high=1.0)
        more = program.column(PRICES[RosterRule.WEEK], 0.0, 7.0, whole=True)
        columns[Shift(monday, "", who)] = more
        program.row([*((c, 1.0) for c in mine.values()), (more, -1.0)], high=float(days_a_week(person, params)))
    return _read(problem, program, columns, rule_of, days, stop)


def _read(
    problem: Problem, program: Program, columns: dict[Shift, int], rule_of: dict[Shift, RosterRule],
    days: list[date], stop: Stop,
) -> list[Relax]:  # fmt: skip
    lacking = {}
    for village in problem.by_village.values():
        mine = [(c, 1.0) for s, c in columns.items() if s.village == village.id]
        lacking[village.id] = program.column(NOBODY, 0.0, float(village.days), whole=True)
        program.row([*mine, (lacking[village.id], 1.0)], low=float(village.days), high=float(village.days))
        for on in days:
            program.row([(c, 1.0) for s, c in columns.items() if s.village == village.id and s.on == on], high=1.0)
    values = program.solve(stop).values
    chosen = sorted(shift for shift, column in columns.items() if shift.village and values[column] > 0.5)
    found = [Relax(rule_of[shift], shift.person, shift.village, shift.on) for shift in chosen if shift in rule_of]
    for who in problem.by_person:
        over = round(values[columns[Shift(days[0], "", who)]])
        mine_last = [shift for shift in chosen if shift.person == who and shift not in rule_of][-over:] if over else []
        found += [Relax(RosterRule.WEEK, who, shift.village, shift.on) for shift in mine_last]
    for village_id, column in lacking.items():
        found += [Relax(RosterRule.DAYS, "", village_id, days[0])] * round(values[column])
    return sorted(found, key=lambda one: (one.on, one.village, one.person))

"""The program of the village posts: one column a possible shift, the hard rules as rows, the soft ones as costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from twinloop.decide.roster.cells import allowed, cost, days_a_week, is_weekend, sevens
from twinloop.decide.roster.facts import History, Params, Person, Problem, Shift
from twinloop.decide.roster.program import Program, Solved


@dataclass(slots=True)
class Model:
    """`cells`: the column of every shift that may be; `lacks`: of every village and week, the days it may lack."""

    program: Program
    cells: dict[Shift, int] = field(default_factory=dict)
    lacks: dict[tuple[str, int], int] = field(default_factory=dict)
    by_person: dict[str, dict[date, list[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def chosen(self, solved: Solved) -> list[Shift]:
        return sorted(shift for shift, column in self.cells.items() if solved.values[column] > 0.5)

    def short(self, solved: Solved) -> dict[tuple[str, int], int]:
        return {key: round(solved.values[at]) for key, at in self.lacks.items() if solved.values[at] > 0.5}


def build(
    problem: Problem, params: Params, *, forced: Collection[Shift] = (), price: Callable[[Shift], float] | None = None,
    only: Callable[[Shift], bool] | None = None,
) -> Model:  # fmt: skip
    """The hard rules. `price`: cost of a shift; `forced` shifts are facts, and rules that they break give way to them.

    `only`: shifts besides the forced ones that are considered at all.
    """
    model = Model(Program())
    stand = set(forced)
    for shift in dict.fromkeys([*sorted(stand), *(s for s in allowed(problem) if only is None or only(s))]):
        low = 1.0 if shift in stand else 0.0
        column = model.program.column(price(shift) if price else 0.0, low, 1.0, whole=True)
        model.cells[shift] = column
        model.by_person[shift.person][shift.on].append(column)
    _person_rows(model, problem, params, stand)
    _village_rows(model, problem, params, stand)
    return model


def _at_most(model: Model, columns: Iterable[int], most: int) -> None:
    """A row, where it says anything; facts that already exceed it lift it."""
    inside = list(columns)
    if len(inside) > most:
        facts = sum(model.program.lows[column] > 0 for column in inside)
        model.program.row([(column, 1.0) for column in inside], high=max(most, facts))


def _person_rows(model: Model, problem: Problem, params: Params, stand: set[Shift]) -> None:
    for who, days in model.by_person.items():
        for columns in days.values():
            _at_most(model, columns, 1)
        person = problem.by_person.get(who)
        if person is None:
            continue
        most = days_a_week(person, params)
        for week in range(problem.weeks):
            _at_most(model, (c for on, found in days.items() if problem.week(on) == week for c in found), most)
        if most * 2 > params.days_in_seven:
            for seven in sevens(problem):
                before = len(person.worked & set(seven))
                inside = [column for on in seven for column in days.get(on, ())]
                _at_most(model, inside, max(params.days_in_seven - before, 0))


def _village_rows(model: Model, problem: Problem, params: Params, stand: set[Shift]) -> None:
    by_day: dict[tuple[str, date], list[int]] = defaultdict(list)
    by_week: dict[tuple[str, int], list[int]] = defaultdict(list)
    for shift, column in model.cells.items():
        by_day[shift.village, shift.on].append(column)
        by_week[shift.village, problem.week(shift.on)].append(column)
    for columns in by_day.values():
        _at_most(model, columns, 1)
    for key in problem.weeks_of_villages():
        need = problem.by_village[key[0]].days
        inside = by_week.get(key, [])
        facts = sum(model.program.lows[column] > 0 for column in inside)
        model.lacks[key] = model.program.column(params.short, 0.0, float(max(need - facts, 0)), whole=True)
        terms = [(column, 1.0) for column in [*inside, model.lacks[key]]]
        model.program.row(terms, low=need, high=max(need, facts))


def soften(model: Model, problem: Problem, params: Params) -> None:
    """The soft rules that reach over several days: few faces a village, fair days, weekends and holidays."""
    faces: dict[tuple[str, str], list[int]] = defaultdict(list)
    for shift, column in model.cells.items():
        faces[shift.person, shift.village].append(column)
    if params.new_face:
        for columns in faces.values():
            face = model.program.column(params.new_face)
            for column in columns:
                model.program.row([(column, 1.0), (face, -1.0)], high=0.0)
    least = least_carried(problem)
    for person in problem.people:
        days = model.by_person.get(person.id)
        if days:
            _fair(model, problem, params, person, days, least)


def least_carried(problem: Problem) -> History:
    """What everybody carried at least: taken off all, so that only differences are weighed."""
    past = [person.history for person in problem.people] or [History()]
    return History(min(h.days for h in past), min(h.weekends for h in past), min(h.holidays for h in past))


def _fair(
    model: Model, problem: Problem, params: Params, person: Person, days: Mapping[date, list[int]], least: History
) -> None:
    past = person.history
    for weight, before, counts in (
        (params.load, past.days - least.days, lambda on: True),
        (params.weekends, past.weekends - least.weekends, is_weekend),
        (params.holidays, past.holidays - least.holidays, problem.holidays.__contains__),
    ):
        inside = [(column, 1.0) for on, found in days.items() if counts(on) for column in found]
        most = min(sum(bool(counts(on)) for on in days), problem.weeks * days_a_week(person, params))
        if weight and inside and most:
            steps = [model.program.column(weight * (2 * (before + n) - 1)) for n in range(1, most + 1)]
            model.program.row([*inside, *((step, -1.0) for step in steps)], low=0.0, high=0.0)


def soft_cost(problem: Problem, shifts: Collection[Shift], params: Params) -> float:
    """The soft cost of a roster, counted plainly: what the program's columns add up to, shortfalls left out."""
    total = sum(cost(problem, one, params) for one in shifts)
    total += params.new_face * len({(one.person, one.village) for one in shifts})
    least = least_carried(problem)
    for person in problem.people:
        mine = [one.on for one in shifts if one.person == person.id]
        for weight, before, count in (
            (params.load, person.history.days - least.days, len(mine)),
            (params.weekends, person.history.weekends - least.weekends, sum(map(is_weekend, mine))),
            (params.holidays, person.history.holidays - least.holidays, sum(on in problem.holidays for on in mine)),
        ):
            total += weight * ((before + count) ** 2 - before**2)
    return total

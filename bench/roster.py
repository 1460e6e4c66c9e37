"""P8: 39 auxiliaries × 36 villages × 4 weeks and three times that size, beside other solvers on the same model.

    python -m bench.roster [seconds] [size …]     # 1 and 3 times, 60 seconds each unless said otherwise

Seeded. The very program that `decide.roster` builds is given to each solver: HiGHS (ours, in SciPy), and SCIP, CBC and
CP-SAT from OR-Tools where that is installed (`pip install ortools`; the product does not need it). Wall time.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from twinloop.decide.roster import DEFAULTS, History, Line, Person, Problem, Stop, Unit, Village, repair, solve, turns
from twinloop.decide.roster.building import Model, build, soften
from twinloop.decide.roster.cells import cost, tie

START = date(2026, 4, 6)
HOLIDAYS = frozenset({date(2026, 4, 6), date(2026, 5, 1)})


def problem(people: int, villages: int, weeks: int = 4, seed: int = 8) -> Problem:
    """Leave, rest days, bars, wishes, distances, history and known faces, as a district has them."""
    dice = random.Random(seed)
    names = [f"v{n:03d}" for n in range(villages)]
    days = [START + timedelta(days=n) for n in range(7 * weeks)]

    def one(n: int) -> Person:
        away = dice.randrange(len(days))
        return Person(
            id=f"p{n:03d}", leave=frozenset(days[away : away + 5]) if dice.random() < 0.3 else frozenset(),
            busy=frozenset(dice.sample(days, 2)), rest=frozenset({5, 6}) if dice.random() < 0.4 else frozenset(),
            barred=frozenset(dice.sample(names, 3)), wish_off=frozenset(dice.sample(days, 2)),
            distance={name: round(dice.uniform(1, 30), 1) for name in names},
            known={names[n % villages]: dice.randint(1, 20)},
            history=History(dice.randint(10, 30), dice.randint(0, 6), dice.randint(0, 2)),
        )  # fmt: skip

    return Problem(START, weeks, tuple(one(n) for n in range(people)), tuple(map(Village, names)), HOLIDAYS)


def model(given: Problem) -> Model:
    made = build(given, DEFAULTS, price=lambda shift: cost(given, shift, DEFAULTS) + tie(1, shift))
    soften(made, given, DEFAULTS)
    return made


def other(made: Model, name: str, seconds: float) -> str:
    """The same columns and rows in a solver of OR-Tools."""
    try:
        from ortools.linear_solver import pywraplp  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return "not installed"
    solver: Any = pywraplp.Solver.CreateSolver(name)
    program = made.program
    columns = [
        (solver.IntVar if whole else solver.NumVar)(low, high, "")
        for low, high, whole in zip(program.lows, program.highs, program.whole, strict=True)
    ]
    limit = solver.infinity()
    for n, (low, high) in enumerate(zip(program._row_lows, program._row_highs, strict=True)):
        row = solver.Constraint(max(low, -limit), min(high, limit))
        for at in range(program._starts[n], program._starts[n + 1]):
            row.SetCoefficient(columns[program._columns[at]], program._data[at])
    for column, price in zip(columns, program.costs, strict=True):
        solver.Objective().SetCoefficient(column, price)
    solver.Objective().SetMinimization()
    solver.SetTimeLimit(int(seconds * 1000))
    began = time.perf_counter()
    status = solver.Solve()
    spent = time.perf_counter() - began
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return f"nothing in {spent:.1f} s"
    best, bound = solver.Objective().Value(), solver.Objective().BestBound()
    return f"{spent:6.1f} s, cost {best:.1f}, gap {max(0.0, (best - bound) / max(abs(best), 1e-9)):.2%}"


def posts(times: int, seconds: float) -> None:
    given = problem(39 * times, 36 * times)
    made = model(given)
    print(f"{39 * times} people × {36 * times} villages × 4 weeks: {len(made.program.costs)} columns", flush=True)
    began = time.perf_counter()
    solved = made.program.solve(Stop(seconds=seconds, gap=0.0))
    spent = time.perf_counter() - began
    print(f"  HiGHS, until proven  {spent:6.1f} s, cost {solved.cost:.1f}, gap {solved.gap:.2%}", flush=True)
    began = time.perf_counter()
    plan = solve(given, Stop(seconds=seconds, gap=0.01))
    spent = time.perf_counter() - began
    print(f"  solve(), gap ≤ 1 %   {spent:6.1f} s, gap {plan.gap:.2%}, broken {len(plan.broken)}", flush=True)
    for name in ("SCIP", "CBC", "SAT"):
        print(f"  {name:<20} {other(model(given), name, seconds)}", flush=True)
    if times == 1 and plan.shifts:
        _repair(given, plan.shifts)


def _repair(given: Problem, shifts: Any) -> None:
    """Somebody who is posted on the tenth day is ill from then on for three days."""
    day = START + timedelta(days=9)
    ill = next(one.person for one in shifts if one.on == day)
    away = frozenset(day + timedelta(days=n) for n in range(3))
    people = tuple(replace(p, leave=p.leave | away) if p.id == ill else p for p in given.people)
    began = time.perf_counter()
    mended = repair(replace(given, people=people), shifts, day)
    spent = time.perf_counter() - began
    print(f"  repair of one ill    {spent:6.1f} s, {mended.changes} shifts differ, {len(mended.told)} people told")


def seats(seconds: float) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    for count, needed in ((4, 1), (6, 2)):
        units = tuple(
            Unit(
                f"u{n}",
                weekdays=frozenset(range(7)) - ({5, 6} if n == 0 else set()),
                away=frozenset(days[n * 50 :][:9]),
            )
            for n in range(count)
        )
        line = Line("line", units, tuple((on,) for on in days), needed=needed)
        began = time.perf_counter()
        plan = turns(line, HOLIDAYS, Stop(seconds=seconds, gap=0.005))
        spent = time.perf_counter() - began
        totals = sorted(load.turns for load in plan.loads)
        said = f"{count} units, {needed} a day, 365 days: {spent:.1f} s, gap {plan.gap:.3%}"
        print(f"{said}, turns {totals[0]}–{totals[-1]}", flush=True)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seats(seconds)
    for times in [int(word) for word in sys.argv[2:]] or [1, 3]:
        posts(times, seconds)


if __name__ == "__main__":
    main()

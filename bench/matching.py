"""P7: people for one call out of 500, and 200 calls × 300 people at once, beside brute force, greedy, OR-Tools.

    python -m bench.matching

Seeded. Processor time of this process, median and least of many runs, so that other work on the machine counts little.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from statistics import median
from typing import Any

from twinloop.decide import matching as m
from twinloop.decide.matching_joint import assign, greedy, grid

TYPES = [c + str(i) for c in "ABCD" for i in (1, 2, 3)]
PLACES = [f"360724{town}2{i:02d}" for town in range(100, 110) for i in range(6)]
AT = datetime(2026, 4, 16, 9, 0, tzinfo=timezone(timedelta(hours=8)))


def person(dice: random.Random, number: int) -> m.Person:
    cases = [dice.randint(1, 20) for _ in range(3)]
    return m.Person(
        id=f"p{number:04d}", on_duty=dice.random() < 0.95, absent=dice.random() < 0.05, sworn=dice.random() < 0.5,
        skills={dice.choice(TYPES): dice.randint(1, 3) for _ in range(3)},
        traits=frozenset(dice.sample([str(t) for t in m.Trait], 2)), communities=frozenset(dice.sample(PLACES, 2)),
        load=dice.randint(0, 2), handled={dice.choice(TYPES): (n, dice.randint(0, n)) for n in cases},
        recent=dice.randint(5, 30), knows=frozenset(f"x{dice.randint(0, 300)}" for _ in range(3)),
        related_to=frozenset({f"x{dice.randint(0, 300)}"}),
    )  # fmt: skip


def call(dice: random.Random, number: int) -> m.Call:
    return m.Call(
        id=f"c{number}", at=AT, type=dice.choice(TYPES), place=dice.choice(PLACES),
        parties=frozenset(f"x{dice.randint(0, 300)}" for _ in range(2)), needs_sworn=dice.random() < 0.2,
        level=dice.randint(1, 3),
    )  # fmt: skip


def timed(name: str, act: Callable[[], Any], runs: int) -> Any:
    act()
    spent = []
    for _ in range(runs):
        start = time.process_time()
        found = act()
        spent.append((time.process_time() - start) * 1000)
    print(f"{name:<58} median {median(spent):8.2f} ms   least {min(spent):8.2f} ms")
    return found


def by_or_tools(waiting: list[m.Call], staff: list[m.Person]) -> float | None:
    """The same costs in OR-Tools' min-cost flow, where it is installed."""
    try:
        from ortools.graph.python import min_cost_flow  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    points, allowed = grid(waiting, staff)
    flow, source, sink = min_cost_flow.SimpleMinCostFlow(), 0, 1
    for row in range(len(waiting)):
        flow.add_arc_with_capacity_and_unit_cost(source, 2 + row, 1, 0)
        flow.add_arc_with_capacity_and_unit_cost(2 + row, sink, 1, 1_000_000)
        for column in range(len(staff)):
            if allowed[row, column]:
                node = 2 + len(waiting) + column
                flow.add_arc_with_capacity_and_unit_cost(2 + row, node, 1, -round(10 * points[row, column]))
    for column, one in enumerate(staff):
        for nth in range(m.DEFAULTS.capacity - one.load):
            node = 2 + len(waiting) + column
            flow.add_arc_with_capacity_and_unit_cost(node, sink, 1, round(10 * m.DEFAULTS.load * nth))
    flow.set_node_supply(source, len(waiting))
    flow.set_node_supply(sink, -len(waiting))
    assert flow.solve() == flow.OPTIMAL
    return -float(flow.optimal_cost()) / 10


def main() -> None:
    dice = random.Random(1)
    staff, waiting = [person(dice, i) for i in range(500)], [call(dice, i) for i in range(200)]
    timed("rank: one call, 500 people", lambda: m.rank(waiting[3], staff), 200)
    few = staff[:300]
    joint = timed("assign: 200 calls × 300 people, points and solution", lambda: assign(waiting, few), 60)
    timed("  of that the table of points", lambda: grid(waiting, few), 60)
    plain = timed("first come first served, the best one free each time", lambda: greedy(waiting, few), 3)
    for name, found in (("joint", joint), ("first come first served", plain)):
        print(f"{name}: {found.served} served, {found.points} points")
    other = by_or_tools(waiting, few)
    print("OR-Tools min-cost flow: " + ("not installed" if other is None else f"{other} points, equal within 0.1"))


if __name__ == "__main__":
    main()

"""What the product asks its database while a district lives: ``python -m bench.statements [days] [rows]`` (7, 40).

A scratch server with the demo's people; `twinloop.desk.year.life.Life` lives the days in this process, and each
statement is kept by its shape (values and numbers of savepoints taken out), its caller (the innermost function of the
product, ledger and policies aside) and the action it belongs to (the outermost one outside the simulation). Prints days
a CPU-minute, then three tables: by action, by caller, by shape. Figures are per dispute: times, ms of wall time in the
database, ms of this process's own processor time (since the statement before it, reading its rows included).
Reading the stack costs some 0.03 ms a statement; with ``--plain`` nothing is read and only the first line is printed.
"""

from __future__ import annotations

import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from bench import scratch
from bench.imports import backend

NOT_CALLERS = ("twinloop.ledger.", "twinloop.cases.held", "twinloop.cases.actions.numbering")
NOT_ACTIONS = ("twinloop.desk.year.", "twinloop.ledger.sight", "twinloop.cases.held")


@dataclass
class Cost:
    times: int = 0
    wall: float = 0.0  # seconds in the database and on the way
    own: float = 0.0  # processor seconds of this process

    def add(self, wall: float, own: float) -> None:
        self.times += 1
        self.wall += wall
        self.own += own


@dataclass
class Asked:
    """Every statement of one connection, kept by what it is and who asks."""

    by: dict[tuple[str, str, str], Cost] = field(default_factory=lambda: defaultdict(Cost))
    before: float = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        key = (*_who(), shape(sql))
        began, own = time.perf_counter(), self.before
        try:
            return execute(sql, params, many, context)
        finally:
            now = time.process_time()
            self.by[key].add(time.perf_counter() - began, now - own)
            self.before = time.process_time()

    def summed(self, of: Callable[[str, str, str], str]) -> dict[str, Cost]:
        found: dict[str, Cost] = defaultdict(Cost)
        for key, cost in self.by.items():
            to = found[of(*key)]
            to.times, to.wall, to.own = to.times + cost.times, to.wall + cost.wall, to.own + cost.own
        return dict(sorted(found.items(), key=lambda one: -one[1].times))


def _who() -> tuple[str, str]:
    """The action and the caller of a statement that is asked now."""
    action = caller = ""
    frame: Any = sys._getframe(2)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("twinloop."):
            if not caller and not module.startswith(NOT_CALLERS):
                caller = f"{module.removeprefix('twinloop.')}.{frame.f_code.co_name}:{frame.f_lineno}"
            if not module.startswith(NOT_ACTIONS):
                action = f"{module.removeprefix('twinloop.')}.{frame.f_code.co_name}"
            elif module.startswith("twinloop.desk.year") and not action:
                action = f"simulation {frame.f_code.co_name}"
        frame = frame.f_back
    return action, caller


@lru_cache(maxsize=10_000)
def shape(sql: str) -> str:
    """Without what differs each time: names of savepoints, long lists of columns and of values."""
    said = re.sub(r'"?s\d+_x\d+"?', "s", " ".join(str(sql).split()))
    said = re.sub(r"%s(, %s)+", "%s, …", said)
    said = re.sub(r"\(%s, …\)(, \(%s, …\))+", "(%s, …), …", said)
    said = re.sub(
        r'SELECT (DISTINCT )?"(\w+)"\."\w+"( AS "\w+")?(, "\w+"\."\w+"( AS "\w+")?){3,}', r"SELECT \2.*", said
    )
    return re.sub(r"INSERT INTO (\S+) \([^)]*\)", r"INSERT INTO \1", said).replace('"', "")


@contextmanager
def asked() -> Iterator[Asked]:
    """Everything asked on the default connection within the block."""
    from django.db import connection

    found = Asked(before=time.process_time())
    with connection.execute_wrapper(found):
        yield found


def table(title: str, costs: dict[str, Cost], per: int, rows: int) -> None:
    print(f"\n{title:<100}{'times':>9}{'ms db':>9}{'ms own':>9}")
    for name, cost in list(costs.items())[:rows]:
        wall, own = cost.wall * 1e3 / per, cost.own * 1e3 / per
        print(f"{name[:100]:<100}{cost.times / per:>9.2f}{wall:>9.2f}{own:>9.2f}")
    every = list(costs.values())
    print(f"{'all':<100}{sum(c.times for c in every) / per:>9.2f}{sum(c.wall for c in every) * 1e3 / per:>9.2f}"
          f"{sum(c.own for c in every) * 1e3 / per:>9.2f}")  # fmt: skip


def main(days: int, rows: int, *, plain: bool = False) -> None:
    with scratch.empty() as (urls, _data):
        scratch.tables(urls.owner)
        import django

        django.setup()
        live(days, rows, plain=plain)


def live(days: int, rows: int, *, plain: bool) -> None:
    from django.db import connection
    from django.utils import timezone

    from twinloop.cases.models import Dispute
    from twinloop.desk.year.assumed import SHIPPED, read
    from twinloop.desk.year.life import Life
    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM):
        life = Life(read(SHIPPED), 2022)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")  # as the simulated year does
    first = timezone.localdate() - timedelta(days=days)
    own, other = time.process_time(), backend()
    if plain:
        life.live(first, days)
        found = Asked()
    else:
        with asked() as found:
            life.live(first, days)
    own, other = time.process_time() - own, backend() - other
    with see_as(SYSTEM):
        disputes = Dispute.objects.count()
    print(f"{days} days, {disputes} disputes: {own:.1f} s of Python and {other:.1f} s of the database's process, "
          f"{days / (own + other) * 60:.1f} days a CPU-minute; {dict(life.counts)}", flush=True)  # fmt: skip
    if not plain:
        table("action", found.summed(lambda action, _caller, _shape: action), disputes, rows)
        table("caller", found.summed(lambda _action, caller, _shape: caller), disputes, rows)
        table("shape", found.summed(lambda _action, _caller, shape: shape), disputes, rows)


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:] if one.isdigit()]
    main(*(given + [7, 40][len(given) :]), plain="--plain" in sys.argv)

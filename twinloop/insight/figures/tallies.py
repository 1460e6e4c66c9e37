"""Figures from roll-ups: whole months are summed, and only what a sum cannot say is asked of the rows themselves.

Every question is told to the database as one SELECT that adds three kinds of rows: sums of `figures_tally` (a
station's, or everybody's for who sees all), the figure's own rule over the days that no whole month covers, and the
rule over what a viewer may see outside the own station. Row-level security cuts each of them; a property test compares
the sum with the rule alone for every role (decision 0015).
"""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from twinloop.insight.figures import windows
from twinloop.insight.figures.rules import ALL, behind, parting
from twinloop.insight.figures.windows import Window
from twinloop.ledger import sight

# Over a longer window most rows count. The policies' guards look so dear to the planner that it would rather look each
# dispute up by itself; reading the tables once and hashing them is twenty times faster (docs/performance.md, P4)
LONG = timedelta(days=120)
OVER = timedelta(days=45)  # a month of clocks that ended so long ago is summed (migration 0004 says it too)
AGES = {"durable_30": 30, "durable_90": 90, "durable_180": 180}  # days after which a settlement can be judged
SETTLING = frozenset({"resolution", "on_the_spot", "settled_by_elders", "first_time", "second_handling"})
SPANNING = frozenset({"repeat_rate", "backlog_success"})  # their window cannot be cut in two
CLOCKS = frozenset({"clocks_met", "callbacks_reached", "callbacks_satisfied"})  # a month is summed when it is long over
BY_METHOD = frozenset({"resolution", "repeat_rate", *AGES})
# by when a row belongs to the window: there alone a part of the window may stand for the whole
_MEMBERS = ("c.registered_at", "c.second_at", "s.at", "k.due_at")
_PART = {
    "place": "coalesce((SELECT p.short FROM places_place p WHERE p.id = nullif(t.part, '')::bigint), '')",
}  # fmt: skip
# what one sees outside the own station
_BEYOND = """rows.dispute_id = ANY (ARRAY(SELECT d.id FROM cases_dispute d
    WHERE (d.place_id = ANY (%(places)s) OR d.id = ANY (ARRAY(SELECT figures_own())))
        AND NOT coalesce(d.station_id = ANY (%(stations)s), false)))"""


@dataclass(frozen=True)
class Asked:
    """One figure of one window, parted `by` something ('' as a whole)."""

    code: str
    window: Window
    by: str = ""


@dataclass(frozen=True)
class Run:
    """Days that are answered alike: `code` names the sums that say it, '' asks the rows."""

    code: str
    first: datetime
    after: datetime


def ask(questions: Sequence[Asked], *, at: datetime) -> list[dict[str, dict[str, int]]]:
    """For each question its verdicts by part: {part: {verdict: how many}}. One query, two for clocks."""
    if not questions:
        return []
    kept = _kept() if any(_may_be_kept(one, at) for one in questions) else frozenset()
    told: dict[str, Any] = {"at": at}
    selects: list[str] = []
    longest = timedelta()
    for number, one in enumerate(questions):
        runs = _runs(one, at, kept)
        longest = max([longest, *(run.after - run.first for run in runs if not run.code)])
        selects += _selects(number, one, runs, at, told)
    rows = " UNION ALL ".join(selects)
    sql = f"SELECT n, part, verdict, sum(found)::bigint FROM ({rows}) AS r GROUP BY 1, 2, 3"
    found: list[dict[str, dict[str, int]]] = [{} for _one in questions]
    for number, part, verdict, count in fetch(sql, told, is_long=longest > LONG):
        if count:
            found[number].setdefault(part, {})[verdict] = count
    return found


def fetch(sql: str, told: Mapping[str, Any], *, is_long: bool) -> list[tuple[Any, ...]]:
    """Ask one statement; `is_long`: most rows of the tables are read."""
    if not is_long:
        with connection.cursor() as cursor:
            cursor.execute(sql, told)
            return list(cursor.fetchall())
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(f"/* long */ {sql}", told)  # a text of its own: no plan of a short window is kept for it
        found = list(cursor.fetchall())
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def _may_be_kept(one: Asked, at: datetime) -> bool:
    """A month of clocks that is over long enough lies in the window."""
    if one.code not in CLOCKS or not sight.now().sees_all:
        return False
    return any(windows.month(first.date()).end <= min(one.window.end, at - OVER) for first, _a in _months(one.window))


def _kept() -> frozenset[datetime]:
    """The months whose clocks are summed, and nobody touched since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month FROM figures_kept k WHERE NOT EXISTS (SELECT 1 FROM figures_torn t WHERE t.month = k.month)"
        )
        return frozenset(windows.month(month).start for (month,) in cursor.fetchall())


def _runs(one: Asked, at: datetime, kept: frozenset[datetime]) -> list[Run]:
    """The window in its order, cut where the answer comes from somewhere else."""
    window, whole = one.window, [Run("", one.window.start, one.window.end)]
    edge = windows.month_start(window.end)
    if not _is_summed(one) or (edge != window.end and window.end <= at):
        return whole  # it ended in the midst of a month: what changed in the rest of that month is in the sums already
    if one.code in SPANNING:
        return [Run(one.code, window.start, window.end)] if windows.month_start(window.start) == window.start else whole
    runs: list[Run] = []
    for first, after in _months(window):
        is_whole = windows.month_start(first) == first and (windows.month_start(after) == after or after == window.end)
        code = _summed(one.code, first, after, at, kept) if is_whole else ""
        if runs and runs[-1].code == code:
            runs[-1] = Run(code, runs[-1].first, after)
        else:
            runs.append(Run(code, first, after))
    return runs


def _is_summed(one: Asked) -> bool:
    """Whether the sums that the viewer may read know of this at all."""
    held = sight.now()
    if one.by == "method" and (one.code not in BY_METHOD):
        return False
    if one.code in CLOCKS:
        return held.sees_all
    return one.code in (SETTLING | SPANNING | AGES.keys()) and (held.sees_all or bool(held.stations))


def _summed(code: str, first: datetime, after: datetime, at: datetime, kept: frozenset[datetime]) -> str:
    if code in AGES:
        old = at - timedelta(days=AGES[code])
        return code if after <= old else f"{code}:young" if first > old else ""
    return (code if first in kept else "") if code in CLOCKS else code


def _months(window: Window) -> Iterable[tuple[datetime, datetime]]:
    first = window.start
    while first < window.end:
        after = min(windows.month(first.date()).end, window.end)
        yield first, after
        first = after


def _selects(number: int, one: Asked, runs: Sequence[Run], at: datetime, told: dict[str, Any]) -> list[str]:
    """The SELECTs of (n, part, verdict, found) of one question; what they are told goes to `told`."""
    told[f"end{number}"] = one.window.end
    found = []
    held = sight.now()
    for place, run in enumerate(runs):
        key = f"{number}_{place}"
        told |= {f"first{key}": run.first, f"after{key}": run.after}
        if not run.code:
            found.append(_rows(number, one, key))
            continue
        found.append(_sums(number, one, run, key, told))
        if not held.sees_all:
            told |= {name: sorted(getattr(held, name)) for name in ("places", "stations")}
            found.append(_rows(number, one, key, f"WHERE {_BEYOND}"))
    return found


def _sums(number: int, one: Asked, run: Run, key: str, told: dict[str, Any]) -> str:
    after = windows.month_start(run.after - timedelta(microseconds=1))  # the last month of the run
    told |= {f"code{key}": run.code, f"by{number}": one.by}
    told |= {f"since{key}": run.first.date(), f"until{key}": after.date(), f"before{number}": one.window.end.date()}
    where = f"t.code = %(code{key})s AND t.by = %(by{number})s AND t.month >= %(since{key})s"
    if one.code not in SPANNING:  # of the others some count whenever the window began
        where += f" AND t.month <= %(until{key})s"
    if windows.month_start(one.window.end) == one.window.end:
        where += f" AND t.turned < %(before{number})s"
    return f"""SELECT {number} AS n, {_PART.get(one.by, "t.part")} AS part, t.verdict, t.found
        FROM (SELECT t.part, t.verdict, sum(t.n) AS found FROM figures_tally t WHERE {where} GROUP BY 1, 2) AS t"""


def _rows(number: int, one: Asked, key: str, where: str = "") -> str:
    rule, part, join = ALL[one.code], "''", ""
    for column in _MEMBERS:
        rule = rule.replace(f"{column} < %(end)s", f"{column} < %(after{key})s")
    if one.by:
        part, join = parting(one.code, one.by), behind(one.code)
    sql = f"SELECT {number} AS n, {part} AS part, rows.verdict, count(*) AS found FROM ({rule}) AS rows {join} {where}"
    return f"{sql} GROUP BY 1, 2, 3".replace("%(start)s", f"%(first{key})s").replace("%(end)s", f"%(end{number})s")

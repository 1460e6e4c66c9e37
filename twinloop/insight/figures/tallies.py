"""Figures from roll-ups: months and days are summed, and only what a sum cannot say is asked of the rows themselves.

Every question is told to the database as one SELECT that adds three kinds of rows: sums of `figures_tally` (a
station's, or everybody's for who sees all), the figure's own rule over the days that no whole month covers, and the
rule over what a viewer may see outside the own station. What several questions read alike is read once. Row-level
security cuts each; a property test compares the sum with the rule alone for every role (decision 0015).
"""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from twinloop.insight.figures import windows
from twinloop.insight.figures.known import NOTHING, Known, known
from twinloop.insight.figures.rules import BEYOND, BEYOND_CLOCKS, BEYOND_PLACES, BEYOND_PLACES_CLOCKS, FAMILIES
from twinloop.insight.figures.selecting import LONG, Reading, Run, select
from twinloop.insight.figures.windows import Window
from twinloop.ledger import sight
from twinloop.ledger.cursor import FRESH
from twinloop.ledger.sight import Scope

OVER = timedelta(days=45)  # a month of clocks that ended so long ago is summed (migration 0004 says it too)
SETTLES = timedelta(hours=1)  # a day of clocks that ended so long ago is; who wrote meanwhile did not tear it open
SPAN = timedelta(days=740)  # days are summed so long: the span before this year begins in the midst of a month
AGES = {"durable_30": 30, "durable_90": 90, "durable_180": 180}  # days after which a settlement can be judged
SETTLING = frozenset({"resolution", "on_the_spot", "settled_by_elders", "first_time", "second_handling"})
OPEN = "open"  # however the window began
SPANNING = frozenset({"repeat_rate", "backlog_success"})  # their window cannot be cut in two
CLOCKS = frozenset({"clocks_met", "callbacks_reached", "callbacks_satisfied"})  # a month is summed when it is long over
LATE = "late"  # what fell due at any time before the window's end
WITH_CLOCKS = CLOCKS | {LATE, "calls", "dispute_calls"}  # summed with them
UNDATED = (WITH_CLOCKS | AGES.keys()) - {LATE}  # they are the same at any later end
TOTALS = frozenset({"new", "settled", "reopened", OPEN, LATE, "calls", "dispute_calls"})
BY_PLACE = SETTLING | SPANNING | AGES.keys() | CLOCKS | {"new", "settled", "reopened", OPEN, LATE}
BY_METHOD = frozenset({"resolution", "repeat_rate", *AGES})


@dataclass(frozen=True)
class Asked:
    """One figure of one window, parted `by` something ('' as a whole)."""

    code: str
    window: Window
    by: str = ""


def ask(
    questions: Sequence[Asked], *, at: datetime, knows: Known | None = None
) -> list[dict[str, dict[str, int]]]:  # fmt: skip
    """For each question its verdicts by part: {part: {verdict: how many}}. One query; `known` is one more."""
    if not questions:
        return []
    if knows is None:
        knows = known() if any(_is_cut(one, at) for one in questions) else NOTHING
    readings: dict[Reading, list[tuple[int, str]]] = {}  # (number of the question, code)
    for number, one in enumerate(questions):
        for reading, code in _answer(one, at, knows):
            readings.setdefault(reading, []).append((number, code))
    told: dict[str, Any] = {"at": at}
    selects = [select(f"_{key}", *pair, told) for key, pair in enumerate(readings.items())]
    plain = [one.run for one in readings if one.family is not None and not (one.beyond or one.changed)]
    longest = max((run.after - run.first for run in plain), default=timedelta())
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
            cursor.execute(f"{FRESH} {sql}", told)
            return list(cursor.fetchall())
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(f"{FRESH} {sql}", told)
        found = list(cursor.fetchall())
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def _is_cut(one: Asked, at: datetime) -> bool:
    """Whether more must be known than that months are summed."""
    if not _is_summed(one):
        return False
    return (
        one.code in WITH_CLOCKS
        or _turned_since(one, at) is not None
        or (not one.by and any(not run.code for run in _runs(one, at, NOTHING)))
    )


def _turned_since(one: Asked, at: datetime) -> datetime | None:
    """Of a window that ended in the midst of a month, where only what happened in that month must be asked of the
    rows: its first moment."""
    month = windows.month_start(one.window.end)
    if (
        one.code not in (SETTLING | SPANNING)
        or not _is_past(one, at)
        or not _is_summed(one)
        or month <= one.window.start
    ):
        return None
    # who was heard of since then is found by the last report
    return None if one.code == "repeat_rate" and at - month > LONG else month


def _answer(one: Asked, at: datetime, knows: Known) -> Iterator[tuple[Reading, str]]:
    """What is read, and added, to answer one question."""
    month = _turned_since(one, at)
    if month is None:
        for run in _runs(one, at, knows):
            for reading in _readings(one, run, knows):
                yield reading, run.code or one.code
        return
    # as it stood when the month began, what began since, and of what something happened to: as it is less as it was
    before = replace(one, window=replace(one.window, end=month))
    yield from _answer(before, at, knows)
    spanning = one.code in SPANNING
    first, end = one.window.start, one.window.end
    if not spanning:
        yield from ((reading, one.code) for reading in _readings(one, Run("", month, end), knows))
    for asked in (one, before):
        (rows,) = _readings(asked, Run("", first, asked.window.end if spanning else month), knows)
        yield replace(rows, is_spanning=spanning, changed=(month, end), is_less=asked is before), one.code


def _runs(one: Asked, at: datetime, knows: Known) -> list[Run]:
    """The window in its order, cut where the answer comes from somewhere else."""
    window, whole = one.window, [Run("", one.window.start, one.window.end)]
    if not _is_summed(one) or _is_past(one, at):
        return whole
    if one.code == OPEN:
        return [Run(OPEN, window.start, window.end)]
    if one.code in SPANNING:
        if windows.month_start(window.start) == window.start:
            return [Run(one.code, window.start, window.end)]
        return [Run(one.code, window.start, window.end, is_daily=True)] if _is_by_day(one, knows) else whole
    runs: list[Run] = []
    for run in _pieces(one, at, knows):
        if runs and (runs[-1].code, runs[-1].is_daily) == (run.code, run.is_daily):
            runs[-1] = replace(run, first=runs[-1].first)
        else:
            runs.append(run)
    return runs


def _is_past(one: Asked, at: datetime) -> bool:
    """Whether it ended in the midst of a month: what changed in the rest of that month is in the sums already."""
    end = one.window.end
    return one.code not in UNDATED and end < at and windows.month_start(end) != end


def total(code: str, window: Window, *, at: datetime, knows: Known) -> Asked | None:
    """One of `TOTALS` as the sums say it; None where they cannot, and the rows must be asked."""
    if code not in TOTALS or (code == LATE and not knows.first):
        return None
    start = min(knows.first, window.start) if code == LATE and knows.first else window.start
    one = Asked(code, replace(window, start=start))
    return one if _is_summed(one) and not _is_past(one, at) else None


def _is_by_day(one: Asked, knows: Known) -> bool:
    has_days = not one.by and not _is_placed(sight.now())
    return has_days and knows.since is not None and one.window.start >= knows.since


def _pieces(one: Asked, at: datetime, knows: Known) -> Iterator[Run]:
    """Months, and days where a month is cut or cannot be said as a whole."""
    for first, after in _months(one.window):
        ends = windows.month_start(after) == after or (after == one.window.end and after >= at)
        is_whole = ends and windows.month_start(first) == first
        code = _summed(one.code, first, after, at, knows.months) if is_whole else ""
        if code or not _has_days(one, first, knows):
            yield Run(code, first, after)
            continue
        day = first
        while day < after:
            until = min(day + timedelta(days=1), after)
            code = _summed(one.code, day, until, at, knows.days) if windows.is_midnight(day) else ""
            yield Run(code, day, until, is_daily=bool(code))
            day = until


def _has_days(one: Asked, first: datetime, knows: Known) -> bool:
    """Whether days of a month are summed: by community those of clocks, until their month is."""
    if one.by or _is_placed(sight.now()):
        is_by_place = one.by in ("", "place") and one.code in CLOCKS | {LATE}
        return is_by_place and knows.placed is not None and first >= knows.placed
    return knows.since is not None and first >= knows.since


def _is_summed(one: Asked) -> bool:
    """Whether the sums that the viewer may read know of this at all."""
    held = sight.now()
    if one.by and (one.code in TOTALS or (one.by == "method" and one.code not in BY_METHOD)):
        return False
    if _is_placed(held):
        return one.by in ("", "place") and one.code in BY_PLACE
    if one.code in WITH_CLOCKS:  # one that two stations see stands in the sums of both
        return held.sees_all or len(held.stations) == 1
    return one.code in (SETTLING | SPANNING | TOTALS | AGES.keys()) and (held.sees_all or bool(held.stations))


def _is_placed(held: Scope) -> bool:
    """Whether a viewer reads sums of communities: they see these, and one's own."""
    return bool(held.places) and not (held.sees_all or held.stations)


def _summed(code: str, first: datetime, after: datetime, at: datetime, kept: frozenset[datetime]) -> str:
    if code in AGES:
        old = at - timedelta(days=AGES[code])
        return code if after <= old else f"{code}:young" if first > old else ""
    return (code if first in kept else "") if code in WITH_CLOCKS else code


def _months(window: Window) -> Iterable[tuple[datetime, datetime]]:
    first = window.start
    while first < window.end:
        after = min(windows.month(first.date()).end, window.end)
        yield first, after
        first = after


def _readings(one: Asked, run: Run, knows: Known) -> Iterator[Reading]:
    """Where the answer for these days is read."""
    family = next((family for family in FAMILIES if one.code in family.verdicts), one.code)
    held = sight.now()
    rows = Reading(family, one.by, replace(run, code="", is_daily=False), one.window.end)
    if not run.code:
        yield rows
        return
    is_placed, is_clocks = _is_placed(held), one.code in WITH_CLOCKS
    yield Reading(
        None, one.by, replace(rows.run, is_daily=run.is_daily), one.window.end,
        is_spanning=one.code in SPANNING or one.code == OPEN,
        is_district=is_clocks and (held.sees_all or is_placed), is_placed=is_placed,
    )  # fmt: skip
    if is_placed and is_clocks and not one.by:  # clocks of calls are of no community: they are few
        since = "%(end)s" if one.code == LATE else "'-infinity'"
        yield replace(rows, beyond=BEYOND_PLACES_CLOCKS.format(since=since))
    elif is_placed and knows.is_elsewhere:
        yield replace(rows, beyond=BEYOND_PLACES)
    elif knows.is_elsewhere and not held.sees_all:
        yield replace(rows, beyond=BEYOND_CLOCKS if is_clocks and not one.by else BEYOND)

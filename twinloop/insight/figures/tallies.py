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

from django.utils import timezone

from twinloop.insight.figures import windows
from twinloop.insight.figures.known import NOTHING, Known, known
from twinloop.insight.figures.rules import BEYOND, BEYOND_CLOCKS, BEYOND_PLACES, BEYOND_PLACES_CLOCKS, FAMILIES
from twinloop.insight.figures.selecting import LONG, Reading, Run, fetch, select
from twinloop.insight.figures.windows import Window
from twinloop.ledger import sight
from twinloop.ledger.sight import Scope

OVER = timedelta(days=45)  # a month of clocks that ended so long ago is summed (migration 0004 says it too)
SETTLES = timedelta(hours=1)  # a day of clocks that ended so long ago is; who wrote meanwhile did not tear it open
SPAN = timedelta(days=740)  # days are summed so long: the span before this year begins in the midst of a month
AGES = {"durable_30": 30, "durable_90": 90, "durable_180": 180}  # days after which a settlement can be judged
SETTLING = frozenset({"resolution", "on_the_spot", "settled_by_elders", "first_time", "second_handling"})
OPEN = "open"  # however the window began
SPANNING = frozenset({"repeat_rate", "backlog_success"})  # their window cannot be cut in two
WHENEVER = SPANNING | {OPEN}
CLOCKS = frozenset({"clocks_met", "callbacks_reached", "callbacks_satisfied"})  # a month is summed when it is long over
LATE = "late"  # what fell due at any time before the window's end
WITH_CLOCKS = CLOCKS | {LATE, "calls", "dispute_calls"}  # summed with them
UNDATED = (WITH_CLOCKS | AGES.keys()) - {LATE}  # they are the same at any later end
TOTALS = frozenset({"new", "settled", "reopened", OPEN, LATE, "calls", "dispute_calls"})
TURNING = SETTLING | SPANNING | {"new", "settled", "reopened", OPEN}  # by which day they turn is summed
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
    """For each question its verdicts by part: {part: {verdict: how many}}. One query, two where rows of a long window
    are read beside; `known` is one more."""
    if not questions:
        return []
    if knows is None:
        knows = known() if any(_is_cut(one, at) for one in questions) else NOTHING
    readings: dict[Reading, list[tuple[int, str]]] = {}  # (number of the question, code)
    for number, one in enumerate(questions):
        for reading, code in _answer(one, at, knows):
            readings.setdefault(reading, []).append((number, code))
    # what is found by index is asked apart from what reads most rows
    most = {one: asked for one, asked in readings.items() if _reads_most(one)}
    few = {one: asked for one, asked in readings.items() if one not in most}
    sums: dict[tuple[int, str, str], int] = {}
    for some in (few, most):
        for number, part, verdict, count in _found(some, at, is_long=some is most):
            sums[number, part, verdict] = sums.get((number, part, verdict), 0) + count
    found: list[dict[str, dict[str, int]]] = [{} for _one in questions]
    for (number, part, verdict), count in sums.items():
        if count:
            found[number].setdefault(part, {})[verdict] = count
    return found


def _reads_most(one: Reading) -> bool:
    """Whether most rows of its tables count."""
    is_picked = one.family is None or one.beyond or one.changed
    return not is_picked and one.run.after - one.run.first > LONG


def _found(readings: Mapping[Reading, Any], at: datetime, *, is_long: bool) -> list[tuple[Any, ...]]:
    """(number of the question, part, verdict, how many). One query, none for no reading."""
    told: dict[str, Any] = {"at": at}
    selects = [select(f"_{key}", *pair, told) for key, pair in enumerate(readings.items())]
    rows = " UNION ALL ".join(selects)
    sql = f"SELECT n, part, verdict, sum(found)::bigint FROM ({rows}) AS r GROUP BY 1, 2, 3"
    return fetch(sql, told, is_long=is_long) if readings else []


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
    """Of a window that ended in the midst of a month, where only what happened in that month must be asked of days or
    rows: its first moment."""
    month = windows.month_start(one.window.end)
    has_begun = one.code == OPEN or month > one.window.start
    return month if one.code in TURNING and has_begun and _is_past(one, at) and _is_summed(one) else None


def _has_turns(one: Asked, month: datetime, knows: Known) -> bool:
    """Whether it is summed by which day of that month a step turned."""
    is_whole = one.code not in SPANNING or windows.month_start(one.window.start) == one.window.start
    has_days = not one.by and knows.since is not None and month >= knows.since and not _is_placed(sight.now())
    return has_days and is_whole and windows.is_midnight(one.window.end)


def _answer(one: Asked, at: datetime, knows: Known) -> Iterator[tuple[Reading, str]]:
    """What is read, and added, to answer one question."""
    month = _turned_since(one, at)
    has_turns = month is not None and _has_turns(one, month, knows)
    # who was heard of since then is found by the last report
    is_long = month is not None and one.code == "repeat_rate" and at - month > LONG
    if month is None or (not has_turns and (is_long or one.code in TOTALS)):
        for run in _runs(one, at, knows):
            for reading in _readings(one, run, knows):
                yield reading, run.code or one.code
        return
    # as it stood when the month began, and what turned since
    start = min(one.window.start, month - timedelta(days=1))
    before = replace(one, window=Window(start, month))
    yield from _answer(before, at, knows)
    until = month
    if has_turns:
        first = one.window.start
        if one.code not in WHENEVER and windows.month_start(first) != first:
            first = windows.month(timezone.localtime(first).date()).end
        yield from _turns(one, before, first, month, knows)
        if first == one.window.start or one.code in WHENEVER:
            return
        until = first  # from which day it counts and by which it turns: only the rows know both
    yield from _changed(one, before, month, until, knows, has_turns=has_turns)


def _turns(
    one: Asked, before: Asked, first: datetime, month: datetime, knows: Known
) -> Iterator[tuple[Reading, str]]:  # fmt: skip
    """Of the sums what turned since the month began; of what is elsewhere, as it is less as it was."""
    end = one.window.end
    yield Reading(None, "", Run(one.code, first, end), end, is_spanning=one.code in WHENEVER, turned=month), one.code
    if knows.is_elsewhere and not sight.now().sees_all:
        for asked in (one, before):
            (rows,) = _readings(asked, Run("", first, asked.window.end), knows)
            yield replace(rows, beyond=BEYOND, is_less=asked is before), one.code


def _changed(
    one: Asked, before: Asked, month: datetime, until: datetime, knows: Known, *, has_turns: bool
) -> Iterator[tuple[Reading, str]]:  # fmt: skip
    """Of the rows: what began since the month did, and to what something happened since: as it is less as it was."""
    spanning = one.code in SPANNING
    first, end = one.window.start, one.window.end
    if not spanning and not has_turns:
        yield from ((reading, one.code) for reading in _readings(one, Run("", month, end), knows))
    for asked in (one, before):
        (rows,) = _readings(asked, Run("", first, asked.window.end if spanning else until), knows)
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
    if not _is_past(one, at):
        return one if _is_summed(one) else None
    month = _turned_since(one, at)
    return one if month is not None and _has_turns(one, month, knows) else None


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
        is_spanning=one.code in WHENEVER,
        is_district=is_clocks and (held.sees_all or is_placed), is_placed=is_placed,
    )  # fmt: skip
    if is_placed and is_clocks and not one.by:  # clocks of calls are of no community: they are few
        since = "%(end)s" if one.code == LATE else "'-infinity'"
        yield replace(rows, beyond=BEYOND_PLACES_CLOCKS.format(since=since))
    elif is_placed and knows.is_elsewhere:
        yield replace(rows, beyond=BEYOND_PLACES)
    elif knows.is_elsewhere and not held.sees_all:
        yield replace(rows, beyond=BEYOND_CLOCKS if is_clocks and not one.by else BEYOND)

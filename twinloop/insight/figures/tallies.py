"""Figures from roll-ups: months and days are summed, and only what a sum cannot say is asked of the rows themselves.

Every question is told to the database as one SELECT that adds three kinds of rows: sums of `figures_tally` (a
station's, or everybody's for who sees all), the figure's own rule over the days that no whole month covers, and the
rule over what a viewer may see outside the own station. What several questions read alike is read once. Row-level
security cuts each; a property test compares the sum with the rule alone for every role (decision 0015).
"""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from twinloop.insight.figures import windows
from twinloop.insight.figures.beyond import (
    BEYOND,
    BEYOND_CLOCKS,
    BEYOND_PLACES,
    BEYOND_PLACES_CLOCKS,
    BEYOND_PLACES_VISITS,
)
from twinloop.insight.figures.known import NOTHING, Known, known
from twinloop.insight.figures.pieces import (
    AGES,
    BY_CLOCK,
    BY_METHOD,
    BY_PLACE,
    CLOCKS,
    DATED,
    LATE,
    OPEN,
    OVER,
    SETTLES,
    SETTLING,
    SPAN,
    SPANNING,
    TOTALS,
    TURNING,
    UNDATED,
    VISITS,
    WHENEVER,
    WITH_CLOCKS,
    Asked,
    has_days,
    is_past,
    is_placed,
    is_summed,
    pieces,
    summed,
)
from twinloop.insight.figures.rules import FAMILIES, LATE_ENDED, is_near
from twinloop.insight.figures.selecting import LONG, Reading, Run, fetch, select
from twinloop.insight.figures.windows import Window
from twinloop.ledger import sight

# what is summed says another module
__all__ = ["AGES", "BY_METHOD", "BY_PLACE", "CLOCKS", "OVER", "SETTLES", "SETTLING", "SPAN", "TURNING", "Asked"]


def ask(
    questions: Sequence[Asked], *, at: datetime, knows: Known | None = None
) -> list[dict[str, dict[str, int]]]:  # fmt: skip
    """For each question its verdicts by part: {part: {verdict: how many}}. One query, two where rows of a long window
    are read beside; `known` is one more."""
    if not questions:
        return []
    if knows is None:
        knows = known() if any(_is_cut(one, at) for one in questions) else NOTHING
    readings: dict[Reading, list[tuple[int, str, int]]] = {}  # (number of the question, code, 1 or -1)
    for number, one in enumerate(questions):
        for reading, code in _answer(one, at, knows):
            # what one window leaves out may be what another ends with: it is read once
            is_alike = reading.family is not None and one.code in UNDATED
            key = replace(reading, is_less=False, end=reading.run.after if is_alike else reading.end)
            readings.setdefault(key, []).append((number, code, -1 if reading.is_less else 1))
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
    is_picked = one.family is None or one.beyond or one.changed or one.touched
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
    if not is_summed(one):
        return False
    return (
        one.code in WITH_CLOCKS
        or ((one.code in SPANNING or is_past(one, at)) and _cut(one, at, NOTHING) is not None)
        or _turned_since(one, at) is not None
        or (not one.by and any(not run.code for run in _runs(one, at, NOTHING)))
    )


def _cut(one: Asked, at: datetime, knows: Known) -> datetime | None:
    """Of a window that begins in the midst of a month which no days say: the nearer end of that month. Sums begin
    there, and at most half a month is asked of the rows."""
    first = one.window.start
    is_asked = one.code in SPANNING | DATED | UNDATED
    if not is_asked or not is_summed(one) or windows.month_start(first) == first:
        return None
    month, after = windows.month_start(first), windows.month_end(first)
    is_said = has_days(one, first, knows) and not is_past(one, at)
    if is_said or after > one.window.end:
        return None
    is_whole = one.code not in UNDATED or bool(summed(one.code, month, after, at, knows.months))
    return month if is_whole and first - month < after - first else after


def _turned_since(one: Asked, at: datetime) -> datetime | None:
    """Of a window that ended in the midst of a month, where only what happened in that month must be asked of days or
    rows: its first moment."""
    month = windows.month_start(one.window.end)
    has_begun = one.code == OPEN or month > one.window.start
    return month if one.code in TURNING and has_begun and is_past(one, at) and is_summed(one) else None


def _has_turns(one: Asked, month: datetime, knows: Known) -> bool:
    """Whether it is summed by which day of that month a step turned."""
    has_days = not one.by and knows.since is not None and month >= knows.since and not is_placed(sight.now())
    return has_days and windows.is_midnight(one.window.end)


def _answer(one: Asked, at: datetime, knows: Known) -> Iterator[tuple[Reading, str]]:
    """What is read, and added, to answer one question."""
    if (cut := _cut(one, at, knows)) is not None:
        yield from _began(one, cut, knows)
        if cut < one.window.end:
            yield from _answer(replace(one, window=Window(cut, one.window.end)), at, knows)
        elif one.code in SPANNING:  # what is open at the end
            yield from ((reading, one.code) for reading in _readings(one, Run(one.code, cut, cut), knows))
        return
    if one.code == LATE and is_past(one, at) and is_summed(one):
        yield from _late(one, at, knows)
        return
    month = _turned_since(one, at)
    if month is None:
        for run in _runs(one, at, knows):
            for reading in _readings(one, run, knows):
                yield reading, run.code or one.code
        return
    # as it stood when a month began, and what turned since, or until then
    has_turns = _has_turns(one, month, knows)
    stood = month if has_turns else _nearer(one.window.end, month, at)
    before = replace(one, window=Window(min(one.window.start, month - timedelta(days=1)), stood))
    yield from _answer(before, at, knows)
    yield from (_turns if has_turns else _changed)(one, before, knows)


def _nearer(end: datetime, month: datetime, at: datetime) -> datetime:
    """The begin or end of the month in which a window ended, as far as it is over."""
    after = windows.month_end(end)
    return after if after <= at and after - end < end - month else month


def _began(one: Asked, cut: datetime, knows: Known) -> Iterator[tuple[Reading, str]]:
    """Of the rows what lies between a window's start and the month's end where its sums begin, more or less. Where it
    cannot be cut in two: the rows to which something happened in between, as they count from the window's start on,
    less as they do from the month's end."""
    first, end = one.window.start, one.window.end
    span = (min(first, cut), max(first, cut))
    if one.code not in SPANNING:
        yield from ((replace(rows, is_less=cut < first), one.code) for rows in _readings(one, Run("", *span), knows))
        return
    for start in (first, cut):
        for rows in _readings(one, Run("", start, end), knows):
            yield replace(rows, touched=span, is_less=start is cut), one.code


def _late(one: Asked, at: datetime, knows: Known) -> Iterator[tuple[Reading, str]]:
    """As it was when the last month began; and of the rows what fell due since, less what was met or dropped."""
    month = windows.month_start(one.window.end)
    if one.window.start < month:
        yield from _answer(replace(one, window=Window(one.window.start, month)), at, knows)
    span = Run("", month, one.window.end)
    yield from ((reading, LATE) for reading in _readings(one, span, knows))
    ended = Reading(LATE_ENDED, one.by, span, one.window.end, is_less=True)
    yield replace(ended, is_placed=is_placed(sight.now())), LATE_ENDED


def _turns(one: Asked, before: Asked, knows: Known) -> Iterator[tuple[Reading, str]]:
    """Of the sums what turned since the month began; of what is elsewhere, as it is less as it was."""
    first, end = one.window.start, one.window.end
    sums = Reading(None, "", Run(one.code, first, end), end, is_spanning=one.code in WHENEVER)
    yield replace(sums, turned=before.window.end), one.code
    if knows.is_elsewhere and not sight.now().sees_all:
        for asked in (one, before):
            (rows,) = _readings(asked, Run("", first, asked.window.end), knows)
            yield replace(rows, beyond=BEYOND, is_less=asked is before), one.code


def _changed(one: Asked, before: Asked, knows: Known) -> Iterator[tuple[Reading, str]]:
    """Of the rows what began between the window's end and the moment of the sums, more or less; and of what began
    earlier that to which something happened in between: as it is less as it was."""
    first, end, stood = one.window.start, one.window.end, before.window.end
    span = (min(end, stood), max(end, stood))
    is_whole = one.code in WHENEVER
    if not is_whole:
        later = one if stood < end else before
        for rows in _readings(later, Run("", *span), knows):
            yield replace(rows, is_less=later is before), one.code
    for asked in (one, before):
        for rows in _readings(asked, Run("", first, asked.window.end if is_whole else span[0]), knows):
            yield replace(rows, is_spanning=is_whole, changed=span, is_less=asked is before), one.code


def _runs(one: Asked, at: datetime, knows: Known) -> list[Run]:
    """The window in its order, cut where the answer comes from somewhere else."""
    window, whole = one.window, [Run("", one.window.start, one.window.end)]
    if not is_summed(one) or is_past(one, at):
        return whole
    if one.code == OPEN:
        return [Run(OPEN, window.start, window.end)]
    if one.code in SPANNING:
        if windows.month_start(window.start) == window.start:
            return [Run(one.code, window.start, window.end)]
        return [Run(one.code, window.start, window.end, is_daily=True)] if has_days(one, window.start, knows) else whole
    runs: list[Run] = []
    for run in pieces(one, at, knows):
        if runs and (runs[-1].code, runs[-1].is_daily) == (run.code, run.is_daily):
            runs[-1] = replace(run, first=runs[-1].first)
        else:
            runs.append(run)
    return runs


def total(code: str, window: Window, *, at: datetime, knows: Known) -> Asked | None:
    """One of `TOTALS` as the sums say it; None where they cannot, and the rows must be asked."""
    if code not in TOTALS or (code == LATE and not knows.first):
        return None
    start = min(knows.first, window.start) if code == LATE and knows.first else window.start
    one = Asked(code, replace(window, start=start))
    return one if is_summed(one) else None


def _readings(one: Asked, run: Run, knows: Known) -> Iterator[Reading]:
    """Where the answer for these days is read."""
    family = next((family for family in FAMILIES if one.code in family.verdicts), one.code)
    held = sight.now()
    rows = Reading(family, one.by, replace(run, code="", is_daily=False), one.window.end)
    has_places, is_clocks = is_placed(held), one.code in WITH_CLOCKS
    if not run.code:
        yield replace(rows, is_placed=has_places and is_near(one.code))
        # of clocks the others are told with them
        if has_places and is_near(one.code) and knows.is_elsewhere and one.code not in BY_CLOCK | {VISITS}:
            yield replace(rows, beyond=BEYOND_PLACES)
        return
    yield Reading(
        None, one.by, replace(rows.run, is_daily=run.is_daily), one.window.end,
        is_spanning=one.code in WHENEVER,
        is_district=is_clocks and (held.sees_all or has_places), is_placed=has_places,
    )  # fmt: skip
    if one.code == VISITS:
        yield replace(rows, beyond=BEYOND_PLACES_VISITS)
    elif has_places and is_clocks and not one.by:  # clocks of calls are of no community: they are few
        since = "%(end)s" if one.code == LATE else "'-infinity'"
        yield replace(rows, beyond=BEYOND_PLACES_CLOCKS.format(since=since))
    elif has_places and knows.is_elsewhere:
        yield replace(rows, beyond=BEYOND_PLACES)
    elif knows.is_elsewhere and not held.sees_all:
        yield replace(rows, beyond=BEYOND_CLOCKS if is_clocks and not one.by else BEYOND)

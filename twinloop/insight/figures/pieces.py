"""What is summed at all, by what, and where a window must be cut to be read from sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from twinloop.insight.figures import windows
from twinloop.insight.figures.known import Known
from twinloop.insight.figures.selecting import Run
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
VISITS, SLOT = "callbacks", "slot"
CALLS = frozenset({"calls", "dispute_calls"})  # by slot too
WITH_CLOCKS = CLOCKS | CALLS | {LATE, VISITS}  # summed with them
UNDATED = (WITH_CLOCKS | AGES.keys()) - {LATE}  # they are the same at any later end
BY_MOMENT = frozenset({"new", "grave", "second", "settled", "reopened"})
TOTALS = BY_MOMENT | CALLS | {OPEN, LATE, VISITS}
TURNING = SETTLING | SPANNING | BY_MOMENT | {OPEN}  # by which day they turn is summed
DATED = SETTLING | BY_MOMENT  # each row counts by one moment
BY_CLOCK = CLOCKS | {LATE}  # of rows of clocks
BY_PLACE = TURNING | AGES.keys() | CLOCKS | {LATE, VISITS}
BY_METHOD = frozenset({"resolution", "repeat_rate", *AGES})


@dataclass(frozen=True)
class Asked:
    """One figure of one window, parted `by` something ('' as a whole)."""

    code: str
    window: Window
    by: str = ""


def is_summed(one: Asked) -> bool:
    """Whether the sums that the viewer may read know of this at all."""
    held = sight.now()
    if one.by and (one.code in TOTALS or (one.by == "method" and one.code not in BY_METHOD)):
        return False
    if is_placed(held):
        return one.by in ("", "place") and one.code in BY_PLACE
    if one.code == VISITS:  # nobody else is told of them
        return False
    if one.code in WITH_CLOCKS:  # one that two stations see stands in the sums of both
        return held.sees_all or len(held.stations) == 1
    return one.code in (SETTLING | SPANNING | TOTALS | AGES.keys()) and (held.sees_all or bool(held.stations))


def is_placed(held: Scope) -> bool:
    """Whether a viewer reads sums of communities: they see these, and one's own."""
    return bool(held.places) and not (held.sees_all or held.stations)


def is_past(one: Asked, at: datetime) -> bool:
    """Whether it ended in the midst of a month: what changed in the rest of that month is in the sums already."""
    end = one.window.end
    return one.code not in UNDATED and end < at and windows.month_start(end) != end


def pieces(one: Asked, at: datetime, knows: Known) -> Iterator[Run]:
    """Months, and days where a month is cut or cannot be said as a whole."""
    for first, after in months(one.window):
        ends = windows.month_start(after) == after or (after == one.window.end and after >= at)
        is_whole = ends and windows.month_start(first) == first
        code = summed(one.code, first, after, at, knows.months) if is_whole else ""
        if code or not has_days(one, first, knows):
            yield Run(code, first, after)
            continue
        day = first
        while day < after:
            until = min(day + timedelta(days=1), after)
            code = summed(one.code, day, until, at, knows.days) if windows.is_midnight(day) else ""
            yield Run(code, day, until, is_daily=bool(code))
            day = until


def has_days(one: Asked, first: datetime, knows: Known) -> bool:
    """Whether days of a month are summed: by community those of clocks and visits, by slot those of calls."""
    if knows.since is None or first < knows.since:
        return False
    if is_placed(sight.now()) or one.by not in ("", SLOT):
        return one.by in ("", "place") and one.code in BY_CLOCK | {VISITS}
    return True


def summed(code: str, first: datetime, after: datetime, at: datetime, kept: frozenset[datetime]) -> str:
    if code in AGES:
        old = at - timedelta(days=AGES[code])
        return code if after <= old else f"{code}:young" if first > old else ""
    return (code if first in kept else "") if code in WITH_CLOCKS else code


def months(window: Window) -> Iterable[tuple[datetime, datetime]]:
    first = window.start
    while first < window.end:
        after = min(windows.month_end(first), window.end)
        yield first, after
        first = after

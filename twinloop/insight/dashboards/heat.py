"""When calls come: two-hour slots by weekdays, each cell the calls of its hours, as many as its list holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, IntegerField, Q, Value
from django.db.models.functions import Cast, Coalesce, ExtractHour, ExtractIsoWeekDay, NullIf

from twinloop.cases import visibility
from twinloop.insight.figures import queries as figures
from twinloop.insight.figures import slots
from twinloop.insight.figures.windows import Window
from twinloop.ledger.sight import Scope

SLOT = slots.HOURS
SLOTS, DAYS = tuple(range(0, 24, SLOT)), tuple(range(1, 8))
SHADES = 5
DISPUTES = "dispute"


def calls(scope: Scope, window: Window, kind: str) -> Any:
    """Calls that the viewer may see, a query set with `weekday` (1 Monday) and `slot` (its first hour, +08:00)."""
    found = visibility.near_incidents(scope).filter(received_at__gte=window.start, received_at__lt=window.end)
    if kind == DISPUTES:
        known = Coalesce(NullIf(F("confirmed_kind"), Value("")), F("reported_kind"))
        found = found.annotate(known=known).filter(known=DISPUTES)
    slot = Cast(ExtractHour("received_at"), IntegerField()) / SLOT * SLOT  # whole numbers: 9 → 8
    return found.annotate(weekday=ExtractIsoWeekDay("received_at"), slot=slot)


@dataclass(frozen=True)
class Cell:
    weekday: int
    slot: int
    count: int
    shade: int  # 0 … SHADES - 1, none to the most


@dataclass(frozen=True)
class Heat:
    """`lines`: (first hour, its seven cells, its sum); `days`: sums of the weekdays."""

    lines: list[tuple[int, list[Cell], int]]
    days: list[int]

    @property
    def total(self) -> int:
        return sum(self.days)


def heat(scope: Scope, window: Window, kind: str, *, at: datetime) -> Heat:
    """Three queries: what is summed, its sums, and the rows of the rest."""
    code = "dispute_calls" if kind == DISPUTES else "calls"
    said, rest = slots.said(code, window, at=at, knows=figures.known())
    found = Counter(said)
    if rest != [window]:  # what lies elsewhere is in no sum of the own stations
        asked = [Q(received_at__gte=span.start, received_at__lt=span.end) for span in rest]
        asked += [] if scope.sees_all else [visibility.stray_incidents(scope)]
    if rest or not scope.sees_all:
        rows = calls(scope, window, kind) if rest == [window] else calls(scope, window, kind).filter(reduce(or_, asked))
        counts = rows.order_by().values_list("weekday", "slot").annotate(count=Count("pk"))
        found.update({(day, slot): count for day, slot, count in counts})
    most = max(found.values(), default=0)
    lines = []
    for slot in SLOTS:
        counts = [found.get((day, slot), 0) for day in DAYS]
        cells = [Cell(day, slot, count, _shade(count, most)) for day, count in zip(DAYS, counts, strict=True)]
        lines.append((slot, cells, sum(counts)))
    return Heat(lines, [sum(found.get((day, slot), 0) for slot in SLOTS) for day in DAYS])


def _shade(count: int, most: int) -> int:
    """Equal steps of the most, so that a darker cell is always more; nothing stays white."""
    return 0 if not count else 1 + (count - 1) * (SHADES - 1) // most

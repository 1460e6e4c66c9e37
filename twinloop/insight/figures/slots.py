"""Calls by weekday and two-hour slot, as far as sums say them (`Tally` by slot, by dslot)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, Sum

from twinloop.decide.figures import Window
from twinloop.insight.figures.known import Known
from twinloop.insight.figures.models import Tally
from twinloop.insight.figures.pieces import SLOT, Asked, pieces
from twinloop.ledger import sight

HOURS = 2  # of a slot


def said(code: str, window: Window, *, at: datetime, knows: Known) -> tuple[dict[tuple[int, int], int], list[Window]]:
    """({(weekday, first hour): calls}, the spans of the window that rows must be asked for). One query, or none.

    A call lies in one station, so those of several add up. Nobody else reads sums.
    """
    held = sight.now()
    if not (held.sees_all or held.stations):
        return {}, [window]
    runs = list(pieces(Asked(code, window, SLOT), at, knows))
    rest = [Window(run.first, run.after) for run in runs if not run.code]
    months, days = ([run.first.date() for run in runs if run.code and run.is_daily is daily] for daily in (False, True))
    if not months and not days:
        return {}, rest
    area = Q() if held.sees_all else Q(station__in=held.stations)
    found = (
        Tally.objects.filter(Q(by="slot", month__in=months) | Q(by="dslot", month__in=days), area, code=code)
        .order_by().values_list("part").annotate(calls=Sum("n"))
    )  # fmt: skip
    return {(int(day), int(hour)): calls for part, calls in found for day, hour in [part.split(":")]}, rest

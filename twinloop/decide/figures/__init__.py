"""Figures that can be traced: what is counted, out of what, who is left out, and the rows behind each number.

Source: domain.md section 7; choices marked *ours* stand at the rule. ``measure`` is the plain, slow truth over a
``Record``; what the pages ask of the database is compared with it (house law 10). Time to recurrence: Kaplan and Meier
(1958), JASA 53, 457-481, by SciPy's ``ecdf`` of censored data.
"""

from __future__ import annotations

import math
import warnings
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from twinloop.decide import Refused
from twinloop.decide.figures.codes import Exclusion, FigureRefusal, Indicator, Mode, PlanVerdict, Remark
from twinloop.decide.figures.counting import AMOUNTS, OUTSIDE, SHARES, sorted_out
from twinloop.decide.figures.plan import Against, against
from twinloop.decide.figures.record import (
    Asked,
    Callback,
    Dispute,
    Due,
    Outside,
    Record,
    Service,
    Settlement,
    Strength,
    VillageWeek,
    Window,
)
from twinloop.decide.figures.results import PARAMS, Figure, Params, wilson

__all__ = [
    "PARAMS", "Against", "Asked", "Callback", "Correction", "Curve", "Dispute", "Due", "Exclusion", "Figure",
    "FigureRefusal", "Indicator", "Mode", "Outside", "Params", "PlanVerdict", "Point", "Record", "Remark", "Service",
    "Settlement", "Strength", "VillageWeek", "Window", "against", "corrected", "curve", "measure", "recurrence",
    "watched", "wilson",
]  # fmt: skip


def measure(indicator: Indicator, record: Record, window: Window, *, at: datetime, params: Params = PARAMS) -> Figure:
    """One figure of a window, as it stands at ``at``. Raises ``Refused`` for a row that stands twice."""
    if indicator in SHARES:
        hits, of, left = sorted_out(SHARES[indicator](record, window, at))
        if len(set(of)) != len(of):
            raise Refused(FigureRefusal.TWICE, id=next(name for name in of if of.count(name) > 1))
        return Figure(
            indicator=indicator, numerator=hits, denominator=of, excluded=left, remarks=_remarks(len(of), params)
        )
    amount, rows, left = AMOUNTS[indicator](record, window)
    remarks = (Remark.EMPTY,) if amount is None else (Remark.OUTSIDE,) if indicator in OUTSIDE else ()
    return Figure(indicator=indicator, numerator=rows, denominator=None, excluded=left, amount=amount, remarks=remarks)


def _remarks(count: int, params: Params) -> tuple[Remark, ...]:
    if count == 0:
        return (Remark.EMPTY,)
    return (Remark.SMALL,) if count < params.small else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """After ``day`` days, ``share`` of the settlements had not flared up again (``low`` … ``high`` at 95 %).

    ``at_risk``: settlements that had been watched so long.
    """

    day: int
    share: float
    low: float
    high: float
    at_risk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """``median_days`` is ``None`` where fewer than half flared up within the time that was watched."""

    points: tuple[Point, ...]
    settlements: int
    flared_up: int
    median_days: float | None


def recurrence(
    record: Record, window: Window, *, at: datetime, mode: Mode | None = None, params: Params = PARAMS
) -> Curve:
    """How long settlements of the window held, those still holding counted for as long as they were watched."""
    held: list[float] = []
    broke: list[float] = []
    for one in record.disputes:
        for settled in one.settlements:
            if settled.at not in window or settled.at >= at or (mode is not None and settled.mode is not mode):
                continue
            days, again = watched(settled.at, one.flared_up(settled), one.merged_at, at=at)
            (broke if again else held).append(days)
    return curve(held, broke, params=params)


def watched(
    settled_at: datetime, flared_at: datetime | None, merged_at: datetime | None, *, at: datetime
) -> tuple[float, bool]:
    """How many days a settlement was watched, and whether the watch ended because it flared up."""
    end = min(flared_at or at, merged_at or at, at)
    return (end - settled_at) / timedelta(days=1), flared_at is not None and flared_at == end


def curve(held: Sequence[float], broke: Sequence[float], *, params: Params = PARAMS) -> Curve:
    """Kaplan and Meier: ``held``: days of settlements that still hold as far as watched; ``broke``: of the others."""
    days_held = sorted((*held, *broke))
    count = len(days_held)
    watched_for = {day: count - bisect_left(days_held, day) for day in params.days}
    if not broke:
        points = tuple(
            Point(day=day, share=1.0, low=wilson(count_at, count_at)[0], high=1.0, at_risk=count_at)
            for day in params.days
            if (count_at := watched_for[day])
        )
        return Curve(points=points, settlements=count, flared_up=0, median_days=None)
    from scipy.stats import CensoredData, ecdf

    found = ecdf(CensoredData(uncensored=broke, right=held)).sf
    with warnings.catch_warnings():  # SciPy warns where the bounds are undefined: `_bound` says the widest there
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = found.confidence_interval(method="log-log")
    points = tuple(
        Point(
            day=day, share=float(found.evaluate(day)), low=_bound(low.evaluate(day), 0.0),
            high=_bound(high.evaluate(day), 1.0), at_risk=count_at,
        )
        for day in params.days
        if (count_at := watched_for[day])
    )  # fmt: skip
    half = found.quantiles[found.probabilities <= 0.5]
    median = float(half.min()) if half.size else None
    return Curve(points=points, settlements=count, flared_up=len(broke), median_days=median)


def _bound(value: float, otherwise: float) -> float:
    """SciPy gives no bound where nothing, or everything, has flared up: the widest one is said then."""
    return otherwise if math.isnan(value) else float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What changed after a month's figures were frozen: shown beside them, never written over them."""

    indicator: Indicator
    was: float | None
    now: float | None
    into_numerator: tuple[str, ...]
    out_of_numerator: tuple[str, ...]
    into_denominator: tuple[str, ...]
    out_of_denominator: tuple[str, ...]


def corrected(frozen: Mapping[Indicator, Figure], now: Mapping[Indicator, Figure]) -> tuple[Correction, ...]:
    """The corrections of a frozen set, in the order of the indicators. Raises ``Refused`` where the sets differ."""
    if set(frozen) != set(now):
        raise Refused(FigureRefusal.FROZEN)
    found = []
    for code in Indicator:
        if code in frozen and frozen[code] != now[code]:
            found.append(_correction(code, frozen[code], now[code]))
    return tuple(found)


def _correction(code: Indicator, was: Figure, now: Figure) -> Correction:
    return Correction(
        indicator=code, was=was.value, now=now.value,
        into_numerator=_new(now.numerator, was.numerator), out_of_numerator=_new(was.numerator, now.numerator),
        into_denominator=_new(now.denominator or (), was.denominator or ()),
        out_of_denominator=_new(was.denominator or (), now.denominator or ()),
    )  # fmt: skip


def _new(rows: tuple[str, ...], old: tuple[str, ...]) -> tuple[str, ...]:
    known = set(old)
    return tuple(name for name in rows if name not in known)

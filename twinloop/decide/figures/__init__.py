"""Figures that can be traced: what is counted, out of what, who is left out, and the rows behind each number.

Source: domain.md section 7; choices marked *ours* stand at the rule. ``measure`` is the plain, slow truth over a
``Record``; what the pages ask of the database is compared with it (house law 10). Time to recurrence: Kaplan and Meier
(``curves``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from twinloop.decide import Refused
from twinloop.decide.figures.codes import Exclusion, FigureRefusal, Indicator, Mode, PlanVerdict, Remark
from twinloop.decide.figures.counting import AMOUNTS, OUTSIDE, SHARES, sorted_out
from twinloop.decide.figures.curves import Curve, Point, curve, watched
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


def recurrence(
    record: Record, window: Window, *, at: datetime, mode: Mode | None = None, params: Params = PARAMS
) -> Curve:
    """How long settlements of the window held, those still holding counted for as long as they were watched."""
    held, broke = Counter[int](), Counter[int]()
    for one in record.disputes:
        for settled in one.settlements:
            if settled.at not in window or settled.at >= at or (mode is not None and settled.mode is not mode):
                continue
            days, again = watched(settled.at, one.flared_up(settled), one.merged_at, at=at)
            (broke if again else held)[days] += 1
    return curve(held, broke, params=params)


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

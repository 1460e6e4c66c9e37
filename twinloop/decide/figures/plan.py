"""Is a plan reached? A share that stands on few rows is not judged; nothing to count is no failure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from twinloop.decide.figures.codes import PlanVerdict
from twinloop.decide.figures.results import PARAMS, Params


@dataclass(frozen=True, slots=True)
class Against:
    """``gap``: how far a missed plan is off, in percentage points (of a sum: in rows); 0 where it is not missed."""

    verdict: PlanVerdict
    gap: float = 0.0


def against(hits: int, of: int | None, plan: float, *, at_most: bool, params: Params = PARAMS) -> Against:
    """``plan``: per cent of ``of`` rows, or, where ``of`` is ``None``, a number of rows.

    ``at_most``: the plan is a ceiling (repeat rate, escalations), else a floor.
    """
    if of == 0:
        return Against(PlanVerdict.EMPTY)
    if of is not None and of < params.small:
        return Against(PlanVerdict.SMALL)
    # as fractions, so that 17/20 reaches 85 % to the last digit
    value = Fraction(hits) if of is None else Fraction(100 * hits, of)
    short = (value - Fraction(str(plan))) * (1 if at_most else -1)
    return Against(PlanVerdict.MISSED, float(short)) if short > 0 else Against(PlanVerdict.MET)

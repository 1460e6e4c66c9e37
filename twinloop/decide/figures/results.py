"""What a figure says: how many of how many, which rows, who was left out and why, and how sure a share is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from twinloop.decide import Refused
from twinloop.decide.figures.codes import Exclusion, FigureRefusal, Indicator, Remark

Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Params:
    """``small``: fewer rows than this are said to be few. ``days``: the points of a curve, days after settlement."""

    small: int = 20
    days: tuple[int, ...] = (30, 90, 180)

    def __post_init__(self) -> None:
        if self.small < 1 or not self.days or min(self.days) < 1 or list(self.days) != sorted(set(self.days)):
            raise Refused(FigureRefusal.PARAMS)


PARAMS = Params()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share (``denominator`` rows), or an amount (no denominator: ``amount`` over ``numerator`` rows).

    ``numerator`` and ``denominator`` are ids; ``excluded`` tells which rows of the window count in neither.
    """

    indicator: Indicator
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] | None
    excluded: Mapping[Exclusion, tuple[str, ...]] = field(default_factory=dict)
    amount: float | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def value(self) -> float | None:
        """0 … 1 for a share; ``None`` where there is nothing to divide by."""
        if self.amount is not None or self.denominator is None:
            return self.amount
        return len(self.numerator) / len(self.denominator) if self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the share would lie 95 times in 100 (Wilson 1927): honest for few rows, also at 0 and at 1."""
        if self.amount is not None or not self.denominator:
            return None
        return wilson(len(self.numerator), len(self.denominator))


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Score interval of a share at 95 %. Wilson, E. B. (1927), JASA 22, 209-212."""
    share, z2 = hits / count, Z * Z
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count)) / (1 + z2 / count)
    # at 0 and at 1 the formula's own bound is the share itself, but for rounding
    return max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < count else 1.0

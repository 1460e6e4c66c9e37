"""How long settlements hold: Kaplan and Meier (1958), JASA 53, 457-481, in whole days, with log-log bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from twinloop.decide.figures.results import PARAMS, Params, Z, wilson


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
    median_days: int | None


def watched(
    settled_at: datetime, flared_at: datetime | None, merged_at: datetime | None, *, at: datetime
) -> tuple[int, bool]:
    """How many whole days a settlement was watched, and whether the watch ended because it flared up."""
    end = min(flared_at or at, merged_at or at, at)
    return (end - settled_at) // timedelta(days=1), flared_at is not None and flared_at == end


def curve(held: Mapping[int, int], broke: Mapping[int, int], *, params: Params = PARAMS) -> Curve:
    """How many settlements by their days: of those that still hold as far as watched, and of the others.

    Who flared up on a day was watched until then with everybody whose watch ended on it. A settlement that broke
    before day N is no settlement that held for N days, as durable shares say it too.
    """
    left = count = sum(held.values()) + sum(broke.values())
    share, spread, median = 1.0, 0.0, None
    points: list[Point] = []
    marks = sorted(params.days)
    for day in [*sorted({*held, *broke}), math.inf]:
        while marks and marks[0] <= day and left:
            points.append(_point(marks.pop(0), share, spread, left))
        if not left or day == math.inf:
            break
        flared = broke.get(int(day), 0)
        if flared:
            share *= (left - flared) / left
            spread += flared / (left * (left - flared)) if left > flared else math.inf  # Greenwood
            median = int(day) if median is None and share <= 0.5 else median
        left -= flared + held.get(int(day), 0)
    return Curve(points=tuple(points), settlements=count, flared_up=sum(broke.values()), median_days=median)


def _point(day: int, share: float, spread: float, at_risk: int) -> Point:
    """While nothing has flared up the bound below is that of a share."""
    if share == 1.0:
        return Point(day=day, share=1.0, low=wilson(at_risk, at_risk)[0], high=1.0, at_risk=at_risk)
    width = Z * math.sqrt(spread) / -math.log(share)
    return Point(
        day=day, share=share, low=share ** math.exp(width), high=share ** math.exp(-width), at_risk=at_risk
    )  # fmt: skip

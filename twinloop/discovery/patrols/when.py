"""At which hours and on which days an address calls, where that is more than chance: when to patrol it. No database.

Compared with the hours of all other calls, not with an even day: evenings are busy everywhere. Every stretch of
`WIDE` hours is tried, and every two days in a row; the surest is named where the binomial tail, times how many were
tried, stays within `CHANCE` (docs/methods/call-heavy.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

WIDE, STEP, DAYS, CHANCE = 4, 2, 2, 0.05
Counts = Mapping[tuple[int, int], int]  # (hour 0–23, weekday 1–7) → calls


@dataclass(frozen=True, slots=True)
class Stretch:
    """`first` to `last` hour (the end not included, 24 at most: past midnight it begins anew) or weekday; of `whole`
    calls `hits` fell into it, where other addresses have `usual` (a share)."""

    first: int
    last: int
    hits: int
    whole: int
    usual: float
    chance: float  # corrected for how many were tried

    @property
    def percent(self) -> float:
        return 100 * self.usual


@dataclass(frozen=True, slots=True)
class When:
    hours: Stretch | None
    days: Stretch | None


def when(own: Counts, others: Counts) -> When:
    """None for what does not stand out."""
    by_hour, by_day = _sums(own, 0, 24), _sums(own, 1, 8)
    rest_hour, rest_day = _sums(others, 0, 24), _sums(others, 1, 8)
    hours = _surest(by_hour, rest_hour, WIDE, STEP)
    days = _surest(by_day, rest_day, DAYS, 1)
    return When(_named(hours, 0, 24), _named(days, 1, 7))


def _sums(counts: Counts, start: int, end: int) -> list[int]:
    part = 0 if start == 0 else 1
    found = [0] * (end - start)
    for key, count in counts.items():
        found[key[part] - start] += count
    return found


def _surest(own: list[int], others: list[int], wide: int, step: int) -> tuple[int, int, int, int, float, float] | None:
    whole, rest, size = sum(own), sum(others), len(own)
    if not whole:
        return None
    tried = []
    for first in range(0, size, step):
        inside = [(first + n) % size for n in range(wide)]
        hits = sum(own[n] for n in inside)
        # one more call, spread evenly: with few others a share of nothing would make anything stand out
        usual = (sum(others[n] for n in inside) + wide / size) / (rest + 1)
        tried.append((tail(hits, whole, usual), -hits, first, usual))
    chance, hits, first, usual = min(tried)
    return first, wide, -hits, whole, usual, min(1.0, chance * len(tried))


def _named(found: tuple[int, int, int, int, float, float] | None, start: int, size: int) -> Stretch | None:
    if found is None or found[-1] > CHANCE:
        return None
    first, wide, hits, whole, usual, chance = found
    last = (first + wide) % size or size if start == 0 else (first + wide - 1) % size + 1
    return Stretch(first + start, last, hits, whole, usual, chance)


def tail(hits: int, whole: int, share: float) -> float:
    """Chance of at least `hits` of `whole` where each has `share` (binomial)."""
    return min(1.0, sum(math.comb(whole, n) * share**n * (1 - share) ** (whole - n) for n in range(hits, whole + 1)))

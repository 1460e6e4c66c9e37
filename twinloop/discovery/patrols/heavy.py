"""Which addresses call far more often than their community's usual. Plain arithmetic over counts; no database.

Usual = calls of the other known addresses of the community ÷ how many they are. An address is named when it calls at
least `LEAST` times in 90 days, `TIMES` the usual, and so often that chance (Poisson, corrected for how many addresses
were looked at) would not do it: see docs/methods/call-heavy.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST, TIMES, CHANCE = 4, 3.0, 0.05
FEW = 10  # under this many calls a share is said to be of a small number


@dataclass(frozen=True, slots=True)
class Counted:
    """Calls of one address: `days_30` are among `days_90`."""

    place: int
    key: str
    address: str
    days_30: int
    days_90: int


@dataclass(frozen=True, slots=True)
class Heavy:
    counted: Counted
    usual: float  # calls of another address of this community in 90 days
    whole: int  # calls of the community with an address
    is_few: bool
    chance: float = 0.0  # that chance would do it, corrected for how many addresses were looked at

    @property
    def times(self) -> float:
        return self.counted.days_90 / max(self.usual, 1.0)

    @property
    def percent(self) -> float:
        return 100 * self.chance


def found(rows: Iterable[Counted]) -> list[Heavy]:
    """Call-heavy addresses, the heaviest first."""
    by_place: dict[int, list[Counted]] = {}
    for row in rows:
        by_place.setdefault(row.place, []).append(row)
    heavy = [one for inside in by_place.values() for one in _of_community(inside)]
    return sorted(heavy, key=lambda one: (-one.counted.days_90, one.counted.place, one.counted.key))


def _of_community(rows: Sequence[Counted]) -> Iterable[Heavy]:
    whole = sum(row.days_90 for row in rows)
    for row in rows:
        usual = (whole - row.days_90) / (len(rows) - 1) if len(rows) > 1 else 0.0
        expected = max(usual, 1.0)  # an address that is known has called once
        if row.days_90 < LEAST or row.days_90 < TIMES * expected:
            continue
        chance = tail(row.days_90, expected) * len(rows)
        if chance <= CHANCE:
            yield Heavy(row, usual, whole, whole < FEW, chance)


def tail(calls: int, expected: float) -> float:
    """Chance of at least `calls` where `expected` are usual (Poisson)."""
    term = total = math.exp(-expected)
    for k in range(1, calls):
        term *= expected / k
        total += term
    return max(0.0, 1.0 - total)

"""Where more happens than chance would bring: counts by community against what was expected, groups of neighbours too.

Source: M. Kulldorff (1997), A spatial scan statistic, Communications in Statistics 26(6), 1481-1496; significance by
Monte Carlo as there. Against the past the null is that of his space-time permutation scan (2005, PLoS Medicine 2(3),
e59): which reports are *now* and which are *past* is drawn anew among the same reports, so that a past that is itself
a small number is not taken for the truth. Numbers marked *ours* stand in ``Params`` (docs/methods/hotspots.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from twinloop.decide import Refused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

EARTH_KM = 6_371.0


class HotspotRefusal(StrEnum):
    PARAMS = "hotspots_params"
    TWICE = "hotspots_twice"
    BELOW = "hotspots_below_nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """*Ours*. ``draws``: Monte Carlo districts. ``share``: the most of all reports that one group may hold."""

    draws: int = 999
    chance: float = 0.05
    least: int = 4  # reports; a group of fewer is not named, however rare
    most: int = 15  # communities in one group
    share: float = 0.5
    seed: int = 20_260_101  # the same figures give the same answer, today and at an audit

    def __post_init__(self) -> None:
        good = self.draws >= 19 and 0 < self.chance < 1 and self.least >= 1 and self.most >= 1 and 0 < self.share <= 1
        if not good:
            raise Refused(HotspotRefusal.PARAMS)


PARAMS = Params()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One community: reports ``now`` and in the ``past``, its ``people`` where they are known, and where it lies."""

    id: int
    now: int
    past: int = 0
    people: int | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A group of neighbours with more than expected. ``chance``: that a district without any would show one like it."""

    ids: tuple[int, ...]
    count: int
    expected: float
    excess: float  # log likelihood ratio, natural
    chance: float

    @property
    def times(self) -> float:
        return self.count / self.expected if self.expected else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``expected`` by community; ``clusters``, the surest first, none sharing a community with another."""

    expected: dict[int, float]
    clusters: tuple[Cluster, ...]
    by_people: bool

    def cluster_of(self, spot: int) -> Cluster | None:
        return next((one for one in self.clusters if spot in one.ids), None)


def read(spots: Sequence[Spot], params: Params = PARAMS) -> Reading:
    """Which groups hold more than chance brings. By people where all are known, else by the past.

    Raises ``Refused`` for a community that stands twice or counts below nothing.
    """
    _check(spots)
    by_people = bool(spots) and all(spot.people for spot in spots)
    whole = sum(spot.now for spot in spots)
    weights = [spot.people or 0 if by_people else spot.now + spot.past for spot in spots]
    total = sum(weights)
    # by the past nothing can be said while there is none: every report is of now
    if not whole or (not by_people and total == whole):
        return Reading(expected={}, clusters=(), by_people=by_people)
    shares = [weight / total for weight in weights]
    expected = {spot.id: whole * share for spot, share in zip(spots, shares, strict=True)}
    groups = _groups(spots, shares, params)
    return Reading(expected=expected, clusters=_found(spots, weights, groups, by_people, params), by_people=by_people)


def _check(spots: Sequence[Spot]) -> None:
    ids = [spot.id for spot in spots]
    if len(set(ids)) != len(ids):
        raise Refused(HotspotRefusal.TWICE, id=next(one for one in ids if ids.count(one) > 1))
    for spot in spots:
        if spot.now < 0 or spot.past < 0 or (spot.people is not None and spot.people < 0):
            raise Refused(HotspotRefusal.BELOW, id=spot.id)


def kilometres(one: Spot, other: Spot) -> float:
    """Great-circle distance; infinite where one of them lies nowhere known."""
    places = (one.latitude, one.longitude, other.latitude, other.longitude)
    if any(value is None for value in places):
        return math.inf
    lat1, lon1, lat2, lon2 = (math.radians(value) for value in places if value is not None)
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def _groups(spots: Sequence[Spot], shares: Sequence[float], params: Params) -> list[tuple[int, ...]]:
    """Every community alone, and with its nearest, its two nearest … up to ``share`` of all and ``most`` of them."""
    found: dict[tuple[int, ...], None] = {}
    for start, spot in enumerate(spots):
        ways = [(0.0 if n == start else kilometres(spot, other), n) for n, other in enumerate(spots)]
        near = sorted(way for way in ways if way[0] < math.inf)[: params.most]
        inside: list[int] = []
        held = 0.0
        for _way, number in near:
            held += shares[number]
            if inside and held > params.share:
                break
            inside.append(number)
            found[tuple(sorted(inside))] = None
    return list(found)


def _found(
    spots: Sequence[Spot], weights: Sequence[int], groups: Sequence[tuple[int, ...]], by_people: bool, params: Params
) -> tuple[Cluster, ...]:
    import numpy as np

    member = np.zeros((len(groups), len(spots)))
    for row, group in enumerate(groups):
        member[row, list(group)] = 1.0
    now = np.array([spot.now for spot in spots], dtype=np.float64)
    whole = float(now.sum())
    expected = member @ (np.array(weights, dtype=np.float64) * (whole / sum(weights)))
    counts = member @ now
    excess = _excess(counts, expected, whole)
    dice = np.random.default_rng(params.seed)
    if by_people:
        drawn = dice.multinomial(int(whole), np.array(weights) / sum(weights), size=params.draws)
    else:
        drawn = dice.multivariate_hypergeometric(list(weights), int(whole), size=params.draws, method="marginals")
    # the most extreme group of each drawn district: one yardstick for all groups at once handles the many tests
    highest = _excess(member @ drawn.T.astype(np.float64), expected[:, None], whole).max(axis=0)
    taken: set[int] = set()
    clusters: list[Cluster] = []
    for row in sorted(range(len(groups)), key=lambda n: (-excess[n], len(groups[n]), groups[n])):
        # a hair's breadth of rounding must not make an equal draw a smaller one
        chance = (1 + int((highest >= excess[row] - 1e-9).sum())) / (params.draws + 1)
        if excess[row] <= 0 or chance > params.chance:
            break
        if taken.isdisjoint(groups[row]) and counts[row] >= params.least:
            taken.update(groups[row])
            clusters.append(
                Cluster(
                    ids=tuple(spots[n].id for n in groups[row]), count=int(counts[row]),
                    expected=float(expected[row]), excess=float(excess[row]), chance=chance,
                )
            )  # fmt: skip
    return tuple(clusters)


def _excess(counts: Numbers, expected: Numbers, whole: float) -> Numbers:
    """Kulldorff's log likelihood ratio of more inside than outside; 0 where there is not more."""
    import numpy as np

    counts, expected = np.broadcast_arrays(counts, expected)
    rest, rest_expected = whole - counts, whole - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(counts > 0, counts * np.log(counts / expected), 0.0)
        outside = np.where(rest > 0, rest * np.log(rest / rest_expected), 0.0)
    return np.asarray(np.where(counts > expected, inside + outside, 0.0), dtype=np.float64)

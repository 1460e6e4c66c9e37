"""Weights from data: from what people confirmed and refused, or, without any label, by expectation-maximisation."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from twinloop.decide.linkage.params import DEFAULTS, LEAST_FACTOR, MOST_FACTOR, SCALES, Params, scale
from twinloop.decide.linkage.sides import Evidence

MOST_LEAN = 6.0  # bits that all answers together may add or take away
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """A pair that a person answered: the bits of each scale as shipped, what is left of the sum, and the answer.

    ``rest``: bits that no scale takes (too small to be kept as a reason).
    """

    bits: Mapping[str, float]
    same: bool
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class Taught:
    """``factors`` of the scales and ``lean`` (bits on all), and how both do on pairs that they were not learnt from.

    ``loss``: mean log loss in bits as shipped and as taught; ``right``: share of pairs on the right side of even odds.
    """

    factors: Mapping[str, float]
    lean: float
    same: int
    other: int
    loss: tuple[float, float]
    right: tuple[float, float]

    @property
    def is_better(self) -> bool:
        return self.loss[1] < self.loss[0]


def sample(evidence: Iterable[Evidence], same: bool, *, rest: float = 0.0) -> Sample:
    bits: dict[str, float] = defaultdict(float)
    for found in evidence:
        bits[scale(found.code)] += found.bits
    return Sample(bits, same, rest)


def from_confirmations(samples: Sequence[Sample], params: Params = DEFAULTS, *, doubt: float = 8.0) -> Taught:
    """Factors and a lean that fit what people answered, held near 1 and 0 by ``doubt`` samples' worth.

    A logistic regression on the sums of the scales, bounded (``LEAST_FACTOR`` … ``MOST_FACTOR``): convex, so that the
    same answers always teach the same. How it does is measured on five parts, each learnt without.
    """
    fitted = _fit(samples, params, doubt)
    unseen = {n: _fit([s for m, s in enumerate(samples) if m % _FOLDS != n], params, doubt) for n in range(_FOLDS)}
    odds = [
        (_odds(one, _SHIPPED, params), _odds(one, unseen[n % _FOLDS], params), one.same)
        for n, one in enumerate(samples)
    ]
    count = max(1, len(samples))
    same = sum(one.same for one in samples)
    return Taught(
        MappingProxyType(dict(zip(SCALES, fitted[:-1], strict=True))), fitted[-1], same, len(samples) - same,
        loss=(sum(_loss(a, s) for a, _, s in odds) / count, sum(_loss(b, s) for _, b, s in odds) / count),
        right=(sum((a > 0) == s for a, _, s in odds) / count, sum((b > 0) == s for _, b, s in odds) / count),
    )  # fmt: skip


_SHIPPED = (1.0, 1.0, 1.0, 1.0, 0.0)


def _odds(one: Sample, weights: Sequence[float], params: Params) -> float:
    """Log odds in bits."""
    scales = sum(one.bits.get(name, 0.0) * weight for name, weight in zip(SCALES, weights, strict=False))
    return params.slope * (params.prior + weights[-1] + one.rest + scales)


def _loss(odds: float, same: bool) -> float:
    return math.log2(1 + math.pow(2, min(60.0, -odds if same else odds)))


def _fit(samples: Sequence[Sample], params: Params, doubt: float) -> tuple[float, ...]:
    import numpy as np  # slow to import, and only whoever learns needs them
    from scipy import optimize

    sums = np.array([[one.bits.get(name, 0.0) for name in SCALES] + [1.0] for one in samples]).reshape(-1, 5)
    rest = np.array([params.prior + one.rest for one in samples])
    sign = np.array([1.0 if one.same else -1.0 for one in samples])
    start, ease = np.array(_SHIPPED), np.array([1.0, 1.0, 1.0, 1.0, 1 / 16])  # four bits of lean weigh as one factor

    def cost(weights: Any) -> Any:
        odds = sign * params.slope * (sums @ weights + rest) * math.log(2)
        away = weights - start
        pull = -(sign / (1 + np.exp(np.clip(odds, -60, 60)))) * params.slope * math.log(2)
        return np.logaddexp(0, -odds).sum() + doubt * (ease * away**2).sum(), sums.T @ pull + 2 * doubt * ease * away

    bounds = [(LEAST_FACTOR, MOST_FACTOR)] * len(SCALES) + [(-MOST_LEAN, MOST_LEAN)]
    found = optimize.minimize(cost, start, jac=True, bounds=bounds, method="L-BFGS-B")
    return tuple(float(value) for value in found.x)


@dataclass(frozen=True, slots=True)
class Mixture:
    """Fellegi and Sunter's model: per field and level, how often it is seen among same (m) and different (u) pairs."""

    share: float
    m: tuple[Mapping[int, float], ...]
    u: tuple[Mapping[int, float], ...]

    def bits(self, levels: Sequence[int | None]) -> float:
        """The sum of weights of one pair; a level of None (a value missing) says nothing."""
        return sum(
            math.log2(self.m[field].get(level, 1e-6) / self.u[field].get(level, 1e-6))
            for field, level in enumerate(levels)
            if level is not None
        )

    def probability(self, levels: Sequence[int | None]) -> float:
        odds = math.log2(self.share / (1 - self.share)) + self.bits(levels)
        return 1 / (1 + math.pow(2, max(-60.0, min(60.0, -odds))))


def learn(
    pairs: Iterable[Sequence[int | None]],
    *,
    random_pairs: Iterable[Sequence[int | None]],
    share: float = 0.05,
    rounds: int = 30,
    out_of: int | None = None,
) -> Mixture:
    """Fit the mixture without labels: u from pairs drawn at random, m and the share by expectation-maximisation.

    ``pairs``: level vectors of candidate pairs, 0 = differs, higher = agrees better; equal vectors are counted once.
    ``out_of``: how many pairs the candidates were picked from by their keys. What was not picked counts as different:
    the share is then that of all pairs, as u is, and two strangers who share the keys are not taken for one person.
    """
    counted = Counter(tuple(pair) for pair in pairs)
    everything = max(1, out_of or sum(counted.values()))
    u = _shares(Counter(tuple(pair) for pair in random_pairs))
    highest = [max((v[field] or 0 for v in counted), default=0) for field in range(len(u))]
    m: list[dict[int, float]] = [
        {level: 0.9 if level == top else 0.1 / max(1, top) for level in range(top + 1)} for top in highest
    ]
    for _ in range(rounds):
        model = Mixture(share, tuple(m), tuple(u))
        weighed = {vector: count * model.probability(vector) for vector, count in counted.items()}
        share = min(0.999, max(1e-12, sum(weighed.values()) / everything))
        m = _shares(weighed)
    return Mixture(share, tuple(m), tuple(u))


def _shares(counted: Mapping[tuple[int | None, ...], float]) -> list[dict[int, float]]:
    """Per field: the share of every level among the pairs that have a value, never quite zero."""
    fields = len(next(iter(counted), ()))
    tables: list[dict[int, float]] = []
    for field in range(fields):
        seen: Counter[int] = Counter()
        for vector, count in counted.items():
            level = vector[field]
            if level is not None:
                seen[level] += count  # type: ignore[assignment]
        total = sum(seen.values())
        tables.append({level: (seen[level] + 0.01) / (total + 0.05) for level in range(max(seen, default=0) + 1)})
    return tables

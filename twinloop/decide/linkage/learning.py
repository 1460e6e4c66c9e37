"""Weights from data: from what people confirmed and refused, or, without any label, by expectation-maximisation."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from twinloop.decide.linkage.params import Params
from twinloop.decide.linkage.sides import Evidence

_STEPS, _RATE = 400, 0.5
_LEAST, _MOST = 0.4, 1.8  # a weight is stretched within these bounds: few samples may not turn it round


@dataclass(frozen=True, slots=True)
class Sample:
    """A pair that was judged: what spoke for and against, and whether a person (or the truth) says same quarrel."""

    evidence: tuple[Evidence, ...]
    same: bool


def loss(samples: Sequence[Sample], params: Params, stretch: Mapping[str, float] | None = None) -> float:
    """Mean log loss in bits of the probabilities that the weights give."""
    total = 0.0
    for sample in samples:
        odds = params.slope * (params.prior + _sum(sample, stretch or {}))
        total += math.log2(1 + math.pow(2, min(60.0, -odds if sample.same else odds)))
    return total / max(1, len(samples))


def _sum(sample: Sample, stretch: Mapping[str, float]) -> float:
    return sum(found.bits * stretch.get(found.code, 1.0) for found in sample.evidence)


def from_confirmations(
    samples: Sequence[Sample], params: Params, *, ridge: float = 8.0
) -> tuple[Params, dict[str, float]]:
    """Prior and slope fitted, every kind of evidence stretched, held near 1 by ``ridge`` samples' worth of doubt.

    Returns the new parameters and the stretches; weights that are levels of one scale keep their order.
    """
    stretch: dict[str, float] = defaultdict(lambda: 1.0)
    slope, prior, size = params.slope, params.prior, max(1, len(samples))
    for _ in range(_STEPS):
        gradient: dict[str, float] = defaultdict(float)
        by_slope = by_prior = 0.0
        for sample in samples:
            total = prior + _sum(sample, stretch)
            miss = sample.same - 1 / (1 + math.pow(2, max(-60.0, min(60.0, -slope * total))))
            by_slope += miss * total
            by_prior += miss * slope
            for found in sample.evidence:
                gradient[found.code] += miss * slope * found.bits
        for code, pull in gradient.items():
            step = _RATE * (pull - ridge * (stretch[code] - 1.0)) / size
            stretch[code] = min(_MOST, max(_LEAST, stretch[code] + step))
        slope = min(3.0, max(0.2, slope + _RATE * 0.1 * by_slope / size))
        prior = min(0.0, max(-40.0, prior + _RATE * by_prior / size))
    weights = {code: bits * stretch.get(code, 1.0) for code, bits in params.weights.items()}
    return replace(params, prior=prior, slope=slope, weights=MappingProxyType(weights)), dict(stretch)


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

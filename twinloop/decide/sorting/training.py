"""Learning: a linear machine (squared hinge, L-BFGS), then a temperature and a threshold on folds it never saw.

Run ``python -m twinloop.decide.sorting.training`` after the corpus changed; a test asks that the model is fresh.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import optimize, sparse

from twinloop.decide.sorting import corpus
from twinloop.decide.sorting.codes import SortingLabel
from twinloop.decide.sorting.corpus import FOLDS, Sample
from twinloop.decide.sorting.features import Array, Grams, features, sizes
from twinloop.decide.sorting.model import SHIPPED, Model, pack, relative
from twinloop.decide.sorting.texts import plain

LABELS = tuple(SortingLabel)
PENALTY = 1.0  # 1 / C of the usual notation; 1 to 3 did equally well on whole texts it had not seen
RIGHT, ABSTAIN_AT_MOST = 0.95, 0.30  # quality.md P9
# Letters of real people stray further from ours than the calls of a desk do, so that confidence is drawn back with the
# length, as far as letters of hands that were not read allow: their likelihood is best at 0, by one standard error no
# worse up to 0.1.
LONGER = 0.1
LEARNT = (
    3  # characters of the longest gram learnt: four taught a hand that it had not read no more (methods/sorting.md)
)
LEAST_TEXTS = 2  # under which a gram is left out
MOST_FEATURES = 240_000  # shipped: those of the greatest weight, so that the file stays small


@dataclass(frozen=True)
class Trained:
    """A model with what it reached on frames it had not seen."""

    model: Model
    accuracy: float
    kept: float
    right_where_kept: float
    calibration_error: float


def read(samples: Sequence[Sample]) -> list[Grams]:
    return [features(plain(sample.text)) for sample in samples]


def fit(counts: Sequence[Grams], samples: Sequence[Sample], weights: Array | None = None, rounds: int = 45) -> Model:
    """One model over all samples; `weights` one a sample (local cases weigh more)."""
    codes = _vocabulary(counts)
    matrix, idf = _matrix(counts, codes)
    answers = np.array([LABELS.index(sample.label) for sample in samples])
    many = np.bincount(answers, weights=[sample.share for sample in samples], minlength=len(LABELS))
    balance = many.sum() / (len(LABELS) * np.maximum(many, 1))
    share = balance[answers] * np.array([sample.share for sample in samples]) * (1 if weights is None else weights)
    solved = _solve(matrix, answers, share, rounds)
    weight, bias = solved[:-1].astype(np.float32), solved[-1].astype(np.float32)
    labels = tuple(label.value for label in LABELS)
    return Model("unnamed", corpus.fingerprint(), labels, codes, idf, weight, bias, 1.0, 0.5)


def _vocabulary(read: Sequence[Grams]) -> Array:
    codes, often = np.unique(np.concatenate([one.codes for one in read]), return_counts=True)
    kept: Array = codes[(often >= LEAST_TEXTS) & (sizes(codes) <= LEARNT)]
    return kept


def _lean(model: Model) -> Model:
    """Without the features that hardly speak for or against any label."""
    said = np.abs(model.weights).max(axis=1) * model.idf
    kept = np.sort(np.argsort(-said, kind="stable")[:MOST_FEATURES])
    return replace(model, codes=model.codes[kept], idf=model.idf[kept], weights=model.weights[kept])


def _matrix(read: Sequence[Grams], known: Array) -> tuple[Any, Array]:
    codes, often = np.concatenate([one.codes for one in read]), np.concatenate([one.often for one in read])
    column = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    kept = known[column] == codes
    ends = np.cumsum([0, *(len(one.codes) for one in read)])
    starts = np.concatenate([[0], np.cumsum(kept)])[ends]
    values = (1 + np.log(often[kept])).astype(np.float32)
    matrix = sparse.csr_matrix((values, column[kept], starts), shape=(len(read), len(known)))
    met = np.bincount(matrix.indices, minlength=len(known))
    idf = (np.log((1 + len(read)) / (1 + met)) + 1).astype(np.float32)
    matrix = matrix @ sparse.diags(idf)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(length, 1e-9)) @ matrix, idf


def _solve(matrix: Any, answers: Array, share: Array, rounds: int) -> Array:
    """Weights and, in the last row, the bias: each label against the rest, least weighted squared hinge loss."""
    size, labels = matrix.shape[1], len(LABELS)
    told = np.full((len(answers), labels), -1.0, dtype=np.float32)
    told[np.arange(len(answers)), answers] = 1
    turned, share = matrix.T.tocsr(), share.astype(np.float32)

    def loss(flat: Array) -> tuple[float, Array]:
        weight = flat.reshape(size + 1, labels).astype(np.float32)
        short = np.maximum(1 - told * (matrix @ weight[:-1] + weight[-1]), 0)
        error = -2 * told * short * share[:, None]
        slope = np.vstack([turned @ error + PENALTY * weight[:-1], error.sum(axis=0)])
        lost = (share[:, None] * short**2).sum() + 0.5 * PENALTY * (weight[:-1] ** 2).sum()
        return float(lost), slope.ravel().astype(np.float64)

    start = np.zeros((size + 1) * labels)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 8})
    solved: Array = found.x.reshape(size + 1, labels)
    return solved


def train(samples: Sequence[Sample], *, weights: Array | None = None, say: Callable[[str], object] = str) -> Trained:
    """Fit on everything; temperature and threshold by cross-validation over whole frames and whole hands.

    Confidence is set on whole texts alone, abstention on whole letters, if there are any.
    """
    counts = read(samples)
    say(f"{len(samples)} texts")
    scores, answers = _unseen(counts, samples, weights, say)
    scores = scores / np.array([[relative(one) ** LONGER] for one in counts])
    told = _chosen([sample.is_whole for sample in samples])
    letters = _chosen([sample.is_whole and sample.is_letter for sample in samples])
    temperature = _temperature(scores[told], answers[told])
    shares = _softmax(scores / temperature)
    threshold = _threshold(shares[letters], answers[letters])
    say("all")
    model = _lean(fit(counts, samples, weights, rounds=70))
    named = replace(model, version=_version(samples), temperature=temperature, threshold=threshold, longer=LONGER)
    best, right = shares.max(axis=1), shares.argmax(axis=1) == answers
    kept = best >= np.array([named.least(one) for one in counts])
    figures = (float(right.mean()), float(kept.mean()), float(right[kept].mean()), calibration_error(best, right))
    return Trained(named, *figures)


def _chosen(wanted: Sequence[bool]) -> Array:
    """Those, or all where there are none."""
    return np.array(wanted) if any(wanted) else np.ones(len(wanted), dtype=bool)


def _unseen(
    counts: Sequence[Grams], samples: Sequence[Sample], weights: Array | None, say: Callable[[str], object]
) -> tuple[Array, Array]:
    scores = np.zeros((len(samples), len(LABELS)))
    answers = np.array([LABELS.index(sample.label) for sample in samples])
    fold = np.array([sample.group % FOLDS for sample in samples])
    for part in range(FOLDS):
        say(f"fold {part + 1} of {FOLDS}")
        inside, outside = np.flatnonzero(fold != part).tolist(), np.flatnonzero(fold == part).tolist()
        own = None if weights is None else weights[inside]
        model = fit([counts[n] for n in inside], [samples[n] for n in inside], own, rounds=30)
        for n in outside:
            scores[n] = np.log(np.maximum(model.probabilities(counts[n])[0], 1e-12))
    return scores, answers


def _softmax(scores: Array) -> Array:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Array = shares / shares.sum(axis=1, keepdims=True)
    return result


def _temperature(scores: Array, answers: Array) -> float:
    """The one that makes the answers likeliest."""
    tried = np.geomspace(0.03, 3.0, 93)
    lost = [-np.log(np.maximum(_softmax(scores / t)[np.arange(len(answers)), answers], 1e-12)).mean() for t in tried]
    return float(tried[int(np.argmin(lost))])


def _threshold(shares: Array, answers: Array) -> float:
    """The least confidence above which RIGHT are right; ABSTAIN_AT_MOST abstain."""
    best, right = shares.max(axis=1), shares.argmax(axis=1) == answers
    order = np.argsort(-best)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= RIGHT)
    wanted = best[order[good[-1]]] if len(good) else best.max()
    return float(min(wanted, np.quantile(best, ABSTAIN_AT_MOST)))


def calibration_error(best: Array, right: Array, bins: int = 10) -> float:
    """Expected calibration error: mean gap between confidence and share of right answers, over equal bins."""
    place = np.minimum((best * bins).astype(int), bins - 1)
    gaps = [abs(best[place == n].mean() - right[place == n].mean()) * (place == n).mean() for n in range(bins)
            if (place == n).any()]  # fmt: skip
    return float(sum(gaps))


def _version(samples: Sequence[Sample]) -> str:
    digest = hashlib.sha256("\n".join(f"{s.label}\t{s.text}" for s in samples).encode()).hexdigest()
    return f"sorting-{digest[:10]}"


def main() -> None:
    """Train the shipped model and write it."""
    import sys

    trained = train(corpus.samples(), say=lambda word: sys.stderr.write(f"{word}\n"))
    SHIPPED.write_bytes(pack(trained.model))
    sys.stderr.write(
        f"{trained.model.version}: unseen frames {trained.accuracy:.3f}, kept {trained.kept:.3f}, right where kept "
        f"{trained.right_where_kept:.3f}, ECE {trained.calibration_error:.3f}, T {trained.model.temperature:.2f}, "
        f"threshold {trained.model.threshold:.2f}\n"
    )


if __name__ == "__main__":
    main()

"""The linear model: TF-IDF over `features`, one weight a feature and label, a temperature by length, a softmax.

Kept as one compressed numpy file (weights as whole numbers of eight bits); reading needs numpy alone.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

SHIPPED = Path(__file__).parents[1] / "defaults" / "sorting.npz"
USUAL, SHORTEST, LONGEST = 100, 30, 600  # characters
# A call is typed while the caller can still be asked: saying nothing costs a question, a wrong type four times as much,
# so that a type is put forward from 1 - 1/4 on (C. K. Chow 1970). Who sorts a letter has nobody to ask.
CALL = 0.75
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Model:
    """`weights`: features × labels; `threshold`: under this confidence it abstains from sorting a letter.

    `temperature`: of a text of `USUAL` characters; it grows with the length to the power of `longer`.
    """

    version: str
    corpus: str
    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]
    idf: Array
    weights: Array
    bias: Array
    temperature: float
    threshold: float
    longer: float = 0.0

    def least(self, counts: Mapping[str, int]) -> float:
        """From which confidence a label is put forward: `CALL` up to a text of `USUAL` characters, `threshold` from
        twice as many on, in between evenly."""
        beyond = min(1.0, max(0.0, relative(counts) - 1))
        return max(self.threshold, CALL - beyond * (CALL - self.threshold))

    def probabilities(self, counts: Mapping[str, int]) -> tuple[Array, dict[str, Array]]:
        """Share of each label, and what each known feature gave to each label."""
        known = [(name, self.vocabulary[name]) for name in counts if name in self.vocabulary]
        if not known:
            return np.full(len(self.labels), 1 / len(self.labels)), {}
        rows = np.fromiter((row for _, row in known), dtype=np.int64, count=len(known))
        often = np.fromiter((counts[name] for name, _ in known), dtype=np.float32, count=len(known))
        values = (1 + np.log(often)) * self.idf[rows]
        values /= np.sqrt(values @ values)
        given = self.weights[rows] * values[:, None]
        scores = (given.sum(axis=0) + self.bias) / (self.temperature * relative(counts) ** self.longer)
        shares = np.exp(scores - scores.max())
        return shares / shares.sum(), {name: given[n] for n, (name, _) in enumerate(known)}


def relative(counts: Mapping[str, int]) -> float:
    """The length of a text against `USUAL`, from the single characters among its features."""
    length = sum(often for name, often in counts.items() if len(name) == 1)
    return min(LONGEST, max(SHORTEST, length)) / USUAL


def pack(model: Model) -> bytes:
    """The model as a file: weights rounded to 1/127 of each label's greatest."""
    scale = np.maximum(np.abs(model.weights).max(axis=0), 1e-9) / 127
    held = io.BytesIO()
    np.savez_compressed(
        held,
        meta=np.array([model.version, model.corpus, "\t".join(model.labels)]),
        vocabulary=np.frombuffer("\n".join(model.vocabulary).encode(), dtype=np.uint8),
        idf=model.idf.astype(np.float16),
        weights=np.round(model.weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=model.bias.astype(np.float32),
        figures=np.array([model.temperature, model.threshold, model.longer], dtype=np.float64),
    )
    return held.getvalue()


def unpack(data: bytes) -> Model:
    """Raises ``ValueError`` or ``KeyError`` where the file is no model."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        version, corpus, labels = (str(text) for text in held["meta"])
        words = held["vocabulary"].tobytes().decode().split("\n")
        return Model(
            version=version,
            corpus=corpus,
            labels=tuple(labels.split("\t")),
            vocabulary={word: n for n, word in enumerate(words)},
            idf=held["idf"].astype(np.float32),
            weights=held["weights"].astype(np.float32) * held["scale"],
            bias=held["bias"],
            temperature=float(held["figures"][0]),
            threshold=float(held["figures"][1]),
            longer=float(held["figures"][2]) if len(held["figures"]) > 2 else 0.0,  # learnt before lengths were told
        )


@cache
def shipped() -> Model:
    """The model of the first day."""
    return unpack(SHIPPED.read_bytes())

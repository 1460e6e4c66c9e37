"""The linear model: TF-IDF over `features`, one weight a feature and label, a temperature by length, a softmax.

Kept as one compressed numpy file (weights as whole numbers of eight bits); reading needs numpy alone.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from twinloop.decide.sorting.features import Array, Grams, coded, named

SHIPPED = Path(__file__).parents[1] / "defaults" / "sorting.npz"
USUAL, SHORTEST, LONGEST = 100, 30, 600  # characters
# A call is typed while the caller can still be asked: saying nothing costs a question, a wrong type four times as much,
# so that a type is put forward from 1 - 1/4 on (C. K. Chow 1970). Who sorts a letter has nobody to ask.
CALL = 0.75


@dataclass(frozen=True)
class Given:
    """What each known gram of a text gave to each label: its value there times its weight, of all exactly."""

    codes: Array
    values: Array
    weights: Array

    def to(self, label: int, other: int) -> Array:
        """What each gave to `label` rather than to `other`, which counts by half."""
        gain: Array = self.values * (self.weights[:, label] - 0.5 * self.weights[:, other])
        return gain


@dataclass(frozen=True)
class Model:
    """`codes`: the grams it knows, ascending; `weights`: grams × labels, whole numbers of eight bits where they were
    read from a file, each label's in its own `scale`; `threshold`: under this confidence it abstains from sorting a
    letter.

    `temperature`: of a text of `USUAL` characters; it grows with the length to the power of `longer`.
    """

    version: str
    corpus: str
    labels: tuple[str, ...]
    codes: Array
    idf: Array
    weights: Array
    bias: Array
    temperature: float
    threshold: float
    longer: float = 0.0
    scale: Array | None = None

    def least(self, grams: Grams) -> float:
        """From which confidence a label is put forward: `CALL` up to a text of `USUAL` characters, `threshold` from
        twice as many on, in between evenly."""
        beyond = min(1.0, max(0.0, relative(grams) - 1))
        return max(self.threshold, CALL - beyond * (CALL - self.threshold))

    def probabilities(self, grams: Grams) -> tuple[Array, Given]:
        """Share of each label, and what each known gram gave to each label."""
        rows = np.minimum(np.searchsorted(self.codes, grams.codes), len(self.codes) - 1)
        known = self.codes[rows] == grams.codes
        rows, codes = rows[known], grams.codes[known]
        weights = self.weights[rows].astype(np.float32)
        if not len(rows):
            return np.full(len(self.labels), 1 / len(self.labels)), Given(codes, np.zeros(0), weights)
        if self.scale is not None:
            weights *= self.scale
        values = (1 + np.log(grams.often[known])) * self.idf[rows]
        values /= np.sqrt(values @ values)
        scores = (values @ weights + self.bias) / (self.temperature * relative(grams) ** self.longer)
        shares = np.exp(scores - scores.max())
        return shares / shares.sum(), Given(codes, values, weights)


def relative(grams: Grams) -> float:
    """The length of a text against `USUAL`."""
    return min(LONGEST, max(SHORTEST, grams.length)) / USUAL


def pack(model: Model) -> bytes:
    """The model as a file: weights rounded to 1/127 of each label's greatest."""
    weights = model.weights if model.scale is None else model.weights * model.scale
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    held = io.BytesIO()
    np.savez_compressed(
        held,
        meta=np.array([model.version, model.corpus, "\t".join(model.labels)]),
        vocabulary=np.frombuffer("\n".join(map(named, model.codes.tolist())).encode(), dtype=np.uint8),
        idf=model.idf.astype(np.float16),
        weights=np.round(weights / scale).astype(np.int8),
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
        codes = coded(words)
        order = np.argsort(codes, kind="stable")
        return Model(
            version=version,
            corpus=corpus,
            labels=tuple(labels.split("\t")),
            codes=codes[order],
            idf=held["idf"][order].astype(np.float32),
            weights=held["weights"][order],
            bias=held["bias"],
            scale=held["scale"],
            temperature=float(held["figures"][0]),
            threshold=float(held["figures"][1]),
            longer=float(held["figures"][2]) if len(held["figures"]) > 2 else 0.0,  # learnt before lengths were told
        )


@cache
def shipped() -> Model:
    """The model of the first day."""
    return unpack(SHIPPED.read_bytes())

"""The public verb: one narrative, one suggestion."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

import numpy as np

from twinloop.decide.sorting import flags, model
from twinloop.decide.sorting.codes import Choice, Reason, Sorted, SortingDoubt, SortingLabel, SortingReason
from twinloop.decide.sorting.features import features, named, sizes
from twinloop.decide.sorting.model import Given, Model
from twinloop.decide.sorting.texts import plain

PHRASES, BESIDE = 4, 2  # shown for the type, and for the next one
CLOSE = 0.6  # the second this near to the first: two matters, or one on a border
SHORTEST_SHOWN = 2  # characters
LEAST_CHARACTERS, LEAST_KNOWN = 3, 4  # under these a text says nothing


def version(held: Model | None = None) -> str:
    """Which model answers."""
    return (held or model.shipped()).version


def sort(
    text: str, held: Model | None = None, *, least: float | None = None, closed: Collection[str] = frozenset()
) -> Sorted:
    """Sort one narrative with `held` (else the shipped model).

    Deterministic; white space and full-width forms make no difference. Where it abstains the best guess still stands.
    `least`: confidence from which a label is put forward (None: as the model was measured); `closed`: types that the
    district gives no more, which are never put forward.
    """
    held = held or model.shipped()
    read = plain(text)
    if not any(character.isalnum() for character in read):
        return Sorted(SortingLabel.OTHER, 0.0, (), (), (), SortingDoubt.EMPTY, held.version)
    grams = features(read)
    shares, given = held.probabilities(grams)
    order = [n for n in np.argsort(-shares, kind="stable") if held.labels[n] not in closed]
    choices = [Choice(SortingLabel(held.labels[n]), float(shares[n])) for n in order[:4]]
    reasons = [Reason(SortingReason.PHRASES, choices[0].label, _phrases(read, given, order[0], order[1], PHRASES))]
    if choices[1].confidence > 0.15:
        beside = _phrases(read, given, order[1], order[0], BESIDE)
        reasons.append(Reason(SortingReason.BESIDE, choices[1].label, beside))
    said = tuple(reason for reason in reasons if reason.phrases)
    doubt = _doubt(read, given, choices, held.least(grams) if least is None else least)
    return Sorted(choices[0].label, choices[0].confidence, tuple(choices[1:]), said, flags.find(read), doubt,
                  held.version)  # fmt: skip


def _doubt(read: str, given: Given, choices: list[Choice], threshold: float) -> SortingDoubt | None:
    words = (name for name in map(named, given.codes.tolist()) if len(name) >= SHORTEST_SHOWN and name.isalnum())
    if len(read) < LEAST_CHARACTERS or len(list(islice(words, LEAST_KNOWN))) < LEAST_KNOWN:
        return SortingDoubt.NONSENSE
    if choices[0].confidence >= threshold:
        return None
    close = choices[1].confidence > CLOSE * choices[0].confidence
    return SortingDoubt.CLOSE if close else SortingDoubt.UNSURE


def _phrases(read: str, given: Given, label: int, other: int, most: int) -> tuple[str, ...]:
    """The words of the text that spoke most for `label` rather than `other`; none inside another."""
    gain = given.to(label, other) * np.sqrt(sizes(given.codes))
    shown: list[str] = []
    order = np.argsort(-gain, kind="stable")[: int((gain > 0).sum())]
    for name in map(named, given.codes[order].tolist()):
        if len(shown) == most:
            break
        if len(name) < SHORTEST_SHOWN or not name.isalnum() or name not in read:
            continue
        if not any(name in one or one in name or _overlap(one, name, read) for one in shown):
            shown.append(name)
    return tuple(shown)


def _overlap(one: str, two: str, read: str) -> bool:
    """Whether two grams are cut from one stretch of the text."""
    for first, second in ((one, two), (two, one)):
        for size in range(1, min(len(first), len(second))):
            if first[-size:] == second[:size] and first + second[size:] in read:
                return True
    return False

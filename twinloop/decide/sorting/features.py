"""What the linear model reads: character strings of one to four, each as one whole number.

A gram may hold a punctuation mark: that a clause begins with 要求 says more than that it holds it.
Nothing about a person enters: only words of the matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from twinloop.decide.sorting.texts import blunt

LONGEST = 4  # characters of a gram: sixteen bits each, so that one fits into a number of 64
HEAD, TAIL = 900, 300  # of a long letter only so much is read
_MOST, _RARE = 0xFFFF, 0xFFFD  # a character that sixteen bits do not hold is read as one that stands for any such
_PLACE = np.array([48, 32, 16, 0], dtype=np.uint64)  # of each character in the number
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Grams:
    """`codes` in ascending order, each once, with how `often`; `length`: characters read."""

    codes: Array
    often: Array
    length: int


def features(text: str) -> Grams:
    """The grams of a text that went through `texts.plain`."""
    read = blunt(text)
    if len(read) > HEAD + TAIL:
        read = read[:HEAD] + "。" + read[-TAIL:]
    characters = _numbers(read)
    grams = [characters << _PLACE[0]]
    for size in range(1, LONGEST):
        grams.append(grams[-1][:-1] | (characters[size:] << _PLACE[size]))
    codes, often = np.unique(np.concatenate(grams), return_counts=True)
    return Grams(codes, often.astype(np.float32), len(characters))


def coded(grams: list[str]) -> Array:
    """Each gram as `features` writes it: its characters from the left, zeros for what is missing."""
    characters = _numbers("".join(gram.ljust(LONGEST, "\0") for gram in grams)).reshape(-1, LONGEST)
    codes: Array = np.bitwise_or.reduce(characters << _PLACE, axis=1)
    return codes


@lru_cache(maxsize=16_384)  # of a text some two hundred are asked for, and most texts share the first of them
def named(code: int) -> str:
    """The gram behind a code."""
    return code.to_bytes(8, "big").decode("utf-16-be", "replace").rstrip("\0")


def sizes(codes: Array) -> Array:
    """How many characters each gram has."""
    found: Array = 1 + sum((codes << place != 0).astype(np.float32) for place in _PLACE[:-1])
    return found


def _numbers(text: str) -> Array:
    numbers = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    numbers[numbers > _MOST] = _RARE
    return numbers

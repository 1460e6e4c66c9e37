"""What the linear model reads: character strings of one to four and the lexicon's notions.

A gram never crosses punctuation. The opening (a letter's title, a call's first words) and the last sentence, where what
is asked stands, count twice. Nothing about a person enters: only words of the matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from twinloop.decide.sorting.texts import blunt

LONGEST = 4  # characters of a gram
OPENING, CLOSING = 36, 30  # characters that count twice
HEAD, TAIL = 560, 240  # of a long letter only so much is read
LEXICON = Path(__file__).parents[1] / "sorting_corpus" / "lexicon.txt"
_STOP = re.compile(r"[^\w]+|_")


@cache
def notions() -> Mapping[str, str]:
    """Word → the notion it stands for, from the lexicon."""
    found: dict[str, str] = {}
    for line in LEXICON.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, words = line.split(":", 1)
            found |= {word: name for word in words.split() if word not in found}
    return found


def features(text: str) -> dict[str, int]:
    """Feature → how often, of a text that went through `texts.plain`."""
    read = blunt(text)
    if len(read) > HEAD + TAIL:
        read = read[:HEAD] + "。" + read[-TAIL:]
    counts: dict[str, int] = {}
    _count(read, counts)
    _count(read[:OPENING], counts)
    if len(read) > OPENING + CLOSING:
        _count(read[-CLOSING:], counts)
    known = notions()
    counts |= {"#" + name: 1 for name in sorted({known[gram] for gram in counts.keys() & known.keys()})}
    return counts


def _count(text: str, counts: dict[str, int]) -> None:
    for run in _STOP.split(text):
        length = len(run)
        for size in range(1, LONGEST + 1):
            for start in range(length - size + 1):
                gram = run[start : start + size]
                counts[gram] = counts.get(gram, 0) + 1

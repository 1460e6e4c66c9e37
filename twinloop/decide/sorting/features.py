"""What the linear model reads: character strings of one to four.

A gram may hold a punctuation mark: that a clause begins with 要求 says more than that it holds it.
Nothing about a person enters: only words of the matter.
"""

from __future__ import annotations

from collections import Counter

from twinloop.decide.sorting.texts import blunt

LONGEST = 4  # characters of a gram
HEAD, TAIL = 900, 300  # of a long letter only so much is read


def features(text: str) -> dict[str, int]:
    """Feature → how often, of a text that went through `texts.plain`."""
    read = blunt(text)
    if len(read) > HEAD + TAIL:
        read = read[:HEAD] + "。" + read[-TAIL:]
    length = len(read)
    sizes = range(1, LONGEST + 1)
    return Counter(read[start : start + size] for size in sizes for start in range(length - size + 1))

"""What the linear model reads: character strings of one to four.

A gram may hold a punctuation mark: that a clause begins with 要求 says more than that it holds it.
Nothing about a person enters: only words of the matter.
"""

from __future__ import annotations

from twinloop.decide.sorting.texts import blunt

LONGEST = 4  # characters of a gram
HEAD, TAIL = 900, 300  # of a long letter only so much is read


def features(text: str) -> dict[str, int]:
    """Feature → how often, of a text that went through `texts.plain`."""
    read = blunt(text)
    if len(read) > HEAD + TAIL:
        read = read[:HEAD] + "。" + read[-TAIL:]
    counts: dict[str, int] = {}
    length = len(read)
    for size in range(1, LONGEST + 1):
        for start in range(length - size + 1):
            gram = read[start : start + size]
            counts[gram] = counts.get(gram, 0) + 1
    return counts

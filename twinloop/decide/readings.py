"""How characters are read, without tones: pypinyin's answers from a table of its own.

pypinyin holds its words in 47 MB a process and takes half a second to load; the same lists as text take 2 MB and
10 ms, and a name is read four times as fast. `tests/decide/readings.py` writes the table, a property test compares.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).parent / "defaults" / "readings.txt"


class Table(NamedTuple):
    """`syllables` by number; `numbers`: of each code point (0: no Chinese character, 1: one without a reading);
    `words`: the first character → the rests of its words between spaces; `odd`: words not read as their characters are.
    """

    syllables: tuple[str, ...]
    numbers: array[int]
    words: dict[str, str]
    odd: dict[str, str]


@cache
def table() -> Table:
    """Read once, when something is first to be read aloud."""
    _head, silent, sounds, words, odd = TABLE.read_text(encoding="utf-8").split("\n\n")
    spans = [(int(first, 16), int(last, 16)) for first, last in (span.split("-") for span in silent.split())]
    numbers = array("H", bytes(2 * (1 + max(last for _first, last in spans))))
    for first, last in spans:
        numbers[first : last + 1] = array("H", [1]) * (last + 1 - first)
    syllables = ["", ""]
    for line in sounds.split("\n"):
        syllable, _, characters = line.partition(" ")
        for character in characters:
            numbers[ord(character)] = len(syllables)
        syllables.append(syllable)
    return Table(
        tuple(syllables),
        numbers,
        {line[0]: f"{line[1:]} " for line in words.split("\n")},
        dict(line.split(" ", 1) for line in odd.splitlines()),
    )


def read(text: str, *, keep: bool = True) -> tuple[str, ...]:
    """A syllable for each character; one without a reading stands for itself, or is left out where not to `keep`."""
    held = table()
    said: list[str] = []
    for part, known in _parts(text, held):
        if known:
            for word in _cut(part, held):
                said += held.odd[word].split(" ") if word in held.odd else (_alone(c, held) for c in word)
        elif keep:
            said += part
    return tuple(said) if keep else tuple(filter(str.isascii, said))


def _parts(text: str, held: Table) -> Iterator[tuple[str, bool]]:
    """Stretches of Chinese characters, and what stands between them."""
    begun, was = 0, False
    for at, character in enumerate(text):
        known = ord(character) < len(held.numbers) and held.numbers[ord(character)] > 0
        if known is not was:
            yield text[begun:at], was
            begun, was = at, known
    yield text[begun:], was


def _cut(part: str, held: Table) -> Iterator[str]:
    """The longest word from the left, again and again. A tail that only begins a word is cut into its characters."""
    at, end = 0, len(part)
    while at < end:
        rests, reached, found = held.words.get(part[at], ""), at + 1, at + 1
        while reached < end and f" {part[at + 1 : reached + 1]}" in rests:
            reached += 1
            if f" {part[at + 1 : reached]} " in rests:
                found = reached
        if reached == end and found == at + 1:
            yield from part[at:]
            return
        yield part[at:found]
        at = found


def _alone(character: str, held: Table) -> str:
    return held.syllables[held.numbers[ord(character)]] or character

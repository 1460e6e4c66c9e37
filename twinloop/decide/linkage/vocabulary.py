"""The word lists behind the comparison, read once from ``vocabulary.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from twinloop.decide import readings

_RAW = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))


def _words(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_RAW[name].split()))


SURNAMES = frozenset("".join(_RAW["surnames"].split()))
COMMON_GIVENS = frozenset(_words("common_givens"))
COMPOUND_SURNAMES = frozenset(_words("compound_surnames"))
# The commonest in rank order with the share of people who bear them, in percent (Ministry of Public Security, 2020).
_SHARES = (7.2, 7.2, 6.8, 5.4, 4.5, 3.1, 2.3, 2.2, 2.1, 2.0, 1.9, 1.6, 1.5, 1.4, 1.3, 1.2, 1.2, 1.1, 1.0, 1.0)
SURNAME_SHARE = {
    name: share / 100 for name, share in zip("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗", _SHARES, strict=True)
}
GENERIC = frozenset(_words("generic"))
KIN = _words("kin")
TITLES = _words("titles")
ORGANISATION_ENDS = _words("organisation_ends")
OTHER_KINDS = _words("other_kinds")
ASKING = _words("asking")
QUARRELLING = _words("quarrelling")
TELLERS = _words("tellers")
FIRM_ENDS = _words("firm_ends")
BOILERPLATE = frozenset(_words("boilerplate"))
COMMON = frozenset(_words("common"))
SURE_CHARACTERS = frozenset(_words("sure_characters"))
MATTER_OF: dict[str, tuple[str, ...]] = {}
for _matter, _list in _RAW["matters"].items():
    for _word in _list.split():
        MATTER_OF[_word] = (*MATTER_OF.get(_word, ()), _matter)


def any_of(words: tuple[str, ...] | frozenset[str]) -> str:
    """A regular expression for one of the words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


@cache
def sound(character: str) -> str:
    """The syllable as southern ears hear it: no tone, zh = z, ng = n, n = l, f = h; the character itself if unknown."""
    syllable = readings.read(character)[0]
    if not syllable.isascii():
        return character
    syllable = re.sub(r"^([zcs])h", r"\1", syllable)
    syllable = re.sub(r"ng$", "n", syllable)
    return re.sub(r"^(n|f)(?=[a-z])", lambda m: {"n": "l", "f": "h"}[m[1]], syllable)


def sounds(text: str) -> tuple[str, ...]:
    return tuple(map(sound, text))

"""Names of places as people say them, and how they sound."""

from __future__ import annotations

import re

from twinloop.decide import readings

_HERDERS = re.compile(r"(?<=嘎查)(?:村民委员会|牧民委员会|委员会|委会)$")
_VILLAGE = re.compile(r"(?:村民委员会|村民委会|村委会)$")
_RESIDENTS = re.compile(r"(?:社区)?(?:居民委员会|居民委会|居委会)$")

# read otherwise in names of places than in the dictionary's first place: either spelling finds the place
_ALSO = {"圩": "xu", "重": "chong", "单": "shan", "曾": "zeng", "解": "xie", "石": "shi", "行": "hang", "埔": "pu"}


def is_village(code: str, name: str) -> bool:
    """A villagers' committee (村委会) rather than a residents' one; by its name, else by the tenth digit (2, 3, 5)."""
    if code.endswith("000") or _RESIDENTS.search(name) or name.endswith("社区"):
        return False
    return bool(_VILLAGE.search(name)) or name.endswith(("村", "嘎查")) or code[9] in "235"


def short_name(code: str, name: str) -> str:
    """江坝村委会 → 江坝村, 正兴村村委会 → 正兴村, 南街居委会 → 南街社区; other names stay."""
    if code.endswith("000"):
        return name
    if herders := _HERDERS.search(name):
        return name[: herders.start()]
    if residents := _RESIDENTS.search(name):
        return f"{name[: residents.start()]}社区"
    if village := _VILLAGE.search(name):
        stem = name[: village.start()]
        return stem if stem.endswith("村") else f"{stem}村"
    return name


def sounds(short: str) -> str:
    """Every spelling with its initials, separated by spaces: 江坝村 → "jiangbacun jbc". At most 240 characters.

    ü is written v. A character with a second reading in names of places gives a second spelling.
    """
    said = readings.read(short)
    spellings = [said, [_ALSO.get(char, sound) for char, sound in zip(short, said, strict=True)]]
    both = (word for spelling in spellings for word in ("".join(spelling), "".join(s[0] for s in spelling)))
    return " ".join(dict.fromkeys(word.lower() for word in both))[:240]

"""The 12 types: codes are fixed, their words, order and use are the district's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from twinloop.decide import Refused
from twinloop.decide.parameters.codes import ParameterRefusal
from twinloop.decide.parameters.figures import keys, whole

CODES = tuple(f"{category}{n}" for category in "ABCD" for n in (1, 2, 3))
LAST = "D3"  # 其他: what fits nowhere else must stay somewhere
LONGEST_NAME, LONGEST_DESCRIPTION = 20, 200
_ALL = ("name", "description", "place", "active")


@dataclass(frozen=True, slots=True)
class TypeWords:
    name: str
    description: str
    place: int
    active: bool


@dataclass(frozen=True, slots=True)
class Types:
    """``words`` by code; empty where nobody has set anything: then the names of the first day hold."""

    words: Mapping[str, TypeWords]

    @property
    def closed(self) -> frozenset[str]:
        return frozenset(code for code, words in self.words.items() if not words.active)


DEFAULTS = Types(MappingProxyType({}))


def read(values: Mapping[str, Any]) -> Types:
    """Raises ``Refused`` with the code of the type: a code more or less, a name missing or twice, D3 closed."""
    if not isinstance(values, Mapping) or set(values) != set(CODES):
        raise Refused(ParameterRefusal.TYPE_CODES)
    found = {code: _words(code, values[code]) for code in CODES}
    names: dict[str, str] = {}
    for code, words in found.items():
        if words.name in names:
            raise Refused(ParameterRefusal.TYPE_NAME_TWICE, one=names[words.name], two=code, name=words.name)
        names[words.name] = code
    if sorted(words.place for words in found.values()) != list(range(1, len(CODES) + 1)):
        raise Refused(ParameterRefusal.TYPE_ORDER, most=len(CODES))
    if not found[LAST].active:
        raise Refused(ParameterRefusal.TYPE_LAST, type=LAST)
    return Types(MappingProxyType(found))


def _words(code: str, row: object) -> TypeWords:
    given = keys(row, _ALL, within=code)
    name, description = (str(given[key]).strip() for key in ("name", "description"))
    if not name:
        raise Refused(ParameterRefusal.TYPE_NAME, type=code)
    if len(name) > LONGEST_NAME or len(description) > LONGEST_DESCRIPTION:
        raise Refused(ParameterRefusal.TYPE_LONG, type=code, name=LONGEST_NAME, description=LONGEST_DESCRIPTION)
    place = whole(given["place"], "place", 1, len(CODES))
    return TypeWords(name, description, place, bool(given["active"]))

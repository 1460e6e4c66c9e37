"""Sets of parameters that an administrator may replace from a day on: what they hold, and what is not taken.

A set is plain JSON, whole and never a part: what held on a day can be read off one row. `read` is the one way in: a set
that it takes keeps every promise of its core (monotone, floors kept, limits). Source: domain.md 2, 4, 6; guardrail 2.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from twinloop.decide import matching, risk
from twinloop.decide.parameters import mediating, scorecard, thresholds, types, weights
from twinloop.decide.parameters.codes import ParameterKind, ParameterLabel, ParameterRefusal
from twinloop.decide.parameters.mediating import Mediating
from twinloop.decide.parameters.thresholds import Thresholds
from twinloop.decide.parameters.types import Types

__all__ = [
    "Change", "Mediating", "ParameterKind", "ParameterLabel", "ParameterRefusal", "Thresholds", "Types", "changes",
    "read", "shipped", "version",
]  # fmt: skip

Read = risk.Params | matching.Params | Thresholds | Mediating | Types


class Change(NamedTuple):
    """One figure that differs. `path`: its names from outside in; a figure that is not there is None."""

    path: tuple[str, ...]
    before: Any
    after: Any


def read(kind: ParameterKind, values: Mapping[str, Any]) -> Read:
    """The set as its core takes it. Raises ``Refused`` naming what is wrong with it."""
    match kind:
        case ParameterKind.SCORECARD:
            return scorecard.read(values)
        case ParameterKind.WEIGHTS:
            return weights.read(values)
        case ParameterKind.THRESHOLDS:
            return thresholds.read(values)
        case ParameterKind.MEDIATION:
            return mediating.read(values)
        case ParameterKind.TYPES:
            return types.read(values)


def shipped(kind: ParameterKind) -> dict[str, Any]:
    """What holds where nobody has set anything. Of types the codes alone: their first names are data."""
    match kind:
        case ParameterKind.SCORECARD:
            return scorecard.plain()
        case ParameterKind.WEIGHTS:
            return weights.plain()
        case ParameterKind.THRESHOLDS:
            return thresholds.plain()
        case ParameterKind.MEDIATION:
            return mediating.plain()
        case ParameterKind.TYPES:
            return {
                code: {"name": code, "description": "", "place": place, "active": True}
                for place, code in enumerate(types.CODES, 1)
            }


def version(kind: ParameterKind, values: Mapping[str, Any]) -> str:
    """A name of the set by what stands in it: equal sets, equal names."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return f"{kind}-{zlib.crc32(text.encode()):08x}"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every figure that differs, in the order of the set."""
    old, new = dict(_flat(before)), dict(_flat(after))
    return [
        Change(path, old.get(path), new.get(path))
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    ]


def _flat(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*path, name))
        else:
            yield (*path, name), value

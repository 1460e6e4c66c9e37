"""Reading figures out of plain rows, each refusal naming the figure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from twinloop.decide import Refused
from twinloop.decide.parameters.codes import ParameterLabel, ParameterRefusal

LABELS = frozenset(ParameterLabel)


def label(name: str) -> str:
    """What stands beside a figure; a name that no figure has stays as it is."""
    return ParameterLabel(name) if name in LABELS else name


def keys(row: object, wanted: Collection[str], *, within: str = "") -> Mapping[str, Any]:
    """`row` as a mapping with these keys and no others."""
    if not isinstance(row, Mapping):
        raise Refused(ParameterRefusal.MISSING, field=label(within or min(wanted)))
    for name in row:
        if name not in wanted:
            raise Refused(ParameterRefusal.UNKNOWN, field=str(name))
    for name in wanted:
        if name not in row:
            raise Refused(ParameterRefusal.MISSING, field=label(name))
    return row


def number(value: object, name: str, least: float, most: float) -> float:
    if type(value) not in {int, float} or not math.isfinite(value):  # type: ignore[arg-type]
        raise Refused(ParameterRefusal.NOT_NUMBER, field=label(name))
    found: float = value  # type: ignore[assignment]
    if not least <= found <= most:
        raise Refused(ParameterRefusal.RANGE, field=label(name), least=least, most=most)
    return found


def whole(value: object, name: str, least: int, most: int) -> int:
    found = number(value, name, least, most)
    if type(found) is not int:
        raise Refused(ParameterRefusal.NOT_WHOLE, field=label(name))
    return found


def points(value: object, name: str, most: int) -> int:
    """Whole points, never negative: one more fact never makes a level milder."""
    if type(value) is int and value < 0:
        raise Refused(ParameterRefusal.NEGATIVE, field=label(name))
    return whole(value, name, 0, most)

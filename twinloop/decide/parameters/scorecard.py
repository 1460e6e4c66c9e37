"""The scorecard as an administrator may set it: monotone, its floors kept, no input that guardrail 2 forbids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twinloop.decide import Refused, risk
from twinloop.decide.parameters.codes import ParameterRefusal
from twinloop.decide.parameters.figures import keys, label, number, points, whole
from twinloop.decide.risk import DEFAULTS, FORBIDDEN, NUMBERS, Factor, Params, RiskRefusal

MOST_POINTS, MOST_STEPS = 100, 8
_TOP = ("level_2_from", "level_1_from", "valid_days", "points", "steps", "floor")
_TRUE = tuple(factor for factor in Factor if factor not in NUMBERS)


def plain(params: Params = DEFAULTS) -> dict[str, Any]:
    """The set as it is stored: JSON and nothing else."""
    return {
        "level_2_from": params.level_2_from,
        "level_1_from": params.level_1_from,
        "valid_days": params.valid_days,
        "points": {str(factor): params.points[factor] for factor in _TRUE},
        "steps": {str(factor): [list(step) for step in params.steps[factor]] for factor in Factor if factor in NUMBERS},
        "floor": {str(f): [params.floor[f].level, params.floor[f].at_least] for f in Factor if f in params.floor},
    }


def read(values: Mapping[str, Any], source: str = "-") -> Params:
    """Raises ``Refused`` with the field: a forbidden or unknown input, a negative or falling figure, a floor that is
    milder than the shipped one (domain.md 4: those floors may be made stricter, never lifted)."""
    row = keys(values, _TOP)
    for name in ("points", "steps", "floor"):
        _known(row[name])
    first, second = (whole(row[name], name, 1, 1000) for name in ("level_2_from", "level_1_from"))
    if first >= second:
        raise Refused(ParameterRefusal.ORDER, less=label("level_2_from"), more=label("level_1_from"))
    given = keys(row["points"], _TRUE, within="points")
    steps = keys(row["steps"], [f for f in Factor if f in NUMBERS], within="steps")
    return Params(
        source=source,
        level_2_from=first,
        level_1_from=second,
        valid_days=whole(row["valid_days"], "valid_days", 1, 3660),
        points={factor: points(given[factor], factor, MOST_POINTS) for factor in _TRUE},
        steps={Factor(factor): _steps(steps[factor], factor) for factor in steps},
        floor=_floors(row["floor"]),
    )


def _known(table: object) -> None:
    for key in table if isinstance(table, Mapping) else ():
        if key in FORBIDDEN:
            raise Refused(RiskRefusal.FORBIDDEN_INPUT, key=key)
        if key not in set(Factor):
            raise Refused(RiskRefusal.UNKNOWN_INPUT, key=key)


def _steps(value: object, factor: str) -> tuple[tuple[float, int], ...]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_STEPS:
        raise Refused(ParameterRefusal.MISSING, field=label(factor))
    found: list[tuple[float, int]] = []
    for step in value:
        if not isinstance(step, list | tuple) or len(step) != 2:
            raise Refused(ParameterRefusal.NOT_NUMBER, field=label(factor))
        start = number(step[0], factor, 0, 10**9)
        gain = points(step[1], factor, MOST_POINTS)
        if start <= 0 or (found and (start <= found[-1][0] or gain < found[-1][1])):
            raise Refused(ParameterRefusal.NOT_RISING, field=label(factor))
        found.append((start, gain))
    return tuple(found)


def _floors(value: object) -> dict[Factor, risk.Floor]:
    if not isinstance(value, Mapping):
        raise Refused(ParameterRefusal.MISSING, field=label("floor"))
    found = {Factor(name): _floor(name, row) for name, row in value.items()}
    for factor, kept in DEFAULTS.floor.items():
        own = found.get(factor)
        if own is None or own.level > kept.level or own.at_least > kept.at_least:
            raise Refused(ParameterRefusal.FLOOR_LOST, field=label(factor), level=kept.level, least=kept.at_least)
    return found


def _floor(name: str, row: object) -> risk.Floor:
    if not isinstance(row, list | tuple) or len(row) != 2 or row[0] not in (1, 2):
        raise Refused(ParameterRefusal.BAD_FLOOR, field=label(name))
    # below one is no number of incidents, injuries or people, and a fact that is true counts as one
    return risk.Floor(level=int(row[0]), at_least=number(row[1], name, 1, 10**9))

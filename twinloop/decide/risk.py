"""The scorecard: how grave is this dispute (level 1, 2, 3; 1 is gravest), point by point.

Source: domain.md section 4 (*ours*, editable: ``defaults/risk.toml``); guardrail 2 of mission.md: only what happened
in the dispute counts, so that any other key is refused. One more fact never makes the level milder.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from twinloop.decide import Refused


class Factor(StrEnum):
    """Every fact that may count, by its name in the interface."""

    WEAPON = "weapon"
    INJURY = "injury"
    DEATH_THREAT = "death_threat"
    SELF_HARM_THREAT = "self_harm_threat"
    CHILD_AT_RISK = "child_at_risk"
    GROUP_EVENT = "group_event"
    PEOPLE = "people"
    LIVELIHOOD = "livelihood"
    AMOUNT_YUAN = "amount_yuan"
    OLDER_GRIEVANCE = "older_grievance"
    BROKEN_AGREEMENT = "broken_agreement"
    FAILED_MEDIATIONS = "failed_mediations"
    MONTHS = "months"
    INCIDENTS = "incidents"
    INCIDENTS_30D = "incidents_30d"
    VIOLENCE = "violence"
    THREAT = "threat"
    BREACH = "breach"
    REFUSED_MEDIATION = "refused_mediation"
    WARNING_LETTER = "warning_letter"
    PROTECTION_ORDER = "protection_order"


class Heading(StrEnum):
    """The article's four headings."""

    FOCUS = "heading_focus"
    SOURCE = "heading_source"
    DURATION = "heading_duration"
    CONDUCT = "heading_conduct"


class RiskNote(StrEnum):
    """Said after a reason: this fact alone sets a floor."""

    FLOOR = "note_floor"


class RiskRefusal(StrEnum):
    FORBIDDEN_INPUT = "forbidden_input"
    UNKNOWN_INPUT = "unknown_input"
    BAD_INPUT = "bad_input"
    NO_OFFSET = "risk_no_offset"
    LOWERING_NEEDS_REASON = "lowering_needs_reason"
    BELOW_FLOOR = "below_floor"
    NO_SUCH_LEVEL = "no_such_level"


_SOURCE = frozenset({Factor.OLDER_GRIEVANCE, Factor.BROKEN_AGREEMENT, Factor.FAILED_MEDIATIONS})
_DURATION = frozenset({Factor.MONTHS, Factor.INCIDENTS, Factor.INCIDENTS_30D})
_CONDUCT = frozenset(
    {
        Factor.VIOLENCE,
        Factor.THREAT,
        Factor.BREACH,
        Factor.REFUSED_MEDIATION,
        Factor.WARNING_LETTER,
        Factor.PROTECTION_ORDER,
    }
)
_MEASURES = frozenset({Factor.AMOUNT_YUAN, Factor.MONTHS})  # may be fractions
_COUNTS = frozenset({Factor.INJURY, Factor.PEOPLE, Factor.FAILED_MEDIATIONS, Factor.INCIDENTS, Factor.INCIDENTS_30D})
NUMBERS = _MEASURES | _COUNTS

# Guardrail 2, by name, so that the refusal says 'may not' and not merely 'unknown'.
FORBIDDEN = frozenset(
    {"ethnicity", "nationality", "race", "religion", "health", "illness", "disability", "mental_illness"}
    | {"political_views", "party_member", "household_origin", "hukou", "native_place", "character"}
    | {"personality", "petitioner", "criminal_record", "gender", "age"}
)

Value = bool | int | float


def heading(factor: Factor) -> Heading:
    if factor in _SOURCE:
        return Heading.SOURCE
    if factor in _DURATION:
        return Heading.DURATION
    return Heading.CONDUCT if factor in _CONDUCT else Heading.FOCUS


@dataclass(frozen=True, slots=True)
class Evidence:
    """The record that a fact came from, and its date."""

    record: str
    on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known: true/false, or a number (injury 0-3, yuan, months, counts); a factor not in it is unknown."""

    known: Mapping[Factor, Value] = field(default_factory=lambda: MappingProxyType({}))
    evidence: Mapping[Factor, Evidence] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_mapping(cls, raw: Mapping[str, object], evidence: Mapping[Factor, Evidence] | None = None) -> Facts:
        """Read JSON-like facts; null = unknown. Raises ``Refused`` naming ``key`` (FORBIDDEN_INPUT, UNKNOWN_INPUT)
        or ``field`` (BAD_INPUT: wrong type, negative, injury over 3, not finite)."""
        known = {_factor(key): value for key, value in raw.items()}
        read = {factor: _value(factor, value) for factor, value in known.items() if value is not None}
        return cls(MappingProxyType(read), MappingProxyType(dict(evidence or {})))


def _factor(key: str) -> Factor:
    if key in FORBIDDEN:
        raise Refused(RiskRefusal.FORBIDDEN_INPUT, key=key)
    if key not in set(Factor):
        raise Refused(RiskRefusal.UNKNOWN_INPUT, key=key)
    return Factor(key)


def _value(factor: Factor, value: object) -> Value:
    if factor in _MEASURES:
        good = type(value) in {int, float} and 0 <= value < math.inf  # type: ignore[operator]
    elif factor in _COUNTS:
        good = type(value) is int and 0 <= value <= (3 if factor is Factor.INJURY else 10**9)
    else:
        good = type(value) is bool
    if not good:
        raise Refused(RiskRefusal.BAD_INPUT, field=str(factor), factor=factor)
    return value  # type: ignore[return-value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Never milder than ``level`` once the fact is true, or its number is ``at_least`` this."""

    level: int
    at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """The scorecard. ``points`` for what is true; ``steps`` for numbers, (from, points) in rising order.

    Validated so that the score is monotone whatever an administrator enters: no negative points, no falling steps.
    """

    source: str
    level_2_from: int
    level_1_from: int
    valid_days: int
    points: Mapping[Factor, int]
    steps: Mapping[Factor, tuple[tuple[float, int], ...]]
    floor: Mapping[Factor, Floor]

    def __post_init__(self) -> None:
        if not 1 <= self.level_2_from < self.level_1_from:
            raise ValueError("risk: 1 <= level_2_from < level_1_from must hold")
        if not 1 <= self.valid_days <= 3660:
            raise ValueError("risk.valid_days must lie between 1 and 3660")
        if set(self.points) | set(self.steps) != set(Factor) or set(self.steps) != NUMBERS:
            raise ValueError("risk: every factor has points or, where it is a number, steps")
        if any(points < 0 for points in self.points.values()):
            raise ValueError("risk.points may not be negative")
        for factor, steps in self.steps.items():
            if list(steps) != sorted(set(steps)) or sorted(p for _, p in steps) != [p for _, p in steps]:
                raise ValueError(f"risk.steps.{factor} must rise")
            if any(start <= 0 or points < 0 for start, points in steps):
                raise ValueError(f"risk.steps.{factor} must begin above 0 and give no negative points")
        if any(floor.level not in {1, 2} or floor.at_least <= 0 for floor in self.floor.values()):
            raise ValueError("risk.floor is [level 1 or 2, a number above 0]")

    @classmethod
    def from_mapping(cls, row: Mapping[str, Any]) -> Params:
        """Read a TOML table or a dated row; bad names or figures raise ``TypeError`` or ``ValueError``."""
        tables = {
            "points": {Factor(name): points for name, points in row["points"].items()},
            "steps": {Factor(name): tuple((a, b) for a, b in steps) for name, steps in row["steps"].items()},
            "floor": {Factor(name): Floor(level=lv, at_least=least) for name, (lv, least) in row["floor"].items()},
        }
        return cls(**{**row, **{name: MappingProxyType(table) for name, table in tables.items()}})


DEFAULTS = Params.from_mapping(
    tomllib.loads((Path(__file__).parent / "defaults" / "risk.toml").read_text(encoding="utf-8"))
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the points table. ``floor``: the level that this fact alone forbids to pass."""

    factor: Factor
    heading: Heading
    value: Value
    points: int
    floor: int | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Score:
    """``level`` 1-3; ``points`` in total; ``floor`` the gravest floor or ``None``; ``reasons`` heaviest first."""

    level: int
    points: int
    floor: int | None
    expires_at: datetime
    reasons: tuple[Reason, ...]


def _points(factor: Factor, value: Value, params: Params) -> int:
    if factor in params.steps:
        return max((points for start, points in params.steps[factor] if value >= start), default=0)
    return params.points[factor] if value else 0


def _floor(factor: Factor, value: Value, params: Params) -> int | None:
    floor = params.floor.get(factor)
    return floor.level if floor and value >= floor.at_least else None


def score(facts: Facts, at: datetime, params: Params = DEFAULTS) -> Score:
    """Add up the facts; ``at`` (with its offset) starts the days for which the score holds.

    Nothing known gives level 3 with 0 points. Raises ``Refused(NO_OFFSET)`` for a moment without its offset.
    """
    if at.tzinfo is None:
        raise Refused(RiskRefusal.NO_OFFSET, field="at")
    reasons = []
    for factor, value in facts.known.items():
        points, floor = _points(factor, value, params), _floor(factor, value, params)
        if points or floor:
            reasons.append(Reason(factor, heading(factor), value, points, floor, facts.evidence.get(factor)))
    total = sum(reason.points for reason in reasons)
    floor = min((reason.floor for reason in reasons if reason.floor), default=None)
    by_points = 1 if total >= params.level_1_from else 2 if total >= params.level_2_from else 3
    order = list(Factor)
    reasons.sort(key=lambda reason: (reason.floor or 3, -reason.points, order.index(reason.factor)))
    level = min(by_points, floor or 3)
    return Score(level, total, floor, at + timedelta(days=params.valid_days), tuple(reasons))


def check_confirmed(suggested: Score, level: int, reason: str) -> None:
    """A person confirms the level; raises ``Refused`` where it is milder without a reason, or milder than the floor.

    A floor that rests on a wrong fact is lifted by correcting the fact, not by overruling the score.
    """
    if level not in {1, 2, 3}:
        raise Refused(RiskRefusal.NO_SUCH_LEVEL, field="level")
    if suggested.floor and level > suggested.floor:
        raise Refused(RiskRefusal.BELOW_FLOOR, level=level, floor=suggested.floor)
    if level > suggested.level and not reason.strip():
        raise Refused(RiskRefusal.LOWERING_NEEDS_REASON, level=level, suggested=suggested.level)

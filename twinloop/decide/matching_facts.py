"""What `matching` is told: the call, the people, and the weights."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from twinloop.decide.matching_codes import Trait

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that waits. `type`: A1…D3 or "" (unknown, or no dispute); `place`: 12 digits or "" (unknown).

    `parties`: ids of the people in it. `needs_sworn`: the law asks for a sworn officer (lead of police mediation,
    penalty: 程序规定 52). `minors`, `elders`, `dialect`: known of the call itself. `level`: 1 gravest; where people are
    too few, the graver call is served first.
    """

    id: str
    at: datetime
    type: str = ""
    place: str = ""
    parties: frozenset[str] = frozenset()
    needs_sworn: bool = False
    minors: bool = False
    elders: bool = False
    dialect: bool = False
    level: int = 3

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("matching: a call's time needs its offset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who could go. `on_duty`, `sworn`: None = unknown, which bars where the rule asks.

    `skills`: type → grade 1-3. `traits`: declared and shared. `communities`: place codes of one's own. `scope`: place
    codes beyond which the person may not be sent (None = anywhere). `load`: open orders now; `capacity`: how many at
    most (None = the default). `handled`: type → (handled, settled of them). `recent`: orders of the last 30 days.
    `related_to`: relatives among parties; `knows`: parties met in earlier handlings.
    """

    id: str
    on_duty: bool | None = None
    absent: bool = False
    sworn: bool | None = None
    skills: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    traits: frozenset[str] = frozenset()
    communities: frozenset[str] = frozenset()
    scope: frozenset[str] | None = None
    load: int = 0
    capacity: int | None = None
    handled: Mapping[str, tuple[int, int]] = field(default_factory=lambda: NOTHING)
    recent: int = 0
    related_to: frozenset[str] = frozenset()
    knows: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """The weights, in points; validated so that no edit turns a merit into a fault."""

    source: str
    capacity: int
    own_area: float
    near: float
    skill: tuple[float, float, float]
    related_skill: float
    trait: float
    traits_most: float
    success: float
    expected_rate: float
    expected_cases: float
    knows: float
    load: float
    fairness: float
    fairness_most: float
    fits: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        points = (self.own_area, self.near, *self.skill, self.related_skill, self.trait, self.traits_most)
        if any(not 0 <= p <= 100 for p in (*points, self.success, self.knows, self.load, self.fairness_most)):
            raise ValueError("matching: every weight lies between 0 and 100 points")
        if not 1 <= self.capacity <= 50:
            raise ValueError("matching.capacity must lie between 1 and 50")
        if self.near > self.own_area or list(self.skill) != sorted(self.skill) or self.related_skill > self.skill[0]:
            raise ValueError("matching: near <= own_area, related_skill <= skill, and grades rise")
        if not 0 < self.expected_rate < 1 or not 1 <= self.expected_cases <= 1000:
            raise ValueError("matching: expected_rate between 0 and 1, expected_cases from 1")
        if not 0 <= self.fairness <= 10:
            raise ValueError("matching.fairness must lie between 0 and 10")
        if unknown := {t for fits in self.fits.values() for t in fits} - set(Trait):
            raise ValueError(f"matching.fits: unknown traits {sorted(unknown)}")

    @classmethod
    def from_mapping(cls, row: Mapping[str, Any]) -> Params:
        """Read a TOML table or a dated row; bad names or figures raise ``TypeError`` or ``ValueError``."""
        fits = MappingProxyType({code: frozenset(traits) for code, traits in row["fits"].items()})
        first, second, third = row["skill"]
        return cls(**{**row, "skill": (first, second, third), "fits": fits})

    def wanted(self, call: Call) -> frozenset[str]:
        """The traits that fit this call."""
        own = self.fits.get(call.type, frozenset()) | self.fits.get(call.type[:1], frozenset())
        said = ((call.minors, Trait.WITH_MINORS), (call.elders, Trait.WITH_ELDERS), (call.dialect, Trait.DIALECT))
        return own | {str(trait) for is_so, trait in said if is_so}


DEFAULTS = Params.from_mapping(
    tomllib.loads((Path(__file__).parent / "defaults" / "matching.toml").read_text(encoding="utf-8"))
)

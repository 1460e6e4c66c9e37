"""Weights and thresholds, validated; the shipped ones stand in ``defaults/linkage.toml``."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).parent.parent / "defaults" / "linkage.toml"
_RAW = tomllib.loads(_FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """``weights`` in bits per level; a report joins from ``join_from`` on, a person is asked from ``suggest_from``.

    ``factors``: how many times each of the ``SCALES`` counts (one that is not there: once). A factor takes a whole
    scale, so that a better agreement still never counts for less than a worse one.
    """

    source: str
    join_from: float
    suggest_from: float
    slope: float
    prior: float
    most_one_side: float  # bits that who and where may say together
    most_both_sides: float
    most_other_opponent: float
    weights: Mapping[str, float]
    factors: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not 0 < self.suggest_from <= self.join_from < 1:
            raise ValueError("linkage: 0 < suggest_from <= join_from < 1 must hold")
        if not 0 < self.slope <= 4 or not -60 <= self.prior <= 0:
            raise ValueError("linkage.slope must lie between 0 and 4, linkage.prior between -60 and 0")
        if set(self.weights) != set(_RAW["weights"]):
            raise ValueError("linkage.weights: one figure for every level, and no other")
        if any(not math.isfinite(bits) or abs(bits) > 40 for bits in self.weights.values()):
            raise ValueError("linkage.weights must lie between -40 and 40 bits")
        if not set(self.factors) <= set(SCALES):
            raise ValueError("linkage.factors: " + ", ".join(SCALES))
        if any(not LEAST_FACTOR <= factor <= MOST_FACTOR for factor in self.factors.values()):
            raise ValueError(f"linkage.factors must lie between {LEAST_FACTOR} and {MOST_FACTOR}")
        for better, worse in RISING:
            if self.weights[better] < self.weights[worse]:
                raise ValueError(f"linkage.weights: {better} may not weigh less than {worse}")

    @classmethod
    def from_mapping(cls, row: Mapping[str, Any]) -> Params:
        """Read a TOML table or a dated row; bad names or figures raise ``TypeError`` or ``ValueError``."""
        return cls(**{**row, "weights": MappingProxyType({str(k): float(v) for k, v in row["weights"].items()})})

    def plain(self) -> dict[str, Any]:
        """What `from_mapping` reads; nothing that another process could not be handed."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        return named | {"weights": dict(self.weights), "factors": dict(self.factors)}

    def scaled(self) -> dict[str, float]:
        """The weights, each as many times as its scale counts."""
        return {name: bits * self.factors.get(scale(name), 1.0) for name, bits in self.weights.items()}


# What a comparison looks at: who they are, where it is, how long it is between the two, what is said.
SCALES = ("who", "where", "when", "what")
LEAST_FACTOR, MOST_FACTOR = 0.25, 2.0  # nothing is left out, and nothing decides alone
_SCALE_OF = {
    "who": ("name_", "id_", "phone_", "opponent_", "both_sides", "firm_"),
    "where": ("place_", "door_", "units_"),
    "when": ("gap_", "within_", "new_matter"),
}


def scale(code: str) -> str:
    """Which of the ``SCALES`` a piece of evidence belongs to."""
    return next((name for name, starts in _SCALE_OF.items() if code.startswith(starts)), "what")


# Whatever an administrator enters, more agreement never counts for less.
RISING = (
    ("name_full", "name_full_sound"),
    ("name_full_sound", "name_different"),
    ("name_given", "name_given_sound"),
    ("name_surname", "name_surname_sound"),
    ("name_surname_sound", "name_different"),
    ("id_same", "id_near"),
    ("id_near", "id_different"),
    ("phone_same", "phone_near"),
    ("place_same", "place_township"),
    ("place_township", "place_other"),
    ("door_same", "door_building"),
    ("door_building", "door_other_building"),
    ("door_group", "door_other_group"),
    ("gap_moment", "gap_hours"),
    ("gap_hours", "gap_days"),
    ("gap_days", "gap_weeks"),
    ("gap_weeks", "gap_months"),
    ("gap_months", "gap_half_year"),
    ("gap_half_year", "gap_years"),
    ("matter_shared", "matter_differs"),
)

DEFAULTS = Params.from_mapping(_RAW)

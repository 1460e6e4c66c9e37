"""Codes of sorting: the 12 types, the 7 other kinds, what is flagged, what spoke for a type, why it abstains.

Source: domain.md section 2 (types), quality.md P9; every code has its words in ``defaults/words.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SortingLabel(StrEnum):
    """One label a text: a type of dispute, or the kind of what is no dispute."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    B1 = "B1"
    B2 = "B2"
    B3 = "B3"
    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    D1 = "D1"
    D2 = "D2"
    D3 = "D3"
    CRIME = "crime"
    PUBLIC_ORDER = "public_order"
    TRAFFIC = "traffic"
    HELP = "help"
    TIPOFF = "tipoff"
    COMPLAINT = "complaint"
    OTHER = "other"

    @property
    def kind(self) -> str:
        """``dispute`` for a type, else the label itself."""
        return "dispute" if self in TYPES else self.value

    @property
    def type(self) -> str | None:
        """The type's code, ``None`` for what is no dispute."""
        return self.value if self in TYPES else None


TYPES = frozenset(label for label in SortingLabel if label.value[0] in "ABCD")


class SortingFlag(StrEnum):
    """Shown at once, whatever the type; recall first."""

    DOMESTIC_VIOLENCE = "flag_domestic_violence"
    CHILD_AT_RISK = "flag_child_at_risk"
    SELF_HARM = "flag_self_harm"
    DEATH_THREAT = "flag_death_threat"
    WEAPON = "flag_weapon"


class SortingReason(StrEnum):
    """What a reason rests on."""

    PHRASES = "spoke_phrases"
    RULE = "spoke_rule"
    BESIDE = "spoke_beside"
    FLAG = "spoke_flag"
    HEARD = "spoke_heard"


class SortingDoubt(StrEnum):
    """Why a person should look before anything follows from the suggestion."""

    EMPTY = "doubt_empty"
    NONSENSE = "doubt_nonsense"
    CLOSE = "doubt_close"
    UNSURE = "doubt_unsure"


@dataclass(frozen=True, slots=True)
class Choice:
    """A label with the share of like texts that carried it (calibrated, 0–1)."""

    label: SortingLabel
    confidence: float


@dataclass(frozen=True, slots=True)
class Flag:
    """``phrase``: the words of the text that raised it. ``heard``: told of somebody else, or of long ago."""

    code: SortingFlag
    phrase: str
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """``code`` with what fills its sentence: the label it spoke for, the phrases of the text."""

    code: SortingReason
    label: SortingLabel | None
    phrases: tuple[str, ...]
    flag: SortingFlag | None = None


@dataclass(frozen=True, slots=True)
class Sorted:
    """The suggestion. ``alternatives``: other labels, likeliest first. ``doubt``: why it abstains, else ``None``."""

    label: SortingLabel
    confidence: float
    alternatives: tuple[Choice, ...]
    reasons: tuple[Reason, ...]
    flags: tuple[Flag, ...]
    doubt: SortingDoubt | None
    version: str

    @property
    def abstained(self) -> bool:
        return self.doubt is not None

    @property
    def kind(self) -> str:
        return self.label.kind

    @property
    def type(self) -> str | None:
        return self.label.type

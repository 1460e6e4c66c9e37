"""The codes and the facts of the mediation gate; ``gate`` holds the rules.

Source: interfaces.md ('gate'); every fact may be missing, and missing means unknown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from twinloop.decide import Refused


class Track(StrEnum):
    POLICE = "police"
    PEOPLE = "people"


class Nature(StrEnum):
    ASSAULT = "assault"
    INJURY = "injury"
    INSULT = "insult"
    DEFAMATION = "defamation"
    FALSE_ACCUSATION = "false_accusation"
    PROPERTY_DAMAGE = "property_damage"
    HARASSMENT = "harassment"
    PRIVACY = "privacy"
    HOME_INTRUSION = "home_intrusion"
    OTHER_PUBLIC_ORDER = "other_public_order"
    CRIMINAL = "criminal"
    CIVIL = "civil"
    DOMESTIC_VIOLENCE = "domestic_violence"


class Relation(StrEnum):
    RELATIVE = "relative"
    FRIEND = "friend"
    NEIGHBOUR = "neighbour"
    COLLEAGUE = "colleague"
    SCHOOLMATE = "schoolmate"
    OTHER = "other"


class Lead(StrEnum):
    SWORN = "sworn"
    AUXILIARY = "auxiliary"


class Fact(StrEnum):
    """Every fact that the gate reads, by its name in the interface."""

    NATURE = "nature"
    SLIGHT = "slight"
    CIVIL_ORIGIN = "civil_origin"
    RELATION = "relation"
    TRIFLE = "trifle"
    VICTIM_FIRST_AT_FAULT = "victim_first_at_fault"
    EASIER_TO_DEFUSE = "easier_to_defuse"
    HIRED = "hired"
    GANG_OR_PROVOCATION = "gang_or_provocation"
    REPEAT_OFFENDER = "repeat_offender"
    PARTY_REFUSES = "party_refuses"
    REOFFENDED_DURING = "reoffended_during"
    SUSPECT_FLED = "suspect_fled"
    MINOR = "minor"
    GUARDIAN_PRESENT = "guardian_present"
    EARNER_16 = "earner_16"
    LED_BY = "led_by"
    SWORN_OFFICERS = "sworn_officers"
    RECORDING_NO = "recording_no"
    ROUNDS_DONE = "rounds_done"
    FIRST_ROUND_ON = "first_round_on"
    ACCEPTED_ON = "accepted_on"
    ON = "on"


class GateReason(StrEnum):
    """Why the gate is open or shut."""

    UNKNOWN = "unknown"
    CRIMINAL = "is_criminal"
    NO_OFFENCE = "is_civil"
    DOMESTIC_VIOLENCE = "is_domestic_violence"
    NOT_SLIGHT = "not_slight"
    NO_CIVIL_ORIGIN = "no_civil_origin"
    NO_SITUATION = "no_situation"
    HIRED = "was_hired"
    GANG_OR_PROVOCATION = "was_gang_or_provocation"
    REPEAT_OFFENDER = "is_repeat_offender"
    PARTY_REFUSES = "a_party_refuses"
    REOFFENDED_DURING = "has_reoffended"
    SUSPECT_FLED = "has_fled"
    NO_GUARDIAN = "no_guardian"
    AUXILIARY_LEADS = "auxiliary_leads"
    NO_SWORN_OFFICER = "no_sworn_officer"
    NO_RECORDING = "no_recording"
    SESSIONS_USED_UP = "sessions_used_up"
    FIRST_TOO_LATE = "first_too_late"
    SECOND_TOO_LATE = "second_too_late"
    DATES_BACKWARDS = "dates_backwards"
    # what opens it, or comes with it
    SLIGHT_CIVIL_OFFENCE = "slight_civil_offence"
    CLOSE_RELATION = "close_relation"
    VICTIM_AT_FAULT = "victim_at_fault"
    EASIER = "easier"
    GUARDIAN = "guardian"
    EARNS = "earns"
    RECORDED = "recorded"
    SECOND_IN_TIME = "second_in_time"
    WILLING = "willing"
    STILL_PUNISHABLE = "still_punishable"
    TELL_GUARDIAN = "tell_guardian"
    REPORT_CRIME = "report_crime"
    TO_PEOPLE = "to_people"
    WARNING_LETTER = "give_warning_letter"
    SERVE_AND_VISIT = "serve_and_visit"
    PROTECTION_ORDER = "advise_protection_order"
    PROTECT_MINOR = "protect_minor"


class GateRefusal(StrEnum):
    """The input is not one that the gate can read."""

    UNKNOWN_FACT = "unknown_fact"
    BAD_FACT = "bad_fact"


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value.strip()


def _date(value: object) -> date:
    if type(value) is date:
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError
    return date.fromisoformat(value)


_READERS: Mapping[Fact, Callable[[Any], object]] = {
    Fact.NATURE: Nature,
    Fact.RELATION: Relation,
    Fact.LED_BY: Lead,
    Fact.SWORN_OFFICERS: _count,
    Fact.ROUNDS_DONE: _count,
    Fact.RECORDING_NO: _text,
    Fact.FIRST_ROUND_ON: _date,
    Fact.ACCEPTED_ON: _date,
    Fact.ON: _date,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one case on one day (``on``); ``None`` = unknown.

    ``accepted_on``: the day of acceptance, or of the injury appraisal where there is one.
    ``earner_16``: a minor of 16 or more who lives mainly on own earnings and agrees that nobody is told (art. 181).
    """

    nature: Nature | None = None
    slight: bool | None = None
    civil_origin: bool | None = None
    relation: Relation | None = None
    trifle: bool | None = None
    victim_first_at_fault: bool | None = None
    easier_to_defuse: bool | None = None
    hired: bool | None = None
    gang_or_provocation: bool | None = None
    repeat_offender: bool | None = None
    party_refuses: bool | None = None
    reoffended_during: bool | None = None
    suspect_fled: bool | None = None
    minor: bool | None = None
    guardian_present: bool | None = None
    earner_16: bool | None = None
    led_by: Lead | None = None
    sworn_officers: int | None = None
    recording_no: str | None = None
    rounds_done: int | None = None
    first_round_on: date | None = None
    accepted_on: date | None = None
    on: date | None = None

    @classmethod
    def from_mapping(cls, raw: Mapping[str, object]) -> Facts:
        """Read JSON-like facts, null = unknown. Raises ``Refused``: UNKNOWN_FACT (``key``), BAD_FACT (``field``)."""
        read: dict[str, Any] = {}
        for key, value in raw.items():
            if key not in set(Fact):
                raise Refused(GateRefusal.UNKNOWN_FACT, key=key)
            try:
                read[key] = None if value is None else _READERS.get(Fact(key), _truth)(value)
            except ValueError:
                raise Refused(GateRefusal.BAD_FACT, field=key) from None
        return cls(**read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Figures of the gate: ``*_within`` in working days; each with its source in ``defaults/gate.toml``."""

    first_within: int = 3
    first_late_bars: bool = True
    second_within: int = 7
    sessions: int = 2
    domestic_violence_bars: bool = True

    def __post_init__(self) -> None:
        for name, most in (("first_within", 60), ("second_within", 60), ("sessions", 2)):
            figure = getattr(self, name)
            if type(figure) is not int or not 1 <= figure <= most:
                raise ValueError(f"gate.{name} must be a whole number between 1 and {most}")
        for name in ("first_late_bars", "domestic_violence_bars"):
            if type(getattr(self, name)) is not bool:
                raise ValueError(f"gate.{name} must be true or false")

    @classmethod
    def from_mapping(cls, row: Mapping[str, Any]) -> Params:
        """Read a TOML table or a dated row; an unknown name raises ``TypeError``, a bad figure ``ValueError``."""
        return cls(**row)


DEFAULTS = Params.from_mapping(
    tomllib.loads((Path(__file__).parent / "defaults" / "gate.toml").read_text(encoding="utf-8"))
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of the answer. ``bars``: it shuts the gate. ``fact``: the one that is missing, where that is why.

    ``days``: the limit in working days, where a limit is why.
    """

    code: GateReason
    articles: tuple[str, ...] = ()
    bars: bool = False
    fact: Fact | None = None
    days: int | None = None

    @property
    def facts(self) -> dict[str, object]:
        """What fills the sentence: ``words.say(reason.code, lang, **reason.facts)``."""
        return {"fact": self.fact, "key": str(self.fact), "days": self.days}


@dataclass(frozen=True, slots=True)
class Decision:
    """``articles``: those that shut the gate, or those that open it; ``reasons``: bars first."""

    allowed: bool
    articles: tuple[str, ...]
    reasons: tuple[Reason, ...]

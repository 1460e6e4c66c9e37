"""The codes of `matching`, and what may not be asked of a person."""

from __future__ import annotations

from enum import StrEnum


class Bar(StrEnum):
    """Hard rules: who meets one is not offered, whatever speaks for them."""

    OFF_DUTY = "bar_off_duty"
    DUTY_UNKNOWN = "bar_duty_unknown"
    ABSENT = "bar_absent"
    PARTY = "bar_party"
    RELATED = "bar_related"
    SCOPE = "bar_scope"
    NOT_SWORN = "bar_not_sworn"
    SWORN_UNKNOWN = "bar_sworn_unknown"
    FULL = "bar_full"


class Merit(StrEnum):
    """Soft weights: what speaks for a person, or against (points below 0)."""

    OWN_AREA = "merit_own_area"
    NEAR = "merit_near"
    SKILL = "merit_skill"
    RELATED_SKILL = "merit_related_skill"
    TRAIT = "merit_trait"
    SUCCESS = "merit_success"
    UNSUCCESS = "merit_unsuccess"
    KNOWS = "merit_knows"
    FREE = "merit_free"
    LOAD = "merit_load"
    RESTED = "merit_rested"
    BUSY = "merit_busy"


class Shortfall(StrEnum):
    """What the whole list lacks."""

    NOBODY = "short_nobody"
    NOBODY_SWORN = "short_nobody_sworn"
    NO_SKILL = "short_no_skill"
    NO_SKILL_NEAREST = "short_no_skill_nearest"
    NO_SKILL_AWAY = "short_no_skill_away"
    NO_OWN_AREA = "short_no_own_area"
    ALL_FULL = "short_all_full"
    LEFT_WAITING = "short_left_waiting"


class Trait(StrEnum):
    """Temperament as the person declared it and agreed to share it; any other word counts for nothing."""

    PATIENT = "patient"
    FIRM = "firm"
    DIALECT = "dialect_hakka"
    WITH_ELDERS = "with_elders"
    WITH_MINORS = "with_minors"


class MatchRefusal(StrEnum):
    FORBIDDEN = "match_forbidden"
    UNKNOWN = "match_unknown"
    BAD = "match_bad"
    MISSING = "match_missing"
    NO_OFFSET = "match_no_offset"
    TWICE = "match_twice"
    OTHER_PEOPLE = "match_other_people"


# Guardrail 2 by name: a person is chosen for what they can do and have done, never for what they are.
FORBIDDEN = frozenset(
    {"ethnicity", "nationality", "race", "religion", "health", "illness", "disability", "mental_illness"}
    | {"political_views", "party_member", "household_origin", "hukou", "native_place", "character", "personality"}
    | {"gender", "sex", "age", "marital_status", "pregnant", "appearance", "education"}
)

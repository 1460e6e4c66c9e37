"""Names of what is counted, why a row is left out, and what is said of a figure."""

from __future__ import annotations

from enum import StrEnum


class Indicator(StrEnum):
    """domain.md section 7, in its order."""

    RESOLUTION = "resolution"
    DURABLE_30 = "durable_30"
    DURABLE_90 = "durable_90"
    DURABLE_180 = "durable_180"
    FIRST_TIME = "first_time"
    SECOND_HANDLING = "second_handling"
    BACKLOG = "backlog_success"
    ON_THE_SPOT = "on_the_spot"
    ELDERS = "settled_by_elders"
    REPEAT = "repeat_rate"
    CLOCKS_MET = "clocks_met"
    CALLBACKS_REACHED = "callbacks_reached"
    CALLBACKS_SATISFIED = "callbacks_satisfied"
    AGENCY_ANSWERED = "agency_answered"
    AGENCY_TIME = "agency_time"
    POSTS_TWO_DAYS = "posts_two_days"
    CALL_HANDLERS = "call_handlers"
    HAZARDS_RIGHTED = "hazards_righted"
    PEOPLE_HELPED = "people_helped"
    ACTIVITIES = "activities"
    HOURS = "service_hours"
    ESCALATIONS = "escalations"
    GRAVE_CRIMES = "grave_crimes"
    SURVEY_SATISFACTION = "survey_satisfaction"
    SURVEY_SAFETY = "survey_safety"


class Exclusion(StrEnum):
    """Why a row that belongs to the window stands in neither the numerator nor the denominator."""

    MERGED = "out_merged"
    TRANSFERRED = "out_transferred"
    TOO_YOUNG = "out_too_young"
    NOT_DUE = "out_not_due"
    VIOLENCE = "out_violence"
    NO_STRENGTH = "out_no_strength"


class Remark(StrEnum):
    """What stands beside a figure."""

    EMPTY = "figure_empty"
    SMALL = "figure_small"
    OUTSIDE = "figure_outside"


class PlanVerdict(StrEnum):
    """A figure beside its plan."""

    MET = "plan_met"
    MISSED = "plan_missed"
    SMALL = "plan_small"
    EMPTY = "plan_empty"


class FigureRefusal(StrEnum):
    PARAMS = "figure_params"
    WINDOW = "figure_window"
    BACKWARDS = "figure_backwards"
    TWICE = "figure_twice"
    FROZEN = "figure_frozen"


class Mode(StrEnum):
    """How a dispute came to be settled."""

    SPOT = "mode_spot"
    SEEK = "mode_seek"
    FOLLOW = "mode_follow"
    JOINT = "mode_joint"
    POLICE = "mode_police"
    PENALTY = "mode_penalty"
    OTHER = "mode_other"

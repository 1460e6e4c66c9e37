"""Codes of the roster core; the words stand in ``defaults/words.toml``."""

from __future__ import annotations

from enum import StrEnum


class RosterRule(StrEnum):
    """Hard rules. Each says whom it holds for: a person, a village, or both."""

    LEAVE = "roster_leave"
    BUSY = "roster_busy"  # a duty, a session, a course on that day
    REST = "roster_rest_day"
    BARRED = "roster_barred"  # home village, relatives, an earlier complaint
    ONE_A_DAY = "roster_one_a_day"
    VILLAGE_ONCE = "roster_village_once"  # one face a village and day
    WEEK = "roster_days_a_week"
    ROW = "roster_days_in_seven"
    DAYS = "roster_village_days"  # the village's different days of an ISO week
    UNKNOWN = "roster_unknown"  # a person or village that is no longer there, a day outside the plan
    GAP = "roster_gap"  # turns of one line too close together
    TURN = "roster_turn"  # a turn that nobody has


class RosterLoad(StrEnum):
    """Why somebody has the load that they have."""

    DAYS = "load_days"
    WEEKENDS = "load_weekends"
    HOLIDAYS = "load_holidays"
    AWAY = "load_away"
    FEW_VILLAGES = "load_few_villages"
    WISHES = "load_wishes"
    DISTANCE = "load_distance"


class RosterMove(StrEnum):
    """Why somebody's day changes."""

    CANNOT = "move_cannot"  # the rule that stands against the old day
    TAKES_OVER = "move_takes_over"
    MAKES_ROOM = "move_makes_room"
    NEW_DAY = "move_new_day"  # the village was short
    NOT_NEEDED = "move_not_needed"


class RosterProof(StrEnum):
    OPTIMAL = "proof_optimal"
    GAP = "proof_gap"  # stopped before it was proven; the gap stands beside it


class RosterRefusal(StrEnum):
    BAD = "roster_bad"
    UNKNOWN_KEY = "roster_unknown_key"
    NO_TIME = "roster_no_time"

"""The dated rows behind the clocks: value, unit, rest-day rule, source.

Source: domain.md section 5. ``defaults/clocks.toml`` holds the built-in rows; a later database row overrules one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from pathlib import Path

from twinloop.decide import Refused

CHINA = timezone(timedelta(hours=8))


class RuleCode(StrEnum):
    ORDER_SENT = "order_sent"
    ORDER_SIGNED = "order_signed"
    ON_SCENE_TOWN = "on_scene_town"
    ON_SCENE_OUTSKIRTS = "on_scene_outskirts"
    ON_SCENE_VILLAGE = "on_scene_village"
    FIRST_FEEDBACK = "first_feedback"
    FINAL_FEEDBACK = "final_feedback"
    TRANSFER = "transfer"
    WHISTLE_SIGNED = "whistle_signed"
    WHISTLE_ARRIVAL = "whistle_arrival"
    WHISTLE_FEEDBACK = "whistle_feedback"
    WHISTLE_FEEDBACK_COMPLEX = "whistle_feedback_complex"
    PUSH_RECEIPT = "push_receipt"
    PUSH_REPLY = "push_reply"
    POLICE_MEDIATION_FIRST = "police_mediation_first"
    POLICE_MEDIATION_SECOND = "police_mediation_second"
    PEOPLE_MEDIATION = "people_mediation"
    PENALTY = "penalty"
    PENALTY_EXTENDED = "penalty_extended"
    JUDICIAL_CONFIRMATION = "judicial_confirmation"
    CALLBACK_LEVEL_1 = "callback_level_1"
    CALLBACK_LEVEL_2 = "callback_level_2"
    CALLBACK_LEVEL_3 = "callback_level_3"
    PETITION_ACCEPT = "petition_accept"
    PETITION_ANSWER = "petition_answer"
    PETITION_ANSWER_EXTENDED = "petition_answer_extended"


class Unit(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    DAY_END = "day_end"


class RestDay(StrEnum):
    KEEP = "keep"
    MOVE = "move"


class ClockRefusal(StrEnum):
    UNKNOWN_YEAR = "unknown_year"
    NO_RULE = "no_rule"
    NO_OFFSET = "no_offset"
    PAUSE_BACKWARDS = "pause_backwards"


SECONDS = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One dated row: ``value`` in ``unit``; in force for clocks that start on ``since`` or later.

    ``warn_percent`` of the running time over = warn; a missed clock climbs one rung every ``climb_minutes``.
    """

    code: RuleCode
    value: int
    unit: Unit
    rest_day: RestDay
    source: str
    since: date
    warn_percent: int = 80
    climb_minutes: int = 60

    def __post_init__(self) -> None:
        # Ten years: a longer limit is a slip of the pen, and would let one row hold up every count of days.
        if not 0 <= self.value <= 315_576_000 // SECONDS.get(self.unit, 86_400):
            raise ValueError(f"{self.code}: value must lie between 0 and ten years")
        if not 1 <= self.warn_percent <= 100 or self.climb_minutes < 1:
            raise ValueError(f"{self.code}: warn_percent must lie in 1-100 and climb_minutes be at least 1")
        if not self.source:
            raise ValueError(f"{self.code}: a rule names its source")

    @classmethod
    def from_mapping(cls, row: Mapping[str, object]) -> Rule:
        """Read a TOML table or a database row; bad names raise ``TypeError``, bad values ``ValueError``."""
        fields = dict(row)
        for name, code in (("code", RuleCode), ("unit", Unit), ("rest_day", RestDay)):
            fields[name] = code(str(fields[name]))
        return cls(**fields)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Local times (+08:00) at which the day is cleared and handed over (*ours*)."""

    clear_at: time
    handover_at: time

    def of(self, at: datetime) -> date:
        """The day to whose clearing this moment belongs: after the cut, the next one."""
        local = at.astimezone(CHINA)
        return local.date() + (timedelta(days=1) if local.time() >= self.clear_at else timedelta(0))


def rule_for(code: RuleCode, on: date, rules: Iterable[Rule]) -> Rule:
    """The row in force on that day: the latest ``since``; raises ``Refused(NO_RULE)`` where none is."""
    rows = [rule for rule in rules if rule.code is code and rule.since <= on]
    if not rows:
        raise Refused(ClockRefusal.NO_RULE, rule=code, on=on)
    return max(rows, key=lambda rule: rule.since)


def _read(path: Path) -> tuple[tuple[Rule, ...], Day]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    day = {name: time.fromisoformat(text) for name, text in table["day"].items()}
    return tuple(Rule.from_mapping(row) for row in table["rule"]), Day(**day)


RULES, CLEARING = _read(Path(__file__).parent / "defaults" / "clocks.toml")

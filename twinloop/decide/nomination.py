"""Which quarrels nominate themselves for a 2+2 team (随诊): petition backlog, old, stuck, or called again and again.

Source: mission.md I2 (陈年信访积案, 久调未决, 多次报警; 三年以上). *Ours*: the figures that make 久 and 多次 of it
(``defaults/nomination.toml``). Domestic violence goes its own way (反家庭暴力法) and is never nominated.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path

from twinloop.decide import Refused

DEFAULTS = Path(__file__).parent / "defaults" / "nomination.toml"


class NominationGround(StrEnum):
    """Why a dispute is nominated, the weightiest first."""

    BACKLOG = "nominated_backlog"
    OLD = "nominated_old"
    STUCK = "nominated_stuck"
    CALLED = "nominated_called"


class NominationRefusal(StrEnum):
    PARAMS = "nomination_params"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Older than ``years``; unsettled after so many ``rounds``; so many ``calls`` or more."""

    years: int
    rounds: int
    calls: int

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 1 <= getattr(self, field.name) <= 50:
                raise Refused(NominationRefusal.PARAMS, field=field.name)

    @classmethod
    def shipped(cls) -> Params:
        return cls(**tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))["nomination"])


PARAMS = Params.shipped()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``rounds``: handled so many times and still unsettled; ``over``: settled, closed, merged or handed away."""

    began_on: date
    backlog: bool = False
    rounds: int = 0
    calls: int = 0
    domestic_violence: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """``figure``: full years, rounds or calls; 0 where the ground has none."""

    ground: NominationGround
    figure: int = 0


def nominate(facts: Facts, on: date, params: Params = PARAMS) -> tuple[Reason, ...]:
    """Every ground that holds on the day; empty: not nominated.

    Monotone: an older quarrel, one more round or call never takes a ground away (property test).
    """
    if facts.over or facts.domestic_violence:
        return ()
    found = [Reason(NominationGround.BACKLOG)] if facts.backlog else []
    years = full_years(facts.began_on, on)
    if _is_older(facts.began_on, on, params.years):
        found.append(Reason(NominationGround.OLD, years))
    if facts.rounds >= params.rounds:
        found.append(Reason(NominationGround.STUCK, facts.rounds))
    if facts.calls >= params.calls:
        found.append(Reason(NominationGround.CALLED, facts.calls))
    return tuple(found)


def full_years(since: date, on: date) -> int:
    """Birthdays passed; 0 for a day that is still to come."""
    return max(0, on.year - since.year - ((on.month, on.day) < (since.month, since.day)))


def _is_older(since: date, on: date, years: int) -> bool:
    """More than ``years``: the day of the anniversary itself is not yet older."""
    return full_years(since, on) > years or (
        full_years(since, on) == years and (on.month, on.day) != (since.month, since.day)
    )

"""Assessment (考核): weighted indicators of a person, a team, a community, a station, an agency, against thresholds.

Source: mission.md O3, domain.md section 7 (closing early never pays; small numbers are said to be small; thresholds,
not a league table). *Ours*: the points of a measure, the least share of weight that must be measurable, and the
shipped schemes (``defaults/assessment.toml``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from pathlib import Path
from typing import Any

Z = 1.96  # 95 in 100
LEAST = 0.5  # of a scheme's weight that must be measurable, or the whole is too small to say


class SubjectKind(StrEnum):
    """Each with a scheme of its own: what a volunteers' team does cannot be weighed by what mediators do."""

    PERSON = "person"
    COMMUNITY = "community"
    STATION = "station"
    NEIGHBOUR = "neighbour"  # 好邻舍
    TWO_PLUS_TWO = "two_plus_two"
    VOLUNTEER = "volunteer"
    AGENCY = "agency"


class Yardstick(StrEnum):
    """What is measured for assessment alone, beside the indicators of ``decide.figures``. *Ours*: every rule.

    Whistles and pushes of an agency: ``agency_fed_back``, ``pushes_signed``, ``pushes_replied``: due in the window and
    done in time; ``objections_lost``: of the whistles sent to it, those it objected to and was told to keep.
    Teams: ``mediations_settled`` and ``campaigns_settled``: ended in the window and settled; ``sessions_held``: of the
    sessions that were to take place, those at which people sat together and whose outcome was written down;
    ``steps_in_time``: promised next steps that were taken by their day; ``leads_taken``: of the leads decided, those
    taken up; ``activities_prompt``: written down within two days.
    """

    AGENCY_FED_BACK = "agency_fed_back"
    PUSHES_SIGNED = "pushes_signed"
    PUSHES_REPLIED = "pushes_replied"
    OBJECTIONS_LOST = "objections_lost"
    MEDIATIONS_SETTLED = "mediations_settled"
    SESSIONS_HELD = "sessions_held"
    CAMPAIGNS_SETTLED = "campaigns_settled"
    STEPS_IN_TIME = "steps_in_time"
    LEADS_TAKEN = "leads_taken"
    ACTIVITIES_PROMPT = "activities_prompt"


class Verdict(StrEnum):
    """``unsure``: the threshold lies within the interval that chance allows; ``small``: too few to say anything."""

    MET = "met"
    UNSURE = "unsure"
    MISSED = "missed"
    SMALL = "small"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One indicator of a scheme. ``threshold`` in per cent; ``better`` "high" or "low"; ``minimum`` of the rows."""

    indicator: str
    weight: int
    threshold: float
    minimum: int
    better: str = "high"

    def __post_init__(self) -> None:
        if self.weight < 1 or self.minimum < 1:
            raise ValueError(f"{self.indicator}: weight and minimum must be at least 1")
        if not 0 < self.threshold <= 100:
            raise ValueError(f"{self.indicator}: a threshold is a share in per cent")
        if self.better not in ("high", "low"):
            raise ValueError(f"{self.indicator}: better is high or low")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What came of one measure. ``share``, ``low``, ``high`` in per cent; ``points`` of ``measure.weight``."""

    measure: Measure
    hits: int
    of: int
    share: float | None
    low: float
    high: float
    verdict: Verdict
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """``total`` of 100 over what could be measured; ``None`` where that is less than half of the weight."""

    lines: tuple[Line, ...]
    total: float | None
    measured: int  # weight that counted
    weight: int  # of the whole scheme

    @property
    def verdict(self) -> Verdict:
        """Of the whole: missed where a measure is, unsure where one is, met where all that can be said are."""
        if self.total is None:
            return Verdict.SMALL
        told = {line.verdict for line in self.lines if line.verdict is not Verdict.SMALL}
        return next(one for one in (Verdict.MISSED, Verdict.UNSURE, Verdict.MET) if one in told)


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, in per cent. Wilson, JASA 22 (1927)."""
    if not of:
        return 0.0, 100.0
    share, square = hits / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return 100 * max(0.0, middle - reach), 100 * min(1.0, middle + reach)


def judge(measures: Sequence[Measure], counted: Mapping[str, tuple[int, int]]) -> Result:
    """``counted``: indicator → (hits, of). A measure with fewer rows than its minimum counts for nothing."""
    lines = tuple(_line(measure, *counted.get(measure.indicator, (0, 0))) for measure in measures)
    whole = sum(measure.weight for measure in measures)
    told = [line for line in lines if line.verdict is not Verdict.SMALL]
    weight = sum(line.measure.weight for line in told)
    total = None
    if weight and weight >= LEAST * whole:
        total = round(100 * sum(line.points for line in told) / weight, 1)
    return Result(lines=lines, total=total, measured=weight, weight=whole)


def _line(measure: Measure, hits: int, of: int) -> Line:
    if not 0 <= hits <= of:
        raise ValueError(f"{measure.indicator}: {hits} of {of}")
    low, high = interval(hits, of)
    share = 100 * hits / of if of else None
    verdict = _verdict(measure, share, low, high, of)
    points = 0.0 if share is None or verdict is Verdict.SMALL else measure.weight * _reached(measure, share)
    return Line(measure=measure, hits=hits, of=of, share=share, low=low, high=high, verdict=verdict, points=points)


def _verdict(measure: Measure, share: float | None, low: float, high: float, of: int) -> Verdict:
    if share is None or of < measure.minimum:
        return Verdict.SMALL
    met = share >= measure.threshold if measure.better == "high" else share <= measure.threshold
    if met:
        return Verdict.MET
    near = high >= measure.threshold if measure.better == "high" else low <= measure.threshold
    return Verdict.UNSURE if near else Verdict.MISSED


def _reached(measure: Measure, share: float) -> float:
    """How much of the threshold is reached, at most all of it: beyond it nothing is to be gained."""
    if measure.better == "high":
        return min(1.0, share / measure.threshold)
    return 1.0 if share <= measure.threshold else max(0.0, (100 - share) / (100 - measure.threshold))


def measures(rows: Sequence[Mapping[str, Any]]) -> tuple[Measure, ...]:
    """Rows of a dated setting. Raises ``TypeError`` for a strange name, ``ValueError`` for a bad figure."""
    found = tuple(Measure(**row) for row in rows)
    names = [one.indicator for one in found]
    if not found or len(set(names)) != len(names):
        raise ValueError("a scheme has measures, and each indicator once")
    return found


def shipped(kind: SubjectKind) -> tuple[Measure, ...]:
    """The scheme that ships."""
    text = (Path(__file__).parent / "defaults" / "assessment.toml").read_text(encoding="utf-8")
    return measures(tomllib.loads(text)[kind.value]["measures"])

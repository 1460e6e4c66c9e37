"""Which agencies are called to a quarrel, when one may say that it is not theirs, and who sits at the window on a day.

Source: domain.md I3 (属地管理, 谁主管谁负责; objection decided by an arbiter, returned at most once; the first agency
stays responsible until then) and section 2 (types). *Ours*: the points, and that an agency's own subject outranks its
own place; they stand in ``defaults/whistle.toml`` with the built-in table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from twinloop.decide import Refused

MOST_WORDS = 500


class WhistlePart(StrEnum):
    LEAD = "lead"
    ASSIST = "assist"


class WhistleReason(StrEnum):
    """Why an agency is called."""

    SUBJECT_TYPE = "subject_type"
    SUBJECT_CATEGORY = "subject_category"
    SUBJECT_ANY = "subject_any"
    PLACE_NEAR = "place_near"
    PLACE_ABOVE = "place_above"
    ON_SEAT = "on_seat"
    MAY_LEAD = "may_lead"
    STANDS_IN = "stands_in"


class ObjectionGround(StrEnum):
    """Why an agency says that it is not theirs."""

    NOT_SUBJECT = "not_subject"
    NOT_PLACE = "not_place"
    OTHER_FIRST = "other_first"
    HANDLED = "handled"


class WhistleRefusal(StrEnum):
    PARAMS = "whistle_params"
    NO_AGENCY = "whistle_no_agency"
    NO_LEAD = "whistle_no_lead"
    OBJECTED = "whistle_objected_before"
    PASSED_ON = "whistle_passed_on"
    OBJECTION_OVER = "whistle_objection_over"
    GROUND = "whistle_ground"
    OBJECTION_WORDS = "whistle_objection_words"
    DECISION_WHY = "whistle_decision_why"
    DECISION_TARGET = "whistle_decision_target"
    DECISION_SAME = "whistle_decision_same"
    DECISION_CALLED = "whistle_decision_called"


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What a match is worth; a narrower one never less than a wider one."""

    type: int
    category: int
    any: int
    near: int
    above: int

    def __post_init__(self) -> None:
        if not self.type >= self.category >= self.any > 0 or not self.near >= self.above > 0:
            raise Refused(WhistleRefusal.PARAMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. ``subject``: C2, C or "" (every quarrel); ``place``: a place's code or "" (everywhere).

    ``stands_in``: leads where nobody called may lead, until whoever is in charge is named (信访工作条例 24).
    """

    agency: int
    subject: str = ""
    place: str = ""
    leads: bool = True
    stands_in: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltIn:
    """A line for every agency whose name holds ``name``; ``since``: the day on which its ground came into force."""

    name: str
    subjects: tuple[str, ...]
    leads: bool
    source: str
    since: date
    stands_in: bool = False

    def rows(self, agency: int, on: date) -> list[Row]:
        if on < self.since:
            return []
        return [
            Row(agency=agency, subject=one, leads=self.leads, stands_in=self.stands_in, source=self.source)
            for one in self.subjects
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarrel:
    """``places``: codes, the quarrel's own first, then what it lies in. ``seated``: who sits at the window today."""

    type_code: str = ""
    places: tuple[str, ...] = ()
    seated: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One agency that suits; ``part`` as suggested: a person decides."""

    agency: int
    part: WhistlePart
    points: int
    reasons: tuple[WhistleReason, ...]
    source: str


def _read(text: str) -> tuple[Points, tuple[BuiltIn, ...]]:
    table = tomllib.loads(text)
    rows = [BuiltIn(**{**row, "subjects": tuple(row["subjects"])}) for row in table["agency"]]
    return Points(**table["points"]), tuple(rows)


POINTS, BUILT_IN = _read((Path(__file__).parent / "defaults" / "whistle.toml").read_text(encoding="utf-8"))


def call(quarrel: Quarrel, rows: Iterable[Row], points: Points = POINTS) -> tuple[Called, ...]:
    """Agencies that a row names for this quarrel, the best first; the best that may lead leads, at most one.

    Where none of them may, the best of those that stand in does.
    An agency counts by its best row. Equal points: who sits at the window goes first, then the smaller key.
    """
    best: dict[int, tuple[int, bool, Row, tuple[WhistleReason, ...]]] = {}
    for row in rows:
        found = _match(row, quarrel, points)
        if found is None:
            continue
        worth = (found[0], row.leads, row, found[1])
        held = best.get(row.agency)
        if held is None or _rank(worth) > _rank(held):
            best[row.agency] = worth
    order = sorted(best, key=lambda agency: (-best[agency][0], agency not in quarrel.seated, agency))
    lead = next((agency for agency in order if best[agency][1]), None)
    if lead is None:
        lead = next((agency for agency in order if best[agency][2].stands_in), None)
    return tuple(_called(agency, best[agency], quarrel, is_lead=agency == lead) for agency in order)


def _rank(worth: tuple[int, bool, Row, tuple[WhistleReason, ...]]) -> tuple[int, bool, str, str, str]:
    """Whatever order the rows come in, the same one counts."""
    points, leads, row, _reasons = worth
    return points, leads, row.subject, row.place, row.source


def _match(row: Row, quarrel: Quarrel, points: Points) -> tuple[int, tuple[WhistleReason, ...]] | None:
    if row.subject == "":
        total, reasons = points.any, [WhistleReason.SUBJECT_ANY]
    elif row.subject == quarrel.type_code:
        total, reasons = points.type, [WhistleReason.SUBJECT_TYPE]
    elif row.subject == quarrel.type_code[:1]:
        total, reasons = points.category, [WhistleReason.SUBJECT_CATEGORY]
    else:
        return None
    if row.place:
        if row.place not in quarrel.places:
            return None
        near = row.place == quarrel.places[0]
        total += points.near if near else points.above
        reasons.append(WhistleReason.PLACE_NEAR if near else WhistleReason.PLACE_ABOVE)
    return total, tuple(reasons)


def _called(
    agency: int, worth: tuple[int, bool, Row, tuple[WhistleReason, ...]], quarrel: Quarrel, *, is_lead: bool
) -> Called:
    points, leads, row, reasons = worth
    if leads:
        reasons = (*reasons, WhistleReason.MAY_LEAD)
    elif is_lead:
        reasons = (*reasons, WhistleReason.STANDS_IN)
    if agency in quarrel.seated:
        reasons = (*reasons, WhistleReason.ON_SEAT)
    part = WhistlePart.LEAD if is_lead else WhistlePart.ASSIST
    return Called(agency=agency, part=part, points=points, reasons=reasons, source=row.source)


def check_parts(lead: int | None, agencies: Sequence[int]) -> None:
    """One window: at least one agency, and exactly one of them leads."""
    if not agencies:
        raise Refused(WhistleRefusal.NO_AGENCY)
    if lead not in agencies:
        raise Refused(WhistleRefusal.NO_LEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How an agency's item stands. ``is_passed_on``: it came here by an objection of another."""

    is_over: bool = False
    is_passed_on: bool = False
    has_objected: bool = False


def check_objection(held: Held, ground: str, words: str) -> None:
    """May the agency say that it is not theirs? Once, before its final feedback, and not with what was passed on."""
    if held.is_over:
        raise Refused(WhistleRefusal.OBJECTION_OVER)
    if held.is_passed_on:
        raise Refused(WhistleRefusal.PASSED_ON)
    if held.has_objected:
        raise Refused(WhistleRefusal.OBJECTED)
    if ground not in set(ObjectionGround):
        raise Refused(WhistleRefusal.GROUND)
    if not words.strip():
        raise Refused(WhistleRefusal.OBJECTION_WORDS)


def check_decision(*, moves: bool, target: int | None, own: int, called: frozenset[int], why: str) -> None:
    """The arbiter's word: it stays, or it goes to an agency that is not called yet; with a reason, either way."""
    if not why.strip():
        raise Refused(WhistleRefusal.DECISION_WHY)
    if not moves:
        return
    if target is None:
        raise Refused(WhistleRefusal.DECISION_TARGET)
    if target == own:
        raise Refused(WhistleRefusal.DECISION_SAME)
    if target in called:
        raise Refused(WhistleRefusal.DECISION_CALLED)


def sit(
    days: Sequence[date], resident: Sequence[int], rotating: Sequence[int], *, sat: Mapping[int, int], a_day: int = 1
) -> dict[date, tuple[int, ...]]:
    """Who sits at the window on each of ``days``: the residents always, of the others whoever sat least, in turn.

    ``sat``: how often each of ``rotating`` sat before. Equal counts: in the order of ``rotating``.
    """
    counts = {agency: sat.get(agency, 0) for agency in rotating}
    found: dict[date, tuple[int, ...]] = {}
    for day in days:
        turn = sorted(rotating, key=lambda agency: (counts[agency], rotating.index(agency)))[:a_day]
        for agency in turn:
            counts[agency] += 1
        found[day] = (*resident, *turn)
    return found

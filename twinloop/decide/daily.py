"""The daily clear (日清日结): what the day owes, how an item of it may end, when the cut is made and for which days.

Source: mission.md O3, domain.md section 5 (20:00, 08:00), expectations.md 7. *Ours*: how far an item may be
carried, the third carry-over by the chief, which kinds are owed as long as they are open (``defaults/daily.toml``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from twinloop.decide import Refused

ONE = timedelta(days=1)
LONGEST = 200  # characters of a reason


class DayKind(StrEnum):
    """What an item of the day waits for. A later room adds its kind here and in the table of words."""

    UNSORTED = "unsorted"
    UNSENT = "unsent"
    UNSIGNED = "unsigned"
    NOT_ARRIVED = "not_arrived"
    NO_FEEDBACK = "no_feedback"
    REVIEW = "review"
    LEAD = "lead"
    UNPUSHED = "unpushed"
    STEP = "step"
    CALLBACK = "callback"
    VISIT = "visit"
    ROUND = "round"
    PENALTY = "penalty"
    PROMISE = "promise"
    SESSION = "session"
    SAFEGUARD = "safeguard"
    WHISTLE = "whistle"
    PUSH = "push"
    HAZARD = "hazard"
    CAMPAIGN = "campaign"


class DayEnd(StrEnum):
    CLOSED = "closed"
    HANDED = "handed"
    CARRIED = "carried"


class CarryReason(StrEnum):
    """Why an item goes on to another day. ``unexplained`` is the system's word at the cut, nobody else's."""

    AGREED = "agreed"
    PARTY_AWAY = "party_away"
    OTHER_UNIT = "other_unit"
    SURVEY = "survey"
    EVIDENCE = "evidence"
    BUSY = "busy"
    OTHER = "other"
    UNEXPLAINED = "unexplained"


class DayVerdict(StrEnum):
    """What a chief finds of a carry-over."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class DayRefusal(StrEnum):
    PARAMS = "day_params"
    ENDED = "day_ended"
    CUT_OVER = "day_cut_over"
    REASON = "day_reason"
    WHY = "day_why"
    WHY_LONG = "day_why_long"
    UNTIL = "day_until"
    UNTIL_EARLY = "day_until_early"
    UNTIL_FAR = "day_until_far"
    CHIEF = "day_chief"
    TAKER = "day_taker"
    TAKER_SAME = "day_taker_same"
    VERDICT = "day_verdict"
    VERDICT_OWN = "day_verdict_own"
    NOT_CARRIED = "day_not_carried"
    NOT_CUT = "day_not_cut"


_OF_SYSTEM = frozenset({CarryReason.UNEXPLAINED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    cut: time
    handover: time
    late: timedelta
    chief_from: int
    most_days: Mapping[int, int]  # level → days
    belongs: Mapping[DayKind, str]

    def __post_init__(self) -> None:
        days = [self.most_days.get(level, 0) for level in (1, 2, 3)]
        wrong = (
            self.handover >= self.cut,  # yesterday's list is read before today's cut
            self.chief_from < 1,
            not 1 <= days[0] <= days[1] <= days[2],  # the graver, the sooner
            set(self.belongs) != set(DayKind) or not set(self.belongs.values()) <= {"open", "due"},
        )
        if any(wrong):
            raise Refused(DayRefusal.PARAMS)


def read(table: Mapping[str, Any]) -> Params:
    return Params(
        cut=time.fromisoformat(table["cut"]),
        handover=time.fromisoformat(table["handover"]),
        late=timedelta(minutes=table["late_minutes"]),
        chief_from=table["chief_from"],
        most_days={int(level): days for level, days in table["most_days"].items()},
        belongs={DayKind(kind): when for kind, when in table["belongs"].items()},
    )


DEFAULTS = read(tomllib.loads((Path(__file__).parent / "defaults" / "daily.toml").read_text(encoding="utf-8")))


# --- which day ---------------------------------------------------------------------------------------------


def cut_of(day: date, like: datetime, params: Params = DEFAULTS) -> datetime:
    """The moment of the cut of ``day``, in the zone of ``like``."""
    return datetime.combine(day, params.cut, like.tzinfo)


def running_day(at: datetime, cleared: date | None, params: Params = DEFAULTS) -> date:
    """The day whose items are worked on at ``at`` (local). ``cleared``: the last day that was cut.

    After the cut it is tomorrow's. A clock that is set back never opens a cleared day again.
    """
    day = at.date() if at < cut_of(at.date(), at, params) else at.date() + ONE
    return max(day, cleared + ONE) if cleared else day


def covers(opened: date, at: datetime, params: Params = DEFAULTS) -> date | None:
    """An open day whose cut has come: through which day one cut now clears. None: it is not time yet.

    A worker that was down over several cuts makes up for all of them once.
    """
    if at < cut_of(opened, at, params):
        return None
    last = at.date() if at >= cut_of(at.date(), at, params) else at.date() - ONE
    return max(last, opened)


def is_late(due: datetime, made: datetime, params: Params = DEFAULTS) -> bool:
    return made - due > params.late


# --- what the day owes -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How the same item ended the last time that a day owed it. ``carries``: how often it was carried before."""

    end: DayEnd
    carries: int = 0
    until: date | None = None
    is_rejected: bool = False


def belongs(kind: DayKind, *, since: datetime, due: datetime | None, cut: datetime, params: Params = DEFAULTS) -> bool:
    """Does a day that ends at ``cut`` owe this? What came up after its cut is the next day's."""
    if since > cut:
        return False
    return params.belongs[kind] == "open" or (due is not None and due <= cut)


def rests(before: Before | None, day: date) -> bool:
    """Carried to a later day, and nobody said that this will not do: the day does not owe it."""
    if before is None or before.end is not DayEnd.CARRIED or before.is_rejected:
        return False
    return before.until is not None and before.until > day


def carries(before: Before | None) -> int:
    """How often an item that a day owes again was carried already. What was closed in between begins anew."""
    if before is None or before.end is DayEnd.CLOSED:
        return 0
    return before.carries + (before.end is DayEnd.CARRIED)


# --- how an item ends --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An item as it stands. ``end``: what a person said of it today, if anything."""

    level: int | None = None
    carries: int = 0
    end: DayEnd | None = None


def _check_open(held: Held, day: date, at: datetime, params: Params) -> None:
    if at >= cut_of(day, at, params):
        raise Refused(DayRefusal.CUT_OVER)
    if held.end is not None:
        raise Refused(DayRefusal.ENDED)


def _check_why(why: str, *, needed: bool) -> None:
    if needed and not why.strip():
        raise Refused(DayRefusal.WHY)
    if len(why.strip()) > LONGEST:
        raise Refused(DayRefusal.WHY_LONG, most=LONGEST)


def needs_chief(held: Held, params: Params = DEFAULTS) -> bool:
    return held.carries + 1 >= params.chief_from


def farthest(held: Held, day: date, params: Params = DEFAULTS) -> date:
    """To which day it may be carried at most: the graver, the sooner."""
    return day + timedelta(days=params.most_days[held.level or 3])


def check_carry(
    held: Held, *, reason: str, why: str, until: date | None, by_chief: bool, day: date, at: datetime,
    params: Params = DEFAULTS,
) -> CarryReason:  # fmt: skip
    """May a person carry it over? With a reason and a new day, before the cut; the third time only the chief."""
    _check_open(held, day, at, params)
    if reason not in set(CarryReason) - _OF_SYSTEM:
        raise Refused(DayRefusal.REASON)
    _check_why(why, needed=reason == CarryReason.OTHER)
    if until is None:
        raise Refused(DayRefusal.UNTIL)
    if until <= day:
        raise Refused(DayRefusal.UNTIL_EARLY)
    last = farthest(held, day, params)
    if until > last:
        raise Refused(DayRefusal.UNTIL_FAR, last=f"{last.month}月{last.day}日", level=held.level or 3)
    if needs_chief(held, params) and not by_chief:
        raise Refused(DayRefusal.CHIEF, times=held.carries + 1)
    return CarryReason(reason)


def check_hand_on(
    held: Held, *, to: int | None, holder: int | None, why: str, day: date, at: datetime, params: Params = DEFAULTS
) -> None:
    """May it be handed to somebody, by name? With a word why, to another person."""
    _check_open(held, day, at, params)
    if to is None:
        raise Refused(DayRefusal.TAKER)
    if to == holder:
        raise Refused(DayRefusal.TAKER_SAME)
    _check_why(why, needed=True)


def check_verdict(held: Held, verdict: str, why: str, *, is_own: bool) -> DayVerdict:
    """A chief looks at a carry-over: it stands, or it will not do, with a word why; never one's own."""
    if held.end is not DayEnd.CARRIED:
        raise Refused(DayRefusal.NOT_CARRIED)
    if is_own:
        raise Refused(DayRefusal.VERDICT_OWN)
    if verdict not in set(DayVerdict):
        raise Refused(DayRefusal.VERDICT)
    _check_why(why, needed=verdict == DayVerdict.REJECTED)
    return DayVerdict(verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``is_unexplained``: nobody said anything; the system carries it to the next day and names whose it is."""

    end: DayEnd
    is_unexplained: bool = False


def settle(*, is_open: bool, said: DayEnd | None) -> Outcome:
    """At the cut: exactly one of closed, handed on, carried. What is done is closed, whatever was said of it before."""
    if not is_open:
        return Outcome(end=DayEnd.CLOSED)
    if said in (DayEnd.HANDED, DayEnd.CARRIED):
        return Outcome(end=said)
    return Outcome(end=DayEnd.CARRIED, is_unexplained=True)

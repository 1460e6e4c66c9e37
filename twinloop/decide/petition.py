"""What may be done with a petition (信访件), and until when: 信访工作条例 (2022) art. 22–36.

Dates are calendar days of +08:00. The clocks (15, 60, +30 days) are rows of the clock table; here stand the order of
the steps, the limits that no clock says, and when a petition may be laid to rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from twinloop.decide import Refused

MOST_EXTRA = 30  # days, once (art. 34)
REVIEW_DAYS = (
    30  # to ask for a review or a second one, from the written answer; and for the body above to say (art. 35, 36)
)
REVIEWS = 2  # 复查, then 复核


class Stage(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ANSWERED = "answered"
    CLOSED = "closed"


class Ground(StrEnum):
    """Why a petition is not taken on: it has a road of its own, or it has come to the end of this one."""

    LEGAL_ROUTE = "legal_route"
    NOT_OURS = "not_ours"
    DISCIPLINE = "discipline"
    FINAL = "final"


class Result(StrEnum):
    """What a written opinion says of the request (art. 32)."""

    SUPPORTED = "supported"
    EXPLAINED = "explained"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review by the body above. `concluded_on`: the day of its written opinion."""

    asked_on: date
    concluded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One petition so far. `answered_on`: the day on which the petitioner got the written answer."""

    stage: Stage
    received_on: date
    accepted_on: date | None = None
    due_on: date | None = None  # of the answer
    extra_days: int = 0
    answered_on: date | None = None
    reviews: Sequence[Review] = ()


def check_decision(facts: Facts, on: date, today: date) -> None:
    """Accepting or declining on `on`. Raises `Refused`."""
    if facts.stage is not Stage.RECEIVED:
        raise Refused("petition_decided")
    _check_day(on, today, facts.received_on)


def check_decline(ground: Ground, where: str, why: str, known: Sequence[Facts]) -> None:
    """`where`: who is competent (art. 22, 23); `known`: the same petitioner's other petitions of the matter.

    "No more" (art. 36, last paragraph) is only for a matter that went through both reviews: the right to be heard is
    not lost by asking often. Raises `Refused`.
    """
    if not why.strip():
        raise Refused("petition_why")
    if ground is not Ground.FINAL and not where.strip():
        raise Refused("petition_where")
    if ground is Ground.FINAL and not any(is_final(one) for one in known):
        raise Refused("petition_not_final")


def check_extension(facts: Facts, days: int, why: str, today: date) -> None:
    """Once, up to thirty days, before the first end is over, with a reason that the petitioner is told (art. 34)."""
    _check_open(facts)
    if facts.extra_days:
        raise Refused("petition_extended_before", days=facts.extra_days)
    if not 1 <= days <= MOST_EXTRA:
        raise Refused("petition_days", most=MOST_EXTRA)
    if not why.strip():
        raise Refused("petition_why")
    if facts.due_on is not None and today > facts.due_on:
        raise Refused("petition_overdue", due=facts.due_on)


def check_answer(facts: Facts, on: date, today: date, parts: Sequence[str]) -> None:
    """`parts`: request, facts and grounds, opinion, law: a written opinion has them all (art. 32). Raises `Refused`."""
    _check_open(facts)
    assert facts.accepted_on is not None
    _check_day(on, today, facts.accepted_on)
    if not all(part.strip() for part in parts):
        raise Refused("petition_parts")


def check_review(facts: Facts, on: date, today: date) -> None:
    """The petitioner asks the body above: within thirty days of the last written word, at most twice."""
    last = _last_word(facts)
    if facts.stage is not Stage.ANSWERED or last is None:
        raise Refused("petition_not_answered")
    if len(facts.reviews) >= REVIEWS:
        raise Refused("petition_reviewed_twice")
    _check_day(on, today, last)
    if on > last + timedelta(days=REVIEW_DAYS):
        raise Refused("petition_review_late", until=last + timedelta(days=REVIEW_DAYS))


def check_conclusion(facts: Facts, on: date, today: date) -> None:
    if not facts.reviews or facts.reviews[-1].concluded_on is not None:
        raise Refused("petition_no_review")
    _check_day(on, today, facts.reviews[-1].asked_on)


def rests_from(facts: Facts) -> date | None:
    """The first day on which an answered petition may rest without the petitioner's word; None: not in sight.

    After the second review at once; else the day after the time to ask is over.
    """
    if facts.stage is not Stage.ANSWERED:
        return None
    last = _last_word(facts)
    if last is None:
        return None
    return last if is_final(facts) else last + timedelta(days=REVIEW_DAYS + 1)


def check_close(facts: Facts, today: date, *, agreed: bool) -> None:
    """`agreed`: the petitioner said in writing that it is well. Raises `Refused`."""
    if facts.stage is Stage.DECLINED:
        return
    if facts.stage is not Stage.ANSWERED:
        raise Refused("petition_not_answered")
    rests = rests_from(facts)
    if rests is None:
        raise Refused("petition_in_review")
    if not agreed and today < rests:
        raise Refused("petition_may_still_ask", rests=rests)


def is_final(facts: Facts) -> bool:
    """Both reviews were concluded (art. 36)."""
    return len(facts.reviews) >= REVIEWS and all(one.concluded_on for one in facts.reviews)


def _last_word(facts: Facts) -> date | None:
    """The last written word that the petitioner got; None while a review runs or nothing was answered."""
    return facts.reviews[-1].concluded_on if facts.reviews else facts.answered_on


def _check_open(facts: Facts) -> None:
    if facts.stage is Stage.RECEIVED:
        raise Refused("petition_not_accepted")
    if facts.stage is not Stage.ACCEPTED:
        raise Refused("petition_over")


def _check_day(on: date, today: date, not_before: date) -> None:
    if on > today:
        raise Refused("petition_future")
    if on < not_before:
        raise Refused("petition_too_early", day=not_before)

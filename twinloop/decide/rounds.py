"""Second handling (二次处置): when another round opens by itself, what each round came to, when the penalty is owed.

Source: domain.md section 3, rules 1, 2, 4; mission.md O2; 程序规定 165, 185. *Ours*: which state waits for what
(a round of handling is not cut off while an order of it is open), and that 'the same day' ends at midnight +08:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from enum import StrEnum

CHINA = timezone(timedelta(hours=8))
# what lets even an order's own result stand aside: these are reasons of the quarrel, not of one handling
_AFTER_HANDLING = frozenset({"handling", "unsettled", "reopened", "returned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One open dispute as far as the next round asks.

    ``triggers``: codes of `workflow.Trigger` that hold (of a reopened one: those that it was reopened for, too).
    ``order_open``: somebody is under way or on the spot. ``ended_well``: the last final feedback says settled, a sworn
    officer has yet to record it. ``penalty_owed``: rule 2 sends it to the penalty procedure first.
    """

    state: str
    triggers: tuple[str, ...] = ()
    order_open: bool = False
    ended_well: bool = False
    penalty_owed: bool = False


def opens(standing: Standing) -> tuple[str, ...]:
    """The triggers for which a review opens now by itself; empty = it does not.

    Unsettled: always, unless the penalty procedure is owed. Reopened, returned: where a trigger holds; else the desk
    sorts it as it would a new one. Handling: where a trigger holds and nobody is under way any more.
    """
    if standing.state not in _AFTER_HANDLING or standing.penalty_owed:
        return ()
    if standing.state == "handling" and (standing.order_open or standing.ended_well):
        return ()
    if standing.state == "unsettled":
        return standing.triggers or ("round_unsettled",)
    return standing.triggers


class RoundEnd(StrEnum):
    """What a round came to; ``running``: it goes on."""

    RUNNING = "running"
    SETTLED = "settled"
    UNSETTLED = "unsettled"
    PENALTY = "penalty"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event of a dispute. ``before``/``after``: states; ``round``/``round_after``: numbers from 1.

    ``who``: the account that acted; ``taker``: the name of whom an order went to; ``text``: the review's or the
    order's words; ``triggers``: codes kept with the step.
    """

    at: datetime
    verb: str
    before: str = ""
    after: str = ""
    round: int = 1
    round_after: int = 1
    who: str = ""
    taker: str = ""
    text: str = ""
    triggers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One handling of a dispute, from its opening to the next one's."""

    number: int
    opened_at: datetime
    triggers: tuple[str, ...] = ()
    review: str = ""
    reviewed_at: datetime | None = None
    reviewed_by: str = ""
    ordered_at: datetime | None = None
    taker: str = ""
    order: str = ""
    ended_at: datetime | None = None
    end: RoundEnd = RoundEnd.RUNNING
    held: bool = True

    @property
    def is_over(self) -> bool:
        return self.end is not RoundEnd.RUNNING


_ENDS: Mapping[str, RoundEnd] = {
    "settled": RoundEnd.SETTLED, "unsettled": RoundEnd.UNSETTLED, "penalty": RoundEnd.PENALTY,
    "transferred": RoundEnd.GONE, "merged": RoundEnd.GONE,
}  # fmt: skip


def fold(steps: Iterable[Step]) -> tuple[Round, ...]:
    """The rounds of one dispute, oldest first. ``steps`` in their order; the first one opens round 1.

    A round that was settled and fell afterwards (reopened) keeps its end and is not ``held``. Total: a step that
    fits no round changes nothing.
    """
    found: list[Round] = []
    for step in steps:
        if not found:
            found.append(Round(number=step.round, opened_at=step.at))
        if step.round_after > found[-1].number:
            found.append(_next(found, step))
            continue
        found[-1] = _noted(found[-1], step)
    return tuple(found)


def _next(found: list[Round], step: Step) -> Round:
    before = found[-1]
    if not before.is_over:
        found[-1] = replace(before, end=RoundEnd.UNSETTLED, ended_at=step.at)
    # a review that was written while the last round still ran is the new one's
    early = before.reviewed_at is not None and before.ordered_at is not None and before.reviewed_at > before.ordered_at
    kept = (before.review, before.reviewed_at, before.reviewed_by) if early else ("", None, "")
    return Round(
        number=step.round_after, opened_at=step.at, triggers=step.triggers, review=kept[0], reviewed_at=kept[1],
        reviewed_by=kept[2],
    )  # fmt: skip


def _noted(now: Round, step: Step) -> Round:
    if step.verb == "noted_review":
        return replace(now, review=step.text, reviewed_at=step.at, reviewed_by=step.who)
    if step.verb == "order":
        return replace(now, ordered_at=step.at, taker=step.taker, order=step.text)
    return _moved(now, step) if step.after and step.after != step.before else now


def _moved(now: Round, step: Step) -> Round:
    if step.before in ("settled", "closed") and step.after == "reopened":
        return replace(now, held=False)
    if step.after in _ENDS:
        return replace(now, end=_ENDS[step.after], ended_at=step.at)
    if now.end in (RoundEnd.GONE, RoundEnd.PENALTY) and step.after not in ("closed", "settled"):
        return replace(now, end=RoundEnd.RUNNING, ended_at=None)
    return now


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """Rounds of one number: how many ended, how many of them settled, how many of those still hold."""

    number: int
    over: int
    settled: int
    held: int


def success(disputes: Iterable[Sequence[Round]]) -> tuple[Success, ...]:
    """Per round number, over many disputes; a round that still runs, or left for elsewhere, is not counted."""
    counted: dict[int, list[int]] = {}
    for rounds in disputes:
        for one in rounds:
            if one.end in (RoundEnd.RUNNING, RoundEnd.GONE):
                continue
            row = counted.setdefault(one.number, [0, 0, 0])
            row[0] += 1
            row[1] += one.end is RoundEnd.SETTLED
            row[2] += one.end is RoundEnd.SETTLED and one.held
    return tuple(
        Success(number=number, over=row[0], settled=row[1], held=row[2]) for number, row in sorted(counted.items())
    )


def same_day(failed_at: datetime) -> datetime:
    """The last second of the day on which mediation failed: until then the penalty procedure is to be opened.

    Raises ``ValueError`` for a moment without an offset.
    """
    if failed_at.tzinfo is None:
        raise ValueError("a moment needs its offset")
    return datetime.combine(failed_at.astimezone(CHINA).date(), time(23, 59, 59), CHINA)


class Finding(StrEnum):
    """What a person says of a crime that was linked to a known quarrel (民转刑)."""

    ESCALATED = "escalated"
    OTHER_MATTER = "other_matter"
    NOT_GRAVE = "not_grave"

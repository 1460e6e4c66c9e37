"""What everybody carries, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from twinloop.decide.roster.cells import away, is_weekend
from twinloop.decide.roster.codes import RosterLoad
from twinloop.decide.roster.facts import Person, Problem, Shift


class Reason(NamedTuple):
    code: RosterLoad
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Load:
    """One person's share of the plan; `kilometres` one way, added up."""

    person: str
    days: int
    weekends: int
    holidays: int
    kilometres: float
    villages: tuple[str, ...]
    reasons: tuple[Reason, ...]


def loads(problem: Problem, shifts: Sequence[Shift]) -> Iterator[Load]:
    """Everybody, also who has nothing, by id."""
    mean = len(shifts) / max(1, len(problem.people))
    mine: dict[str, list[Shift]] = {who: [] for who in problem.by_person}
    for shift in shifts:
        if shift.person in mine:
            mine[shift.person].append(shift)
    for who, own in mine.items():
        person = problem.by_person[who]
        kilometres = sum(person.distance.get(one.village, 0.0) for one in own)
        weekends = sum(is_weekend(one.on) for one in own)
        holidays = sum(one.on in problem.holidays for one in own)
        reasons = tuple(_reasons(problem, person, own, mean, (weekends, holidays, kilometres)))
        yield Load(who, len(own), weekends, holidays, kilometres, tuple(sorted({one.village for one in own})), reasons)


def _reasons(
    problem: Problem, person: Person, own: Sequence[Shift], mean: float, counts: tuple[int, int, float]
) -> Iterator[Reason]:
    weekends, holidays, kilometres = counts
    past = person.history
    yield Reason(RosterLoad.DAYS, {"days": len(own), "mean": round(mean, 1), "before": past.days})
    if weekends or past.weekends:
        yield Reason(RosterLoad.WEEKENDS, {"days": weekends, "before": past.weekends})
    if holidays or past.holidays:
        yield Reason(RosterLoad.HOLIDAYS, {"days": holidays, "before": past.holidays})
    gone = sum(away(person, on) is not None for on in problem.days)
    if gone:
        yield Reason(RosterLoad.AWAY, {"days": gone})
    barred = len(person.barred & set(problem.by_village))
    if barred:
        yield Reason(RosterLoad.FEW_VILLAGES, {"villages": len(problem.by_village) - barred})
    if person.wish_off:
        missed = sum(one.on in person.wish_off for one in own)
        yield Reason(RosterLoad.WISHES, {"kept": len(person.wish_off) - missed, "asked": len(person.wish_off)})
    if kilometres:
        yield Reason(RosterLoad.DISTANCE, {"kilometres": round(kilometres, 1)})

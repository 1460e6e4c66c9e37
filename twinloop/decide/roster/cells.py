"""Who may be where on which day, what a day costs, and which rules a given roster breaks."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from twinloop.decide.roster.codes import RosterRule
from twinloop.decide.roster.facts import Params, Person, Problem, Shift

SATURDAY = 5


class Broken(NamedTuple):
    """A rule that does not hold, and whose: what is not concerned is empty."""

    rule: RosterRule
    person: str
    village: str
    on: date | None
    lacks: int = 0


def is_weekend(on: date) -> bool:
    return on.weekday() >= SATURDAY


def away(person: Person, on: date) -> RosterRule | None:
    """The rule that keeps somebody from every village on a day."""
    if on in person.leave:
        return RosterRule.LEAVE
    if on in person.busy:
        return RosterRule.BUSY
    return RosterRule.REST if on.weekday() in person.rest else None


def bars(problem: Problem, shift: Shift) -> RosterRule | None:
    """The rule that forbids one shift whatever else is planned."""
    person = problem.by_person.get(shift.person)
    if person is None or shift.village not in problem.by_village or not problem.start <= shift.on <= problem.days[-1]:
        return RosterRule.UNKNOWN
    return RosterRule.BARRED if shift.village in person.barred else away(person, shift.on)


def allowed(problem: Problem) -> Iterator[Shift]:
    """Every shift that no rule forbids, in an order that does not depend on that of the people."""
    for person in problem.by_person.values():
        free = [on for on in problem.days if away(person, on) is None]
        for village in problem.by_village:
            if village not in person.barred:
                yield from (Shift(on, village, person.id) for on in free)


def days_a_week(person: Person, params: Params) -> int:
    return params.days_a_week if person.days_a_week is None else min(person.days_a_week, params.days_a_week)


def sevens(problem: Problem) -> Iterator[tuple[date, ...]]:
    """Every seven days in a row that touch the plan, from six days before it."""
    for back in range(-6, len(problem.days) - 6):
        yield tuple(problem.start + timedelta(days=back + n) for n in range(7))


def cost(problem: Problem, shift: Shift, params: Params) -> float:
    """What one shift costs by itself."""
    person = problem.by_person[shift.person]
    total = params.distance * person.distance.get(shift.village, 0.0)
    total += params.wish_off * (shift.on in person.wish_off)
    total += params.wish_village * bool(person.wish_villages and shift.village not in person.wish_villages)
    weeks = person.known.get(shift.village, 0)
    if weeks == 0 and shift.village in problem.known_villages:
        total += params.strange_face
    return total + params.worn_face * (weeks >= params.rotate_after)


def tie(seed: int, shift: Shift) -> float:
    """A hair's breadth that decides between plans of equal cost: from the seed and the names, not from any order."""
    digest = hashlib.blake2b(f"{seed}\0{shift.person}\0{shift.village}\0{shift.on}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32 * 1e-4


def check(problem: Problem, shifts: Collection[Shift], params: Params) -> list[Broken]:
    """Every hard rule that a roster breaks, and whose; empty where it holds."""
    found = [Broken(rule, one.person, one.village, one.on) for one in sorted(shifts)
             if (rule := bars(problem, one)) is not None]  # fmt: skip
    by_day = Counter((one.person, one.on) for one in shifts)
    found += [Broken(RosterRule.ONE_A_DAY, who, "", on) for (who, on), n in sorted(by_day.items()) if n > 1]
    faces = Counter((one.village, one.on) for one in shifts)
    found += [Broken(RosterRule.VILLAGE_ONCE, "", where, on) for (where, on), n in sorted(faces.items()) if n > 1]
    return [*found, *_too_many(problem, shifts, params), *_short(problem, shifts)]


def _too_many(problem: Problem, shifts: Collection[Shift], params: Params) -> Iterator[Broken]:
    worked: dict[str, set[date]] = defaultdict(set)
    for one in shifts:
        worked[one.person].add(one.on)
    for person in problem.by_person.values():
        mine = worked[person.id]
        for week in range(problem.weeks):
            monday = problem.monday(week)
            if sum(problem.week(on) == week for on in mine) > days_a_week(person, params):
                yield Broken(RosterRule.WEEK, person.id, "", monday)
        for seven in sevens(problem):
            if len((mine | person.worked) & set(seven)) > params.days_in_seven and mine & set(seven):
                yield Broken(RosterRule.ROW, person.id, "", seven[0])


def _short(problem: Problem, shifts: Collection[Shift]) -> Iterator[Broken]:
    seen: Mapping[tuple[str, int], set[date]] = defaultdict(set)
    for one in shifts:
        seen[one.village, problem.week(one.on)].add(one.on)
    for village, week in problem.weeks_of_villages():
        lacks = problem.by_village[village].days - len(seen[village, week])
        if lacks > 0:
            yield Broken(RosterRule.DAYS, "", village, problem.monday(week), lacks)

"""Many calls wait at once: one joint assignment, optimal, instead of first come first served.

What is maximised: first that calls are served, the graver ones before others where people are too few; among those
the sum of points. A person takes as many calls as their capacity leaves free, and each further one costs them the
points of one more open order. Solved by SciPy's `linear_sum_assignment` over (calls × free places of people).

The points of a pair are those of `matching.rank`, worked out column by column: `Scorer` is asked once a person for
what does not depend on the call, once a type, once a set of traits; places and parties are looked up the other way.
A test compares every cell with `Scorer.points`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from twinloop.decide import Refused
from twinloop.decide.matching_codes import MatchRefusal
from twinloop.decide.matching_facts import DEFAULTS, Call, Params, Person
from twinloop.decide.matching_points import Scorer, mean_recent

if TYPE_CHECKING:
    import numpy as np

    Grid = np.ndarray[Any, np.dtype[np.float64]]

FORBIDDEN_PAIR = 1e9  # never taken: leaving the call waiting costs less
WAITS = {1: 3e5, 2: 2e5, 3: 1e5}  # what it costs to leave a call of a level waiting


@dataclass(frozen=True, slots=True)
class Assigned:
    """`who` is a person's id, "" where nobody who may go is left."""

    call: str
    who: str
    score: float


@dataclass(frozen=True, slots=True)
class Joint:
    """`calls` in the order given. `points`: the sum over those served, less what further orders of one person cost."""

    calls: tuple[Assigned, ...]
    served: int
    points: float


def assign(calls: Sequence[Call], people: Sequence[Person], params: Params = DEFAULTS) -> Joint:
    """Give each call at most one person. The order of calls and people does not matter for the sum.

    Raises ``Refused(TWICE)`` where two calls or two people share an id.
    """
    check_ids(calls, people)
    if not calls:
        return Joint((), 0, 0.0)
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    staff = sorted(people, key=lambda person: (person.recent, person.id))
    points, allowed = grid(calls, staff, params)
    places = _places(staff, allowed, params, len(calls))
    owner = np.array([person for person, _ in places], dtype=int)
    further = np.array([params.load * nth for _, nth in places])
    costs = np.full((len(calls), len(places) + len(calls)), 0.0)
    costs[:, : len(places)] = np.where(allowed[:, owner], further - points[:, owner], FORBIDDEN_PAIR)
    costs[:, len(places) :] = np.array([WAITS[call.level] for call in calls])[:, None]
    rows, columns = linear_sum_assignment(costs)
    chosen = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    found, total = [], 0.0
    for row, call in enumerate(calls):
        column = chosen[row]
        if column >= len(places):
            found.append(Assigned(call.id, "", 0.0))
            continue
        total -= float(costs[row, column])
        found.append(Assigned(call.id, staff[owner[column]].id, round(float(points[row, owner[column]]), 1)))
    return Joint(tuple(found), sum(bool(one.who) for one in found), round(total, 1))


def check_ids(calls: Iterable[Call], people: Iterable[Person]) -> None:
    for field, ids in (("call", [call.id for call in calls]), ("people", [person.id for person in people])):
        if len(set(ids)) < len(ids):
            raise Refused(MatchRefusal.TWICE, field=field, id=next(i for i in ids if ids.count(i) > 1))


def _places(staff: Sequence[Person], allowed: Any, params: Params, most: int) -> list[tuple[int, int]]:
    """(person, how many of these calls before): one a free place, of those who may take any call at all."""
    useful = allowed.any(axis=0)
    free = [(params.capacity if p.capacity is None else p.capacity) - p.load for p in staff]
    return [
        (column, nth) for column, left in enumerate(free) if useful[column] for nth in range(max(0, min(left, most)))
    ]


def grid(calls: Sequence[Call], staff: Sequence[Person], params: Params = DEFAULTS) -> tuple[Grid, Any]:
    """Points and whether it is allowed, calls × people; equal to `Scorer.points` and `Scorer.bars` cell by cell."""
    import numpy as np

    columns = _Columns(staff, params)
    points = np.empty((len(calls), len(staff)))
    allowed = np.empty((len(calls), len(staff)), dtype=bool)
    for row, call in enumerate(calls):
        points[row] = columns.of_type(call)
        points[row] += columns.of_traits(call)
        points[row] += columns.of_place(call.place)
        allowed[row] = columns.may_take(call)
        for party in call.parties:
            for column in columns.knowing.get(party, ()):
                points[row, column] += params.knows if columns.counts_once(row, column) else 0
            for column in columns.related.get(party, ()):
                allowed[row, column] = False
        columns.seen.clear()
    return np.round(points, 1), allowed


class _Columns:
    """One row of figures a person, for what many calls share."""

    def __init__(self, staff: Sequence[Person], params: Params) -> None:
        import numpy as np

        self.np, self.staff, self.params = np, staff, params
        self.mean = mean_recent(staff)
        self.seen: set[tuple[int, int]] = set()
        self.knowing, self.related = _by_party(staff)
        self.own, self.towns, self.reach = _by_place(staff)
        self._kept: dict[object, Any] = {}
        self._at_all: dict[bool, Any] = {}

    def counts_once(self, row: int, column: int) -> bool:
        """Knowing two parties of one call is worth no more than knowing one."""
        is_first = (row, column) not in self.seen
        self.seen.add((row, column))
        return is_first

    def of_type(self, call: Call) -> Any:
        """Skill, success with the type, load and fairness."""
        if call.type not in self._kept:
            scorer = Scorer(call, self.mean, self.params)
            work = self._kept.get("work")
            if work is None:
                self._kept["work"] = work = self.np.array([scorer.of_work(person) for person in self.staff])
            own = [scorer.of_type(person) for person in self.staff] if call.type else 0.0
            self._kept[call.type] = work + own
        return self._kept[call.type]

    def of_traits(self, call: Call) -> Any:
        wanted = self.params.wanted(call)
        if wanted not in self._kept:
            scorer = Scorer(call, self.mean, self.params)
            self._kept[wanted] = self.np.array([scorer.of_traits(person) for person in self.staff])
        return self._kept[wanted]

    def of_place(self, place: str) -> Any:
        key = ("place", place)
        if key not in self._kept:
            points = self.np.zeros(len(self.staff))
            points[self.towns.get(place[:9], [])] = self.params.near
            points[self.own.get(place, [])] = self.params.own_area
            self._kept[key] = points
        return self._kept[key]

    def may_take(self, call: Call) -> Any:
        """Every hard rule but kinship, which is the call's own."""
        if call.needs_sworn not in self._at_all:
            bare = replace(call, place="", parties=frozenset())
            scorer = Scorer(bare, self.mean, self.params)
            self._at_all[call.needs_sworn] = self.np.array([scorer.may_go(person) for person in self.staff], dtype=bool)
        allowed = self._at_all[call.needs_sworn]
        if not call.place:
            return allowed
        key = ("reach", call.place)
        if key not in self._kept:
            inside = self.np.zeros(len(self.staff), dtype=bool)
            for code in (call.place, f"{call.place[:9]}000", f"{call.place[:6]}000000", None):
                inside[self.reach.get(code, [])] = True
            self._kept[key] = inside
        return allowed & self._kept[key]


def _by_party(staff: Sequence[Person]) -> tuple[Mapping[str, list[int]], Mapping[str, list[int]]]:
    """Party → who knows them, party → who may not be sent because of them."""
    knowing: dict[str, list[int]] = defaultdict(list)
    related: dict[str, list[int]] = defaultdict(list)
    for column, person in enumerate(staff):
        for party in person.knows:
            knowing[party].append(column)
        for party in person.related_to:
            related[party].append(column)
        related[person.id].append(column)
    return knowing, related


def _by_place(
    staff: Sequence[Person],
) -> tuple[Mapping[str, list[int]], Mapping[str, list[int]], dict[str | None, list[int]]]:
    """Community → whose own it is, township → who has one in it, place code (None: any) → who may be sent there."""
    own: dict[str, list[int]] = defaultdict(list)
    towns: dict[str, list[int]] = defaultdict(list)
    reach: dict[str | None, list[int]] = defaultdict(list)
    for column, person in enumerate(staff):
        for code in person.communities:
            own[code].append(column)
            towns[code[:9]].append(column)
        for where in [None] if person.scope is None else person.scope:
            reach[where].append(column)
    return own, towns, reach


def greedy(calls: Sequence[Call], people: Sequence[Person], params: Params = DEFAULTS) -> Joint:
    """First come first served, the best one free each time: what `assign` is measured against."""
    left = {person.id: person for person in people}
    mean, taken = mean_recent(people), dict.fromkeys(left, 0)
    found, total = [], 0.0
    for call in calls:
        scorer = Scorer(call, mean, params)
        offers: list[tuple[float, int, str, float]] = []
        for person in left.values():
            fresh = replace(person, load=person.load - taken[person.id])
            if not scorer.bars(person):
                score = scorer.points(fresh)
                offers.append((score - params.load * taken[person.id], -person.recent, person.id, score))
        if not offers:
            found.append(Assigned(call.id, "", 0.0))
            continue
        points, _, who, score = max(offers)
        total += points
        taken[who] += 1
        left[who] = replace(left[who], load=left[who].load + 1)
        found.append(Assigned(call.id, who, score))
    return Joint(tuple(found), sum(bool(one.who) for one in found), round(total, 1))

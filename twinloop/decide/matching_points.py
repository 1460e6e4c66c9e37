"""The points of one person for one call: added up at once (`points`), and told line by line (`reasons`).

The two are kept equal by a test. `points` is what 500 people are compared by; reasons are made for those who are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from twinloop.decide.matching_codes import Bar, Merit, Trait
from twinloop.decide.matching_facts import DEFAULTS, NOTHING, Call, Params, Person


class Reason(NamedTuple):
    """One line: what, how many points, and the figures that its sentence needs."""

    merit: Merit
    points: float
    facts: Mapping[str, object]


class _Once(dict[Any, float]):
    """Works a figure out at its first asking."""

    def __init__(self, make: Callable[[Any], float]) -> None:
        self.make = make

    def __missing__(self, key: Any) -> float:
        self[key] = made = self.make(key)
        return made


def covers(code: str, place: str) -> bool:
    """Whether a place code (…000 = a township, …000000 = a county) holds a community's."""
    if code == place:
        return True
    if code.endswith("000000"):
        return place[:6] == code[:6]
    return code.endswith("000") and place[:9] == code[:9]


def mean_recent(people: Iterable[Person]) -> float:
    """Orders of 30 days, on the average of those at work: whoever is full counts too, or capacity would bend it."""
    figures = [p.recent for p in people if p.on_duty and not p.absent]
    return sum(figures) / len(figures) if figures else 0.0


class Scorer:
    """Hard rules and points of people for one call."""

    def __init__(self, call: Call, mean: float, params: Params = DEFAULTS) -> None:
        self.call, self.mean, self.params = call, mean, params
        self.wanted = params.wanted(call)
        self.town = call.place[:9]
        self.category = call.type[:1]
        self._of_rate, self._of_traits = _Once(self._rate), _Once(self._traits)
        self._of_recent = _Once(self._fairness)

    def may_go(self, person: Person) -> bool:
        """No hard rule stands against `person`."""
        call, most = self.call, person.capacity
        return (
            person.on_duty is True
            and not person.absent
            and person.load < (self.params.capacity if most is None else most)
            and not (call.needs_sworn and not person.sworn)
            and not (call.parties and (person.id in call.parties or not call.parties.isdisjoint(person.related_to)))
            and (person.scope is None or not self._beyond(person))
        )

    def bars(self, person: Person) -> tuple[Bar, ...]:
        """Every hard rule that stands against `person`."""
        call, most = self.call, self.params.capacity if person.capacity is None else person.capacity
        rules = (
            (Bar.DUTY_UNKNOWN, person.on_duty is None),
            (Bar.OFF_DUTY, person.on_duty is False),
            (Bar.ABSENT, person.absent),
            (Bar.PARTY, person.id in call.parties),
            (Bar.RELATED, not person.related_to.isdisjoint(call.parties)),
            (Bar.SCOPE, self._beyond(person)),
            (Bar.SWORN_UNKNOWN, call.needs_sworn and person.sworn is None),
            (Bar.NOT_SWORN, call.needs_sworn and person.sworn is False),
            (Bar.FULL, person.load >= most),
        )
        return tuple(bar for bar, stands in rules if stands)

    def _beyond(self, person: Person) -> bool:
        """Outside the places to which the person may be sent; an unknown place bars nobody."""
        place, scope = self.call.place, person.scope
        return scope is not None and bool(place) and not any(covers(code, place) for code in scope)

    def points(self, person: Person) -> float:
        """The sum of `reasons`, without making them."""
        total = self._of_recent[person.recent] - self.params.load * person.load
        if self.town:
            total += self._area(person.communities)
        if self.category:
            total += self.of_type(person)
        if self.wanted and person.traits:
            total += self._of_traits[person.traits]
        if self.call.parties and not self.call.parties.isdisjoint(person.knows):
            total += self.params.knows
        return round(total, 1)

    def of_work(self, person: Person) -> float:
        return self._of_recent[person.recent] - self.params.load * person.load

    def of_type(self, person: Person) -> float:
        """Skill in the type of the call and success with it."""
        code, total = self.call.type, 0.0
        if grade := person.skills.get(code):
            total = self.params.skill[grade - 1]
        elif person.skills and self._sibling(person.skills):
            total = self.params.related_skill
        handled = person.handled.get(code)
        return total + self._of_rate[handled] if handled else total

    def of_traits(self, person: Person) -> float:
        return self._of_traits[person.traits]

    def _area(self, communities: frozenset[str]) -> float:
        if self.call.place in communities:
            return self.params.own_area
        for code in communities:
            if code.startswith(self.town):
                return self.params.near
        return 0.0

    def _sibling(self, skills: Iterable[str]) -> str:
        """A type of the same category that the person is good at; the first by code."""
        found = [own for own in skills if own[:1] == self.category]
        return min(found) if found else ""

    def _rate(self, handled: tuple[int, int]) -> float:
        """Drawn towards what is expected of anybody, so that one lucky case says little."""
        p, (cases, settled) = self.params, handled
        rate = (settled + p.expected_rate * p.expected_cases) / (cases + p.expected_cases)
        return round(p.success * (rate - p.expected_rate), 1)

    def _traits(self, traits: frozenset[str]) -> float:
        return min(self.params.traits_most, self.params.trait * len(self.wanted & traits))

    def _fairness(self, recent: int) -> float:
        """Fewer orders in 30 days than the mean of those at work speak for somebody, more against."""
        most = self.params.fairness_most
        return round(max(-most, min(most, self.params.fairness * (self.mean - recent))), 1)

    def reasons(self, person: Person) -> list[Reason]:
        """What speaks for `person`, heaviest first, then what speaks against."""
        found = [*self._by_type(person), *self._by_traits(person), *self._by_place(person), *self._by_work(person)]
        return sorted(found, key=lambda reason: (reason.points < 0, -abs(reason.points), reason.merit))

    def _by_type(self, person: Person) -> Iterable[Reason]:
        code = self.call.type
        if not code:
            return
        if grade := person.skills.get(code):
            yield Reason(Merit.SKILL, self.params.skill[grade - 1], {"type": code, "grade": grade})
        elif sibling := self._sibling(person.skills):
            yield Reason(Merit.RELATED_SKILL, self.params.related_skill, {"type": sibling})
        if (handled := person.handled.get(code)) and (points := self._of_rate[handled]):
            facts = {"handled": handled[0], "settled": handled[1], "type": code}
            yield Reason(Merit.SUCCESS if points > 0 else Merit.UNSUCCESS, points, facts)

    def _by_traits(self, person: Person) -> Iterable[Reason]:
        """The declared traits that fit, together no more than `traits_most`."""
        p = self.params
        for nth, trait in enumerate(sorted(self.wanted & person.traits)):
            points = max(0.0, min(p.trait, p.traits_most - p.trait * nth))
            yield Reason(Merit.TRAIT, points, {"trait": Trait(trait)})

    def _by_place(self, person: Person) -> Iterable[Reason]:
        if self.town and (points := self._area(person.communities)):
            own = self.call.place in person.communities
            yield Reason(Merit.OWN_AREA if own else Merit.NEAR, points, NOTHING)
        if not self.call.parties.isdisjoint(person.knows):
            yield Reason(Merit.KNOWS, self.params.knows, NOTHING)

    def _by_work(self, person: Person) -> Sequence[Reason]:
        busy = Reason(Merit.LOAD, -self.params.load * person.load, {"load": person.load})
        found = [busy if person.load else Reason(Merit.FREE, 0.0, NOTHING)]
        if points := self._of_recent[person.recent]:
            facts = {"recent": person.recent, "mean": _short(self.mean)}
            found.append(Reason(Merit.RESTED if points > 0 else Merit.BUSY, points, facts))
        return found


def _short(mean: float) -> float:
    """One decimal, as nobody is below a mean of 0; none where it says nothing (4, not 4.0)."""
    shown = round(mean, 1)
    return int(shown) if shown == int(shown) else shown

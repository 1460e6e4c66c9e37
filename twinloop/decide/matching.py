"""Who suits one call (`rank`), and who suits many that wait at once (`assign`, in `matching_joint`).

Source: domain.md section 6. Hard rules stand apart from soft weights: who meets a `Bar` is never offered, whatever
their points. Nobody is judged by what they are (guardrail 2), and a relative or party is never sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from twinloop.decide.matching_codes import FORBIDDEN, Bar, MatchRefusal, Merit, Shortfall, Trait
from twinloop.decide.matching_facts import DEFAULTS, Call, Params, Person
from twinloop.decide.matching_points import Reason, Scorer, covers, mean_recent

__all__ = [
    "DEFAULTS",
    "FORBIDDEN",
    "Bar",
    "Barred",
    "Call",
    "Candidate",
    "MatchRefusal",
    "Merit",
    "Params",
    "Person",
    "Ranking",
    "Reason",
    "Scorer",
    "Short",
    "Shortfall",
    "Trait",
    "covers",
    "mean_recent",
    "rank",
]


class Short(NamedTuple):
    """What the list lacks. `facts["who"]` is a person's id."""

    code: Shortfall
    facts: Mapping[str, object]


class Candidate(NamedTuple):
    id: str
    score: float
    person: Person
    scorer: Scorer

    @property
    def reasons(self) -> list[Reason]:
        """What speaks for the person, heaviest first, then what speaks against."""
        return self.scorer.reasons(self.person)


@dataclass(frozen=True, slots=True)
class Barred:
    id: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """`people` best first; `barred` by id with every rule that stands against each."""

    people: tuple[Candidate, ...]
    barred: tuple[Barred, ...]
    shortfalls: tuple[Short, ...]


def rank(call: Call, people: Sequence[Person], params: Params = DEFAULTS) -> Ranking:
    """Everybody who may go, best first, with reasons; everybody who may not, with the rules that stand against them.

    The order of `people` does not matter: equal points go to fewer orders in 30 days, then to the smaller id.
    """
    scorer = Scorer(call, mean_recent(people), params)
    may_go, points = scorer.may_go, scorer.points
    offered, barred = [], []
    for person in people:
        if may_go(person):
            offered.append((-points(person), person.recent, person.id, person))
        else:
            barred.append(Barred(person.id, scorer.bars(person)))
    offered.sort(key=_order)
    barred.sort(key=lambda row: row.id)
    found = tuple([Candidate(id_, -score, person, scorer) for score, _, id_, person in offered])
    by_id = {person.id: person for person in people}
    return Ranking(found, tuple(barred), tuple(_shortfalls(call, found, barred, by_id)))


def _order(row: tuple[float, int, str, Person]) -> tuple[float, int, str]:
    return row[:3]


def _shortfalls(
    call: Call, found: Sequence[Candidate], barred: Sequence[Barred], by_id: Mapping[str, Person]
) -> Iterable[Short]:
    if not found:
        only = [row for row in barred if len(row.bars) == 1]
        if any(row.bars[0] is Bar.FULL for row in only):
            yield Short(Shortfall.ALL_FULL, {"people": sum(row.bars[0] is Bar.FULL for row in only)})
        elif any(row.bars[0] in (Bar.NOT_SWORN, Bar.SWORN_UNKNOWN) for row in only):
            yield Short(Shortfall.NOBODY_SWORN, {})
        else:
            yield Short(Shortfall.NOBODY, {"people": len(barred)})
    if call.type and not any(by_id[one.id].skills.get(call.type) for one in found):
        yield _no_skill(call, found, barred, by_id)
    if call.place and found and not any(call.place in by_id[one.id].communities for one in found):
        yield Short(Shortfall.NO_OWN_AREA, {})


def _no_skill(call: Call, found: Sequence[Candidate], barred: Sequence[Barred], by_id: Mapping[str, Person]) -> Short:
    """Nobody who may go has the skill: the nearest is a neighbouring type, else somebody who cannot go now."""
    for one in found:
        sibling = min((code for code in by_id[one.id].skills if code[:1] == call.type[:1]), default="")
        if sibling:
            return Short(Shortfall.NO_SKILL_NEAREST, {"type": call.type, "who": one.id, "has": sibling})
    for row in barred:
        away = not {Bar.PARTY, Bar.RELATED} & set(row.bars)
        if away and by_id[row.id].skills.get(call.type):
            return Short(Shortfall.NO_SKILL_AWAY, {"type": call.type, "who": row.id, "why": row.bars[0]})
    return Short(Shortfall.NO_SKILL, {"type": call.type})

"""A petition as its pages show it: where it stands, until when, what its owner may do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from twinloop.cases import visibility
from twinloop.cases.telling import language
from twinloop.decide import petition as rules
from twinloop.decide.words import cite, say
from twinloop.decide.workflow import State
from twinloop.edge.masks import mask_text
from twinloop.intake.petitions import queries, words
from twinloop.intake.petitions.models import Petition
from twinloop.ledger.sight import Scope

SOON = timedelta(days=7)
NEXT = {"received": ("accept", "decline"), "accepted": ("answer", "extend"), "declined": ("close",), "closed": ()}


@dataclass(frozen=True)
class Row:
    petition: Petition
    title: str
    state: str  # late, warn, ok, or nothing
    left: int | None  # days until it is due; below nothing: days late
    is_old: bool

    @property
    def over(self) -> int:
        """Days late."""
        return -(self.left or 0)


def row(one: Petition, on: date) -> Row:
    left = (one.due_on - on).days if one.due_on else None
    state = "" if left is None else "late" if left < 0 else "warn" if left <= SOON.days else "ok"
    return Row(one, mask_text(one.dispute.title), state, left, (one.dispute.started_on or on) <= on - queries.OLD)


def steps(one: Petition, facts: rules.Facts) -> list[str]:
    """The acts that the stage allows, the likely one first; a leader's too (the page says who may)."""
    if one.stage != "answered":
        return list(NEXT[one.stage])
    if facts.reviews and facts.reviews[-1].concluded_on is None:
        return ["conclude"]
    return ["close"] if rules.is_final(facts) else ["close", "review"]


def page(one: Petition, scope: Scope, on: date) -> dict[str, Any]:
    facts = queries.facts_of(one)
    others = queries.same_petitioner(one, visibility.disputes(scope))
    ground = words.GROUNDS.get(one.ground)
    return {
        "petition": one, "dispute": one.dispute, "row": row(one, on), "title": mask_text(one.dispute.title),
        "steps": steps(one, facts), "rests": rules.rests_from(facts), "reviews": list(one.reviews.all()),
        "ground": ground and ground[0], "article": cite(ground[1], language()) if ground else "",
        "others": [row(other, on) for other in others], "why": mask_text(one.why),
        "parts": [mask_text(part) for part in (one.request, one.facts, one.opinion, one.law)],
        "state": say(State(one.dispute.state), language()),
        "parties": list(one.dispute.parties.filter(removed_at=None, side="a")),
    }  # fmt: skip

"""What is owed to a victim of domestic violence, and by when, from what is on record; a person does each of it.

Source: 反家庭暴力法 15 (medical care, shelter), 16 (criticism or warning letter), 17 (service on both, the village
told, visits), 23 (protection order). The Act names no hours: the limits are *ours* (`defaults/safeguard.toml`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from twinloop.decide import Refused

DEFAULTS = Path(__file__).parent / "defaults" / "safeguard.toml"


class Owed(StrEnum):
    """One thing that must still be done, in the order in which it is usually done."""

    ADVICE = "owe_advice"
    MINORS = "owe_minors"
    LETTER = "owe_letter"
    SERVE_PERPETRATOR = "owe_serve_perpetrator"
    SERVE_VICTIM = "owe_serve_victim"
    TELL_VILLAGE = "owe_tell_village"
    VISITS = "owe_visits"


class SafeguardRefusal(StrEnum):
    PARAMS = "safeguard_params"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Hours: for advice and a child's safety, for the decision on the letter, for its service and the visits' plan."""

    advice: int
    letter: int
    service: int

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 1 <= getattr(self, field.name) <= 720:
                raise Refused(SafeguardRefusal.PARAMS, field=field.name)

    @classmethod
    def shipped(cls) -> Params:
        return cls(**tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))["hours"])


PARAMS = Params.shipped()
_AFTER_LETTER = (Owed.SERVE_PERPETRATOR, Owed.SERVE_VICTIM, Owed.TELL_VILLAGE, Owed.VISITS)
_ARTICLES = {
    Owed.ADVICE: "反家庭暴力法 23",
    Owed.MINORS: "反家庭暴力法 15",
    Owed.LETTER: "反家庭暴力法 16",
    **dict.fromkeys(_AFTER_LETTER, "反家庭暴力法 17"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``opened_at``: the safeguard began. ``decided_at``: the letter was decided, ``issued`` whether for it.

    ``done``: what is on record of :class:`Owed` beside the letter. ``minors``: a minor is concerned.
    """

    opened_at: datetime
    decided_at: datetime | None = None
    issued: bool = False
    minors: bool = False
    done: frozenset[Owed] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    what: Owed
    due_at: datetime
    article: str


def owed(facts: Facts, params: Params = PARAMS) -> tuple[Due, ...]:
    """What is still to be done, soonest first. More done never makes more owed (property test)."""
    found = [(Owed.ADVICE, facts.opened_at, params.advice)]
    if facts.minors:
        found.append((Owed.MINORS, facts.opened_at, params.advice))
    if facts.decided_at is None:
        found.append((Owed.LETTER, facts.opened_at, params.letter))
    elif facts.issued:
        found += [(what, facts.decided_at, params.service) for what in _AFTER_LETTER]
    dues = [
        Due(what, since + timedelta(hours=hours), _ARTICLES[what])
        for what, since, hours in found
        if what not in facts.done
    ]
    return tuple(sorted(dues, key=lambda due: due.due_at))


def is_served(facts: Facts) -> bool:
    """The letter is out, both have it, the village knows and visits are planned: what settling by letter asks for."""
    return facts.issued and facts.decided_at is not None and facts.done.issuperset(_AFTER_LETTER)

"""The events of one dispute, in their order, folded into what figures need to know of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twinloop.decide.figures import Mode
from twinloop.decide.workflow import Action, State

RESTING = frozenset({State.SETTLED, State.CLOSED})
AWAY = frozenset({State.MERGED, State.TRANSFERRED})  # it keeps what it was, elsewhere


MEDIATED = ("mediation_chosen", "mediation_strengthened")
_MODES = {"seek": Mode.SEEK, "follow": Mode.FOLLOW, "joint": Mode.JOINT}


def mode_of(data: Mapping[str, Any]) -> Mode:
    """What an event of `MEDIATED` says of the method. Agencies at the table outrank the police track (会诊)."""
    strength = str(data.get("strength", ""))
    if data.get("track") == "police" and strength != "joint":
        return Mode.POLICE
    return _MODES.get(strength, Mode.OTHER)


@dataclass(frozen=True, slots=True)
class Step:
    """One move: `before` and `after` are states, `round` that of the handling when it was made."""

    at: datetime
    verb: str
    before: str
    after: str
    round: int
    round_after: int


@dataclass(slots=True)
class Spell:
    """A settlement and how long it held."""

    at: datetime
    mode: Mode
    round: int
    until: datetime | None = None

    def flared_at(self, incidents: Iterable[datetime]) -> datetime | None:
        again = [moment for moment in incidents if moment > self.at]
        return min([*again, *([self.until] if self.until else [])], default=None)


@dataclass(slots=True)
class Life:
    second_at: datetime | None = None
    merged_at: datetime | None = None
    transferred_at: datetime | None = None
    spells: list[Spell] = field(default_factory=list)


def fold(steps: Iterable[Step], mediated: Sequence[tuple[datetime, Mode]] = ()) -> Life:
    """`mediated`: when a mediation of which kind was opened, oldest first."""
    life = Life()
    for step in steps:
        if life.second_at is None and step.round_after > 1:
            life.second_at = step.at
        life.merged_at = _away(life.merged_at, State.MERGED, step)
        life.transferred_at = _away(life.transferred_at, State.TRANSFERRED, step)
        _rest(life.spells, step, mediated)
    return life


def _away(since: datetime | None, state: State, step: Step) -> datetime | None:
    if step.after == state:
        return since or step.at
    return None if step.before == state and step.after not in AWAY else since


def _rest(spells: list[Spell], step: Step, mediated: Sequence[tuple[datetime, Mode]]) -> None:
    holds = bool(spells) and spells[-1].until is None
    if step.after == State.SETTLED and not holds and step.before not in RESTING | AWAY:
        # a clock that was set back must not let a settlement begin before the last one ended
        at = max(step.at, spells[-1].until or step.at) if spells else step.at
        spells.append(Spell(at, _mode(step, mediated), step.round))
    elif holds and step.after not in RESTING | AWAY:
        spells[-1].until = max(step.at, spells[-1].at)


def _mode(step: Step, mediated: Sequence[tuple[datetime, Mode]]) -> Mode:
    if step.verb == Action.AGREE:
        return next((mode for at, mode in reversed(mediated) if at <= step.at), Mode.OTHER)
    if step.before == State.PENALTY:
        return Mode.PENALTY
    return Mode.SPOT if step.before == State.HANDLING and step.round == 1 else Mode.OTHER

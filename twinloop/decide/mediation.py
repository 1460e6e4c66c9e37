"""Which mediation fits: seek (寻诊), follow (随诊) or joint (会诊), on whose track; a person decides.

Source: mission.md I1–I3, domain.md sections 3 and 4 (plan by level, ours), 人民调解法 3, 17, 23 (the parties may refuse
and choose), 程序规定 178 para 2 (a quarrel that is no offence is not for police mediation), 反家庭暴力法 16, 17, 23.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

from twinloop.decide import Refused

DEFAULTS = Path(__file__).parent / "defaults" / "mediation.toml"


class Strength(StrEnum):
    """From the lightest to the strongest."""

    SEEK = "seek"
    FOLLOW = "follow"
    JOINT = "joint"


class Way(StrEnum):
    """On whose track the session is held."""

    PEOPLE = "people_way"
    POLICE = "police_way"


class Ground(StrEnum):
    """Why this strength."""

    LEVEL_ONE = "ground_level_one"
    LEVEL_TWO = "ground_level_two"
    LEVEL_THREE = "ground_level_three"
    GROUP = "ground_group"
    AGENCY = "ground_agency"
    BACKLOG = "ground_backlog"
    OLD = "ground_old"
    FAILED = "ground_failed"
    CALLED = "ground_called"
    WISH = "ground_wish"
    NO_OFFENCE = "ground_no_offence"
    PEOPLE_REFUSED = "ground_people_refused"


class MediationRefusal(StrEnum):
    VIOLENCE_AT_HOME = "mediation_violence_at_home"
    NO_WAY = "mediation_no_way"
    LEVEL_UNKNOWN = "mediation_level_unknown"
    PARAMS = "mediation_params"


_ORDER = tuple(Strength)
_BY_LEVEL = {1: (Strength.JOINT, Ground.LEVEL_ONE), 2: (Strength.FOLLOW, Ground.LEVEL_TWO)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """``months``: older than that many months is old; ``failed`` sessions and ``incidents``: from so many on."""

    months: int
    failed: int
    incidents: int

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 1 <= getattr(self, field.name) <= 600:
                raise Refused(MediationRefusal.PARAMS, field=field.name)

    @classmethod
    def shipped(cls) -> Params:
        return cls(**tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))["choosing"])


PARAMS = Params.shipped()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the record knows. ``people_open``, ``police_open``: the gate's answer, ``None`` where nobody asked it.

    ``offence``: it is also an offence against public order; ``wish``: what both sides asked for; ``needs_agency``:
    another unit is competent for its subject or place.
    """

    level: int | None = None
    domestic_violence: bool = False
    offence: bool = False
    people_open: bool | None = None
    police_open: bool | None = None
    people_refused: bool = False
    group_event: bool = False
    needs_agency: bool = False
    backlog: bool = False
    months: int = 0
    failed_sessions: int = 0
    incidents: int = 0
    wish: Strength | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """``others``: stronger kinds that a person may take instead; a weaker one needs a reason."""

    strength: Strength
    way: Way
    grounds: tuple[Ground, ...]
    others: tuple[Strength, ...]


def suggest(facts: Facts, params: Params = PARAMS) -> Suggestion:
    """The lightest mediation that the record allows. Raises ``Refused`` with a :class:`MediationRefusal`.

    Monotone: one more grave fact never makes the suggestion weaker (property test).
    """
    if facts.domestic_violence:
        raise Refused(
            MediationRefusal.VIOLENCE_AT_HOME, articles=("反家庭暴力法 16", "反家庭暴力法 17", "反家庭暴力法 23")
        )
    if facts.level is None:
        raise Refused(MediationRefusal.LEVEL_UNKNOWN)
    way, why = _way(facts)
    found = [_of_level(facts.level), *_of_history(facts, params)]
    strength = max((s for s, _ground in found), key=_ORDER.index)
    grounds = tuple(ground for s, ground in found if s is strength)
    return Suggestion(strength=strength, way=way, grounds=(*grounds, *why), others=_ORDER[_ORDER.index(strength) + 1 :])


def _way(facts: Facts) -> tuple[Way, tuple[Ground, ...]]:
    """People's mediation is open to every civil quarrel that nobody refuses it for; the police's to offences alone."""
    police = facts.offence and facts.police_open is not False
    people = not facts.people_refused and facts.people_open is not False
    if police and (facts.police_open or not people):
        return Way.POLICE, (Ground.PEOPLE_REFUSED,) if facts.people_refused else ()
    if people:
        return Way.PEOPLE, () if facts.offence else (Ground.NO_OFFENCE,)
    raise Refused(MediationRefusal.NO_WAY, articles=("人民调解法 17", "程序规定 178 第2款"))


def _of_level(level: int) -> tuple[Strength, Ground]:
    return _BY_LEVEL.get(level, (Strength.SEEK, Ground.LEVEL_THREE))


def _of_history(facts: Facts, params: Params) -> list[tuple[Strength, Ground]]:
    """What asks for more than the level does. A wish raises and never lowers."""
    asked = [
        (Strength.JOINT, Ground.GROUP, facts.group_event),
        (Strength.JOINT, Ground.AGENCY, facts.needs_agency),
        (Strength.FOLLOW, Ground.BACKLOG, facts.backlog),
        (Strength.FOLLOW, Ground.OLD, facts.months >= params.months),
        (Strength.FOLLOW, Ground.FAILED, facts.failed_sessions >= params.failed),
        (Strength.FOLLOW, Ground.CALLED, facts.incidents >= params.incidents),
    ]
    found = [(strength, ground) for strength, ground, there in asked if there]
    return [*found, (facts.wish, Ground.WISH)] if facts.wish else found


def nominated(facts: Facts, params: Params = PARAMS) -> tuple[Ground, ...]:
    """The rules by which a dispute nominates itself for a 2+2 team (随诊, mission I2); empty: none."""
    return tuple(ground for strength, ground in _of_history(facts, params) if strength is Strength.FOLLOW and
                 ground is not Ground.WISH)  # fmt: skip

"""A quarrel that is being handled, two parties, an elder and an officer who mediate, a room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests import world
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute, Party
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.mediation.sessions import actions
from twinloop.mediation.sessions.models import Mediation, Session

NOW = world.NOW
CIVIL = {"nature": "civil", "party_refuses": False}
# a slap between neighbours: slight, of a civil origin, and none of the bars
SLIGHT = {
    "nature": "assault", "slight": True, "civil_origin": True, "relation": "neighbour", "trifle": True, "hired": False,
    "gang_or_provocation": False, "repeat_offender": False, "party_refuses": False, "reoffended_during": False,
    "suspect_fled": False, "minor": False, "sworn_officers": 2,
}  # fmt: skip
OFFICER, ELDER = frozenset({"community_officer"}), frozenset({"mediator"})


@dataclass
class Scene:
    district: world.District
    dispute: Dispute
    a: Party
    b: Party
    elder: Mediator
    officer: Mediator
    room: Room

    @property
    def by(self) -> int:
        return self.district.people["community_officer"].pk

    def begin(self, **facts: Any) -> Mediation:
        given: dict[str, Any] = {"track": "people", "strength": "seek", "lead": self.elder, "facts": CIVIL, **facts}
        return actions.begin(self.dispute, **{"by": self.by, "roles": OFFICER, "at": NOW, **given})

    def police(self, **facts: Any) -> Mediation:
        cases.note(self.dispute, "offence", by=self.by, roles=OFFICER, at=NOW, offence=True)
        return self.begin(**{"track": "police", "lead": self.officer, "facts": SLIGHT, **facts})


def scene(**facts: Any) -> Scene:
    district = world.district()
    dispute = world.dispute(district.near, **facts)
    a, b = (
        cases.add_party(dispute, world.person(name), side=side, by=None, at=NOW)
        for name, side in (("王秀兰", "a"), ("赵建国", "b"))
    )
    officer = district.people["community_officer"]
    Dispute.objects.filter(pk=dispute.pk).update(state="handling", level=3, owner=officer)
    dispute.refresh_from_db()
    elder, leader = (
        Mediator.objects.create(account=district.people[role], name=name, kind=kind, joined_on=date(2020, 1, 1))
        for role, name, kind in (("mediator", "老李", "cadre"), ("community_officer", "陈警官", "officer"))
    )
    room = Room.objects.create(name="近村社区警务室", place=district.near)
    return Scene(district, dispute, a, b, elder, leader, room)


def at(hours: float = 1, days: int = 0) -> datetime:
    return NOW + timedelta(hours=hours, days=days)


def refused(act: Any, *args: Any, **facts: Any) -> str:
    with pytest.raises(Refused) as no:
        act(*args, **facts)
    assert sentence(no.value)  # every refusal has its sentence, with all that it names
    return no.value.code


def due(mediation: Mediation, rule: str) -> date | None:
    """The last day of a clock of this mediation."""
    clock = Clock.objects.filter(subject=mediation.subject_key, rule=rule).latest("pk")
    return clock.due_at.astimezone(world.CHINA).date() if clock.due_at else None


def booking(s: Scene, start: datetime | None = None, hours: float = 1, **facts: Any) -> actions.Booking:
    begins = start or at(1)
    return actions.Booking(start=begins, end=begins + timedelta(hours=hours), **{"room": s.room, **facts})


def sit(s: Scene, made: Session, *, without: str = "") -> None:
    """Everybody on the list came, but those of one part."""
    here = made.attendees.exclude(part=without).values_list("pk", flat=True)
    actions.came(made, list(here), by=s.by, at=made.period.lower)


def over(s: Scene, made: Session, outcome: str, said: str = "两边各说各的", **facts: Any) -> Session:
    given: dict[str, Any] = {"by": s.by, "roles": OFFICER, "at": made.period.lower + timedelta(minutes=40)}
    given |= {name: facts.pop(name) for name in ("by", "roles", "at") if name in facts}
    return actions.close(made, actions.Result(outcome=outcome, said=said, **facts), **given)

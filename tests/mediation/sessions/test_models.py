"""Each constraint of mediations and sessions, broken once; who may read a private talk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests import world
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Party
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.mediators.models import Bar, Mediator, Room
from twinloop.mediation.sessions.models import Attendee, Caucus, Choice, Mediation, Seat, Session, Unwilling

NOW = world.NOW
HOUR = timedelta(hours=1)


def span(start: int = 1, hours: int = 1) -> DateTimeTZRange:
    return DateTimeTZRange(NOW + start * HOUR, NOW + (start + hours) * HOUR)


@dataclass
class Table:
    district: world.District
    dispute: Dispute
    party: Party
    mediator: Mediator
    room: Room
    mediation: Mediation
    session: Session

    def another(self, **facts: Any) -> Session:
        given = {"mediation": self.mediation, "round": 2, "room": self.room, "period": span(5), "planned_at": NOW}
        return Session.objects.create(**{**given, **facts})


def at_the_table() -> Table:
    district = world.district()
    dispute = world.dispute(district.near)
    party = cases.add_party(dispute, world.person("王秀兰"), side="a", by=None, at=NOW)
    account = district.people["mediator"]
    mediator = Mediator.objects.create(account=account, name="老李", kind="cadre", joined_on=date(2020, 1, 1))
    room = Room.objects.create(name="近村社区警务室", place=district.near)
    mediation = Mediation.objects.create(
        dispute=dispute, track="people", strength="seek", lead=mediator, accepted_on=NOW.date(), opened_at=NOW
    )
    session = Session.objects.create(mediation=mediation, round=1, room=room, period=span(), planned_at=NOW)
    Seat.objects.create(session=session, mediator=mediator, is_lead=True, period=span())
    return Table(district, dispute, party, mediator, room, mediation, session)


@pytest.fixture
def table(db: None) -> Iterator[Table]:
    with see_as(SYSTEM):
        yield at_the_table()


def _change(thing: Any, **facts: Any) -> None:
    type(thing).objects.filter(pk=thing.pk).update(**facts)


def _bar(t: Table, **facts: Any) -> Bar:
    return Bar.objects.create(**{"mediator": t.mediator, "kind": "relative", "keys": [uuid4()], "at": NOW, **facts})


def _told(t: Table, **facts: Any) -> Attendee:
    return Attendee.objects.create(**{"session": t.session, "part": "agent", "name_masked": "王*", **facts})


def _refusal(t: Table, **facts: Any) -> Unwilling:
    return Unwilling.objects.create(**{"dispute": t.dispute, "party": t.party, "track": "people", "at": NOW, **facts})


def _choice(t: Table, **facts: Any) -> Choice:
    return Choice.objects.create(**{"dispute": t.dispute, "answer": {}, "params_version": "1", "at": NOW, **facts})


def _twice(make: Callable[[], object]) -> None:
    make()
    make()


BROKEN: dict[str, Callable[[Table], object]] = {
    "mediation_session_room_once": lambda t: t.another(period=span()),
    "mediation_session_round_once": lambda t: t.another(round=1),
    "mediation_session_has_ends": lambda t: t.another(period=DateTimeTZRange(NOW, None)),
    "mediation_session_round": lambda t: t.another(round=0),
    "mediation_session_outcome_at": lambda t: _change(t.session, outcome="agreed"),
    "mediation_session_gives_back": lambda t: _change(t.session, outcome="postponed", outcome_at=NOW),
    "mediation_session_somewhere": lambda t: _change(t.session, room=None),
    "mediation_seat_once": lambda t: Seat.objects.create(
        session=t.another(), mediator=t.mediator, period=span()
    ),
    "mediation_seat_one_lead": lambda t: Seat.objects.create(
        session=t.session, mediator=Mediator.objects.create(name="老张", kind="model", joined_on=NOW.date()),
        is_lead=True, period=span(),
    ),
    "mediation_attendee_once": lambda t: _twice(lambda: _told(t, party=t.party)),
    "mediation_attendee_party": lambda t: _told(t, part="party"),
    "mediation_attendee_guards": lambda t: _told(t, part="guardian"),
    "mediation_attendee_told": lambda t: _told(t, told_how="phone"),
    "mediation_caucus_says": lambda t: Caucus.objects.create(
        session=t.session, side="a", text="", by=t.district.people["mediator"], at=NOW
    ),
    "mediation_one_open": lambda t: Mediation.objects.create(
        dispute=t.dispute, track="people", strength="seek", lead=t.mediator, accepted_on=NOW.date(), opened_at=NOW
    ),
    "mediation_track_known": lambda t: _change(t.mediation, track="x"),
    "mediation_strength_known": lambda t: _change(t.mediation, strength="x"),
    "mediation_procedure_known": lambda t: _change(t.mediation, procedure="x"),
    "mediation_state_known": lambda t: _change(t.mediation, state="x", ended_at=NOW),
    "mediation_ended_at": lambda t: _change(t.mediation, state="failed"),
    "mediation_extends_people": lambda t: _change(t.mediation, track="police", extended_to=NOW.date()),
    "mediation_choice_why": lambda t: _choice(t, overrules=_choice(t)),
    "mediation_unwilling_of_what": lambda t: _refusal(t, mediator=t.mediator),
    "mediation_unwilling_once": lambda t: _twice(lambda: _refusal(t)),
    "mediators_room_named": lambda t: Room.objects.create(name=""),
    "mediators_room_seats": lambda t: _change(t.room, seats=1),
    "mediators_named": lambda t: _change(t.mediator, name=""),
    "mediators_kind_known": lambda t: _change(t.mediator, kind="x"),
    "mediators_left_after": lambda t: _change(t.mediator, left_on=date(2019, 1, 1)),
    "mediators_bar_kind": lambda t: _bar(t, kind="x"),
    "mediators_bar_somebody": lambda t: _bar(t, keys=[]),
    "mediators_bar_end_says_why": lambda t: _bar(t, ended_at=NOW),
}  # fmt: skip


def test_every_constraint_holds(table: Table) -> None:
    for name, broken in BROKEN.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            broken(table)


def test_a_room_and_a_mediator_are_free_again_after_a_postponement(table: Table) -> None:
    _change(table.session, outcome="postponed", outcome_at=NOW, live=False)
    Seat.objects.filter(session=table.session).update(live=False)
    again = table.another(round=1, period=span())
    Seat.objects.create(session=again, mediator=table.mediator, is_lead=True, period=span())


def test_a_private_talk_is_for_the_mediators_who_sat_there(table: Table) -> None:
    people = table.district.people
    Caucus.objects.create(session=table.session, side="b", text="可以少要两百", by=people["mediator"], at=NOW)
    cases.involve(table.dispute, people["mediator"], part="mediator", by=None, at=NOW)
    seen = {}
    for role in ("mediator", "dispatcher", "chief", "community_officer", "bureau"):
        with see_as(table.district.scope(role)):
            seen[role] = (Session.objects.count(), Caucus.objects.count())
    assert seen == {"mediator": (1, 1), **dict.fromkeys(("dispatcher", "chief", "community_officer", "bureau"), (1, 0))}
    cases.involve(table.dispute, people["mediator"], part="handler", side="a", by=None, at=NOW)
    with see_as(table.district.scope("mediator")):  # sent by the other side
        assert Caucus.objects.count() == 0

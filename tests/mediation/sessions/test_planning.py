"""Arranging a session: what is taken, closed, away, too late; postponed and given back; two at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from tests import world
from tests.cases.test_linking import at_once
from tests.mediation.sessions.scene import NOW, Scene, at, booking, due, over, refused, scene, sit
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Involvement
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.mediators import actions as register
from twinloop.mediation.mediators.models import Absence, Mediator, Room
from twinloop.mediation.sessions import actions
from twinloop.mediation.sessions.models import Attendee, Mediation, Seat, Session
from twinloop.people.models import Duty, Leave


@pytest.fixture
def s(db: None) -> Iterator[Scene]:
    with see_as(SYSTEM):
        yield scene()


def told(s: Scene, made: Mediation, asked: actions.Booking) -> Refused:
    with pytest.raises(Refused) as no:
        actions.plan(made, asked, by=s.by, at=NOW)
    assert sentence(no.value)
    return no.value


def another(s: Scene, **facts: Any) -> Mediation:
    """A second quarrel in mediation."""
    dispute = world.dispute(s.district.near, title="树枝纠纷")
    for name, side in (("钱文华", "a"), ("吴桂芳", "b")):
        cases.add_party(dispute, world.person(name), side=side, by=None, at=NOW)
    Dispute.objects.filter(pk=dispute.pk).update(state="handling", level=3)
    dispute.refresh_from_db()
    old, s.dispute = s.dispute, dispute
    try:
        return s.begin(**facts)
    finally:
        s.dispute = old


def test_a_session_is_arranged_with_its_list_and_its_people(s: Scene) -> None:
    made = actions.plan(s.begin(), booking(s, others=(s.officer,)), by=s.by, at=NOW)

    assert (made.round, made.room, made.outcome) == (1, s.room, "")
    assert [(seat.mediator, seat.is_lead) for seat in made.mediators.all()] == [(s.elder, True), (s.officer, False)]
    assert list(made.attendees.values_list("part", "name_masked")) == [("party", "王*兰"), ("party", "赵*国")]
    assert Involvement.objects.filter(dispute=s.dispute, part="mediator").count() == 2
    told = Event.objects.get(stream=s.dispute.stream, verb="session_planned").data
    assert (told["start"], told["room"]) == ("2026-04-16 10:00", "近村社区警务室")


WRONG: dict[str, dict[str, Any]] = {
    "session_time": {"hours": 9},
    "session_past": {"start": at(-1)},
    "session_where": {"room": None, "where": " "},
}


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_booking_is_refused(s: Scene, code: str) -> None:
    assert refused(actions.plan, s.begin(), booking(s, **WRONG[code]), by=s.by, at=NOW) == code


def test_one_room_one_mediator_at_a_time(s: Scene) -> None:
    actions.plan(s.begin(), booking(s), by=s.by, at=NOW)
    other = another(s, lead=s.officer)
    hall = Room.objects.create(name="村部")
    assert refused(actions.plan, other, booking(s, at(1.5)), by=s.by, at=NOW) == "session_room_taken"
    crowded = booking(s, at(1.5), room=hall, others=(s.elder,))
    assert refused(actions.plan, other, crowded, by=s.by, at=NOW) == "session_mediator_taken"
    assert actions.plan(other, booking(s, at(2)), by=s.by, at=NOW).round == 1  # right after the other one


def test_a_closed_room_and_one_who_is_away_or_on_call_are_refused(s: Scene) -> None:
    made, account = s.begin(), s.elder.account
    assert account is not None
    Room.objects.filter(pk=s.room.pk).update(closed_on=NOW.date())
    s.room.refresh_from_db()
    assert refused(actions.plan, made, booking(s), by=s.by, at=NOW) == "session_room_closed"
    home = booking(s, room=None, where="王家院子")
    Leave.objects.create(account=account, kind="sick", period=Range(at(0), at(8)))
    assert refused(actions.plan, made, home, by=s.by, at=NOW) == "session_mediator_away"
    Leave.objects.all().delete()
    Duty.objects.create(account=account, unit=s.district.station, kind="calls", period=Range(at(0), at(8)))
    assert refused(actions.plan, made, home, by=s.by, at=NOW) == "session_mediator_duty"
    Duty.objects.update(kind="community")  # in the community is where sessions are
    assert actions.plan(made, home, by=s.by, at=NOW).where == "王家院子"


def test_a_room_is_booked_while_it_is_open_and_told_when_it_is_next(s: Scene) -> None:
    Room.objects.filter(pk=s.room.pk).update(weekdays=[4, 5], opens_at=time(9), closes_at=time(11, 30))
    s.room.refresh_from_db()
    made = s.begin()  # NOW is a Thursday, 9:00
    no = told(s, made, booking(s, at(2)))
    assert (no.code, no.facts["hours"]) == ("session_room_shut", "周四、周五 09:00–11:30")
    assert "04-17（周五）09:00" in sentence(no)
    assert told(s, made, booking(s, at(days=2))).code == "session_room_shut"  # Saturday
    Room.objects.filter(pk=s.room.pk).update(opens_at=None, closes_at=None)
    s.room.refresh_from_db()
    assert told(s, made, booking(s, at(days=2))).code == "session_room_shut"  # no hours, but days
    assert actions.plan(made, booking(s, at(12)), by=s.by, at=NOW).live


def test_away_by_the_own_calendar_or_gone_is_refused_whoever_it_is(s: Scene) -> None:
    made = s.begin()
    helped = booking(s, others=(s.officer,))
    register.be_away(s.officer, NOW.date(), date(2026, 4, 17), by=None, at=NOW)
    no = told(s, made, helped)
    assert (no.code, no.facts["name"], no.facts["until"]) == ("session_mediator_out", "陈警官", date(2026, 4, 17))
    assert "04-18（周六）08:00" in sentence(no)  # the next half hour at which all three are free
    Absence.objects.update(dropped_at=NOW)
    Mediator.objects.filter(pk=s.officer.pk).update(left_on=NOW.date())
    assert told(s, made, helped).code == "mediator_left"


def test_what_is_offered_is_free_for_all_and_can_be_booked(s: Scene) -> None:
    account = s.elder.account
    assert account is not None
    Leave.objects.create(account=account, kind="annual", period=Range(at(0), at(3)))
    actions.plan(another(s, lead=s.officer), booking(s, at(3), hours=1.5), by=s.by, at=NOW)  # the room: 12:00–13:30
    made = s.begin()
    no = told(s, made, booking(s, at(2)))
    assert (no.code, no.facts["next"]) == ("session_mediator_away", "最近都有空：04-16（周四）13:30")
    assert actions.plan(made, booking(s, at(4.5)), by=s.by, at=NOW).live
    Leave.objects.create(account=account, kind="sick", period=Range(at(days=1), at(days=40)))
    assert told(s, another(s), booking(s, at(days=2))).facts["next"] == "两周内凑不到都有空的时间"


def test_who_is_posted_in_a_village_does_not_sit_here(s: Scene) -> None:
    assert s.officer.account is not None
    shift = Shift.objects.create(
        account=s.officer.account, place=s.district.near, period=Range(at(0), at(8)), planned_at=NOW
    )
    made = s.begin()
    assert told(s, made, booking(s, others=(s.officer,))).code == "session_mediator_posted"
    Shift.objects.filter(pk=shift.pk).update(dropped_at=NOW, dropped_why="换了人")
    assert actions.plan(made, booking(s, others=(s.officer,)), by=s.by, at=NOW).live


def test_who_is_done_early_gives_back_the_rest_of_the_time(s: Scene) -> None:
    first = actions.plan(s.begin(), booking(s, hours=3), by=s.by, at=NOW)
    other = another(s)
    assert told(s, other, booking(s, at(2))).code == "session_room_taken"
    sit(s, first)
    over(s, first, "again", at=at(1.5))
    first.refresh_from_db()
    assert (first.period.lower, first.period.upper) == (at(1), at(1.5))
    assert first.mediators.get().period == first.period
    assert actions.plan(other, booking(s, at(1.5)), by=s.by, at=at(1.5)).live  # room and elder at once


def test_an_outcome_before_the_hour_or_after_it_keeps_the_hour(s: Scene) -> None:
    made = s.begin()
    first = actions.plan(made, booking(s), by=s.by, at=NOW)
    sit(s, first)
    over(s, first, "again", at=at(0.5))  # they came earlier
    assert (first.period.lower, first.period.upper) == (at(1), at(1) + timedelta(minutes=1))
    second = actions.plan(made, booking(s, at(3)), by=s.by, at=at(2))
    sit(s, second)
    over(s, second, "again", at=at(30))
    assert (second.period.lower, second.period.upper) == (at(3), at(4))  # written down the next day: as planned


def test_the_next_is_arranged_only_when_the_last_has_an_outcome(s: Scene) -> None:
    made = s.begin()
    first = actions.plan(made, booking(s), by=s.by, at=NOW)
    assert refused(actions.plan, made, booking(s, at(5)), by=s.by, at=NOW) == "session_pending"
    sit(s, first)
    over(s, first, "again")
    assert actions.plan(made, booking(s, at(5)), by=s.by, at=at(2)).round == 2


def test_the_second_police_session_is_not_arranged_too_late_and_there_is_no_third(s: Scene) -> None:
    made = s.police()
    assert refused(actions.plan, made, booking(s, at(days=7)), by=s.by, at=NOW) == "mediation_gate"  # the first
    first = actions.plan(made, booking(s), by=s.by, at=NOW)
    sit(s, first)
    over(s, first, "again")
    assert due(made, "police_mediation_second") == date(2026, 4, 27)
    late = booking(s, at(days=12))
    assert refused(actions.plan, made, late, by=s.by, at=at(3)) == "mediation_gate"
    second = actions.plan(made, booking(s, at(days=5)), by=s.by, at=at(3))
    sit(s, second)
    assert refused(over, s, second, "again") == "session_no_more"


def test_postponed_it_gives_back_its_room_and_keeps_whom_it_asked(s: Scene) -> None:
    made = s.begin()
    first = actions.plan(made, booking(s), by=s.by, at=NOW)
    actions.invite(first, "interpreter", name="阿里", by=s.by, at=NOW)
    assert refused(actions.postpone, first, " ", by=s.by, at=NOW) == "session_said"
    again = actions.postpone(first, "下大雨", booking(s, at(26)), by=s.by, at=NOW)

    first.refresh_from_db()
    assert (first.outcome, first.live, again.round) == ("postponed", False, 1)
    assert not Seat.objects.filter(session=first, live=True).exists()
    assert again.attendees.filter(part="interpreter", name_masked="阿*").count() == 1
    assert actions.plan(another(s, lead=s.officer), booking(s), by=s.by, at=NOW).live  # the room is free again
    assert refused(actions.postpone, first, "又来", by=s.by, at=NOW) == "session_over"
    assert actions.drop(again, "不用了", by=s.by, at=NOW).outcome == "dropped"


def test_who_is_asked_is_told_and_answers(s: Scene) -> None:
    made = actions.plan(s.begin(), booking(s), by=s.by, at=NOW)
    assert refused(actions.invite, made, "guardian", name="王强", by=s.by, at=NOW) == "session_guardian_whose"
    assert refused(actions.invite, made, "helper", name=" ", by=s.by, at=NOW) == "session_name"
    assert refused(actions.invite, made, "party", name="李", by=s.by, at=NOW) == "session_part"
    stranger = cases.add_party(
        world.dispute(s.district.near), world.person("李四"), side="a", by=None, at=NOW
    )  # fmt: skip
    wrong = {"name": "王强", "of_party": stranger, "by": s.by, "at": NOW}
    assert refused(actions.invite, made, "agent", **wrong) == "mediation_party_other"

    one = Attendee.objects.get(session=made, party=s.a)
    assert refused(actions.tell, one, "", by=s.by, at=NOW) == "session_told_how"
    told = actions.tell(one, "phone", "yes", by=s.by, at=NOW)
    assert (told.told_how, told.answer, told.told_at) == ("phone", "yes", NOW)
    assert refused(actions.came, made, [0], by=s.by, at=NOW) == "session_not_invited"


def test_of_two_who_book_the_same_room_at_the_same_moment_one_is_told(fresh_db: str) -> None:
    with see_as(SYSTEM):
        s = scene()
        made = (s.begin(), another(s, lead=s.officer))
    found = at_once(*(lambda one=one: actions.plan(one, booking(s), by=s.by, at=NOW) for one in made))

    no = next(one for one in found if isinstance(one, Refused))
    assert no.code == "session_room_taken"
    with see_as(SYSTEM):
        assert Session.objects.count() == 1


def test_of_two_who_book_the_same_mediator_at_the_same_moment_one_is_told(fresh_db: str) -> None:
    with see_as(SYSTEM):
        s = scene()
        made = (s.begin(), another(s))
        rooms = (s.room, Room.objects.create(name="村部"))
    plans = [
        lambda one=one, room=room: actions.plan(one, booking(s, room=room), by=s.by, at=NOW)
        for one, room in zip(made, rooms, strict=True)
    ]
    no = next(one for one in at_once(*plans) if isinstance(one, Refused))
    assert no.code == "session_mediator_taken"
    with see_as(SYSTEM):
        assert Session.objects.count() == 1

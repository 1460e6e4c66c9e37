"""Duty and leave: who plans them, what clashes, and that deputies never run in a circle."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.people.trying import AT, events, may, refused, verbs
from tests.world import District, account, district
from twinloop.people import actions
from twinloop.people.actions import Shift
from twinloop.people.models import Account, Duty, Leave, Unit
from twinloop.people.scope import scope_of, stands_in_for

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world() -> District:
    return district()


def shift(
    person: Account, unit: Unit, kind: str = "calls", start: datetime = AT, end: datetime = AT + 8 * HOUR
) -> Shift:
    return Shift(person, unit, kind, start, end)


def leave(person: Account, days: tuple[int, int], deputy: Account | None = None) -> Leave:
    return actions.take_leave(person, "annual", AT + days[0] * DAY, AT + days[1] * DAY, deputy=deputy, by=None, at=AT)


# --- duty ---------------------------------------------------------------------------------------------------


def test_who_plans_duty(world: District) -> None:
    officer, far = world.people["officer"], account("t9", unit=world.other)
    near = shift(officer, world.station)
    assert may(world, lambda by: actions.put_on_duty(near, by=by, at=AT)) == ["chief", "bureau"]
    away = shift(far, world.other)
    assert may(world, lambda by: actions.put_on_duty(away, by=by, at=AT)) == ["bureau"]
    # neither one's own people in the name of another station
    lent = shift(officer, world.other)
    assert refused(actions.put_on_duty, lent, by=world.scope("chief"), at=AT) == "not_your_station"


@pytest.mark.parametrize(
    ("unit", "kind", "end", "code"),
    [
        ("station", "calls", AT, "period_empty"),
        ("station", "command", AT + HOUR, "duty_kind"),
        ("station", "sleep", AT + HOUR, "duty_kind"),
        ("bureau", "calls", AT + HOUR, "duty_kind"),
    ],
)
def test_a_shift_is_refused(world: District, unit: str, kind: str, end: datetime, code: str) -> None:
    where = world.station if unit == "station" else world.station.parent
    assert where is not None
    wrong = shift(world.people["officer"], where, kind, end=end)
    assert refused(actions.put_on_duty, wrong, by=None, at=AT) == code


def test_one_person_one_duty_and_never_while_away(world: District) -> None:
    officer, chief = world.people["officer"], world.people["chief"]
    actions.put_on_duty(shift(officer, world.station), by=None, at=AT)
    late = shift(officer, world.station, start=AT + HOUR)
    assert refused(actions.put_on_duty, late, by=None, at=AT) == "duty_overlap"
    actions.put_on_duty(shift(officer, world.station, start=AT + 8 * HOUR, end=AT + 9 * HOUR), by=None, at=AT)
    leave(chief, (0, 1))
    assert refused(actions.put_on_duty, shift(chief, world.station, "lead"), by=None, at=AT) == "duty_on_leave"
    Account.objects.filter(pk=officer.pk).update(is_active=False)
    officer.refresh_from_db()
    assert refused(actions.put_on_duty, shift(officer, world.station), by=None, at=AT) == "not_active"


def test_a_duty_is_dropped_with_its_reason(world: District) -> None:
    officer = world.people["officer"]
    duty = actions.put_on_duty(shift(officer, world.station), by=None, at=AT)
    assert may(world, lambda by: actions.take_off_duty(duty, by=by, at=AT)) == ["chief", "bureau"]
    actions.take_off_duty(duty, why="换班", by=None, at=AT)
    actions.take_off_duty(duty, by=None, at=AT)  # somebody else was quicker
    assert not Duty.objects.filter(pk=duty.pk).exists()
    assert verbs(officer) == ["duty_planned", "duty_dropped"]


def test_a_whole_rota_is_one_event_a_unit(world: District) -> None:
    officer, chief = world.people["officer"], world.people["chief"]
    planned = [shift(officer, world.station), shift(chief, world.station, "lead")]
    assert actions.plan_duties(planned, at=AT) == 2
    assert [e.data["shifts"] for e in events(world.station)] == [2]


# --- leave --------------------------------------------------------------------------------------------------


def test_who_records_leave(world: District) -> None:
    officer = world.people["officer"]

    def take(of: Account) -> list[str]:
        end = AT + DAY
        return may(world, lambda by: actions.take_leave(of, "annual", AT, end, by=by, at=AT))

    assert take(officer) == ["officer", "chief", "bureau"]
    assert take(account("t9", unit=world.other)) == ["bureau"]
    # a chief who named the deputy of a dispatcher would lend the whole district
    assert take(account("t10", "dispatcher", unit=world.station)) == ["bureau"]


@pytest.mark.parametrize(
    ("days", "code"), [((1, 1), "period_empty"), ((-3, -1), "leave_over"), ((0, 2), "leave_overlap")]
)
def test_a_leave_is_refused(world: District, days: tuple[int, int], code: str) -> None:
    leave(world.people["officer"], (1, 3))
    assert refused(leave, world.people["officer"], days) == code


def test_a_deputy_must_fit(world: District) -> None:
    officer = world.people["officer"]

    def why(deputy: Account, person: Account = officer) -> str:
        return refused(leave, person, (0, 2), deputy)

    assert why(officer) == "deputy_self"
    assert why(account("t9", unit=world.station, is_active=False)) == "deputy_inactive"
    assert why(account("t10", unit=world.station, kind="auxiliary")) == "deputy_kind"
    assert why(account("t11", unit=world.other)) == "deputy_house"
    assert why(account("t12", "auditor", unit=world.station)) == "deputy_office"
    assert why(officer, world.people["system_admin"]) == "deputy_office"


def test_bureau_and_command_room_are_one_house(world: District) -> None:
    bureau = world.station.parent
    room = Unit.objects.create(code="T0-1", name="指挥室", kind="command_room", parent=bureau)
    leave(world.people["dispatcher"], (0, 1), account("t9", unit=room))
    assert refused(leave, world.people["bureau"], (0, 1), world.people["chief"]) == "deputy_house"


def test_deputies_never_run_in_a_circle(world: District) -> None:
    a, b, c = (account(f"t{n}", "community_officer", unit=world.station) for n in range(3))
    leave(a, (0, 4), b)
    leave(b, (1, 3), c)
    assert refused(leave, c, (2, 5), a) == "deputy_cycle"
    assert refused(leave, b, (3, 5), a) == "deputy_cycle"  # only two of them, later on
    leave(c, (3, 5), a)  # b is back by then: a → b, and c → a → b
    assert stands_in_for(b, at=AT + 3.5 * DAY) == [a, c]


def test_a_chain_lends_as_it_was_recorded(world: District) -> None:
    chief, community, officer = (world.people[r] for r in ("chief", "community_officer", "officer"))
    leave(chief, (0, 2), community)
    leave(community, (0, 1), officer)
    assert scope_of(officer, at=AT).stations == {world.station.pk}
    assert scope_of(officer, at=AT + DAY).stations == frozenset()
    assert scope_of(community, at=AT + DAY).stations == {world.station.pk}


def test_the_ledger_tells_of_leave_but_not_of_sickness(world: District) -> None:
    officer, chief = world.people["officer"], world.people["chief"]
    actions.take_leave(officer, "sick", AT, AT + DAY, deputy=chief, by=None, at=AT)
    assert (verbs(officer), verbs(chief)) == (["leave_recorded"], ["stands_in"])
    assert "sick" not in events(officer)[0].body + events(chief)[0].body


def test_an_unknown_kind_of_leave_is_some_other_leave(world: District) -> None:
    found = actions.take_leave(world.people["officer"], "holiday", AT, AT + DAY, by=None, at=AT)
    assert found.kind == "other"


def test_coming_back_early_ends_what_was_lent(world: District) -> None:
    chief, officer = world.people["chief"], world.people["officer"]
    begun, planned = leave(chief, (-1, 2), officer), leave(chief, (5, 6), officer)
    # while the officer is the deputy, the chief's own acts are lent too
    assert may(world, lambda by: actions.end_leave(begun, by=by, at=AT)) == ["officer", "chief", "bureau"]
    actions.end_leave(begun, by=None, at=AT)
    assert may(world, lambda by: actions.end_leave(planned, by=by, at=AT)) == ["chief", "bureau"]
    actions.end_leave(planned, by=None, at=AT)
    assert [x.period.upper for x in Leave.objects.filter(account=chief)] == [AT]
    assert stands_in_for(officer, at=AT) == []
    assert refused(actions.end_leave, begun, by=None, at=AT) == "leave_over"

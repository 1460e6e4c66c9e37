"""The agencies' window: patterns, weeks, nights, absences; whistles go to the seat that is on."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.rosters.making import DAY, MONDAY, moment
from tests.world import NOW
from twinloop.cases.models import HolidayYear
from twinloop.decide import Refused
from twinloop.mediation.joint import actions as joint
from twinloop.mediation.joint import competence, queries
from twinloop.mediation.joint.models import Seat
from twinloop.people.models import Unit
from twinloop.rosters import actions
from twinloop.rosters.models import SeatTerms

LAST = MONDAY + timedelta(weeks=4, days=-1)


@pytest.fixture
def agencies(district):
    Unit.objects.filter(kind="agency").update(closed_on=date(2020, 1, 1))
    return [
        Unit.objects.create(code=f"A{n}", name=f"部门{n}", kind="agency", seat="resident" if n < 2 else "rotating")
        for n in range(5)
    ]


def sits(is_night=False):
    found = {}
    for unit, day in Seat.objects.filter(is_night=is_night, day__gte=MONDAY).values_list("unit", "day"):
        found.setdefault(unit, set()).add(day)
    return found


def test_residents_keep_their_weekdays_the_others_take_weeks_and_nights_lie_apart(agencies):
    actions.set_seat_terms(agencies[0], [1, 3], None, on_call=False, by=None, at=NOW)
    done = actions.plan_seats(MONDAY, LAST, by=None, at=NOW)
    day, night = sits(), sits(is_night=True)
    assert {on.isoweekday() for on in day[agencies[0].pk]} == {1, 3}
    every = set().union(*day.values())
    assert day[agencies[1].pk] == every  # no pattern: every working day
    weeks = [{on.isocalendar()[1] for on in day[one.pk]} for one in agencies[2:]]
    assert sorted(map(len, weeks)) == [1, 1, 2]
    assert not weeks[0] & weeks[1]
    assert not weeks[1] & weeks[2]
    assert agencies[0].pk not in night
    assert len(set().union(*night.values())) == 28
    for own in night.values():
        days = sorted(own)
        assert all((b - a).days > 2 for a, b in itertools.pairwise(days))
    assert max(map(len, night.values())) - min(map(len, night.values())) <= 1
    assert (done.nights, done.empty) == (28, [])
    assert {name: nights for name, _days, _weeks, nights in done.loads}["部门0"] == 0


def test_who_is_away_takes_no_turn_and_a_week_that_nobody_can_take_says_why(agencies):
    for one in agencies[2:]:
        actions.set_seat_terms(one, [], (MONDAY, MONDAY + 3 * DAY), on_call=True, by=None, at=NOW)
    done = actions.plan_seats(MONDAY, LAST, by=None, at=NOW)
    ((on, line, kept),) = [one for one in done.empty if one[1] == "rotating"]
    assert (on, line) == (MONDAY, "rotating")
    assert kept == [(one.name, "请假") for one in agencies[2:]]
    assert not {u for u, days in sits().items() if MONDAY in days} & {one.pk for one in agencies[2:]}


def test_what_was_carried_before_counts(agencies):
    for back in range(1, 9):
        Seat.objects.create(unit=agencies[2], day=MONDAY - back * 7 * DAY, set_at=NOW)
    actions.plan_seats(MONDAY, LAST, by=None, at=NOW)
    weeks = Counter({one.pk: len({on.isocalendar()[1] for on in sits().get(one.pk, ())}) for one in agencies[2:]})
    assert weeks[agencies[2].pk] == 0


def test_by_day_the_window_is_on_by_night_who_is_on_call(agencies):
    joint.put_seats({MONDAY: [agencies[1].pk]}, {MONDAY: [agencies[3].pk]}, by=None, at=NOW)
    at = moment(MONDAY)
    for hours, expected in ((9, 1), (17.4, 1), (18, 3), (23, 3), (26, 3), (32, 3)):
        assert competence.seated(at + timedelta(hours=hours)) == {agencies[expected].pk}, hours
    assert competence.seated(at + timedelta(hours=33)) == frozenset()
    assert competence.seated(at + timedelta(hours=2)) == {agencies[1].pk}  # nobody on call: the day's
    assert queries.seats(MONDAY, MONDAY) == {MONDAY: [agencies[1]]}
    assert queries.nights(MONDAY, MONDAY) == {MONDAY: [agencies[3]]}


def test_planning_out_of_reach_of_nobody_or_without_a_calendar_is_refused_and_what_stood_stays(agencies):
    joint.put_seats({MONDAY: [agencies[1].pk]}, {}, by=None, at=NOW)
    for first, last in ((MONDAY, MONDAY - DAY), (NOW.date() - DAY, MONDAY), (MONDAY, MONDAY + timedelta(days=200))):
        with pytest.raises(Refused, match="seat_days"):
            actions.plan_seats(first, last, by=None, at=NOW)
    with pytest.raises(Refused, match="year"):
        actions.plan_seats(date(2031, 3, 3), date(2031, 3, 7), by=None, at=moment(date(2031, 3, 1)))
    HolidayYear.objects.create(year=2031, holidays=[], workdays=[], source="试")
    actions.plan_seats(date(2031, 3, 3), date(2031, 3, 7), by=None, at=moment(date(2031, 3, 1)))
    Unit.objects.filter(kind="agency").update(closed_on=date(2020, 1, 1))
    with pytest.raises(Refused, match="seat_nobody"):
        actions.plan_seats(MONDAY, LAST, by=None, at=NOW)
    assert queries.seats(MONDAY, MONDAY) == {MONDAY: [agencies[1]]}


def test_the_page_plans_says_who_has_what_and_keeps_terms(agencies, district):
    client = Client()
    client.force_login(district.people["dispatcher"], backend="twinloop.people.backend.AccountBackend")
    url = reverse("rota_seats")
    one = agencies[0]
    client.post(reverse("rota_seat_terms", args=[one.pk]), {"weekdays": [2, 4], "on_call": "on"})
    assert SeatTerms.objects.get().weekdays == [2, 4]
    client.post(reverse("rota_seat_terms", args=[one.pk]), {"away_from": "2026-04-20"})
    assert SeatTerms.objects.get().away_from is None
    page = str(client.get(url, {"who": one.pk}).content, "utf-8")
    assert "一周来 2 天" in page
    page = str(client.post(reverse("rota_seats_plan"), {"first": MONDAY, "last": LAST}).content, "utf-8")
    assert "28 夜" in page
    assert client.post(reverse("rota_seats_plan"), {"first": LAST, "last": MONDAY}).status_code == 422
    assert client.post(reverse("rota_seat_terms", args=[district.station.pk])).status_code == 404

"""The outer loop through HTTP: repeats, visits, a day that ends; the jobs are turned as the worker turns them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.dispatch.orders.conftest import Floor, furnish
from tests.followup.daily.conftest import CUT
from tests.journeys.test_calls import AGAIN, enter, report, settled
from tests.world import NOW
from twinloop.cases.models import Dispute
from twinloop.followup.daily import actions as daily
from twinloop.followup.daily.models import Item
from twinloop.followup.rounds import actions as rounds
from twinloop.followup.visits import turning as visits
from twinloop.followup.visits.models import Callback
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.triage.models import RepeatPair

DAY = timedelta(days=1)


@pytest.fixture
def floor(db: None) -> Floor:
    with see_as(SYSTEM):
        return furnish()


def fresh(dispute: Dispute) -> Dispute:
    with see_as(SYSTEM):
        return Dispute.objects.get(pk=dispute.pk)


def community_officer(floor: Floor) -> Account:
    """Of the place where the quarrel is."""
    with see_as(SYSTEM):
        found = world.account("t-near", "community_officer", unit=floor.district.station, name="周近村")
        found.communities.add(floor.district.near)
        return found


def test_a_repeat_call_goes_to_review_by_itself_and_on_to_the_community(floor):
    officer = community_officer(floor)
    with see_as(SYSTEM):
        dispute = settled(floor)
    with time_machine.travel(NOW + 6 * DAY, tick=False) as now:
        call = report(floor, AGAIN, "19900000204", "赖水根")
        desk = enter(floor.dispatcher)
        with see_as(SYSTEM):
            pair = RepeatPair.objects.get(incident=call)
        desk.post(f"/repeats/{pair.pk}/join/", {"why": "同一堵墙"})
        assert fresh(dispute).state == "reopened"
        now.shift(timedelta(seconds=20))
        with see_as(SYSTEM):
            rounds.follow(at=NOW + 6 * DAY + timedelta(seconds=20))
        assert (fresh(dispute).state, fresh(dispute).round) == ("review", 2)
        page = desk.get("/second/").content.decode()
        assert dispute.number in page
        assert "重复警情" in page
        one = f"/second/{dispute.number}/"
        assert "猪栏" in desk.get(one).content.decode(), "earlier reports are in view"
        desk.post(f"{one}do/review/", {"once": uuid4(), "focus": "粪水往哪里排", "plan": "社区上门定排水沟"})
        sent = {"once": uuid4(), "version": fresh(dispute).version, "taker": officer.pk, "text": "定排水沟"}
        assert desk.post(f"{one}do/send/", sent).status_code == 303
        assert fresh(dispute).owner == officer
        mine = enter(officer)
        assert dispute.number in mine.get("/orders/").content.decode()
        assert "社区上门定排水沟" in mine.get(one).content.decode()


def put_down(client: Client, row: Callback, on: date, **said: object) -> int:
    sent = {"once": uuid4(), "on": on.isoformat(), "way": "visit", "reached": "yes", "outcome": "settled",
            "terms": "none", "satisfaction": "5", "mind": "calm", **said}  # fmt: skip
    return client.post(f"/visits/{row.pk}/", sent).status_code


def owed(dispute: Dispute) -> Callback | None:
    with see_as(SYSTEM):
        return Callback.objects.filter(dispute=dispute, state="planned").first()


def follow(at) -> None:
    with see_as(SYSTEM):
        visits.follow(at=at)
        visits.roll(at=at)
        rounds.follow(at=at)


def watched(floor: Floor) -> tuple[Dispute, Account]:
    """Settled, its community officer answers for it."""
    officer = community_officer(floor)
    with see_as(SYSTEM):
        dispute = settled(floor)
        Dispute.objects.filter(pk=dispute.pk).update(owner=officer)
    follow(NOW + timedelta(minutes=1))
    return dispute, officer


def test_three_calm_visits_end_the_watch_and_a_person_closes(floor):
    dispute, officer = watched(floor)
    at = NOW
    for _n in range(3):
        row = owed(dispute)
        assert row is not None
        at = NOW.replace(year=row.due_on.year, month=row.due_on.month, day=row.due_on.day, hour=10)
        with time_machine.travel(at, tick=False):
            assert put_down(enter(officer), row, row.due_on) == 303
        follow(at + timedelta(minutes=1))
    assert owed(dispute) is None, "three calm ones in a row"
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        page = enter(officer).get(f"/disputes/{dispute.number}/").content.decode()
        assert "销号" in page
        sent = {"version": fresh(dispute).version, "why": "三次平静"}
        enter(officer).post(f"/disputes/{dispute.number}/do/close/", sent)
    assert fresh(dispute).state == "closed"


def test_not_content_at_the_callback_reopens_and_goes_to_review(floor):
    dispute, officer = watched(floor)
    row = owed(dispute)
    assert row is not None
    at = NOW.replace(year=row.due_on.year, month=row.due_on.month, day=row.due_on.day, hour=10)
    with time_machine.travel(at, tick=False):
        bad = {"satisfaction": "1", "outcome": "unsettled", "mind": "hostile"}
        assert put_down(enter(officer), row, row.due_on, **bad) == 422, "why is asked for"
        assert fresh(dispute).state == "settled"
        assert put_down(enter(officer), row, row.due_on, why="又把水引过来", **bad) == 303
    assert fresh(dispute).state == "reopened"
    follow(at + timedelta(minutes=1))
    assert (fresh(dispute).state, fresh(dispute).round) == ("review", 2)


def test_a_day_is_cleared_with_two_carried_over(floor):
    officer = community_officer(floor)
    with see_as(SYSTEM):
        for _n in range(3):
            world.dispute(floor.district.near, at=NOW - timedelta(hours=1), owner=officer)
        daily.turn(at=NOW)
        rows = list(Item.objects.filter(holder=officer, end="").order_by("pk"))
    assert len(rows) == 3
    tomorrow = (NOW + DAY).date().isoformat()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        mine = enter(officer)
        assert mine.post(f"/daily/items/{rows[0].pk}/", {"act": "carry", "until": tomorrow}).status_code == 422
        for row in rows[:2]:
            sent = {"act": "carry", "reason": "party_away", "why": "外出", "until": tomorrow}
            assert mine.post(f"/daily/items/{row.pk}/", sent).status_code == 303
    with see_as(SYSTEM):
        daily.turn(at=CUT + timedelta(minutes=1))
        daily.turn(at=CUT + timedelta(minutes=2))
        ends = dict(Item.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "reason"))
        day = rows[0].day
    assert list(ends.values()) == ["party_away", "party_away", "unexplained"]
    with time_machine.travel(CUT + timedelta(minutes=5), tick=False):
        page = enter(officer).get(f"/daily/days/{day.pk}/report/").content.decode()
        assert page.count("外出") == 2
        assert "没有说明" in page
    with see_as(SYSTEM):
        again = Item.objects.filter(day__day=(NOW + DAY).date(), holder=officer)
        assert sorted(again.values_list("carries", flat=True)) == [1, 1, 1]

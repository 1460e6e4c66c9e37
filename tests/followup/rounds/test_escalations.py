"""A crime in a known quarrel is marked at once, all above are told, a leader looks back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import world
from tests.followup.rounds.test_rounds import code, turn
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.followup.rounds import actions, showing
from twinloop.followup.rounds.models import Escalation
from twinloop.ledger import actions as ledger
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.notices import actions as notices
from twinloop.notices.models import Notice

DAY = timedelta(days=1)


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def known(district):
    dispute = world.dispute(district.near, at=NOW)
    cases.link(world.incident(district.near, at=NOW), dispute, by=None, at=NOW, why="", first=True)
    return dispute


def crime(district, dispute, at=NOW + 9 * DAY):
    made = world.incident(district.near, at=at, reported_kind="crime", narrative="拿刀把邻居砍伤了")
    cases.link(made, dispute, by=None, at=at, why="同一堵墙")
    return made


def test_marked_once_and_told_to_chief_and_bureau(district):
    dispute = known(district)
    crime(district, dispute)
    assert turn(NOW + 9 * DAY) >= 1
    turn(NOW + 9 * DAY + timedelta(minutes=1))
    row = Escalation.objects.get()
    assert (row.dispute, row.at, row.finding) == (dispute, NOW + 9 * DAY, "")
    ledger.seal(at=NOW + 9 * DAY)
    notices.tell(at=NOW + 9 * DAY)
    told = set(Notice.objects.filter(verb="escalation_marked").values_list("account__username", flat=True))
    assert {"t-chief", "t-bureau"} <= told


def test_a_crime_that_was_the_first_report_escalated_from_nothing(district):
    at = NOW
    made = world.incident(district.near, at=at, reported_kind="crime", narrative="打伤人")
    dispute = world.dispute(district.near, at=at + timedelta(minutes=5))
    cases.link(made, dispute, by=None, at=at + timedelta(minutes=5), why="", first=True)
    turn(at + timedelta(hours=1))
    assert not Escalation.objects.exists()


def test_a_call_that_turns_out_to_be_no_crime_is_not_marked(district):
    dispute = known(district)
    made = crime(district, dispute)
    type(made).objects.filter(pk=made.pk).update(confirmed_kind="dispute", confirmed_type="B1")
    turn(NOW + 9 * DAY)
    assert not Escalation.objects.exists()


def test_confirmed_as_a_crime_later_it_is_marked_then(district):
    dispute = known(district)
    made = world.incident(district.near, at=NOW + DAY, narrative="又打起来")
    cases.link(made, dispute, by=None, at=NOW + DAY, why="")
    turn(NOW + DAY)
    type(made).objects.filter(pk=made.pk).update(confirmed_kind="crime")
    cases.add_note(dispute, "定为刑案", by=district.people["officer"].pk, at=NOW + 2 * DAY)
    turn(NOW + 2 * DAY)
    assert Escalation.objects.get().incident == made


def test_a_leader_says_once_what_came_of_what(district):
    dispute = known(district)
    crime(district, dispute)
    turn(NOW + 9 * DAY)
    row, chief = Escalation.objects.get(), district.people["chief"].pk
    held = district.scope("chief")
    officer = {"by": district.people["officer"].pk, "scope": district.scope("officer"), "at": NOW + 10 * DAY}
    assert code(actions.find, row, "escalated", "该早会诊", **officer) == "escalation_role"
    leader = {"by": chief, "scope": held, "at": NOW + 10 * DAY}
    assert code(actions.find, row, "", "该早会诊", **leader) == "escalation_what"
    assert code(actions.find, row, "escalated", " ", **leader) == "escalation_what"
    actions.find(row, "escalated", "该早会诊", **leader)
    assert code(actions.find, row, "not_grave", "改主意", **leader) == "escalation_over"
    assert Escalation.objects.get().finding == "escalated"


def test_the_look_back_tells_what_was_known_due_and_done(district):
    dispute = known(district)
    officer = district.people["officer"]
    cases.move(dispute, "sort", by=None, roles=frozenset({"dispatcher"}), at=NOW, given={"type_code": "B1", "level": 3})
    cases.move(dispute, "order", by=None, roles=frozenset({"dispatcher"}), at=NOW,
               given={"taker": officer, "text": "去"})  # fmt: skip
    crime(district, dispute)
    turn(NOW + 9 * DAY)
    past = showing.lookback(Escalation.objects.get())
    assert len(past.knew) == 3  # opened, two reports
    assert [line.what for line in past.done] == ["分流", "派单"]
    late = {one["what"]: one["late"] for one in past.clocks}
    assert late["签收"] if "签收" in late else any(late.values())

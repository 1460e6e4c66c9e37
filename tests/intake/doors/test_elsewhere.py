"""Not ours: the caller is told, the other unit gets it within 24 hours and signs for it (程序规定 61)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests import world
from tests.cases.test_lists import said, text
from tests.intake.doors.conftest import as_
from tests.world import NOW
from twinloop.cases.models import Clock, Incident
from twinloop.decide import Refused
from twinloop.intake.doors import actions
from twinloop.intake.doors.models import Handover, Notice
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Unit

TELL = {"reason": "not_police", "way": "oral", "text": "物业费纠纷，找业主委员会或法院，电话12348"}


@pytest.fixture
def incident(district) -> Incident:
    return world.incident(district.near, reported_at=NOW - timedelta(hours=2), received_at=NOW - timedelta(hours=2))


@pytest.fixture
def agency(district) -> Unit:
    return Unit.objects.create(code="AG", name="住建局", kind="agency")


def post(district, incident, act, role="dispatcher", **sent):
    sent = {"once": str(uuid4()), **sent}
    return as_(district.people[role]).post(f"/incidents/{incident.number}/{act}/", sent, follow=True)


def clock() -> Clock:
    with see_as(SYSTEM):
        return Clock.objects.get()


# --- 告知 -------------------------------------------------------------------------------------------------------------


def test_what_the_caller_was_told_is_written_down(district, incident):
    page = post(district, incident, "tell", **TELL, told="8:30")
    with see_as(SYSTEM):
        notice = Notice.objects.get()
        event = Event.objects.get(stream=incident.stream, verb="caller_told")
    assert (notice.way, notice.told_at, notice.by) == (
        "oral",
        NOW - timedelta(minutes=30),
        district.people["dispatcher"],
    )
    assert said(event)["reason"] == "not_police"
    assert "业主委员会" not in event.body
    assert "业主委员会" in text(page)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": " "}, "告知内容还没有写"),
        ({"text": "长" * 1001}, "最多 1000 个字"),
        ({"told": "23:00"}, "时间还没有到"),
        ({"told": "6:00"}, "早于接报"),
        ({"told": "24:61"}, "看不懂时间"),
        ({"way": "smoke"}, ""),
        ({"reason": ""}, ""),
    ],
)
def test_a_notice_that_is_refused(district, incident, changed, sentence):
    page = post(district, incident, "tell", **{**TELL, **changed})
    assert (page.status_code, sentence in text(page)) == (422, True)
    with see_as(SYSTEM):
        assert not Notice.objects.exists()


def test_a_notice_sent_twice_is_one(district, incident):
    key = str(uuid4())
    for _n in range(2):
        post(district, incident, "tell", **TELL, once=key)
    with see_as(SYSTEM):
        assert Notice.objects.count() == 1


# --- 移交 -------------------------------------------------------------------------------------------------------------


def test_a_handover_runs_from_the_report_and_ends_with_the_receipt(district, incident, agency):
    post(district, incident, "hand-over", to_unit=agency.pk, why="房屋质量")
    with see_as(SYSTEM):
        handover = Handover.objects.select_related("to_unit").get()
    assert (handover.to, handover.state) == ("住建局", "sent")
    assert (clock().rule, clock().due_at) == ("transfer", NOW + timedelta(hours=22))
    page = post(district, incident, f"hand-over/{handover.pk}", end="receipt", words="王科长 签收")
    assert "王科长 签收" in text(page)
    assert clock().met_at == NOW
    with see_as(SYSTEM):
        verbs = list(Event.objects.filter(stream=incident.stream).order_by("id").values_list("verb", flat=True))
    assert [v for v in verbs if v.startswith("hand")] == ["handed_over", "handover_received"]


def test_a_returned_one_is_ours_again_and_may_go_elsewhere(district, incident, agency):
    post(district, incident, "hand-over", to_unit=agency.pk, why="房屋质量")
    with see_as(SYSTEM):
        first = Handover.objects.get()
    post(district, incident, f"hand-over/{first.pk}", end="returned", words="不归住建")
    assert clock().met_at is None
    post(district, incident, "hand-over", to_name="某街道办", why="属地")
    with see_as(SYSTEM):
        assert sorted(h.state for h in Handover.objects.all()) == ["returned", "sent"]
        assert Clock.objects.count() == 1


def test_one_called_back_owes_no_clock(district, incident, agency):
    post(district, incident, "hand-over", to_unit=agency.pk, why="房屋质量")
    with see_as(SYSTEM):
        handover = Handover.objects.get()
    post(district, incident, f"hand-over/{handover.pk}", end="recall", words="移错了")
    assert clock().dropped_at == NOW


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"why": "x"}, "没有写移交给谁"),
        ({"to_name": "某街道办"}, "还差移交理由"),
        ({"to_name": "某" * 61, "why": "x"}, "最多 60 个字"),
        ({"to_unit": "999999", "why": "x"}, ""),
    ],
)
def test_a_handover_that_is_refused(district, incident, sent, sentence):
    page = post(district, incident, "hand-over", **sent)
    assert (page.status_code, sentence in text(page)) == (422, True)
    with see_as(SYSTEM):
        assert not Handover.objects.exists()
        assert not Clock.objects.exists()


def test_a_second_handover_waits_for_the_first(district, incident, agency):
    post(district, incident, "hand-over", to_unit=agency.pk, why="房屋质量")
    with pytest.raises(Refused) as refused:
        actions.hand_over(incident, to_unit=None, to_name="某街道办", why="x", by=None, at=NOW)
    assert (refused.value.code, refused.value.facts["to"]) == ("handover_stands", "住建局")


def test_an_ending_counts_once(district, incident, agency):
    post(district, incident, "hand-over", to_unit=agency.pk, why="房屋质量")
    with see_as(SYSTEM):
        handover = Handover.objects.get()
        actions.receipt(handover, receipt="王科长", by=None, at=NOW)
        for ending in (actions.returned, actions.recall):
            with pytest.raises(Refused, match="handover_over"):
                ending(handover, why="x", by=None, at=NOW)


def test_a_handover_of_another_incident_is_not_there(district, incident, agency):
    post(district, incident, "hand-over", to_unit=agency.pk, why="房屋质量")
    with see_as(SYSTEM):
        handover, other = Handover.objects.get(), world.incident(district.near)
    page = post(district, other, f"hand-over/{handover.pk}", end="receipt", words="x")
    assert page.status_code == 404


def test_late_is_said_as_late(district, incident, agency):
    with time_machine.travel(NOW + timedelta(days=2), tick=False), see_as(SYSTEM):
        actions.hand_over(incident, to_unit=agency, why="x", by=None, at=NOW + timedelta(days=2))
    assert clock().due_at < NOW + timedelta(days=1)


@pytest.mark.parametrize("role", ["auxiliary", "mediator", "bureau", "auditor", "volunteer"])
def test_who_may_not_tell(district, incident, role):
    assert post(district, incident, "tell", role=role, **TELL).status_code in (403, 404)
    with see_as(SYSTEM):
        assert not Notice.objects.exists()


# --- the tables -------------------------------------------------------------------------------------------------------

LATER = NOW + timedelta(hours=1)
HANDED = {"to_name": "某街道办", "why": "x", "sent_at": NOW}
CANNOT_BE = {
    "to nobody": {**HANDED, "to_name": ""},
    "no why": {**HANDED, "why": ""},
    "no receipt": {**HANDED, "received_at": LATER},
    "receipt of nothing": {**HANDED, "receipt": "王"},
    "returned without why": {**HANDED, "returned_at": LATER},
    "two ends": {**HANDED, "received_at": LATER, "receipt": "王", "returned_at": LATER, "returned_why": "x"},
    "before it was sent": {**HANDED, "received_at": NOW - timedelta(hours=1), "receipt": "王"},
}


@pytest.mark.parametrize("name", CANNOT_BE)
def test_a_handover_that_cannot_be(incident, name):
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(incident=incident, **CANNOT_BE[name])


def test_two_open_handovers_cannot_be(incident):
    Handover.objects.create(incident=incident, **HANDED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(incident=incident, **HANDED)


@pytest.mark.parametrize("changed", [{"text": ""}, {"told_at": LATER}])
def test_a_notice_that_cannot_be(incident, changed):
    facts = {**TELL, "told_at": NOW, "at": NOW, **changed}
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(incident=incident, **facts)

"""What a call is and how grave, said by the person at the board: kept, and the quarrel behind it is sorted."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Order
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import actions as triage
from twinloop.triage.models import Judgement

SAID = "楼上装修把我家厨房吊顶震裂了，水管也漏，跟他说了三回不认账"


@pytest.fixture(autouse=True)
def stand_still():
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False):
        yield


@pytest.fixture
def desk(floor) -> Client:
    client = Client()
    client.force_login(floor.dispatcher, backend="twinloop.people.backend.AccountBackend")
    return client


@pytest.fixture
def call(floor):
    """Registered as a quarrel without a type; the software has said B1 and 三级."""
    with see_as(SYSTEM):
        call = floor.call(narrative=SAID, reported_type="")
        triage.judge(call, by=None, at=NOW)
        return call


def quarrel(floor, call):
    with see_as(SYSTEM):
        return cases.open_dispute(title="震裂吊顶", by=floor.dispatcher.pk, at=NOW, incident=call, place=call.place)


def test_one_tap_agrees_and_the_order_takes_the_quarrel_along(floor, desk, call):
    dispute = quarrel(floor, call)
    page = desk.get(f"/board/?call={call.number}").content.decode()
    assert '<option value="dispute:B1" selected>B1 邻里相邻</option>' in page
    assert '<option value="3" selected>三级</option>' in page
    answer = desk.post(f"/board/{call.number}/decide/", {"label": "dispute:B1", "level": "3"}, follow=True)
    assert "类别和等级已确认" in answer.content.decode()
    assert f"{floor.dispatcher.name} 确认" in answer.content.decode()
    with see_as(SYSTEM):
        dispute.refresh_from_db()
        words = [(row.what, row.answer.get("type") or row.answer.get("level"), row.overrules_id)
                 for row in Judgement.objects.filter(by=floor.dispatcher).order_by("id")]  # fmt: skip
    assert (dispute.state, dispute.type_code, dispute.level) == ("sorted", "B1", 3)
    assert dispute.level_confirmed_by_id == floor.dispatcher.pk
    assert words == [("sorting", "B1", None), ("level", 3, None)]
    assert desk.post(f"/board/{call.number}/send/", {"taker": floor.best.pk}).status_code == 303
    with see_as(SYSTEM):
        dispute.refresh_from_db()
        assert (dispute.state, Order.objects.get(incident=call).dispute_id) == ("ordered", dispute.pk)


def test_another_type_or_level_owes_a_reason_that_is_kept(floor, desk, call):
    dispute = quarrel(floor, call)
    for said in ({"label": "dispute:B3", "level": "3"}, {"label": "dispute:B1", "level": "2"}):
        answer = desk.post(f"/board/{call.number}/decide/", said)
        assert answer.status_code == 422
        assert "还差一样：写明为什么改" in answer.content.decode()
    with see_as(SYSTEM):
        assert not Judgement.objects.filter(by__isnull=False).exists()
    answer = desk.post(
        f"/board/{call.number}/decide/", {"label": "dispute:B1", "level": "2", "why": "吵了三回，怕动手"}
    )
    assert answer.status_code == 303, answer.content.decode()
    with see_as(SYSTEM):
        dispute.refresh_from_db()
        kept = Judgement.objects.select_related("overrules").get(what="level", by=floor.dispatcher)
    assert (dispute.level, kept.why) == (2, "吵了三回，怕动手")
    assert kept.overrules is not None
    assert kept.overrules.answer["level"] == 3


def test_a_call_without_a_quarrel_is_asked_for_its_type_alone(floor, desk, call):
    page = desk.get(f"/board/?call={call.number}").content.decode()
    assert "归入纠纷以后，由人定等级" in page
    assert f'href="/intake/done/{call.number}/"' in page
    assert 'name="level"' not in page
    assert desk.post(f"/board/{call.number}/decide/", {"label": "dispute:B1"}).status_code == 303
    with see_as(SYSTEM):
        call.refresh_from_db()
    assert call.reported_type == "B1"


def test_a_quarrel_is_not_sorted_without_a_level_and_nonsense_is_refused(floor, desk, call):
    quarrel(floor, call)
    answer = desk.post(f"/board/{call.number}/decide/", {"label": "dispute:B1"})
    assert "还差一样：等级" in answer.content.decode()
    for label in ("", "dispute:", "dispute:Z9", "nothing:"):
        assert desk.post(f"/board/{call.number}/decide/", {"label": label, "level": "3"}).status_code == 422
    with see_as(SYSTEM):
        assert not Judgement.objects.filter(by__isnull=False).exists()


def test_who_goes_reads_the_door_on_the_order_s_page_and_finds_the_quarrel(floor, call):
    with see_as(SYSTEM):
        call.address = "近村三组12号"
        call.save(update_fields=["address"])
    dispute = quarrel(floor, call)
    with see_as(SYSTEM):
        given = {"type_code": "B1", "level": "3"}
        cases.move(dispute, "sort", by=floor.dispatcher.pk, roles=frozenset({"dispatcher"}), at=NOW, given=given)
        order = floor.send(call, floor.best)
    officer = Client()
    officer.force_login(floor.best, backend="twinloop.people.backend.AccountBackend")
    page = officer.get(f"/orders/{order.pk}/").content.decode()
    assert "近村三组12号" in page
    assert " 近村</span>" in page
    assert f'href="/disputes/{dispute.number}/"' in page
    assert officer.get(f"/disputes/{dispute.number}/").status_code == 200
    assert "近村三组12号" not in officer.get("/orders/").content.decode()

"""Pages of second handling: what each role may see and do, what comes back when something is missing."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.followup.rounds.test_rounds import fresh, handled, turn, unsettled
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.followup.rounds.models import Escalation, Penalty
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

FIELD = frozenset({"officer", "community_officer"})


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        return world.district()


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW + timedelta(hours=2), tick=False) as clock:
        yield clock


def enter(district, role: str) -> Client:
    client = Client()
    client.force_login(district.people[role], backend="twinloop.people.backend.AccountBackend")
    return client


def due(district) -> Dispute:
    with see_as(SYSTEM):
        dispute = unsettled(district)
        turn(NOW)
        return fresh(dispute)


def test_from_the_list_to_the_community(district):
    dispute, desk = due(district), enter(district, "dispatcher")
    page = desk.get("/second/").content.decode()
    assert dispute.number in page
    assert "首次处置未化解" in page
    one = f"/second/{dispute.number}/"
    assert "写研判" in desk.get(one).content.decode()
    lacking = desk.post(f"{one}do/review/", {"once": uuid4(), "focus": "粪水往哪里排", "plan": ""})
    assert lacking.status_code == 422
    assert "写明怎么办" in lacking.content.decode()
    assert "粪水往哪里排" in lacking.content.decode(), "what was typed comes back"
    kept = desk.post(f"{one}do/review/", {"once": uuid4(), "focus": "粪水往哪里排", "plan": "社区上门"})
    assert kept.status_code == 303
    assert dispute.number in desk.get("/second/?tab=send").content.decode()
    with see_as(SYSTEM):
        version = fresh(dispute).version
    nobody = desk.post(f"{one}do/send/", {"once": uuid4(), "version": version, "text": "按研判办"})
    assert nobody.status_code == 422
    assert "还差一样，派给" in nobody.content.decode()
    taker = district.people["community_officer"].pk
    sent = desk.post(f"{one}do/send/", {"once": uuid4(), "version": version, "taker": taker, "text": "按研判办"})
    assert sent.status_code == 303
    assert dispute.number in desk.get("/second/?tab=going").content.decode()
    assert "社区上门" in enter(district, "community_officer").get(one).content.decode(), "the history went along"


def test_twice_sent_is_once_kept_and_the_second_hand_is_told(district):
    dispute, desk = due(district), enter(district, "dispatcher")
    one, once = f"/second/{dispute.number}/do/review/", str(uuid4())
    for _again in range(2):
        assert desk.post(one, {"once": once, "focus": "a", "plan": "b"}).status_code == 303
    with see_as(SYSTEM):
        assert Event.objects.filter(stream=dispute.stream, verb="noted_review").count() == 1
        taker = district.people["community_officer"].pk
    stale = {"once": uuid4(), "version": dispute.version, "taker": taker, "text": "去"}
    answer = desk.post(f"/second/{dispute.number}/do/send/", stale)
    assert answer.status_code == 409
    assert "别人刚改过" in answer.content.decode()
    with see_as(SYSTEM):
        assert fresh(dispute).state == "review"


def test_an_officer_reads_but_writes_no_review(district):
    dispute, officer = due(district), enter(district, "officer")
    assert "写下研判" not in officer.get(f"/second/{dispute.number}/").content.decode()
    answer = officer.post(f"/second/{dispute.number}/do/review/", {"once": uuid4(), "focus": "a", "plan": "b"})
    assert answer.status_code in (403, 422)


def test_who_may_not_see_the_dispute_does_not_find_it(district):
    with see_as(SYSTEM):
        far = world.dispute(district.far, at=NOW)
        Dispute.objects.filter(pk=far.pk).update(station=district.other)
    for path in (f"/second/{far.number}/", "/second/JF990101-001/"):
        assert enter(district, "community_officer").get(path).status_code == 404
    assert enter(district, "dispatcher").post(f"/second/{far.number}/do/nothing/").status_code == 404


def test_the_penalty_from_owed_to_decided(district, now):
    with see_as(SYSTEM):
        dispute = handled(district)
        cases.note(dispute, "offence", by=None, roles=FIELD, at=NOW, offence=True)
        cases.note(dispute, "circumstances", by=None, roles=FIELD, at=NOW, party_unwilling=True)
        turn(NOW)
        dispute = fresh(dispute)
    officer, chief, one = enter(district, "officer"), enter(district, "chief"), f"/second/{dispute.number}/"
    assert "当天转处罚程序" in officer.get(one).content.decode()
    assert "23:59 前立案" in chief.get("/second/?tab=penalty").content.decode()

    def act(who: Client, step: str, **sent: object) -> int:
        return who.post(f"{one}do/{step}/", {"once": uuid4(), **sent}).status_code

    assert act(officer, "charge", version=dispute.version, why="") == 422
    assert act(officer, "charge", version=dispute.version, why="不愿调解") == 303
    now.shift(timedelta(minutes=5))
    assert act(officer, "appraise", what="轻微伤", office="法医室") == 303
    assert "期限停着" in officer.get(one).content.decode()
    now.shift(timedelta(days=1))
    officer, chief = enter(district, "officer"), enter(district, "chief")  # signed in anew the next day
    assert act(officer, "appraised", result="轻微伤") == 303
    assert act(officer, "extend", by_whom="市局") == 422
    assert act(chief, "extend", by_whom="市公安局") == 303
    assert act(chief, "decide", decision="fine", number="治决1号", on="2026-04-17", text="罚款") == 303
    page = chief.get(one).content.decode()
    assert "治决1号" in page
    assert "处罚不等于化解" in page
    with see_as(SYSTEM):
        assert Penalty.objects.get().state == "decided"


def test_an_escalation_is_looked_back_upon_by_a_leader(district):
    with see_as(SYSTEM):
        dispute = world.dispute(district.near, at=NOW)
        crime = world.incident(district.near, at=NOW + timedelta(hours=1), reported_kind="crime", narrative="砍伤")
        cases.link(crime, dispute, by=None, at=NOW + timedelta(hours=1), why="同一家")
        turn(NOW + timedelta(hours=1))
        row = Escalation.objects.get()
    chief, desk, one = enter(district, "chief"), enter(district, "dispatcher"), f"/escalations/{row.pk}/"
    assert "等复盘" in chief.get("/escalations/").content.decode()
    assert "什么时候知道什么" in desk.get(one).content.decode()
    assert "记下复盘" not in desk.get(one).content.decode()
    assert desk.post(one, {"once": uuid4(), "finding": "escalated", "text": "x"}).status_code == 422
    empty = chief.post(one, {"once": uuid4(), "text": "该早会诊"})
    assert empty.status_code == 422
    assert "该早会诊" in empty.content.decode()
    assert chief.post(one, {"once": uuid4(), "finding": "escalated", "text": "该早会诊"}).status_code == 303
    assert "是民转刑" in desk.get("/escalations/").content.decode()
    assert enter(district, "officer").get("/escalations/").status_code == 403


def test_the_list_asks_the_same_number_of_questions_for_many(district, django_assert_max_num_queries):
    with see_as(SYSTEM):
        for _n in range(8):
            unsettled(district)
        turn(NOW)
    desk = enter(district, "dispatcher")
    desk.get("/second/")
    with django_assert_max_num_queries(30):
        desk.get("/second/")

"""Whole calls through HTTP: desk to final feedback, a repeat that opens round two, many waiting at once."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.dispatch.orders.conftest import Floor, furnish
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.actions import Caller
from twinloop.cases.models import Clock, Dispute, Feedback, Incident, Order
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.triage.models import Judgement, RepeatPair

FIRST = "隔壁赖水根砌猪栏，粪水顺着墙脚流进我家厨房，臭得饭都吃不下"
AGAIN = "我是赖水根，她家今早又拿锄头挖我猪栏的墙，说粪水流到她厨房"


@pytest.fixture
def floor(db: None) -> Floor:
    with see_as(SYSTEM):
        return furnish()


def enter(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


def report(floor: Floor, text: str, phone: str, name: str) -> Incident:
    """What the call desk sends; gives the incident that came of it."""
    sent = {
        "phone": phone, "name": name, "channel": "call_110", "place": "近村", "address": "4组", "text": text,
        "kind": "dispute", "once": str(uuid4()),
    }  # fmt: skip
    answer = enter(floor.dispatcher).post("/intake/", sent)
    assert answer.status_code == 302, answer.content.decode()
    with see_as(SYSTEM):
        return Incident.objects.order_by("-pk").first()  # type: ignore[return-value]


def test_one_call_from_the_desk_to_the_final_feedback(floor):
    with time_machine.travel(NOW, tick=False) as now:
        call = report(floor, FIRST, "19900000101", "赖春兰")
        with see_as(SYSTEM):
            said = {row.what for row in Judgement.objects.filter(incident=call, by__isnull=True)}
        assert {"sorting", "level", "repeats"} <= said
        now.shift(timedelta(seconds=30))
        assert enter(floor.dispatcher).post(f"/board/{call.number}/send/", {"taker": floor.best.pk}).status_code == 303
        with see_as(SYSTEM):
            order = Order.objects.get(incident=call)
        officer = enter(floor.best)
        assert FIRST[:10] in officer.get(f"/orders/{order.pk}/").content.decode()
        now.shift(timedelta(minutes=1))
        assert officer.post(f"/orders/{order.pk}/sign/").status_code == 303
        now.shift(timedelta(minutes=9))
        assert officer.post(f"/orders/{order.pk}/arrive/").status_code == 303
        now.shift(timedelta(minutes=20))
        answer = officer.post(
            f"/orders/{order.pk}/feedback/", {"outcome": "calmed", "text": "双方同意先清沟", "final": "1"}
        )
        assert answer.status_code == 303, answer.content.decode()
    with see_as(SYSTEM):
        order.refresh_from_db()
        told = Feedback.objects.get(order=order)
        clocks = Clock.objects.filter(order=order)
        verbs = list(
            Event.objects.filter(stream=call.stream, is_look=False).order_by("seq").values_list("verb", flat=True)
        )
    assert (order.state, told.is_settled, told.is_final, told.by) == ("done", True, True, floor.best)
    assert all(clock.met_at is not None and clock.met_at <= clock.due_at for clock in clocks)
    way = [verb for verb in verbs if verb in {"incident_registered", "judged", "order_sent", "order_signed",
                                              "order_arrived", "order_fed_back"}]  # fmt: skip
    assert way == ["incident_registered", "judged", "order_sent", "order_signed", "order_arrived", "order_fed_back"]
    text = enter(floor.dispatcher).get(f"/incidents/{call.number}/").content.decode()
    assert "双方同意先清沟" in text
    assert "19900000101" not in text


def settled(floor: Floor) -> Dispute:
    """An earlier quarrel of the same two, handled and settled on the spot."""
    near = floor.district.near
    first = world.incident(
        near, narrative=FIRST, caller=Caller(world.person("赖春兰", phone="19900000101")), address="近村4组"
    )
    made = cases.open_dispute(title="猪栏粪水", by=None, at=NOW, incident=first, place=near)
    for side, name in (("a", "赖春兰"), ("b", "赖水根")):
        cases.add_party(made, world.person(name), side=side, by=None, at=NOW)
    desk, officer = floor.dispatcher.pk, floor.best
    dispatcher, police = frozenset({"dispatcher"}), frozenset({"officer"})
    cases.move(made, "sort", by=desk, roles=dispatcher, at=NOW, given={"type_code": "B1", "level": "3"})
    cases.move(made, "order", by=desk, roles=dispatcher, at=NOW, given={"taker": officer, "text": "去看看"}, why="就近")
    cases.move(made, "start", by=officer.pk, roles=police, at=NOW)
    done = {"settled_by": officer.name, "settled_how": "reconciliation", "settled_on": NOW.date(), "terms": "无"}
    return cases.move(made, "settle", by=officer.pk, roles=police, at=NOW, given=done)


def test_a_repeat_call_reopens_and_round_two_goes_to_the_community(floor):
    with see_as(SYSTEM):
        dispute = settled(floor)
    assert dispute.state == "settled"
    later = NOW + timedelta(days=6)
    with time_machine.travel(later, tick=False):
        call = report(floor, AGAIN, "19900000204", "赖水根")
        with see_as(SYSTEM):
            pair = RepeatPair.objects.get(incident=call)
        desk = enter(floor.dispatcher)
        assert "重复待认" in desk.get("/repeats/").content.decode()
        desk.post(f"/repeats/{pair.pk}/join/", {"why": "同一堵墙、同一件事"})
        with see_as(SYSTEM):
            dispute.refresh_from_db()
        assert (dispute.state, dispute.round) == ("reopened", 1)
        page = desk.get(f"/disputes/{dispute.number}/").content.decode()
        assert "重开" in page
        desk.post(
            f"/disputes/{dispute.number}/note/review/", {"review": "六天前只劝开，没有解决粪水去向；要社区上门定排水"}
        )
        with see_as(SYSTEM):
            dispute.refresh_from_db()
        desk.post(f"/disputes/{dispute.number}/do/open_review/", {"version": dispute.version, "why": "重复"})
        with see_as(SYSTEM):
            dispute.refresh_from_db()
    assert (dispute.state, dispute.round) == ("review", 2)
    with see_as(SYSTEM):
        verbs = list(
            Event.objects.filter(stream=dispute.stream, is_look=False).order_by("seq").values_list("verb", flat=True)
        )
    assert verbs[-2:] == ["noted_review", "open_review"]
    assert verbs.index("reopen") < verbs.index("open_review")


def test_two_hundred_waiting_are_offered_once_and_nobody_twice(floor):
    with see_as(SYSTEM):
        for number in range(200):
            floor.call(at=NOW + timedelta(seconds=number / 10), narrative=f"第 {number} 起邻里争吵")
    with time_machine.travel(NOW + timedelta(seconds=90), tick=False):
        desk = enter(floor.dispatcher)
        assert "200" in desk.get("/board/").content.decode()
        page = desk.get("/board/together/").content.decode()

        ticked = re.findall(r'name="send" value="([^"]+)"', page)
        assert ticked, "somebody can be sent"
        calls, people = zip(*(one.split(":") for one in ticked), strict=True)
        assert len(set(calls)) == len(calls)
        answer = desk.post("/board/together/send/", {"send": ticked}, follow=True).content.decode()
    assert f"派出 {len(ticked)} 起" in answer
    with see_as(SYSTEM):
        sent = Order.objects.filter(state="sent")
        assert {order.incident.number for order in sent if order.incident} == set(calls)
        assert {str(order.to_account_id) for order in sent} == set(people)

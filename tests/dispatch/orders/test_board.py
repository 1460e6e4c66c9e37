"""指挥室 as a page: what it lists and in which order, what it costs, whom it lets in, and the handover."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Feedback, Order
from twinloop.dispatch.orders import actions
from twinloop.dispatch.orders.actions.reporting import Report
from twinloop.dispatch.orders.models import Dismissal, Handover, Watching
from twinloop.dispatch.orders.queries import board
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.triage.models import Judgement, RepeatPair


@pytest.fixture(autouse=True)
def stand_still():
    with time_machine.travel(NOW + timedelta(seconds=90), tick=False):
        yield


def enter(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


def back(floor, order):
    actions.give_back(order, "busy", by=order.to_account_id, scope=floor.scope(order.to_account), at=NOW)


@pytest.fixture
def calls(floor):
    """One given back, one late and grave, one late, one fresh, one under way, one that needs nobody."""
    with see_as(SYSTEM):
        fresh = floor.call(at=NOW + timedelta(seconds=80), narrative="新来的")
        late = floor.call(narrative="晚了的")
        grave = floor.call(at=NOW + timedelta(seconds=10), narrative="又晚又重的")
        Judgement.objects.create(
            what="level", incident=grave, answer={"level": 1, "points": 12, "lines": []}, params_version="t", at=NOW
        )
        returned = floor.call(narrative="退回来的")
        back(floor, floor.send(returned, floor.best))
        busy = floor.call(narrative="有人在办的")
        floor.send(busy, floor.best)
        dropped = floor.call(narrative="不用去的")
        Dismissal.objects.create(incident=dropped, reason="phone", at=NOW)
    return {"fresh": fresh, "late": late, "grave": grave, "returned": returned, "busy": busy, "dropped": dropped}


def test_what_came_back_stands_first_then_what_is_late_by_level(floor, calls):
    with see_as(SYSTEM) as scope:
        found = [line.text for line in board.lines(scope, at=NOW + timedelta(seconds=90))]
    assert found == ["退回来的", "又晚又重的", "晚了的", "新来的"]


def test_the_page_shows_the_first_with_people_and_reasons(floor, calls):
    page = enter(floor.dispatcher).get("/board/").content.decode()
    assert "陈立群退单：手头的事走不开" in page
    assert "黄志成" in page
    assert "B1 邻里相邻" in page
    assert 'data-key="1"' in page
    assert "有人在办的" not in page


def judged(call, what, **answer):
    Judgement.objects.create(what=what, incident=call, answer=answer, params_version="t", at=NOW)


def test_a_type_that_nobody_named_is_that_of_the_quarrel_or_dashed_as_suggested(floor):
    with see_as(SYSTEM):
        bare = floor.call(reported_type="", narrative="没人定过的")
        judged(bare, "sorting", kind="dispute", type="C2", confidence=0.9, alternatives=[], abstained=False, flags=[])
        unsure = floor.call(reported_type="", narrative="分不清的")
        judged(unsure, "sorting", kind="dispute", type="C2", confidence=0.4, alternatives=[], abstained=True, flags=[])
        known = floor.call(reported_type="", narrative="又是那家")
        dispute = world.dispute(floor.district.near, type_code="D1", level=2)
        cases.link(known, dispute, by=floor.dispatcher.pk, at=NOW, why="同一家")
        with see_as(SYSTEM) as scope:
            found = {line.text: (line.kind, line.is_said) for line in board.lines(scope, at=NOW)}
    assert found["没人定过的"] == ("C2 劳动劳资", False)
    assert found["分不清的"] == ("矛盾纠纷", True)
    assert found["又是那家"] == ("D1 土地山林宅基地", True)
    page = enter(floor.dispatcher).get(f"/board/?call={bare.number}").content.decode()
    assert '<b class="tl-cut" data-guess>C2 劳动劳资</b>' in page
    assert "<b data-guess>C2 劳动劳资</b>" in enter(floor.dispatcher).get("/board/together/").content.decode()
    with see_as(SYSTEM) as scope:
        kept = {item["text"]: item["kind"] for item in board.open_items(scope, at=NOW)}
    assert kept == {"没人定过的": "矛盾纠纷", "分不清的": "矛盾纠纷", "又是那家": "D1 土地山林宅基地"}, "nobody said C2"


def test_a_number_is_hidden_where_the_cut_of_a_line_would_leave_part_of_it(floor):
    with see_as(SYSTEM):
        floor.call(narrative="水" * 70 + "电话19900000461")
        with see_as(SYSTEM) as scope:
            (line,) = board.lines(scope, at=NOW)
    assert line.text == "水" * 70 + "电话199****0"


def test_the_call_shows_what_is_alike_and_what_came_before(floor):
    """The earlier calls of its quarrel with what became of them; until a person has said so, what may be the same."""
    with see_as(SYSTEM):
        first = floor.call(at=NOW - timedelta(minutes=30), narrative="水沟头一次堵了，电话 19900000461")
        dispute = world.dispute(floor.district.near, type_code="B1", level=3)
        cases.link(first, dispute, by=floor.dispatcher.pk, at=NOW - timedelta(minutes=30), why="同一家")
        order = floor.send(first, floor.best, at=NOW - timedelta(minutes=30))
        Feedback.objects.create(
            order=order,
            incident=first,
            text="双方说开了",
            at=NOW - timedelta(minutes=30),
            is_final=True,
            is_settled=True,
        )
        again = floor.call(narrative="水沟又堵了")
        cases.link(again, dispute, by=floor.dispatcher.pk, at=NOW, why="同一家")
        other = floor.call(narrative="像是同一条沟")
        reasons = [{"code": "terms_shared", "bits": 4.0, "facts": {"terms": ["水沟"]}}]
        RepeatPair.objects.create(incident=other, earlier=first, probability=0.83, reasons=reasons, made_at=NOW)
    client = enter(floor.dispatcher)
    page = client.get(f"/board/?call={again.number}").content.decode()
    assert "水沟头一次堵了" in page
    assert "双方说开了" in page
    assert "19900000461" not in page
    page = client.get(f"/board/?call={other.number}").content.decode()
    assert f"与 {dispute.number} 可能是同一纠纷" in page
    assert "0.83" in page
    assert "都说" in page or "水沟" in page
    assert 'href="/repeats/"' in page
    with see_as(SYSTEM):
        RepeatPair.objects.update(state="refused", answered_by=floor.dispatcher, answered_at=NOW)
    assert "可能是同一纠纷" not in client.get(f"/board/?call={other.number}").content.decode()


def test_tabs_count_and_list_what_is_under_way(floor, calls):
    client = enter(floor.dispatcher)
    page = client.get("/board/?tab=sent").content.decode()
    assert "有人在办的" in page
    assert "谁在办" in page
    with see_as(SYSTEM) as scope:
        counted = board.counts(scope, at=NOW + timedelta(seconds=90))
    assert counted == {"waiting": 4, "sent": 1, "signed": 0, "arrived": 0, "returned": 1, "unsettled": 0}
    assert client.get("/board/?tab=nothing").status_code == 404


def listed(scope, at) -> dict[str, list[str]]:
    return {tab: [line.number for line in board.under_way(scope, tab, at=at)] for tab in board.TABS if tab != "waiting"}


def test_a_tab_counts_what_it_lists(floor):
    """The newest order of a call says where it stands; what is over leaves after a week; settled is not waiting."""
    week = timedelta(days=7)
    who = floor.best

    def ended(call, at, **report):
        order = floor.arrive(floor.sign(floor.send(call, who, at=at), who, at), who, at)
        actions.feedback(order, Report(**report), by=who.pk, scope=floor.scope(who, at), at=at)

    with see_as(SYSTEM) as scope:
        again, twice, open_, calm = (floor.call(at=NOW) for _ in range(4))
        back(floor, floor.send(again, floor.best))
        floor.send(again, floor.second, why="换人")  # given back, then with another
        back(floor, floor.send(twice, floor.best))
        ended(open_, NOW, outcome="unsettled", why="unwilling")
        ended(calm, NOW, outcome="calmed")
        at = NOW + timedelta(hours=1)
        found = listed(scope, at)
        assert found == {
            "sent": [again.number], "signed": [], "arrived": [], "returned": [twice.number],
            "unsettled": [open_.number],
        }  # fmt: skip
        assert {**board.counts(scope, at=at), "waiting": 0} == {"waiting": 0, **{k: len(v) for k, v in found.items()}}
        later = NOW + week + timedelta(hours=1)
        found = listed(scope, later)
        assert found == {"sent": [again.number], "signed": [], "arrived": [], "returned": [], "unsettled": []}
        assert board.counts(scope, at=later) == {"waiting": 0, **{k: len(v) for k, v in found.items()}}


def test_a_call_of_elsewhere_that_a_dispute_brings_in_is_neither_listed_nor_counted(floor):
    """It is seen on its dispute's page; the board is of the own area."""
    with see_as(SYSTEM):
        far = world.incident(floor.district.far, at=NOW, reported_type="B1")
        dispute = world.dispute(floor.district.near, incident=far)
        Order.objects.create(
            incident=far, dispute=dispute, to_account=floor.best, sent_by=floor.dispatcher, sent_at=NOW
        )
    with see_as(floor.scope(floor.district.people["chief"])) as scope:
        assert Order.objects.filter(incident=far).exists(), "the policy shows it"
        assert listed(scope, NOW)["sent"] == []
        assert board.counts(scope, at=NOW)["sent"] == 0


def test_one_tap_sends_the_first_and_ten_seconds_undo_it(floor, calls):
    client, call = enter(floor.dispatcher), calls["late"]
    assert client.post(f"/board/{call.number}/send/", {"taker": floor.best.pk}).status_code == 303
    with see_as(SYSTEM):
        order = Order.objects.get(incident=call)
    page = client.get("/board/").content.decode()
    assert f"已派 陈立群 去 {call.number}" in page
    assert client.post(f"/board/{call.number}/recall/{order.pk}/").status_code == 303
    with see_as(SYSTEM):
        order.refresh_from_db()
    assert order.state == "recalled"


def test_another_than_the_first_is_refused_without_a_reason_and_sent_with_one(floor, calls):
    client, call = enter(floor.dispatcher), calls["late"]
    answer = client.post(f"/board/{call.number}/send/", {"taker": floor.third.pk})
    assert answer.status_code == 422
    assert "不派第 1 位的理由" in answer.content.decode()
    more = {"taker": floor.third.pk, "why": "离得最近", "more": "就在村口"}
    assert client.post(f"/board/{call.number}/send/", more).status_code == 303
    with see_as(SYSTEM):
        assert Order.objects.get(incident=call).why == "离得最近：就在村口"


def test_the_list_answers_204_where_nothing_changed(floor, calls):
    client = enter(floor.dispatcher)
    with see_as(SYSTEM) as scope:
        at = NOW + timedelta(seconds=90)
        known = board.digest(board.lines(scope, at=at), board.counts(scope, at=at))
    headers = {"X-Poll": "1"}
    assert client.get(f"/board/wait/?known={known}", headers=headers).status_code == 204
    with see_as(SYSTEM):
        floor.call(at=NOW + timedelta(seconds=85), narrative="又来一个")
    answer = client.get(f"/board/wait/?known={known}", headers=headers)
    assert answer.status_code == 200
    assert "又来一个" in answer.content.decode()
    assert 'hx-swap-oob="true"' in answer.content.decode()


def test_who_has_the_call_open_is_said_to_others_and_forgotten(floor, calls):
    with see_as(SYSTEM):
        other = world.account("zhong", "dispatcher", name="钟敏", unit=floor.dispatcher.unit)
    enter(other).post(f"/board/{calls['late'].number}/watch/")
    assert "钟敏正在派" in enter(floor.dispatcher).get("/board/").content.decode()
    assert "钟敏正在派" not in enter(other).get("/board/").content.decode()
    with see_as(SYSTEM):
        Watching.objects.update(seen_at=NOW - timedelta(minutes=1))
    assert "钟敏正在派" not in enter(floor.dispatcher).get("/board/").content.decode()


def test_the_joint_proposal_sends_only_what_a_person_ticked(floor, calls):
    client = enter(floor.dispatcher)
    page = client.get("/board/together/").content.decode()
    assert "可以派 4 起" in page
    ticked = [f"{calls['late'].number}:{floor.best.pk}", f"{calls['fresh'].number}:{floor.dispatcher.pk}", "x:y"]
    answer = client.post("/board/together/send/", {"send": ticked}, follow=True).content.decode()
    assert "派出 1 起" in answer
    assert "没有这个人，或不在岗" in answer
    with see_as(SYSTEM):
        assert Order.objects.get(incident=calls["late"]).why == "一次配好：兼顾别的警情"


def test_nobody_is_sent_and_the_reason_is_kept(floor, calls):
    client, call = enter(floor.dispatcher), calls["late"]
    assert client.post(f"/board/{call.number}/dismiss/", {"reason": ""}).status_code == 422
    assert client.post(f"/board/{call.number}/dismiss/", {"reason": "phone"}).status_code == 303
    with see_as(SYSTEM):
        assert Dismissal.objects.get(incident=call).by == floor.dispatcher


def test_a_chief_s_board_holds_the_own_station_only(floor, calls):
    with see_as(SYSTEM):
        foreign = world.incident(floor.district.far, at=NOW, narrative="别的所的")
    client = enter(floor.district.people["chief"])
    assert "别的所的" not in client.get("/board/").content.decode()
    for act in ("send", "dismiss", "watch"):
        assert client.post(f"/board/{foreign.number}/{act}/").status_code == 404
    assert "别的所的" not in client.get(f"/board/?call={foreign.number}").content.decode()


def test_an_officer_of_another_station_reaches_no_order(floor, calls):
    with see_as(SYSTEM):
        order = Order.objects.get(incident=calls["busy"])
        other = world.account("far-officer", "officer", unit=floor.district.other)
    for who in (other, floor.second):
        client = enter(who)
        assert client.get(f"/orders/{order.pk}/").status_code == 404
        for act in ("sign", "arrive", "feedback", "return"):
            assert client.post(f"/orders/{order.pk}/{act}/").status_code == 404
        assert calls["busy"].number not in client.get("/orders/").content.decode()
        with see_as(floor.scope(who)):
            assert not Order.objects.filter(pk=order.pk).exists()  # nor by a query that forgot to ask


@pytest.mark.parametrize("count", [2, 200])
def test_the_board_asks_the_database_the_same_for_2_calls_and_for_200(floor, count, django_assert_num_queries):
    with see_as(SYSTEM):
        for n in range(count):
            floor.call(at=NOW + timedelta(seconds=n / 10), narrative=f"第 {n} 起")
    client = enter(floor.dispatcher)
    client.get("/board/")
    with django_assert_num_queries(QUERIES):
        answer = client.get("/board/")
    assert answer.content.decode().count('class="wait ') + answer.content.decode().count('class="wait"') == count


QUERIES = 46


def test_a_shift_is_handed_over_and_taken_once(floor, calls):
    with see_as(SYSTEM):
        other = world.account("zhong", "dispatcher", name="钟敏", unit=floor.dispatcher.unit)
    first, second = enter(floor.dispatcher), enter(other)
    assert first.post("/board/handover/give/", {"note": "盯住近村"}).status_code == 303
    with see_as(SYSTEM):
        given = Handover.objects.get()
    assert {item["state"] for item in given.items} == {"待派", "已派"}
    assert len(given.items) == 5
    assert "上一班的交接还没有接" in first.post("/board/handover/give/").content.decode()
    assert "不能接自己交的班" in first.post(f"/board/handover/{given.pk}/take/").content.decode()
    assert "盯住近村" in second.get("/board/handover/").content.decode()
    assert second.post(f"/board/handover/{given.pk}/take/", {"note": "知道了"}).status_code == 303
    with see_as(SYSTEM):
        third = world.account("li", "dispatcher", name="李红", unit=floor.dispatcher.unit)
        given.refresh_from_db()
    assert (given.taken_by, given.taken_note) == (other, "知道了")
    assert "钟敏 已经接班" in enter(third).post(f"/board/handover/{given.pk}/take/").content.decode()


def test_people_for_the_form_that_is_being_typed(floor):
    client = enter(floor.dispatcher)
    page = client.post("/intake/who/", {"place_code": "990001001201", "reported_type": "B1"}).content.decode()
    assert page.index("陈立群") < page.index("黄志成")
    assert client.post("/intake/who/", {}).content.decode().strip() == ""


def test_the_phone_page_shows_orders_of_one_s_own_and_of_the_unit(floor, calls):
    from twinloop.dispatch.orders.actions import send_to_unit

    with see_as(SYSTEM):
        send_to_unit(
            calls["late"], floor.best.unit, by=floor.dispatcher.pk, roles=frozenset({"dispatcher"}), at=NOW,
            text="近村两家争吵，先到者去", why="都在附近",
        )  # fmt: skip
        order = Order.objects.get(incident=calls["late"])
    client = enter(floor.second)
    assert "谁先签收谁去" in client.get("/orders/").content.decode()
    assert "近村两家争吵" in client.get(f"/orders/{order.pk}/").content.decode()
    assert client.post(f"/orders/{order.pk}/sign/").status_code == 303
    assert enter(floor.third).post(f"/orders/{order.pk}/sign/").status_code == 404
    with see_as(SYSTEM):
        order.refresh_from_db()
    assert order.to_account == floor.second


def test_a_step_done_at_once_says_how_long_it_took(floor, calls):
    with see_as(SYSTEM):
        order = floor.sign(floor.send(calls["late"], floor.best), floor.best)
    page = enter(floor.best).get(f"/orders/{order.pk}/").content.decode()
    assert re.search(r"签收</b><span>用时 00:00", page)


def test_a_unit_is_asked_from_the_board_and_what_was_typed_stays_where_it_is_refused(floor, calls):
    client, number = enter(floor.dispatcher), calls["late"].number
    page = client.get(f"/board/?call={number}").content.decode()
    assert "派给整队，谁先签收谁去" in page
    assert f"{floor.best.unit.name}，4 人能去" in page
    sent = {"unit": floor.best.unit.pk, "text": "近村两家争吵，先到者去", "why": ""}
    refused = client.post(f"/board/{number}/ask/", sent)
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "派给整队要写理由" in said
    assert "近村两家争吵，先到者去" in said
    assert client.post(f"/board/{number}/ask/", {"unit": "0"}).status_code == 422
    assert client.post(f"/board/{number}/ask/", sent | {"why": "都在附近"}).status_code == 303
    with see_as(SYSTEM):
        assert Order.objects.get(incident=calls["late"]).to_unit == floor.best.unit
    waiting = client.get("/board/?tab=sent").content.decode()
    assert floor.best.unit.name in waiting

"""The officer's side of an order, step by step, and what each refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.actions.noting import ask_gate
from twinloop.cases.models import Clock, Feedback, Order, Standing
from twinloop.cases.waiting import waiting
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.dispatch.orders import actions
from twinloop.dispatch.orders.actions.reporting import Report
from twinloop.dispatch.orders.models import Recusal
from twinloop.dispatch.orders.queries import suggesting
from twinloop.dispatch.orders.queries.mine import open_orders
from twinloop.ledger.models import Event

pytestmark = pytest.mark.usefixtures("sees_all")
LATER = NOW + timedelta(minutes=5)


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value.code


def report(floor, order, who, at=LATER, **facts):
    return actions.feedback(order, Report(**facts), by=who.pk, scope=floor.scope(who), at=at)


def back(floor, order, who, reason="busy", at=LATER, **more):
    return actions.give_back(order, reason, by=who.pk, scope=floor.scope(who), at=at, **more)


@pytest.fixture
def order(floor):
    return floor.send(floor.call(), floor.best)


@pytest.fixture
def arrived(floor, order):
    floor.sign(order, floor.best, NOW + timedelta(seconds=40))
    return floor.arrive(order, floor.best, LATER)


def running(order) -> set[str]:
    return set(Clock.objects.filter(order=order, met_at=None, dropped_at=None).values_list("rule", flat=True))


def test_signing_stops_one_clock_and_starts_the_way(floor, order):
    signed = floor.sign(order, floor.best)
    assert (signed.state, signed.signed_at) == ("signed", NOW)
    assert running(order) == {"on_scene_outskirts", "final_feedback", "first_feedback"}
    assert floor.sign(order, floor.best, LATER).signed_at == NOW  # again: nothing changes


def test_a_village_is_given_more_time(floor):
    floor.district.near.is_village = True
    floor.district.near.save()
    order = floor.send(floor.call(), floor.best)
    floor.sign(order, floor.best)
    assert "on_scene_village" in running(order)


def test_nobody_signs_another_s_order(floor, order):
    assert refused(floor.sign, order, floor.second) == "order_not_yours"


def test_a_deputy_signs_for_who_is_away(floor, order):
    scope = floor.scope(floor.second)
    scope = replace(scope, accounts=scope.accounts | {floor.best.pk})
    assert actions.sign(order, by=floor.second.pk, scope=scope, at=NOW).state == "signed"


def test_arriving_needs_a_signature_and_keeps_a_rough_position(floor, order):
    assert refused(floor.arrive, order, floor.best) == "order_not_signed"
    floor.sign(order, floor.best)
    assert refused(floor.arrive, order, floor.best, latitude=91.0, longitude=0.0) == "order_position_wrong"
    there = floor.arrive(order, floor.best, LATER, latitude=25.123456, longitude=114.98765)
    assert (there.state, there.arrived_at) == ("arrived", LATER)
    assert json.loads(Event.objects.get(verb="order_arrived").body)["where"] == [25.123, 114.988]
    assert running(order) == {"final_feedback", "first_feedback"}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"outcome": ""}, "order_outcome_missing"),
        ({"outcome": "progress"}, "order_text_missing"),
        ({"outcome": "agreed"}, "order_terms_missing"),
        ({"outcome": "unsettled"}, "order_unsettled_why_missing"),
        ({"outcome": "unsettled", "why": "other"}, "order_text_missing"),
        ({"outcome": "calmed", "injured": -1}, "order_count_wrong"),
        ({"outcome": "calmed", "text": "长" * 2001}, "order_text_long"),
    ],
)
def test_a_feedback_says_what_it_lacks_and_leaves_nothing(floor, arrived, facts, code):
    assert refused(report, floor, arrived, floor.best, **facts) == code
    assert not Feedback.objects.exists()


def test_feedback_waits_for_arrival(floor, order):
    floor.sign(order, floor.best)
    assert refused(report, floor, order, floor.best, outcome="calmed") == "order_not_arrived"


def test_several_feedbacks_and_one_final(floor, arrived):
    report(floor, arrived, floor.best, outcome="progress", text="双方都在，先分开问")
    assert running(arrived) == {"final_feedback"}
    made = report(floor, arrived, floor.best, outcome="calmed", found=("threat",), helped=1)
    assert (made.is_final, made.is_settled, made.text) == (True, True, "当场平息；扬言打人")
    arrived.refresh_from_db()
    assert (arrived.state, running(arrived)) == ("done", set())
    assert refused(report, floor, arrived, floor.best, outcome="calmed") == "order_final_given"


def test_another_s_order_is_not_fed_back(floor, arrived):
    assert refused(report, floor, arrived, floor.second, outcome="calmed") == "order_not_yours"


@pytest.fixture
def disputed(floor):
    call = floor.call()
    dispute = world.dispute(floor.district.near, incident=call, type_code="B1", level=3)
    order = floor.send(call, floor.best)
    floor.sign(order, floor.best)
    return dispute, floor.arrive(order, floor.best, LATER)


def test_calmed_settles_the_dispute(floor, disputed):
    dispute, order = disputed
    report(floor, order, floor.best, outcome="calmed")
    dispute.refresh_from_db()
    order.refresh_from_db()
    standing = Standing.objects.get(dispute=dispute)
    assert (dispute.state, order.state) == ("settled", "done")
    assert (standing.settled_by, standing.settled_how, standing.terms_text) == ("陈立群", "reconciliation", "无")


def test_where_mediation_begins_no_clock_of_the_order_is_left_behind(floor, disputed):
    """Its first feedback runs on the call, not on the quarrel, and ends with the order all the same."""
    dispute, order = disputed
    dispute.refresh_from_db()
    assert running(order) == {"final_feedback", "first_feedback"}
    ask_gate(dispute, "people", {"party_refuses": False, "nature": "civil"}, by=None, at=LATER)
    cases.move(dispute, "open_mediation", by=floor.best.pk, roles=frozenset({"officer"}), at=LATER)
    order.refresh_from_db()
    assert (order.state, running(order)) == ("done", set())


def test_agreed_keeps_the_terms(floor, disputed):
    dispute, order = disputed
    report(floor, order, floor.best, outcome="agreed", text="李家三日内疏通水沟")
    dispute.refresh_from_db()
    assert dispute.state == "settled"
    assert dispute.terms.get().text == "李家三日内疏通水沟"


def test_unsettled_opens_the_way_to_a_second_round(floor, disputed):
    dispute, order = disputed
    report(floor, order, floor.best, outcome="unsettled", why="survey")
    dispute.refresh_from_db()
    assert dispute.state == "unsettled"
    assert Feedback.objects.get().text == "没有平息：要等丈量、鉴定"


def test_domestic_violence_is_not_settled_on_the_spot(floor, disputed):
    dispute, order = disputed
    Standing.objects.filter(dispute=dispute).update(domestic_violence=True)
    assert refused(report, floor, order, floor.best, outcome="calmed") == "not_by_mediation"
    order.refresh_from_db()
    assert (order.state, Feedback.objects.count()) == ("arrived", 0)  # nothing half-written
    Standing.objects.filter(dispute=dispute).update(letter_served=True)
    report(floor, order, floor.best, outcome="calmed")
    dispute.refresh_from_db()
    assert (dispute.state, dispute.standing.settled_how) == ("settled", "warning_letter")


def test_an_auxiliary_reports_and_a_sworn_officer_records_the_settlement(floor):
    call = floor.call()
    dispute = world.dispute(floor.district.near, incident=call, type_code="B1", level=3)
    order = floor.send(call, floor.helper, why="离得最近")
    floor.sign(order, floor.helper)
    floor.arrive(order, floor.helper, LATER)
    report(floor, order, floor.helper, outcome="calmed")
    dispute.refresh_from_db()
    order.refresh_from_db()
    assert (dispute.state, order.state) == ("handling", "done")


def test_a_returned_order_says_why_and_kinship_is_kept(floor, order):
    call = order.incident
    assert refused(back, floor, order, floor.best, reason="") == "order_return_why_missing"
    assert refused(back, floor, order, floor.best, reason="other") == "order_return_why_missing"
    given = back(floor, order, floor.best, reason="related", why="我堂兄")
    assert (given.state, given.ended_why) == ("returned", "与当事人有关系，回避：我堂兄")
    assert running(order) == set()
    assert Recusal.objects.get().account == floor.best
    suggested, _ranking = suggesting.for_incident(call, at=LATER)
    assert "陈立群" not in [one.name for one in suggested.people]
    assert [(no.name, no.why) for no in suggested.barred] == [("陈立群", "与当事人有亲属关系，回避")]
    assert refused(floor.send, call, floor.best, at=LATER, why="就派他") in ("order_barred", "order_unknown_taker")


def test_a_returned_order_of_a_dispute_needs_review(floor):
    call = floor.call()
    dispute = world.dispute(floor.district.near, incident=call, type_code="B1", level=3)
    order = floor.send(call, floor.best)
    back(floor, order, floor.best, reason="unable")
    dispute.refresh_from_db()
    order.refresh_from_db()
    assert (dispute.state, order.state) == ("review", "returned")
    assert Standing.objects.get(dispute=dispute).order_returned


def test_who_has_arrived_does_not_give_back(floor, arrived):
    assert refused(back, floor, arrived, floor.best) == "order_return_late"


def test_an_order_that_is_over_is_not_signed(floor, order):
    back(floor, order, floor.best)
    assert refused(floor.sign, order, floor.best) == "order_not_sent"
    assert Order.objects.get().state == "returned"


def test_what_others_moved_meanwhile_does_not_lose_the_feedback(floor, disputed):
    dispute, order = disputed
    bureau = floor.district.people["dispatcher"]
    cases.move(
        dispute, "transfer", by=bureau.pk, roles=frozenset({"dispatcher"}), at=LATER, why="归法院",
        given={"transfer_receipt": "法收 1 号"},
    )  # fmt: skip
    assert refused(report, floor, order, floor.best, outcome="calmed") == "order_over"


def test_an_order_is_one_row_of_today_with_its_soonest_limit_and_opens_on_its_page(floor, order):
    """First and final feedback are two limits of one thing to do."""
    rows = list(waiting(floor.scope(floor.best), most=20))
    assert [(row.url, row.clock) for row in rows] == [(f"/orders/{order.pk}/", "签收")]
    floor.sign(order, floor.best)
    floor.arrive(order, floor.best, LATER)
    rows = list(waiting(floor.scope(floor.best), most=20))
    assert [(row.url, row.clock) for row in rows] == [(f"/orders/{order.pk}/", "首次反馈")]
    other = floor.send(floor.call(), floor.best)
    assert {row.url for row in waiting(floor.scope(floor.best), most=20)} == {
        f"/orders/{order.pk}/", f"/orders/{other.pk}/"
    }  # fmt: skip
    assert len(list(waiting(floor.scope(floor.best), most=1))) == 1


def test_what_must_be_signed_stands_before_where_one_is_and_what_a_unit_was_asked_behind(floor, arrived):
    """Three minutes to sign, an hour to feed back."""
    unit = actions.send_to_unit(
        floor.call(), floor.best.unit, by=floor.dispatcher.pk, roles=frozenset({"dispatcher"}), at=LATER,
        text="谁近谁去", why="都在附近",
    )  # fmt: skip
    new = floor.send(floor.call(), floor.best, at=LATER)
    scope = floor.scope(floor.best)
    assert open_orders(scope, by=floor.best.pk) == [new, arrived, unit]
    floor.sign(new, floor.best, LATER)
    assert open_orders(scope, by=floor.best.pk) == [arrived, unit, new]


def test_an_order_of_somebody_who_takes_none_opens_on_its_case(floor):
    """Its page is of those who go; a chief to whom one was given by name would find it shut."""
    call = floor.call()
    chief = floor.district.people["chief"]
    given = Order.objects.create(incident=call, to_account=chief, sent_by=floor.dispatcher, sent_at=NOW)
    cases.open_clocks((RuleCode.ORDER_SIGNED,), incident=call, order=given, owner=chief, by=None, at=NOW)
    assert [row.url for row in waiting(floor.scope(chief), most=20)] == [f"/incidents/{call.number}/"]

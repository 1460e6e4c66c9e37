"""An order goes out: who may be sent, what is kept, and when it can be called back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.held import settings_held
from twinloop.cases.models import Clock, Incident, Order
from twinloop.decide import Refused
from twinloop.dispatch.orders import actions, told_to
from twinloop.dispatch.orders.actions import send_to_unit
from twinloop.dispatch.orders.actions.reporting import Report
from twinloop.dispatch.orders.models import Recusal, Silence
from twinloop.dispatch.orders.queries import suggesting
from twinloop.dispatch.orders.queries.staff import of_incident, staff
from twinloop.ledger.models import Event
from twinloop.people.models import Duty, Leave, Unit
from twinloop.triage import spoken
from twinloop.triage.models import Judgement

pytestmark = pytest.mark.usefixtures("sees_all")


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value.code


def test_the_first_goes_with_one_word(floor):
    call = floor.call()
    order = floor.send(call, floor.best)
    assert (order.state, order.to_account, order.incident, order.dispute) == ("sent", floor.best, call, None)
    rules = set(Clock.objects.filter(order=order).values_list("rule", flat=True))
    assert rules == {"order_signed", "final_feedback", "first_feedback"}
    said, word = Judgement.objects.filter(what="who", incident=call).order_by("id")
    assert said.by is None
    assert said.answer["who"] == word.answer["who"] == floor.best.pk
    assert word.by == floor.dispatcher
    assert word.overrules is None
    assert "责任社区" in spoken.all_said(said.reasons)
    assert said.params_version == suggesting.version()


def test_another_than_the_first_needs_a_reason_and_keeps_it(floor):
    call = floor.call()
    assert refused(floor.send, call, floor.second) == "order_why_missing"
    assert not Order.objects.exists()
    order = floor.send(call, floor.second, why="更熟悉双方")
    word = Judgement.objects.get(what="who", by__isnull=False)
    assert order.why == word.why == "更熟悉双方"
    assert word.overrules is not None
    assert word.overrules.answer["who"] == floor.best.pk


@pytest.mark.parametrize("how", ["off_duty", "leave", "recused", "full", "foreign", "auxiliary_for_crime"])
def test_who_meets_a_hard_rule_is_refused_whatever_the_reason(floor, how):
    call = floor.call(reported_kind="crime", reported_type="") if how == "auxiliary_for_crime" else floor.call()
    taker = floor.helper if how == "auxiliary_for_crime" else floor.best
    if how == "off_duty":
        Duty.objects.filter(account=taker).delete()
    if how == "leave":
        period = DateTimeTZRange(NOW - timedelta(hours=1), NOW + timedelta(days=2))
        Leave.objects.create(account=taker, kind="sick", period=period)
    if how == "recused":
        Recusal.objects.create(account=taker, incident=call, at=NOW)
    if how == "full":
        for _ in range(3):
            floor.send(floor.call(), taker, why="手头的事")
    if how == "foreign":
        call = world.incident(floor.district.far, reported_type="B1")
    code = refused(floor.send, call, taker, why="就派他")
    assert code == ("order_unknown_taker" if how == "off_duty" else "order_barred")


def test_only_command_room_and_chief_send(floor):
    for role in ("officer", "community_officer", "auxiliary", "mediator", "auditor"):
        code = refused(actions.send, floor.call(), floor.best, by=1, roles=frozenset({role}), at=NOW)
        assert code == "order_not_sendable"


def test_a_call_is_not_sent_twice(floor):
    call = floor.call()
    order = floor.send(call, floor.best)
    assert refused(floor.send, call, floor.second, why="x") == "order_open_already"
    floor.sign(order, floor.best)
    assert refused(floor.send, call, floor.second, why="x") == "order_taken_up"


def test_a_sorted_dispute_moves_with_its_order(floor):
    call = floor.call()
    dispute = world.dispute(floor.district.near, incident=call)
    chief = floor.district.people["chief"]
    given = {"type_code": "B1", "level": 2}
    dispute = cases.move(dispute, "sort", by=chief.pk, roles=frozenset({"chief"}), at=NOW, given=given)
    order = floor.send(call, floor.best)
    dispute.refresh_from_db()
    assert (dispute.state, order.dispute, order.incident) == ("ordered", dispute, call)
    actions.recall(order, by=floor.dispatcher.pk, roles=frozenset({"dispatcher"}), at=NOW + timedelta(seconds=9))
    dispute.refresh_from_db()
    order.refresh_from_db()
    assert (dispute.state, order.state) == ("sorted", "recalled")
    assert not Clock.objects.filter(order=order, met_at=None, dropped_at=None).exists()


def test_an_unsorted_dispute_with_type_and_level_is_sorted_on_the_way(floor):
    call = floor.call()
    dispute = world.dispute(floor.district.near, incident=call, type_code="B1", level=3)
    order = floor.send(call, floor.best)
    dispute.refresh_from_db()
    assert (dispute.state, order.dispute) == ("ordered", dispute)


def test_a_dispute_that_an_order_cannot_move_leaves_the_order_to_the_incident(floor):
    call = floor.call()
    dispute = world.dispute(floor.district.near, incident=call)
    order = floor.send(call, floor.best)
    dispute.refresh_from_db()
    assert (dispute.state, order.dispute) == ("registered", None)


def test_an_order_is_called_back_within_ten_seconds_and_not_later(floor):
    order = floor.send(floor.call(), floor.best)
    late = NOW + timedelta(seconds=11)
    who = {"by": floor.dispatcher.pk, "roles": frozenset({"dispatcher"})}
    assert refused(actions.recall, order, at=late, **who) == "order_recall_late"
    actions.recall(order, at=NOW + timedelta(seconds=10), **who)
    order.refresh_from_db()
    assert order.state == "recalled"
    assert floor.send(order.incident, floor.best).state == "sent"  # and the call waits again


def test_a_signed_order_is_not_called_back(floor):
    order = floor.sign(floor.send(floor.call(), floor.best), floor.best)
    code = refused(
        actions.recall, order, by=floor.dispatcher.pk, roles=frozenset({"dispatcher"}), at=NOW + timedelta(seconds=1)
    )
    assert code == "order_recall_late"


def test_silence_is_found_once_with_a_new_suggestion_and_the_next_one_is_sent(floor):
    call = floor.call()
    order = floor.send(call, floor.best)
    assert actions.find_silent(at=NOW + timedelta(minutes=2)) == 0
    late = NOW + timedelta(minutes=4)
    assert actions.find_silent(at=late) == 1
    assert actions.find_silent(at=late) == 0
    assert Silence.objects.get().order == order
    newest = Judgement.objects.filter(what="who", by=None).order_by("-id").first()
    assert newest.answer["who"] == floor.second.pk
    again = floor.send(call, floor.second, at=late)
    order.refresh_from_db()
    assert (order.state, order.ended_why, again.state) == ("recalled", "silent", "sent")


def test_a_call_that_needs_nobody_leaves_the_board_with_its_reason(floor):
    call, who = floor.call(), {"by": floor.dispatcher.pk, "roles": frozenset({"dispatcher"}), "at": NOW}
    assert refused(actions.dismiss, call, "other", **who) == "order_dismiss_why_missing"
    assert refused(actions.dismiss, call, "nothing", **who) == "order_dismiss_why_missing"
    actions.dismiss(call, "phone", **who)
    assert refused(floor.send, call, floor.best) == "order_nothing_waits"


def test_a_call_under_way_is_not_dismissed(floor):
    call = floor.call()
    floor.send(call, floor.best)
    who = {"by": floor.dispatcher.pk, "roles": frozenset({"dispatcher"}), "at": NOW}
    assert refused(actions.dismiss, call, "phone", **who) == "order_open_already"


def test_a_unit_is_asked_and_whoever_signs_first_goes(floor):
    call, unit = floor.call(), floor.best.unit
    order = send_to_unit(
        call, unit, by=floor.dispatcher.pk, roles=frozenset({"dispatcher"}), at=NOW, text="近村两家争吵", why="都在附近"
    )
    assert refused(floor.sign, order, floor.district.people["officer"]) == "order_not_yours"
    floor.sign(order, floor.second)
    assert refused(floor.sign, order, floor.best) == "order_not_yours"
    order.refresh_from_db()
    assert (order.to_account, order.state) == (floor.second, "signed")


ASKED = {"text": "近村两家争吵", "why": "都在附近"}


def ask(floor, call, unit=None, **more):
    by = {"by": floor.dispatcher.pk, "roles": frozenset({"dispatcher"}), "at": NOW}
    return send_to_unit(call, unit or floor.best.unit, **by | ASKED | more)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"why": " "}, "order_unit_why_missing"), ({"text": ""}, "order_unit_text_missing"),
        ({"text": "长" * 2001}, "order_text_long"), ({"roles": frozenset({"officer"})}, "order_not_sendable"),
    ],
)  # fmt: skip
def test_a_unit_is_asked_with_an_instruction_and_a_reason(floor, facts, code):
    assert refused(ask, floor, floor.call(), **facts) == code
    assert not Order.objects.exists()


def test_a_unit_of_which_nobody_may_go_is_not_asked(floor):
    empty = Unit.objects.create(code="T1D", name="社区警务一队", kind="community_team", parent=floor.district.station)
    assert refused(ask, floor, floor.call(), empty) == "order_unit_nobody"
    assert not Order.objects.exists()


def test_whoever_signs_for_a_unit_meets_the_same_hard_rules(floor):
    call = floor.call()
    order = ask(floor, call)
    Recusal.objects.create(account=floor.second, incident=call, why="堂弟", by=floor.second, at=NOW)
    assert refused(floor.sign, order, floor.second) == "order_barred"
    Duty.objects.filter(account=floor.third).delete()
    assert refused(floor.sign, order, floor.third) == "order_unit_off_duty"
    order.refresh_from_db()
    assert (order.to_account, order.state) == (None, "sent")
    assert floor.sign(order, floor.best).to_account == floor.best


def test_the_quarrel_and_the_limits_go_with_whoever_signs_for_the_unit(floor):
    call = floor.call()
    dispute = world.dispute(floor.district.near, incident=call, type_code="B1", level=3)
    order = ask(floor, call)
    assert set(Clock.objects.filter(order=order).values_list("rule", "owner")) == {
        ("order_signed", None), ("first_feedback", None), ("final_feedback", None)
    }  # fmt: skip
    signed = floor.sign(order, floor.second)
    dispute.refresh_from_db()
    assert (signed.pk, signed.dispute, dispute.state) == (order.pk, dispute, "ordered")
    running = Clock.objects.filter(order=order, met_at=None)
    assert set(running.values_list("owner", flat=True)) == {floor.second.pk}
    assert dispute.involvements.filter(account=floor.second, part="handler").exists()
    later = NOW + timedelta(minutes=9)
    floor.arrive(signed, floor.second, later)
    report = Report("unsettled", why="unwilling")
    actions.feedback(signed, report, by=floor.second.pk, scope=floor.scope(floor.second), at=later)
    dispute.refresh_from_db()
    assert dispute.state == "unsettled"
    assert not Clock.objects.filter(order=order, met_at=None, dropped_at=None).exists()


def test_asking_a_unit_instead_of_the_first_is_kept_with_its_reason(floor):
    call = floor.call()
    ask(floor, call)
    said, chosen = Judgement.objects.filter(incident=call, what="who").order_by("pk")
    assert said.answer["who"] == floor.best.pk
    assert (chosen.overrules, chosen.why, chosen.answer["name"]) == (said, "都在附近", floor.best.unit.name)


def test_everybody_of_the_unit_who_may_take_an_order_hears_of_it(floor):
    ask(floor, floor.call())
    told = set(told_to.TOLD_TO["order_sent"].who(Event.objects.filter(verb="order_sent").latest("id")))
    assert told == {one.pk for one in (floor.best, floor.second, floor.third, floor.helper)}


def test_many_calls_are_assigned_together(floor):
    calls = [floor.call() for _ in range(3)]
    found = suggesting.together([(call, None, None) for call in calls], at=NOW)
    assert [one.choice.name for one in found if one.choice] == ["陈立群", "陈立群", "黄志成"] or {
        one.choice.name for one in found if one.choice
    } >= {"陈立群"}
    assert all(one.choice for one in found)
    assert Incident.objects.count() == 3
    assert not Order.objects.exists()  # a proposal sends nobody


def test_staff_read_once_for_a_long_piece_of_work_is_the_staff_as_it_is(floor, django_assert_num_queries):
    call = floor.call()
    cases_of, also = of_incident(call), [call.place_id]
    fresh = staff(cases_of, at=NOW, also=also)
    with settings_held():
        assert staff(cases_of, at=NOW, also=also) == fresh
        Leave.objects.create(account=floor.best, period=DateTimeTZRange(NOW, NOW + timedelta(days=1)), kind="annual")
        with django_assert_num_queries(9):  # people and places are known; duty, leave, load and the rest are not
            again = staff(cases_of, at=NOW, also=also)
    assert [member.account for member in again] == [member.account for member in fresh]
    assert {member.account.name for member in again if member.person.absent} == {floor.best.name}

"""The life of a push: every step, every refusal, its clocks and its events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import world
from tests.dispatch.pushes.conftest import LETTER, graved
from tests.world import CHINA, NOW, after, refused
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute
from twinloop.dispatch.pushes import actions, letter, queries
from twinloop.dispatch.pushes.models import Push
from twinloop.ledger.actions import record
from twinloop.ledger.models import Event


def sent(desk, unit=None) -> Push:
    return actions.push_out(desk.dispute, [unit or desk.zongzhi], LETTER, by=desk.person("dispatcher").pk, at=NOW)[0]


def received(desk) -> Push:
    return actions.receive(sent(desk), by=desk.liaison.pk, at=after(20))


def clocks(push: Push) -> dict[str, Clock]:
    return {c.rule: c for c in Clock.objects.filter(subject=push.subject)}


def verbs(dispute: Dispute) -> list[str]:
    found = Event.objects.filter(stream=dispute.stream, verb__startswith="push_").order_by("seq")
    return list(found.values_list("verb", flat=True))


def test_from_letter_to_answer(desk):
    push = sent(desk)
    assert (push.state, push.number, push.level, push.sent_by) == ("sent", "TS260416-001", 1, desk.person("dispatcher"))
    assert clocks(push)["push_receipt"].due_at == after(60)
    actions.receive(push, by=desk.liaison.pk, at=after(20))
    assert (push.state, push.received_by) == ("received", desk.liaison)
    found = clocks(push)
    assert found["push_receipt"].met_at == after(20)
    assert found["push_reply"].due_at.astimezone(CHINA).isoformat() == "2026-04-21T23:59:59+08:00"
    actions.reply(push, "已约村里丈量，电话 13900000127", "done", by=desk.liaison.pk, at=after(200))
    assert (push.state, push.result, push.reply) == ("replied", "done", "已约村里丈量，电话 139****0127")
    assert clocks(push)["push_reply"].met_at == after(200)
    assert verbs(desk.dispute) == ["push_drafted", "push_sent", "push_received", "push_replied"]


def test_one_letter_goes_to_several_units_or_to_none(desk):
    made = actions.push_out(desk.dispute, [desk.zongzhi, desk.justice], LETTER, by=None, at=NOW)
    assert [p.to_unit for p in made] == [desk.zongzhi, desk.justice]
    third = world.Unit.objects.create(code="A3", name="信访局", kind="agency")
    refused("push_twice", lambda: actions.push_out(desk.dispute, [third, desk.justice], LETTER, by=None, at=NOW))
    assert Push.objects.count() == 2


def test_after_an_answer_the_same_unit_can_be_asked_again(desk):
    push = received(desk)
    actions.reply(push, "已办", "done", by=None, at=after(30))
    assert sent(desk).number == "TS260416-002"


def test_a_draft_is_changed_and_then_sent(desk):
    (push,) = actions.push_out(desk.dispute, [desk.zongzhi], LETTER, by=None, at=NOW, send_now=False)
    assert push.state == "drafted"
    assert clocks(push) == {}
    actions.rewrite(push, "请王秀兰先别动沟", by=None, at=NOW)
    assert push.letter == "请王*兰先别动沟"
    assert actions.send(push, by=None, at=after(3)).sent_at == after(3)
    refused("push_moved", lambda: actions.rewrite(push, "再改", by=None, at=NOW))
    refused("push_moved", lambda: actions.send(push, by=None, at=NOW))


def test_it_heats_up_and_comes_back_also_after_an_answer(desk):
    push = received(desk)
    actions.reply(push, "已劝住", "under_way", by=desk.liaison.pk, at=after(30))
    refused("push_return_why", lambda: actions.send_back(push, "  ", by=None, at=NOW))
    actions.send_back(push, "李某扬言报复", by=desk.liaison.pk, at=after(90))
    assert (push.state, push.returned_why, push.reply) == ("returned", "李某扬言报复", "已劝住")
    actions.take_back(push, by=desk.person("chief").pk, at=after(95))
    assert push.taken_by == desk.person("chief")
    refused("push_taken", lambda: actions.take_back(push, by=None, at=after(96)))
    assert verbs(desk.dispute)[-2:] == ["push_returned", "push_taken_back"]


def test_withdrawn_with_a_reason_its_clock_is_no_longer_owed(desk):
    push = sent(desk)
    refused("push_why_missing", lambda: actions.withdraw(push, "", by=None, at=NOW))
    actions.withdraw(push, "发错单位", by=None, at=after(5))
    assert push.state == "withdrawn"
    assert clocks(push)["push_receipt"].dropped_at == after(5)
    refused("push_moved", lambda: actions.receive(push, by=None, at=after(6)))
    assert [o.dispute for o in queries.owed(desk.district.scope("dispatcher"))] == [desk.dispute]  # owed once more


@pytest.mark.parametrize(
    ("state", "act", "code"),
    [
        ("sent", lambda p: actions.reply(p, "x", "done", by=None, at=NOW), "push_moved"),
        ("sent", lambda p: actions.send_back(p, "x", by=None, at=NOW), "push_moved"),
        ("received", lambda p: actions.receive(p, by=None, at=NOW), "push_moved"),
        ("received", lambda p: actions.reply(p, " ", "done", by=None, at=NOW), "push_reply_empty"),
        ("received", lambda p: actions.reply(p, "x", "maybe", by=None, at=NOW), "push_result_missing"),
        ("received", lambda p: actions.reply(p, "长" * 3001, "done", by=None, at=NOW), "push_letter_long"),
        ("received", lambda p: actions.take_back(p, by=None, at=NOW), "push_taken"),
    ],
)
def test_steps_out_of_turn_are_refused(desk, state, act, code):
    push = sent(desk) if state == "sent" else received(desk)
    refused(code, lambda: act(push))
    push.refresh_from_db()
    assert push.state == state


def test_what_must_not_be_pushed(desk):
    mild = graved(world.dispute(desk.district.near), level=3)

    def out(dispute, units, text=LETTER):
        return lambda: actions.push_out(dispute, units, text, by=None, at=NOW)

    refused("push_level", out(mild, [desk.zongzhi]))
    refused("push_no_unit", out(desk.dispute, []))
    refused("push_not_agency", out(desk.dispute, [desk.district.station]), unit="近村派出所")
    refused("push_letter_empty", out(desk.dispute, [desk.zongzhi], " \n "))
    refused("push_letter_long", out(desk.dispute, [desk.zongzhi], "长" * 3001), most=3000)
    refused("push_blank", out(desk.dispute, [desk.zongzhi], letter.drafted(desk.dispute, at=NOW)))
    target = graved(world.dispute(desk.district.near))
    cases.merge(desk.dispute, target, by=None, roles=frozenset({"dispatcher"}), at=NOW, why="同一件")
    refused("push_over", out(desk.dispute, [desk.zongzhi]))
    assert Push.objects.count() == 0


def test_the_drafted_letter_tells_the_record_and_no_whole_name(desk):
    text = letter.drafted(Dispute.objects.get(pk=desk.dispute.pk), at=NOW)
    assert "王*兰与李*强排水沟纠纷" in text
    assert "139****0127" in text
    assert "一级（最重）" in text
    assert letter.BLANK in text
    assert "1 小时内签收，签收后 5 天内回复" in text
    assert "王秀兰" not in text
    assert "13900000127" not in text


def test_what_is_owed_and_until_when(desk):
    second = graved(world.dispute(desk.district.near, title="第二件"), level=2, at=after(10))
    graved(world.dispute(desk.district.near, title="第三件"), level=3)
    held = desk.district.scope("dispatcher")
    waiting = queries.owed(held)
    assert [(o.dispute, o.since, o.due) for o in waiting] == [
        (desk.dispute, NOW, after(10)),
        (second, after(10), NOW.replace(hour=23, minute=59, second=59)),
    ]
    sent(desk)
    assert [o.dispute for o in queries.owed(held)] == [second]


def test_the_clock_of_level_one_starts_when_it_became_level_one(desk):
    was = graved(world.dispute(desk.district.near), level=2)
    cases.move(was, "order", by=None, roles=frozenset({"dispatcher"}), at=NOW, given={"taker": desk.person("officer")})
    Dispute.objects.filter(pk=was.pk).update(level=1)
    record(was.stream, "level_raised", by=None, at=after(500), after={"level": 1})
    found = next(o for o in queries.owed(desk.district.scope("dispatcher")) if o.dispute == was)
    assert (found.since, found.due) == (after(500), after(510))


def test_suggested_units_are_zongzhi_and_the_township(desk):
    town = world.Unit.objects.create(code="A4", name="测试镇人民政府", kind="agency")
    town.places.add(desk.district.near.parent)
    far = world.Unit.objects.create(code="A5", name="别处镇", kind="agency")
    far.places.add(desk.district.far)
    dispute = Dispute.objects.select_related("place__parent").get(pk=desk.dispute.pk)
    found = queries.suggested(dispute)
    assert {town, desk.zongzhi} <= set(found)
    assert not {far, desk.justice} & set(found)


@pytest.mark.parametrize(
    "spoil",
    [
        {"state": "gone"},
        {"level": 3},
        {"letter": ""},
        {"title": ""},
        {"state": "sent", "sent_at": None},
        {"state": "received"},
        {"state": "replied", "received_at": NOW},
        {"state": "returned", "received_at": NOW},
        {"state": "withdrawn"},
        {"received_at": NOW - timedelta(hours=1)},
        {"received_at": NOW, "replied_at": NOW - timedelta(hours=1)},
        {"taken_at": NOW},
    ],
)
def test_the_table_keeps_its_rules_by_itself(desk, spoil):
    push = sent(desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Push.objects.filter(pk=push.pk).update(**spoil)


def test_one_live_push_a_unit_also_in_the_table(desk):
    push = sent(desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Push.objects.create(
            number="TS260416-099", dispute=desk.dispute, to_unit=desk.zongzhi, level=1, title="x", letter="y",
            drafted_at=push.drafted_at,
        )  # fmt: skip

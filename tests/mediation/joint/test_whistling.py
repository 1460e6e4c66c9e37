"""The life of a whistle: every step, every refusal, its clocks, its events; who decides, who stays responsible."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import world
from tests.mediation.joint.conftest import TEXT
from tests.world import CHINA, NOW, after, refused
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock
from twinloop.ledger.models import Event
from twinloop.mediation.joint import actions, competence, letter, queries
from twinloop.mediation.joint.models import Answer, Heat, Objection, Report, Whistle
from twinloop.triage.models import Judgement


def clocks(answer: Answer) -> dict[str, Clock]:
    return {c.rule: c for c in Clock.objects.filter(subject=answer.subject)}


def verbs(window) -> list[str]:
    found = Event.objects.filter(stream=window.dispute.stream, verb__startswith="whistle_").order_by("seq")
    return list(found.values_list("verb", flat=True))


def signed(window, whistle: Whistle, name: str = "labour", at=None) -> Answer:
    return actions.sign(window.item(whistle, name), by=window.clerks[name].pk, at=at or after(10))


def test_one_form_calls_several_agencies(window):
    whistle = window.blow()
    assert (whistle.number, whistle.level, whistle.lead_unit) == ("CS260416-001", 2, window.units["labour"])
    assert whistle.title == "王*兰与李*强欠薪纠纷"
    assert "139****0127" in whistle.text
    assert "王秀兰" not in whistle.text
    found = {a.unit.name: (a.part, a.state) for a in whistle.answers.select_related("unit")}
    assert found == {
        "测试区人社局": ("lead", "sent"), "测试区住建局": ("assist", "sent"), "测试区综治中心": ("assist", "sent"),
    }  # fmt: skip
    assert {rule: c.due_at for rule, c in clocks(window.item(whistle)).items()} == {"whistle_signed": after(60)}
    event = Event.objects.get(stream=window.dispute.stream, verb="whistle_blown")
    assert event.data["lead"] == "测试区人社局"
    assert event.by == window.person("dispatcher")


def test_from_signing_to_the_final_feedback(window):
    answer = signed(window, window.blow())
    found = clocks(answer)
    assert found["whistle_signed"].met_at == after(10)
    assert found["whistle_feedback"].due_at == after(10 + 24 * 60)
    actions.arrive(answer, by=window.clerks["labour"].pk, at=after(20))
    first = actions.feed_back(answer, "已约发包方，13900000127", "under_way", is_final=False, by=None, at=after(90))
    assert (first.text, first.is_final) == ("已约发包方，139****0127", False)
    assert clocks(answer)["whistle_feedback"].met_at is None
    actions.feed_back(answer, "三万六千元已付清", "done", is_final=True, by=None, at=after(300))
    answer.refresh_from_db()
    assert (answer.state, answer.done_at) == ("done", after(300))
    assert clocks(answer)["whistle_feedback"].met_at == after(300)
    assert verbs(window) == [
        "whistle_blown", "whistle_signed", "whistle_arrived", "whistle_feedback", "whistle_done",
    ]  # fmt: skip


def test_what_is_urgent_runs_half_an_hour_and_who_comes_has_signed(window):
    whistle = window.blow(is_urgent=True, where="近村工地门口")
    answer = window.item(whistle)
    assert clocks(answer)["whistle_arrival"].due_at == after(30)
    assert queries.column(answer) == "sent"
    actions.arrive(answer, by=None, at=after(25))
    found = clocks(answer)
    assert (answer.state, answer.signed_at) == ("arrived", after(25))
    assert (found["whistle_arrival"].met_at, found["whistle_signed"].met_at) == (after(25), after(25))
    other = signed(window, whistle, "housing")
    assert queries.column(other) == "on_way"


def test_what_is_complex_has_five_days(window):
    answer = signed(window, window.blow(is_complex=True))
    due = clocks(answer)["whistle_feedback_complex"].due_at
    assert due.astimezone(CHINA).isoformat() == "2026-04-21T23:59:59+08:00"


def test_late_items_climb_like_orders(window):
    answer = window.item(window.blow())
    cases.climb_clocks(at=after(61))
    clock = clocks(answer)["whistle_signed"]
    assert (clock.missed_at, clock.rung) == (after(61), "rung_officer")
    cases.climb_clocks(at=after(240))
    assert clocks(answer)["whistle_signed"].rung == "rung_bureau"


def test_an_objection_is_decided_and_until_then_the_first_stays_responsible(window):
    answer = signed(window, window.blow())
    objection = actions.object_to(answer, "not_place", "工地在外区", by=window.clerks["labour"].pk, at=after(30))
    assert queries.column(window.item(answer.whistle)) == "objected"
    assert clocks(answer)["whistle_feedback"].met_at is None  # its time runs on
    assert clocks(answer)["whistle_feedback"].dropped_at is None
    refused("whistle_pending", lambda: actions.feed_back(answer, "x", "done", is_final=True, by=None, at=after(31)))
    assert actions.feed_back(answer, "先去看了", "under_way", is_final=False, by=None, at=after(32)).pk
    chief = window.person("chief").pk
    actions.decide(objection, "stays", why="工地在近村", by=chief, at=after(60))
    assert (objection.decision, objection.decided_by_id) == ("stays", chief)
    refused("whistle_objected_before", lambda: actions.object_to(answer, "handled", "又", by=None, at=after(61)))
    actions.feed_back(answer, "已办", "done", is_final=True, by=None, at=after(90))
    assert verbs(window)[2:] == ["whistle_objected", "whistle_feedback", "whistle_stays", "whistle_done"]


def test_what_is_passed_on_goes_with_its_part_and_cannot_be_returned_again(window):
    whistle = window.blow("labour", "housing")
    answer = window.item(whistle)
    objection = actions.object_to(answer, "other_first", "发包方未办手续", by=None, at=after(5))
    decided = {"why": "先诉调", "by": window.person("bureau").pk, "at": after(40)}
    refused(
        "whistle_decision_called",
        lambda: actions.decide(objection, "moves", to_unit=window.units["housing"], **decided),
    )
    refused("whistle_decision_target", lambda: actions.decide(objection, "moves", **decided))
    actions.decide(objection, "moves", to_unit=window.units["court"], **decided)
    answer.refresh_from_db()
    whistle.refresh_from_db()
    new = window.item(whistle, "court")
    assert (answer.state, answer.ended_why) == ("moved", "先诉调")
    assert (new.part, new.state, new.passed_from, whistle.lead_unit) == ("lead", "sent", answer, window.units["court"])
    assert clocks(answer)["whistle_signed"].dropped_at == after(40)
    assert clocks(new)["whistle_signed"].due_at == after(100)
    refused("whistle_passed_on", lambda: actions.object_to(new, "not_subject", "x", by=None, at=after(45)))
    refused("whistle_decided", lambda: actions.decide(objection, "moves", to_unit=window.units["centre"], **decided))


def test_who_blew_the_whistle_does_not_decide(window):
    objection = actions.object_to(window.item(window.blow()), "handled", "x", by=None, at=after(1))
    blower = window.person("dispatcher").pk
    refused("whistle_not_arbiter", lambda: actions.decide(objection, "stays", why="x", by=blower, at=after(2)))
    refused("whistle_decision_missing", lambda: actions.decide(objection, "", why="x", by=None, at=after(2)))
    refused("whistle_decision_why", lambda: actions.decide(objection, "stays", why=" ", by=None, at=after(2)))


def test_a_recalled_item_owes_nothing(window):
    answer = signed(window, window.blow())
    refused("whistle_why", lambda: actions.recall(answer, " ", by=None, at=after(20)))
    actions.recall(answer, "叫错单位", by=None, at=after(20))
    assert clocks(answer)["whistle_feedback"].dropped_at == after(20)
    refused("whistle_moved", lambda: actions.arrive(answer, by=None, at=after(21)))
    refused("whistle_moved", lambda: actions.feed_back(answer, "x", "done", is_final=True, by=None, at=after(21)))
    refused("whistle_objection_over", lambda: actions.object_to(answer, "handled", "x", by=None, at=after(21)))
    assert window.blow("labour").number == "CS260416-002"  # the same agency can be asked anew


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": " "}, "whistle_text_empty"),
        ({"text": "长" * 2001}, "whistle_text_long"),
        ({"text": f"请做：{letter.BLANK}"}, "whistle_blank"),
        ({"is_urgent": True}, "whistle_where"),
        ({"lead": "court"}, "whistle_no_lead"),
    ],
)
def test_what_no_whistle_may_be(window, more, code):
    refused(code, lambda: window.blow(**more))
    assert Whistle.objects.count() == 0


def test_whom_no_whistle_reaches(window):
    window.units["station"] = window.district.station
    refused("whistle_not_agency", lambda: window.blow("station", lead="station"), unit="近村派出所")
    window.blow("housing", lead="housing")
    refused("whistle_twice", window.blow, number="CS260416-001")
    assert Answer.objects.count() == 1  # none of the others was called either
    target = world.dispute(window.district.near)
    cases.merge(window.dispute, target, by=None, roles=frozenset({"dispatcher"}), at=NOW, why="同一件")
    refused("whistle_over", lambda: window.blow("court", lead="court"))


@pytest.mark.parametrize(
    ("text", "result", "is_final", "code"),
    [
        (" ", "done", True, "whistle_feedback_empty"),
        ("长" * 2001, "done", True, "whistle_text_long"),
        ("x", "", False, "whistle_result"),
        ("x", "under_way", True, "whistle_final_result"),
    ],
)
def test_a_feedback_says_what_was_done(window, text, result, is_final, code):
    answer = signed(window, window.blow())
    refused(code, lambda: actions.feed_back(answer, text, result, is_final=is_final, by=None, at=after(20)))
    assert Report.objects.count() == 0


def test_steps_out_of_turn_are_refused(window):
    answer = window.item(window.blow())
    refused("whistle_moved", lambda: actions.feed_back(answer, "x", "done", is_final=True, by=None, at=NOW))
    refused("whistle_moved", lambda: actions.feed_back(answer, "x", "under_way", is_final=False, by=None, at=NOW))
    signed(window, answer.whistle)
    refused("whistle_moved", lambda: actions.sign(answer, by=None, at=after(11)))


def test_it_heats_up_and_the_police_decide(window):
    whistle = window.blow()
    answer, clerk = window.item(whistle), window.clerks["labour"].pk
    refused("heat_empty", lambda: actions.heat_up(whistle, ["made_up"], " ", by=clerk, at=after(5), answer=answer))
    heat = actions.heat_up(whistle, ["weapon", "threat"], "带了刀，13900000127", by=clerk, at=after(5), answer=answer)
    assert (heat.signs, heat.text) == (["threat", "weapon"], "带了刀，139****0127")
    window.dispute.refresh_from_db()
    assert (window.dispute.state, window.dispute.level) == ("sorted", 2)  # nothing moved by itself
    assert queries.hot(window.district.scope("dispatcher")) == [heat]
    by = window.person("dispatcher").pk
    refused("heat_outcome", lambda: actions.take_heat(heat, "", "x", by=by, at=after(6)))
    refused("heat_why", lambda: actions.take_heat(heat, "sent", "", by=by, at=after(6)))
    actions.take_heat(heat, "sent", "派两人先去", by=by, at=after(6))
    assert (heat.outcome, heat.taken_by_id) == ("sent", by)
    kept = Judgement.objects.get(dispute=window.dispute, what="level")
    assert (kept.answer["level"], kept.by) == (1, None)  # a weapon is never below level 1
    refused("heat_taken", lambda: actions.take_heat(heat, "watch", "x", by=by, at=after(7)))
    assert queries.hot(window.district.scope("dispatcher")) == []
    assert verbs(window)[-2:] == ["whistle_heated", "whistle_heat_taken"]


def test_the_table_suggests_who_is_called(window):
    found = competence.offers(window.dispute, at=NOW)
    named = [(o.unit.name, o.is_lead) for o in found if o.called]
    assert named == [("测试区人社局", True), ("测试区住建局", False), ("测试区综治中心", False)]
    assert "测试法庭" in [o.unit.name for o in found if not o.called]
    assert found[0].reasons[0] == "主管这一类"


def test_the_drafted_text_holds_the_record_and_no_whole_name(window):
    text = letter.drafted(window.dispute, at=NOW)
    assert "王*兰与李*强欠薪纠纷" in text
    assert letter.BLANK in text
    assert "劳动劳资" in text


def test_how_agencies_answer(window):
    whistle = window.blow()
    quick = signed(window, whistle)
    actions.feed_back(quick, "已办", "done", is_final=True, by=None, at=after(130))
    signed(window, whistle, "housing", at=after(30))
    rows = {s.unit.name: s for s in queries.standings(window.district.scope("bureau"), at=after(26 * 60))}
    assert (rows["测试区人社局"].due, rows["测试区人社局"].in_time, rows["测试区人社局"].sign_minutes) == (1, 1, 10)
    assert rows["测试区人社局"].finish_hours == pytest.approx(130 / 60)
    assert (rows["测试区住建局"].due, rows["测试区住建局"].in_time, rows["测试区住建局"].open) == (1, 0, 1)
    assert (rows["测试区综治中心"].sign_minutes, rows["测试区综治中心"].due) == (None, 1)
    soon = {s.unit.name: s.due for s in queries.standings(window.district.scope("bureau"), at=after(200))}
    assert soon == {"测试区人社局": 1, "测试区住建局": 0, "测试区综治中心": 0}


@pytest.mark.parametrize(
    "spoil",
    [
        {"state": "gone"},
        {"part": "boss"},
        {"state": "signed"},
        {"state": "arrived", "signed_at": NOW},
        {"state": "done", "signed_at": NOW},
        {"done_at": NOW},
        {"state": "moved"},
        {"state": "recalled", "ended_at": NOW},
        {"signed_at": NOW - timedelta(hours=1)},
        {"unit": "housing"},
    ],
)
def test_the_table_of_items_keeps_its_rules_by_itself(window, spoil):
    answer = window.item(window.blow())
    spoil = {**spoil, "unit": window.units["housing"]} if "unit" in spoil else spoil
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(**spoil)


@pytest.mark.parametrize(
    ("model", "spoil"),
    [
        (Whistle, {"text": ""}),
        (Whistle, {"is_urgent": True}),
        (Whistle, {"level": 4}),
        (Report, {"text": ""}),
        (Report, {"is_final": True}),
        (Objection, {"text": ""}),
        (Objection, {"decision": "stays"}),
        (Objection, {"decision": "moves", "decided_at": NOW, "decided_why": "x"}),
        (Heat, {"signs": [], "text": ""}),
        (Heat, {"outcome": "sent"}),
    ],
)
def test_the_other_tables_keep_theirs(window, model, spoil):
    whistle = window.blow()
    answer = signed(window, whistle)
    actions.feed_back(answer, "x", "under_way", is_final=False, by=None, at=after(20))
    actions.object_to(answer, "handled", "x", by=None, at=after(21))
    actions.heat_up(whistle, ["threat"], "x", by=None, at=after(22))
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**spoil)


def test_one_item_leads_also_in_the_table(window):
    whistle = window.blow()
    with pytest.raises(IntegrityError), transaction.atomic():
        window.item(whistle, "housing").__class__.objects.filter(whistle=whistle, unit=window.units["housing"]).update(
            part="lead"
        )


def test_the_text_of_the_form_is_what_the_agency_reads(window):
    assert window.blow().text == letter.masked(window.dispute, TEXT)

"""A joint session from the call to the last task: every step, every refusal, who leads, who is told, who sees what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests import world
from tests.mediation.consults.conftest import Table
from tests.mediation.sessions.scene import refused
from tests.papers.test_taking import word_text
from tests.world import NOW
from twinloop.cases.models import Standing
from twinloop.decide.clocks import CHINA
from twinloop.ledger.models import Event
from twinloop.ledger.sight import Scope, see_as
from twinloop.mediation.consults import actions, day, queries, told_to, waiting
from twinloop.mediation.consults.models import Body, Consult, Task
from twinloop.mediation.joint import actions as joint
from twinloop.mediation.joint.models import Answer, Whistle
from twinloop.mediation.sessions import actions as sessions
from twinloop.papers import actions as papers
from twinloop.people.scope import scope_of


def verbs(table: Table) -> list[str]:
    found = Event.objects.filter(stream=table.dispute.stream, verb__startswith="consult_").order_by("seq")
    return list(found.values_list("verb", flat=True))


def test_bodies_sit_on_the_calendar_of_sessions(table: Table) -> None:
    consult = table.convene()
    assert (consult.number, consult.where, consult.starts_at) == ("HZ260416-001", "综治中心会诊室", table.start())
    assert "王秀兰" not in consult.aim + consult.title
    found = {body.name: (body.kind, body.part) for body in consult.bodies.all()}
    assert found == {
        "测试区人社局": ("agency", "lead"), "测试区住建局": ("agency", "assist"), "近村派出所": ("police", "assist"),
        "老李": ("mediators", "assist"),
    }  # fmt: skip
    table.mediation.refresh_from_db()
    assert (table.mediation.strength, consult.session.mediation, consult.session.room) == (
        "joint", table.mediation, table.room,
    )  # fmt: skip
    assert Whistle.objects.count() == 1  # they were called already
    assert verbs(table) == ["consult_convened"]


def test_who_was_not_called_yet_is_whistled_with_time_and_place(table: Table) -> None:
    consult = table.convene("labour", "centre", lead="centre")
    whistle = Whistle.objects.exclude(pk=table.whistle.pk).get()
    assert (whistle.lead_unit, whistle.answers.count()) == (table.window.units["centre"], 1)
    assert "4月16日 12:00，综治中心会诊室" in whistle.text
    assert table.body(consult, "centre").part == "lead"


def test_a_session_that_is_arranged_already_is_used(table: Table) -> None:
    session = sessions.plan(table.mediation, table.booking(5), by=table.by, at=NOW)
    consult = table.convene(booking=None)
    assert (consult.session, consult.starts_at) == (session, table.start(5))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"lead": "court"}, "consult_lead"),
        ({"lead": ""}, "consult_lead"),
        ({"aim": " "}, "consult_aim"),
        ({"aim": "长" * 501}, "consult_long"),
        ({"booking": None}, "consult_time"),
    ],
)
def test_what_no_joint_session_may_be(table: Table, facts: dict[str, Any], code: str) -> None:
    assert refused(table.convene, **facts) == code
    assert not Consult.objects.exists()


def test_the_constraints_of_rooms_and_persons_hold(table: Table) -> None:
    other = world.dispute(table.window.district.near)
    assert refused(actions.convene, table.dispute, table.call().__class__(units=[], lead="police", aim="x"),
                   by=table.by, at=NOW) == "consult_bodies"  # fmt: skip
    assert refused(actions.convene, other, table.call(), by=table.by, at=NOW) == "consult_no_mediation"
    table.convene()
    assert refused(table.convene) == "consult_planned"
    assert refused(sessions.plan, table.mediation, table.booking(), by=table.by, at=NOW) == "session_pending"
    Standing.objects.filter(dispute=table.dispute).update(domestic_violence=True)
    assert refused(table.convene) == "consult_violence"


def test_from_who_came_to_the_last_task(table: Table) -> None:
    consult = table.convene()
    early = NOW - timedelta(hours=1)
    assert refused(actions.attend, consult, {}, by=table.by, at=early) == "consult_early"
    assert refused(actions.attend, consult, {}, by=table.by, at=consult.starts_at) == "consult_nobody"
    first, second = table.minuted(consult, table.task(consult, "labour"), table.task(consult, "police", "付款日到场"))
    consult.refresh_from_db()
    assert "王秀兰" not in consult.facts
    assert (first.number, first.unit, first.state) == (1, table.window.units["labour"], "open")
    assert second.unit == table.dispute.station
    assert refused(actions.end_task, first, "", "x", by=None, at=NOW) == "consult_task_end"
    assert refused(actions.end_task, first, "done", " ", by=None, at=NOW) == "consult_task_said"
    actions.end_task(first, "done", "一万八千元已付，13900000127", by=table.window.clerks["labour"].pk, at=NOW)
    assert (first.state, first.said) == ("done", "一万八千元已付，139****0127")
    assert refused(actions.end_task, first, "cannot", "x", by=None, at=NOW) == "consult_task_over"
    assert refused(actions.attend, consult, {1: ""}, by=None, at=consult.starts_at) == "consult_over"
    assert verbs(table) == ["consult_convened", "consult_came", "consult_minutes", "consult_task_done"]


def test_minutes_say_who_does_what_by_when(table: Table) -> None:
    consult = table.convene()
    at = consult.starts_at

    def written(*tasks: actions.Given, facts: str = "各方说了") -> str:
        return refused(actions.write_minutes, consult, facts, tasks, by=table.by, at=at)

    task = table.task(consult, "labour")
    assert written(task) == "consult_came_first"
    table.came(consult, "housing")
    assert written(task) == "consult_lead_absent"
    table.came(consult, "labour", "housing")
    assert written(task, facts=" ") == "consult_facts"
    assert written(task, facts="长" * 2001) == "consult_long"
    assert written() == "consult_no_task"
    assert written(task, actions.Given(body=None, text="x", due_on=date(2026, 5, 1))) == "consult_task_whole"
    assert written(actions.Given(body=task.body, text="x", due_on=None)) == "consult_task_whole"
    assert written(actions.Given(body=0, text="x", due_on=date(2026, 5, 1))) == "consult_task_body"
    assert written(table.task(consult, "labour", days=-1)) == "consult_task_past"
    assert not Task.objects.exists()


def test_another_body_leads_and_its_whistle_with_it(table: Table) -> None:
    consult = table.convene()
    housing = table.body(consult, "housing")
    assert refused(actions.relead, consult, housing, " ", by=table.by, at=NOW) == "consult_why"
    assert refused(actions.relead, consult, table.body(consult, "labour"), "x", by=None, at=NOW) == "consult_same_lead"
    actions.relead(consult, housing, "钱在发包方手里", by=table.by, at=NOW)
    table.whistle.refresh_from_db()
    parts = dict(Answer.objects.filter(whistle=table.whistle).values_list("unit__name", "part"))
    assert (table.whistle.lead_unit, parts) == (
        table.window.units["housing"], {"测试区人社局": "assist", "测试区住建局": "lead"},
    )  # fmt: skip
    actions.relead(consult, table.body(consult, "police"), "公安先牵头", by=table.by, at=NOW)
    assert table.body(consult, "police").part == "lead"
    assert Answer.objects.get(whistle=table.whistle, part="lead").unit == table.window.units["housing"]


def test_the_lead_of_a_whistle_is_replaced_after_a_recall(table: Table) -> None:
    lead, other = table.window.item(table.whistle, "labour"), table.window.item(table.whistle, "housing")
    assert refused(joint.relead, lead, "x", by=None, at=NOW) == "whistle_leads"
    joint.recall(lead, "叫错", by=None, at=NOW)
    assert refused(joint.relead, lead, "x", by=None, at=NOW) == "whistle_moved"
    assert refused(joint.relead, other, " ", by=None, at=NOW) == "whistle_why"
    joint.relead(other, "由住建局牵头", by=None, at=NOW)
    table.whistle.refresh_from_db()
    assert (other.part, table.whistle.lead_unit) == ("lead", table.window.units["housing"])


def test_what_changes_beneath_is_followed(table: Table) -> None:
    consult = table.convene()
    objection = joint.object_to(table.window.item(table.whistle), "handled", "不是我们", by=None, at=NOW)
    joint.decide(objection, "moves", why="先诉调", by=None, at=NOW, to_unit=table.window.units["court"])
    joint.recall(table.window.item(table.whistle, "housing"), "叫错", by=None, at=NOW)
    sessions.postpone(consult.session, "发包方没到", table.booking(26), by=table.by, at=NOW)
    found = actions.follow(consult, by=table.by, at=NOW)
    assert found.starts_at == table.start(26)
    assert {b.name: b.part for b in queries.on_table(found)} == {
        "测试法庭": "lead", "近村派出所": "assist", "老李": "assist",
    }  # fmt: skip
    assert "consult_moved" in verbs(table)
    gone = Body.objects.exclude(gone_at=None).values_list("name", "gone_why")
    assert set(gone) == {("测试区人社局", "先诉调"), ("测试区住建局", "叫错")}
    assert refused(actions.relead, found, Body.objects.get(name="测试区住建局"), "x", by=None, at=NOW) == (
        "consult_body_gone"
    )


def test_an_agency_sees_its_own_seat_and_tasks_alone(table: Table) -> None:
    consult = table.convene()
    table.minuted(consult, table.task(consult, "labour"), table.task(consult, "housing", "查合同"))
    labour, court = (scope_of(table.window.clerks[name], at=NOW) for name in ("labour", "court"))
    with see_as(labour):
        assert {t.text for t in Task.objects.all()} == {t.text for t in queries.tasks(labour)} == {"付清第一期"}
        assert [b.name for b in Body.objects.all()] == [b.name for b in queries.own_bodies(labour)] == ["测试区人社局"]
        assert Consult.objects.count() == 1
        assert not queries.visible(labour)
    with see_as(court):
        assert (Task.objects.count(), Body.objects.count(), Consult.objects.count()) == (0, 0, 0)
    for role, count in (("chief", 2), ("mediator", 2), ("volunteer", 0), ("auditor", 0)):
        scope: Scope = table.window.district.scope(role)
        with see_as(scope):
            assert Task.objects.count() == queries.tasks(scope).count() or role in ("auxiliary",)
            assert (Task.objects.count(), role) == (count, role)


def test_what_waits_and_who_is_told(table: Table) -> None:
    consult = table.convene()
    clerk = scope_of(table.window.clerks["labour"], at=NOW)
    convener = table.window.district.scope("community_officer")
    after = consult.ends_at + timedelta(minutes=5)
    assert [row.verb for row in waiting.waiting(convener, at=after, most=5)] == ["写纪要"]
    (task,) = table.minuted(consult, table.task(consult, "labour", days=2))
    assert [row.what for row in waiting.waiting(clerk, at=after, most=5)] == ["付清第一期"]
    late = NOW + timedelta(days=3)
    assert [row.what for row in waiting.waiting(convener, at=late, most=5)] == ["测试区人社局 · 付清第一期"]
    assert [item.key for item in day.open_items(late, late)] == [f"consult:{task.pk}"]
    assert not list(day.open_items(NOW, NOW))
    actions.end_task(task, "cannot", "发包方账户被冻结", by=table.window.clerks["labour"].pk, at=late)
    assert not list(waiting.waiting(convener, at=late, most=5))
    for verb, told in (
        ("consult_convened", {table.window.clerks[n].pk for n in ("labour", "housing")}),
        ("consult_minutes", {table.window.clerks["labour"].pk}),
        ("consult_task_cannot", {table.by}),
    ):
        event = Event.objects.get(stream=table.dispute.stream, verb=verb)
        assert set(told_to.TOLD_TO[verb].who(event)) == told, verb


def test_the_minutes_are_printed_with_seats_tasks_and_the_tracks_of_the_file(table: Table) -> None:
    consult = table.convene()
    table.minuted(consult, table.task(consult, "labour", "监督付清第一期"))
    word, paper = papers.take(table.dispute, "joint_minutes", consult.pk, by=table.by, at=NOW, as_word=True)
    said = word_text(word)
    assert paper.number == consult.number
    for part in ("测试区人社局", "labour来的人", "未到", "监督付清第一期", "2026年4月25日", "人民调解（会诊）：调解中",
                 "王*兰说三个月没发", "2026年4月16日 12:00 至 13:00"):  # fmt: skip
        assert part in said, part
    assert consult.starts_at.astimezone(CHINA).hour == 12


@pytest.mark.parametrize(
    ("model", "spoil"),
    [
        (Consult, {"aim": ""}),
        (Consult, {"facts": "", "minutes_at": NOW}),
        (Consult, {"facts": "x", "minutes_at": None}),
        (Consult, {"ends_at": NOW}),
        (Body, {"part": "lead"}),
        (Body, {"kind": "agency", "answer": None}),
        (Body, {"gone_at": NOW}),
        (Body, {"kind": "court"}),
        (Task, {"text": ""}),
        (Task, {"state": "done"}),
        (Task, {"state": "done", "ended_at": NOW}),
        (Task, {"number": 1}),
    ],
)
def test_the_tables_keep_their_rules_by_themselves(table: Table, model: Any, spoil: dict[str, Any]) -> None:
    consult = table.convene()
    table.minuted(consult, table.task(consult, "labour"), table.task(consult, "police", "到场"))
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**spoil)


def test_the_demo_seats_its_elder_at_one_table_at_a_time_whatever_the_hour(db: None) -> None:
    from django.utils import timezone

    from twinloop.ledger.sight import SYSTEM
    from twinloop.mediation.consults import demo
    from twinloop.mediation.mediators import demo as mediators
    from twinloop.mediation.sessions import demo as sessions

    day = timezone.localtime().replace(minute=30) - timedelta(days=1)
    for hour in range(24):
        at = day.replace(hour=hour)
        other = {sessions._by_day(at, hours) for *_quarrel, hours in sessions.QUARRELS if hours is not None}
        assert all(abs(demo._held(at) - start) >= timedelta(hours=1) for start in other), hour
    with see_as(SYSTEM):
        mediators.fill(day.replace(hour=11))
        sessions.fill(day.replace(hour=11))
        demo.fill(day.replace(hour=11), beside=True)
        assert Consult.objects.count() == 1


@pytest.mark.parametrize("hour", [2, 9, 13, 23])
def test_the_demo_shows_one_with_its_minutes_held_by_day(db: None, hour: int) -> None:
    from django.utils import timezone

    from twinloop.ledger.sight import SYSTEM
    from twinloop.mediation.consults import demo
    from twinloop.mediation.mediators import demo as mediators

    at = timezone.localtime().replace(hour=hour, minute=30) - timedelta(days=1)
    with see_as(SYSTEM):
        mediators.fill(at)
        for _ in range(2):
            demo.fill(at)
        consult = Consult.objects.get()
        assert (consult.tasks.count(), consult.bodies.count(), bool(consult.minutes_at)) == (2, 4, True)
        assert consult.convened_at < consult.starts_at <= at - timedelta(hours=4)
        assert 9 <= timezone.localtime(consult.starts_at).hour <= 15

"""Pages of joint sessions: convened from a form, kept by the police, an agency's own side and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.mediation.consults.conftest import Table, table_of
from tests.world import NOW
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.consults.models import Consult, Task
from twinloop.people.models import Account


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def table(db: None) -> Table:
    with see_as(SYSTEM):
        return table_of(world.district())


def enter(person: Account) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def test_convened_from_the_form_once_and_the_form_comes_back_filled(table: Table) -> None:
    client, address = enter(table.window.person("dispatcher")), f"/consults/new/{table.dispute.number}/"
    page = client.get(address)
    labour, housing = (str(table.window.units[name].pk) for name in ("labour", "housing"))
    assert (page.context["ticked"], page.context["lead"]) == ({labour, housing}, labour)
    assert "王秀兰" not in text(page)
    body = {
        "units": [labour], "lead": housing, "aim": "怎样付清", "day": "2026-04-17", "start": "09:00", "minutes": "90",
        "room": table.room.pk, "once": str(uuid.uuid4()),
    }  # fmt: skip
    no = client.post(address, body)
    assert (no.status_code, "谁牵头" in text(no), "怎样付清" in text(no)) == (422, True, True)
    assert "王秀兰" not in text(no)
    answers = [client.post(address, {**body, "lead": labour}) for _ in range(2)]
    with see_as(SYSTEM):
        consult = Consult.objects.get()
    assert {(a.status_code, a["Location"]) for a in answers} == {(303, f"/consults/{consult.pk}/")}
    page = client.get(answers[0]["Location"])
    assert "综治中心会诊室" in text(page)
    assert "人民调解" in text(page)
    part = text(client.get(f"/consults/of/{table.dispute.number}/"))
    assert consult.number in part
    assert "约会诊" not in part  # one is planned


def test_kept_from_who_came_to_the_agency_that_did_its_task(table: Table) -> None:
    with see_as(SYSTEM):
        consult = table.convene()
        lead, police = table.body(consult, "labour"), table.body(consult, "police")
    client, address = enter(table.window.person("community_officer")), f"/consults/{consult.pk}/"
    assert "写纪要" not in text(client.get(address))  # it has not begun
    with time_machine.travel(consult.starts_at + timedelta(minutes=10)):
        client = enter(table.window.person("community_officer"))
        assert "写纪要" in text(client.get(address))
        came = {f"came-{lead.pk}": "1", f"who-{lead.pk}": "廖文斌", f"came-{police.pk}": "1"}
        assert client.post(f"{address}came/", came).status_code == 303
        typed = {"facts": "各方都说了", "task-0-body": lead.pk, "task-0-text": "监督付款"}
        no = client.post(f"{address}minutes/", typed)
        assert (no.status_code, "第 1 条没有写全" in text(no), "各方都说了" in text(no)) == (422, True, True)
        assert 'value="监督付款"' in text(no)
        broken = client.post(f"{address}minutes/", {**typed, "task-0-due_on": "昨天"})
        assert (broken.status_code, "填的内容看不懂" in text(broken), "监督付款" in text(broken)) == (422, True, True)
        done = client.post(f"{address}minutes/", {**typed, "task-0-due_on": "2026-04-25"})
        assert done.status_code == 303
        page = text(client.get(address))
        assert "监督付款" in page
        assert "印纪要" in page
    with see_as(SYSTEM):
        task = Task.objects.get()
    agency = enter(table.window.clerks["labour"])
    assert consult.number in text(agency.get("/consults/mine/"))
    own = text(agency.get(f"/consults/mine/{lead.pk}/"))
    assert "监督付款" in own
    assert table.dispute.number not in own
    assert "各方都说了" not in own
    assert agency.get(f"/consults/mine/{police.pk}/").status_code == 404
    assert agency.get(address).status_code == 403
    no = agency.post(f"/consults/tasks/{task.pk}/", {"how": "done", "said": ""})
    assert (no.status_code, "写一句怎样办的" in text(no)) == (422, True)
    assert agency.post(f"/consults/tasks/{task.pk}/", {"how": "done", "said": "已付"}).status_code == 303
    assert enter(table.window.clerks["housing"]).post(f"/consults/tasks/{task.pk}/", {}).status_code == 404
    assert "已付" in text(enter(table.window.person("community_officer")).get(address))


def test_the_lead_is_replaced_and_a_postponed_session_followed_from_the_page(table: Table) -> None:
    with see_as(SYSTEM):
        consult = table.convene()
        housing = table.body(consult, "housing")
    client, address = enter(table.window.person("chief")), f"/consults/{consult.pk}/"
    no = client.post(f"{address}lead/", {"body": housing.pk, "why": ""})
    assert (no.status_code, "写明原因" in text(no)) == (422, True)
    assert client.post(f"{address}lead/", {"body": housing.pk, "why": "钱在发包方"}).status_code == 303
    from twinloop.mediation.sessions import actions as sessions

    with see_as(SYSTEM):
        sessions.postpone(consult.session, "人没到", table.booking(26), by=table.by, at=NOW)
    assert "调解会改了时间" in text(client.get(address))
    assert client.post(f"{address}follow/", {}).status_code == 303
    with see_as(SYSTEM):
        consult.refresh_from_db()
    assert consult.starts_at == table.start(26)


def test_a_page_asks_the_same_few_questions_for_one_task_and_for_many(
    table: Table, django_assert_max_num_queries: Any
) -> None:
    with see_as(SYSTEM):
        consult = table.convene()
        table.minuted(consult, *(table.task(consult, "labour", f"第{n}样") for n in range(8)))
    client = enter(table.window.person("chief"))
    client.get(f"/consults/{consult.pk}/")
    with django_assert_max_num_queries(26):
        client.get(f"/consults/{consult.pk}/")

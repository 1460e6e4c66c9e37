"""Pages of both sides, the API, and that a liaison finds nothing else anywhere."""

from __future__ import annotations

import json
import random
import uuid

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.dispatch.pushes.conftest import LETTER, desk_of, graved
from tests.world import NOW
from twinloop.cases.models import Clock, Dispute, Party
from twinloop.desk import todo
from twinloop.dispatch.pushes import actions, queries
from twinloop.dispatch.pushes.models import Push
from twinloop.exchange.actions import make_token
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.scope import scope_of


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def desk(db):
    with see_as(SYSTEM):
        return desk_of(world.district())


def enter(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sent(desk, unit=None, dispute=None) -> Push:
    with see_as(SYSTEM):
        return actions.push_out(dispute or desk.dispute, [unit or desk.zongzhi], LETTER, by=None, at=NOW)[0]


def stand(push: Push) -> Push:
    with see_as(SYSTEM):
        push.refresh_from_db()
    return push


# --- the police -------------------------------------------------------------------------------------------------------


def test_a_dispatcher_drafts_confirms_and_sends(desk):
    client = enter(desk.person("dispatcher"))
    page = client.get("/pushes/").content.decode()
    assert "该推送，还没有发出" in page
    assert "王*兰与李*强排水沟纠纷" not in page  # a list masks numbers; the title is as everywhere in lists
    address = f"/pushes/new/{desk.dispute.number}/"
    form = client.get(address)
    assert desk.zongzhi.pk in form.context["form"].initial["units"]
    no = client.post(address, {"units": [desk.zongzhi.pk], "letter": form.context["form"].initial["letter"]})
    assert (no.status_code, "商请事项还空着" in no.content.decode()) == (422, True)
    yes = client.post(address, {"units": [desk.zongzhi.pk, desk.justice.pk], "letter": LETTER})
    assert (yes.status_code, yes["Location"]) == (303, "/pushes/")
    with see_as(SYSTEM):
        assert set(Push.objects.values_list("state", flat=True)) == {"sent"}
    assert "该推送，还没有发出" not in client.get("/pushes/").content.decode()


def test_sent_twice_from_a_bad_line_it_is_one_push(desk):
    client, once = enter(desk.person("dispatcher")), str(uuid.uuid4())
    body = {"units": [desk.zongzhi.pk], "letter": LETTER, "once": once}
    answers = [client.post(f"/pushes/new/{desk.dispute.number}/", body) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    with see_as(SYSTEM):
        assert Push.objects.count() == 1


def test_no_further_field_of_a_request_takes_effect(desk):
    push = sent(desk)
    enter(desk.liaison).post(f"/pushes/{push.pk}/receipt/", {"state": "replied", "reply": "x", "level": "2"})
    assert (stand(push).state, push.reply, push.level) == ("received", "", 1)


def test_a_draft_waits_changed_and_withdrawn(desk):
    client = enter(desk.person("chief"))
    made = client.post(
        f"/pushes/new/{desk.dispute.number}/", {"units": [desk.zongzhi.pk], "letter": LETTER, "draft": "1"}
    )
    address = made["Location"]
    assert enter(desk.liaison).get(address).status_code == 404  # a draft is nobody's business outside
    assert client.post(f"{address}letter/", {"letter": ""}).status_code == 422
    assert client.post(f"{address}letter/", {"letter": "请丈量"}).status_code == 303
    assert client.post(f"{address}send/").status_code == 303
    late = client.post(f"{address}send/")
    assert (late.status_code, "这件推送已经是“待签收”" in late.content.decode()) == (422, True)
    assert client.post(f"{address}withdraw/", {"why": ""}).status_code == 422
    assert client.post(f"{address}withdraw/", {"why": "发错"}).status_code == 303


def test_another_stations_push_is_not_there(desk):
    with see_as(SYSTEM):
        far = graved(world.dispute(desk.district.far))
    push = sent(desk, dispute=far)
    for path in (f"/pushes/{push.pk}/", f"/pushes/{push.pk}/paper/", f"/pushes/new/{far.number}/"):
        assert enter(desk.person("chief")).get(path).status_code == 404
        assert enter(desk.person("bureau")).get(path).status_code == 200


def test_the_dispute_page_tells_and_offers_it(desk):
    push = sent(desk)
    page = enter(desk.person("chief")).get(f"/disputes/{desk.dispute.number}/").content.decode()
    assert "推送给综治中心" in page
    assert f"/pushes/new/{desk.dispute.number}/" in page
    assert enter(desk.person("chief")).get(f"/pushes/{push.pk}/paper/").status_code == 200


# --- the unit ---------------------------------------------------------------------------------------------------------


def test_a_liaison_signs_answers_and_sends_back(desk):
    push, client = sent(desk), enter(desk.liaison)
    page = client.get("/pushes/").content.decode()
    assert push.number in page
    assert desk.dispute.number not in page
    one = f"/pushes/{push.pk}/"
    assert desk.dispute.number not in client.get(one).content.decode()
    assert client.post(f"{one}receipt/").status_code == 303
    no = client.post(f"{one}reply/", {"result": "done", "text": ""})
    assert (no.status_code, "还差一样，写明做了什么" in no.content.decode()) == (422, True)
    assert client.post(f"{one}reply/", {"result": "done", "text": "已约丈量"}).status_code == 303
    assert client.post(f"{one}return/", {"why": "扬言报复"}).status_code == 303
    assert stand(push).state == "returned"
    with see_as(SYSTEM):
        found = {c.rule: c.met_at is not None for c in Clock.objects.filter(subject=push.subject)}
        assert found == {"push_receipt": True, "push_reply": True}
        told = Event.objects.filter(stream=desk.dispute.stream, verb="push_returned").get()
        assert told.by == desk.liaison


def test_a_liaison_finds_nothing_else_anywhere(desk):
    mine, theirs = sent(desk), sent(desk, desk.justice)
    client = enter(desk.liaison)
    for path in ("", "paper/"):
        assert client.get(f"/pushes/{theirs.pk}/{path}").status_code == 404
    for act in ("receipt", "reply", "return"):
        assert (
            client.post(f"/pushes/{theirs.pk}/{act}/", {"text": "x", "why": "x", "result": "done"}).status_code == 404
        )
    for act in ("send", "letter", "withdraw", "take"):
        assert client.post(f"/pushes/{mine.pk}/{act}/", {"why": "x"}).status_code == 403
    assert client.get(f"/disputes/{desk.dispute.number}/").status_code == 404
    assert client.get(f"/pushes/new/{desk.dispute.number}/").status_code == 403
    for path in ("/disputes/", f"/search/?q={desk.dispute.number}", "/search/?q=王秀兰", "/"):
        page = client.get(path).content.decode()
        assert f"/disputes/{desk.dispute.number}/" not in page
        assert "王秀兰" not in page.replace('value="王秀兰"', "").replace("“王秀兰”", "")
    with see_as(scope_of(desk.liaison, at=NOW)):
        assert list(Push.objects.all()) == [mine]
        assert (Dispute.objects.count(), Party.objects.count()) == (0, 0)
        assert {c.subject for c in Clock.objects.all()} == {mine.subject}
        assert not Event.objects.filter(stream=desk.dispute.stream).exists()


def test_what_waits_stands_on_the_first_page_of_each_side(desk):
    def rows(person):
        held = scope_of(person, at=NOW)
        with see_as(held):
            return [(row.verb, row.case_no) for row in todo.waiting(held, at=NOW, providers=[todo.pushes])]

    assert rows(desk.person("dispatcher")) == [("推送", desk.dispute.number)]
    assert rows(desk.liaison) == []
    push = sent(desk)
    assert rows(desk.person("dispatcher")) == []
    assert rows(desk.liaison) == [("签收", push.number)]
    with see_as(SYSTEM):
        actions.receive(push, by=None, at=NOW)
    assert rows(desk.liaison) == [("回复", push.number)]
    with see_as(SYSTEM):
        actions.send_back(push, "升温", by=None, at=NOW)
        Dispute.objects.filter(pk=desk.dispute.pk).update(owner=desk.person("community_officer"))
    for role in ("dispatcher", "chief", "community_officer"):
        assert rows(desk.person(role)) == [("接办", push.number)]
    assert rows(desk.person("officer")) == []
    assert enter(desk.person("chief")).get("/").status_code == 200


def test_filters_and_policies_agree_on_any_scope(desk):
    rng = random.Random(5)
    with see_as(SYSTEM):
        far = graved(world.dispute(desk.district.far))
        for dispute in (desk.dispute, far):
            made = actions.push_out(dispute, [desk.zongzhi, desk.justice], LETTER, by=None, at=NOW, send_now=False)
            for push in made:
                if rng.random() < 0.6:
                    actions.send(push, by=None, at=NOW)
    people = [*desk.district.people.values(), desk.other]
    roles = ("dispatcher", "officer", "chief", "community_officer", "agency", "mediator", "auditor")
    for _ in range(150):
        scope = Scope(
            account=1,
            roles=frozenset(rng.sample(roles, rng.randint(0, 2))),
            sees_all=rng.random() < 0.05,
            stations=frozenset(rng.sample([desk.district.station.pk, desk.district.other.pk], rng.randint(0, 1))),
            places=frozenset(rng.sample([desk.district.near.pk, desk.district.far.pk], rng.randint(0, 2))),
            accounts=frozenset(p.pk for p in rng.sample(people, rng.randint(0, 3))),
        )
        with see_as(SYSTEM):
            expected = set(queries.visible(scope))
        with see_as(scope):
            assert set(Push.objects.all()) == expected


@pytest.mark.parametrize("many", [1, 20])
def test_the_list_asks_the_database_as_often_for_one_as_for_many(desk, django_assert_num_queries, many):
    with see_as(SYSTEM):
        for _ in range(many):
            sent(desk, dispute=graved(world.dispute(desk.district.near)))
            graved(world.dispute(desk.district.near))
    client = enter(desk.person("dispatcher"))
    client.get("/pushes/")
    with django_assert_num_queries(QUERIES):
        client.get("/pushes/")


QUERIES = 15


# --- programs ---------------------------------------------------------------------------------------------------------


def token(person, scopes=("write:pushes",)) -> str:
    with see_as(SYSTEM):
        return make_token(person, name="部门系统", scopes=scopes, days=9, by=None, at=NOW)[1]


def call(key: str, path: str, body=None, **headers):
    given = {"Authorization": f"Bearer {key}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body is None and not path.endswith(("receipt", "reply")):
        return Client().get(f"/api/v1{path}", headers=given)
    return Client().post(f"/api/v1{path}", json.dumps(body or {}), content_type="application/json", headers=given)


def test_a_units_program_signs_and_answers(desk):
    push, key = sent(desk), token(desk.liaison)
    (row,) = call(key, "/pushes").json()["items"]
    assert (row["id"], row["number"], row["state"], "dispute" in row) == (push.pk, push.number, "sent", False)
    signed = call(key, f"/pushes/{push.pk}/receipt")
    assert (signed.status_code, signed.json()["state"]) == (200, "received")
    again = call(key, f"/pushes/{push.pk}/receipt")
    assert (again.status_code, again.json()["code"]) == (422, "push_moved")
    bad = call(key, f"/pushes/{push.pk}/reply", {"result": "perhaps", "text": "x"})
    assert (bad.status_code, bad.json()["code"]) == (422, "push_result_missing")
    done = call(key, f"/pushes/{push.pk}/reply", {"result": "done", "text": "已办"})
    assert (done.json()["state"], done.json()["reply"]) == ("replied", "已办")


def test_a_repeated_call_with_its_key_is_harmless(desk):
    push, key = sent(desk), token(desk.liaison)
    answers = [call(key, f"/pushes/{push.pk}/receipt", Idempotency_Key="abcd-1234-efgh") for _ in range(2)]
    assert [(a.status_code, a.json()["state"]) for a in answers] == [(200, "received")] * 2
    other = call(key, f"/pushes/{push.pk}/reply", {"result": "done", "text": "x"}, Idempotency_Key="abcd-1234-efgh")
    assert (other.status_code, other.json()["code"]) == (422, "once_other")


def test_other_programs_find_no_push(desk):
    push = sent(desk)
    assert call(token(desk.other), f"/pushes/{push.pk}/receipt").status_code == 404
    assert call(token(desk.other), "/pushes").json()["items"] == []
    assert call(token(desk.person("dispatcher")), f"/pushes/{push.pk}/receipt").status_code == 404
    assert call(token(desk.liaison, ("read:disputes",)), f"/pushes/{push.pk}/receipt").status_code == 403
    assert call(token(desk.liaison, ("read:disputes",)), f"/disputes/{desk.dispute.number}").status_code == 404
    assert stand(push).state == "sent"

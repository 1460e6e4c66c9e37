"""The API as its programs meet it: tokens, rows, refusals, races; and nothing of anybody's identity."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg.types.range import Range

from tests import world
from tests.cases.test_linking import at_once
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.exchange import actions
from twinloop.exchange.models import ApiToken
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account, Leave
from twinloop.people.scope import scope_of

ALL = tuple(ApiToken.Scope.values)


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        return world.district()


def key(account, scopes=ALL, days=30) -> str:
    with see_as(SYSTEM):
        return actions.make_token(account, name="测试", scopes=scopes, days=days, by=None, at=NOW)[1]


def call(token: str | None, path: str, method: str = "get", **more: Any):
    headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **more.pop("headers", {})}
    if "body" in more:
        more |= {"data": json.dumps(more.pop("body")), "content_type": "application/json"}
    return getattr(Client(), method)(f"/api/v1{path}", headers=headers, **more)


def make(place, **facts) -> Dispute:
    with see_as(SYSTEM):
        return world.dispute(place, **facts)


def move(token: str, dispute: Dispute, action: str, version: int | None = None, **body: Any):
    headers = {"If-Match": f'"{dispute.version if version is None else version}"'}
    return call(token, f"/disputes/{dispute.number}/actions/{action}", "post", body=body, headers=headers)


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_without_a_token_nothing_is_told(district):
    answer = call(None, "/disputes")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="twinloop"')
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "no_token"


def test_a_signed_in_browser_is_a_stranger_to_the_api(district):
    client = Client()
    client.force_login(district.people["dispatcher"])
    assert client.get("/api/v1/disputes").status_code == 401


@pytest.mark.parametrize("spoil", ["wrong", "expired", "revoked", "closed"])
def test_a_token_that_no_longer_holds(district, spoil):
    person = district.people["dispatcher"]
    token = key(person)
    if spoil == "wrong":
        token = token[:-1] + ("a" if token[-1] != "a" else "b")
    if spoil == "expired":
        ApiToken.objects.update(created_at=NOW - timedelta(days=2), expires_at=NOW - timedelta(seconds=1))
    if spoil == "revoked":
        actions.revoke_token(ApiToken.objects.get(), by=None, at=NOW)
    if spoil == "closed":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert call(token, "/disputes").status_code == 401


@pytest.mark.parametrize(
    ("scope", "path", "method"),
    [
        ("read:disputes", "/disputes", "get"),
        ("read:incidents", "/incidents", "get"),
        ("read:events", "/disputes/X/events", "get"),
        ("write:disputes", "/disputes/X/actions/sort", "post"),
    ],
)
def test_each_call_needs_its_scope(district, scope, path, method):
    token = key(district.people["dispatcher"], [s for s in ALL if s != scope])
    answer = call(token, path, method, **({"body": {}} if method == "post" else {}))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert scope in answer.json()["title"]


def test_the_token_is_kept_as_a_digest_and_its_making_is_written_down(district):
    token = key(district.people["dispatcher"])
    assert token.startswith("tl_")
    assert token.encode() not in bytes(ApiToken.objects.get().digest)
    with see_as(SYSTEM):
        event = Event.objects.get(verb="token_made")
    assert token not in event.body


@pytest.mark.parametrize(
    ("days", "scopes", "code"),
    [(0, ALL, "token_days"), (366, ALL, "token_days"), (9, [], "token_scopes"), (9, ["all"], "token_scopes")],
)
def test_a_token_has_an_end_and_a_scope(district, days, scopes, code):
    with pytest.raises(Refused, match=code):
        actions.make_token(district.people["chief"], name="x", scopes=scopes, days=days, by=None, at=NOW)


@pytest.mark.parametrize("lent", [False, True])
def test_a_token_tells_in_one_statement_what_its_account_may_see(district, lent, django_assert_num_queries):
    def away(person, deputy):
        period = Range(NOW - timedelta(days=1), NOW + timedelta(days=1))
        Leave.objects.create(account=person, kind="annual", period=period, deputy=deputy)

    people = district.people
    if lent:
        away(people["chief"], people["community_officer"])
        away(people["auxiliary"], people["officer"])
    away(people["grid_worker"], None)
    for person in people.values():
        used = actions.used_token(key(person), at=NOW)
        assert used.sight == scope_of(Account.objects.get(pk=person.pk), at=NOW)
    token = key(people["mediator"])
    with django_assert_num_queries(1):
        actions.used_token(token, at=NOW)


def test_too_many_calls_a_minute_wait(district, monkeypatch):
    monkeypatch.setattr("twinloop.exchange.problems.A_MINUTE", 3)
    token = key(district.people["dispatcher"])
    assert [call(token, "/disputes").status_code for _ in range(4)] == [200, 200, 200, 429]


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "seen"),
    [("dispatcher", 2), ("bureau", 2), ("chief", 1), ("community_officer", 1), ("officer", 0), ("agency", 0),
     ("auditor", 0), ("system_admin", 0), ("security_admin", 0), ("volunteer", 0)],
)  # fmt: skip
def test_a_token_sees_what_its_account_sees(district, role, seen):
    near, far = make(district.near), make(district.far)
    token = key(district.people[role])
    assert len(call(token, "/disputes").json()["items"]) == seen
    expected = {2: [200, 200], 1: [200, 404], 0: [404, 404]}[seen]
    for path in ("/disputes/{}", "/disputes/{}/events"):
        assert [call(token, path.format(d.number)).status_code for d in (near, far)] == expected
    assert [move(token, d, "sort").status_code for d in (near, far)] == [s if s == 404 else 422 for s in expected]


def test_nothing_of_an_identity_leaves(district):
    with see_as(SYSTEM):
        who = world.person("欧阳秀兰", phone="19900004321", id_number="360702199001019969", address="近村3组12号")
        incident = world.incident(district.near, narrative="欧阳秀兰 19900004321 说邻居堵沟", caller=cases.Caller(who))
        dispute = world.dispute(district.near, incident=incident, title="排水沟 19900004321")
        cases.add_party(dispute, who, side="a", by=None, at=NOW)
    token = key(district.people["dispatcher"])
    paths = ("/disputes", f"/disputes/{dispute.number}", f"/disputes/{dispute.number}/events", "/incidents")
    told = "".join(call(token, p).content.decode() for p in (*paths, f"/incidents/{incident.number}"))
    assert "欧阳*" in told
    for secret in ("19900004321", "360702199001019969", "12号"):
        assert secret not in told


def test_a_confidential_caller_is_not_told(district):
    with see_as(SYSTEM):
        incident = world.incident(district.near, caller=cases.Caller(world.person(), is_confidential=True))
    assert call(key(district.people["bureau"]), f"/incidents/{incident.number}").json()["caller"] == ""


def test_a_cursor_goes_through_all_once_while_rows_are_added(district):
    for n in range(7):
        make(district.near, at=NOW + timedelta(minutes=n))
    token, seen, cursor = key(district.people["dispatcher"]), [], ""
    while True:
        page = call(token, f"/disputes?limit=3&cursor={cursor}").json()
        seen += [d["number"] for d in page["items"]]
        make(district.near, at=NOW + timedelta(days=1))
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=0", 422), ("limit=201", 422), ("limit=-1", 422), ("limit=1e9", 422), ("cursor=abc", 422), ("level=4", 422),
     ("place=%27", 422), ("updated_since=yesterday", 422), ("order=owner__password", 400), ("filter[x]=1", 400)],
)  # fmt: skip
def test_a_wrong_query_is_a_problem_and_not_everything(district, query, status):
    answer = call(key(district.people["dispatcher"]), f"/disputes?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("rows", [1, 50])
def test_a_page_costs_the_same_queries(district, rows):
    for _ in range(rows):
        make(district.near)
        with see_as(SYSTEM):
            world.incident(district.near)
    token = key(district.people["dispatcher"])
    for path in ("/disputes", "/incidents"):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            call(token, path)
        assert len(seen) == {"/disputes": 4, "/incidents": 5}[path], [q["sql"][:90] for q in seen]


def test_reading_one_case_is_a_look(district):
    dispute = make(district.near)
    call(key(district.people["chief"]), f"/disputes/{dispute.number}")
    with see_as(SYSTEM):
        assert Event.objects.get(stream=dispute.stream, verb="looked").by == district.people["chief"]


# --- acting -----------------------------------------------------------------------------------------------------------

SORT = {"given": {"type_code": "B1", "level": 3}}


def test_an_action_moves_and_gives_the_new_version(district):
    dispute = make(district.near)
    answer = move(key(district.people["dispatcher"]), dispute, "sort", **SORT)
    assert (answer.status_code, answer.json()["state"]) == (200, "sorted")
    assert answer["ETag"] == f'"{answer.json()["version"]}"'


def test_a_refusal_is_the_same_sentence_as_on_the_page(district):
    dispute = make(district.near)
    answer = move(key(district.people["dispatcher"]), dispute, "close")
    with see_as(SYSTEM), pytest.raises(Refused) as caught:
        cases.move(dispute, "close", by=None, roles=frozenset({"dispatcher"}), at=NOW)
    assert (answer.status_code, answer.json()["detail"]) == (422, sentence(caught.value))
    missing = move(key(district.people["dispatcher"]), dispute, "sort")
    assert set(missing.json()["lacks"]) == {"lack_type", "lack_level"}


@pytest.mark.parametrize("role", ["mediator", "auditor", "community_officer"])
def test_a_role_that_may_not_act_is_refused(district, role):
    dispute = make(district.near)
    with see_as(SYSTEM):
        cases.involve(dispute, district.people["mediator"], part="mediator", by=None, at=NOW)
        dispute.refresh_from_db()
    answer = move(key(district.people[role]), dispute, "sort", **SORT)
    assert answer.status_code == (404 if role == "auditor" else 422)


def test_only_the_version_that_was_read_can_be_moved(district):
    dispute = make(district.near)
    token = key(district.people["dispatcher"])
    assert call(token, f"/disputes/{dispute.number}/actions/sort", "post", body=SORT).status_code == 428
    assert move(token, dispute, "sort", **SORT).status_code == 200
    stale = move(token, dispute, "order")
    assert (stale.status_code, stale.json()["changes"][0]["verb"]) == (412, "sort")


def test_an_unchanged_dispute_is_not_sent_again(district):
    dispute = make(district.near)
    token = key(district.people["dispatcher"])
    tag = call(token, f"/disputes/{dispute.number}")["ETag"]
    again = call(token, f"/disputes/{dispute.number}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_nothing_can_be_smuggled_in(district):
    dispute = make(district.near)
    token = key(district.people["dispatcher"])
    extra = {"given": {**SORT["given"], "state": "closed", "owner": "t-chief", "version": 99, "settled_by": "x"}}
    assert move(token, dispute, "sort", **extra).status_code == 200
    with see_as(SYSTEM):
        dispute.refresh_from_db()
        assert (dispute.state, dispute.standing.settled_by) == ("sorted", "")
    assert move(token, dispute, "order", by=1).status_code == 422


@pytest.mark.parametrize(
    ("given", "code"),
    [({"taker": "nobody"}, "unknown_taker"), ({"target": "JF000000-000"}, "unknown_target"),
     ({"settled_on": "31.12."}, "bad_date"), ({"level": 9}, "bad_level")],
)  # fmt: skip
def test_what_is_given_is_checked(district, given, code):
    answer = move(key(district.people["dispatcher"]), make(district.near), "sort", given=given)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_foreign_target_is_as_unknown_as_none(district):
    here, there = make(district.near), make(district.far)
    answer = move(
        key(district.people["community_officer"]), here, "merge", why="同一件", given={"target": there.number}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_target")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"why":{}}', b'{"given":[1]}'])
def test_a_body_that_is_no_action_is_a_problem(district, body):
    dispute = make(district.near)
    answer = call(
        key(district.people["dispatcher"]), f"/disputes/{dispute.number}/actions/sort", "post",
        data=body, content_type="application/json", headers={"If-Match": '"2"'},
    )  # fmt: skip
    assert (answer.status_code in (400, 422), answer["Content-Type"]) == (True, "application/problem+json")


def test_of_two_programs_at_once_one_wins(fresh_db):
    with see_as(SYSTEM):
        district = world.district()
    dispute = make(district.near)
    token = key(district.people["dispatcher"])
    found = at_once(*[lambda: move(token, dispute, "sort", **SORT).status_code for _ in range(3)])
    assert sorted(found) == [200, 412, 412]


def test_openapi_names_every_answer(db):
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {
        "/api/v1/disputes", "/api/v1/disputes/{number}", "/api/v1/disputes/{number}/events",
        "/api/v1/disputes/{number}/actions/{action}", "/api/v1/incidents", "/api/v1/incidents/{number}",
        "/api/v1/leads", "/api/v1/visits/{pk}/result", "/api/v1/pushes", "/api/v1/pushes/{pk}/receipt",
        "/api/v1/pushes/{pk}/reply",
        "/api/v1/orders/{pk}/sign", "/api/v1/orders/{pk}/arrive", "/api/v1/orders/{pk}/feedback",
        "/api/v1/orders/{pk}/return",
    }  # fmt: skip
    for path in schema["paths"].values():
        for verb in path.values():
            assert {"400", "401", "403", "404", "422", "429"} <= set(verb["responses"])
            assert {"200", "201"} & set(verb["responses"])


@pytest.mark.parametrize(("method", "path"), [("delete", "/disputes"), ("put", "/disputes/X"), ("get", "/nothing")])
def test_other_addresses_and_methods_are_problems_too(district, method, path):
    answer = call(key(district.people["dispatcher"]), path, method)
    assert answer.status_code in (404, 405)
    assert "html" not in answer["Content-Type"]

"""POST /incidents: one or a batch, each answered on its own, once however often it is sent."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.cases.test_linking import at_once
from tests.exchange.test_api import call, key
from tests.world import NOW
from twinloop.cases.models import Dispute, Incident
from twinloop.intake.doors.models import Named, Report
from twinloop.ledger.sight import SYSTEM, see_as

REPORT = {"text": "邻居把排水沟堵了，两家吵起来", "place": "990001001201", "phone": "19900000127", "name": "王秀兰"}


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        return world.district()


@pytest.fixture
def token(district):
    return key(district.people["dispatcher"])


def post(token, body, once=""):
    return call(token, "/incidents", "post", body=body, headers={"Idempotency-Key": once} if once else {})


def raw(token, body):
    headers = {"Authorization": f"Bearer {token}"}
    return Client().post("/api/v1/incidents", body, content_type="application/json", headers=headers)


def stored() -> list[Incident]:
    with see_as(SYSTEM):
        return list(Incident.objects.select_related("place").order_by("pk"))


def test_one_report_is_answered_with_number_dispute_and_suggestion(district, token):
    answer = post(token, {**REPORT, "type": "B1", "flags": ["threat"], "people": [{"side": "b", "name": "李强"}]})
    body, (found,) = answer.json(), stored()
    assert answer.status_code == 201
    assert (body["number"], body["dispute"]) == (found.number, None)
    assert (found.channel, found.place, found.reported_type) == ("api", district.near, "B1")
    assert set(body["suggestion"]) == {
        "kind", "type", "confidence", "abstained", "reasons", "alternatives", "flags", "level"
    }  # fmt: skip
    assert 0 <= body["suggestion"]["confidence"] <= 1
    with see_as(SYSTEM):
        assert (Report.objects.get().door, Report.objects.get().flags) == ("api", ["threat"])
        assert Named.objects.get().name_masked == "李*"
    for secret in ("19900000127", "王秀兰", "李强"):
        assert secret not in json.dumps(body, ensure_ascii=False)


def test_a_report_joins_the_dispute_that_it_names(district, token):
    with see_as(SYSTEM):
        dispute = world.dispute(district.near)
    assert post(token, {**REPORT, "dispute": dispute.number}).json()["dispute"] == dispute.number


def test_a_batch_keeps_its_good_reports(district, token):
    bad = {**REPORT, "phone": "123456789"}
    answer = post(token, [REPORT, bad, "x", {**REPORT, "state": "closed"}, {**REPORT, "text": 5}, REPORT])
    body = answer.json()
    assert (answer.status_code, body["accepted"], body["refused"]) == (200, 2, 4)
    assert [item["status"] for item in body["items"]] == [201, 422, 422, 422, 422, 201]
    problems = [item["problem"] for item in body["items"] if item["problem"]]
    assert [p["code"] for p in problems] == [
        "phone_length",
        "door_not_object",
        "door_field_unknown",
        "door_field_shape",
    ]
    assert problems[0]["field"] == "phone"
    assert "123456789" not in json.dumps(problems)
    assert [row.number for row in stored()] == [item["number"] for item in body["items"] if item["number"]]


REFUSED = {
    "no text": ({"text": ""}, "door_text_missing"),
    "long": ({"text": "长" * 4001}, "door_text_long"),
    "nul": ({"text": "a\x00b"}, "door_text_letters"),
    "place nul": ({"place": "a\x00b"}, "door_text_letters"),
    "place": ({"place": "月球村"}, "door_place_unknown"),
    "phone": ({"phone": "abc"}, "phone_characters"),
    "kind": ({"kind": "alien"}, "door_kind"),
    "type": ({"type": "Z9"}, "door_type"),
    "channel": ({"channel": "import"}, "door_channel"),
    "future": ({"reported_at": "2030-01-01T00:00:00+08:00"}, "door_moment_future"),
    "old": ({"reported_at": "0001-01-01T00:00:00+14:00"}, "door_moment_old"),
    "far": ({"reported_at": "9999-12-31T23:59:59-12:00"}, "door_moment_future"),
    "half a position": ({"latitude": 25.0}, "door_position"),
    "position": ({"latitude": 91, "longitude": 0}, "door_position"),
    "side": ({"people": [{"side": "x", "name": "李强"}]}, "door_side"),
    "people": ({"people": [{"name": "李强"}] * 7}, "door_people_many"),
    "flag": ({"flags": ["alien"]}, "door_flag"),
    "dispute": ({"dispute": "JF260416-999"}, "door_dispute_unknown"),
    "dispute nul": ({"dispute": "JF\x00"}, "door_dispute_unknown"),
    "id": ({"people": [{"name": "李强", "id_number": "110105194912310021"}]}, "id_check_digit"),
    "extra": ({"station": 1}, "door_field_unknown"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_report_is_a_problem_with_its_field(district, token, name):
    changed, code = REFUSED[name]
    answer = post(token, {**REPORT, **changed})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["code"] == code
    assert answer.json()["detail"]
    assert stored() == []


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'"x"', b"7", b"null", b'{"text": NaN}', b'{"text": "\\ud800"}', b""]
)
def test_what_is_no_report_is_a_bad_request(district, token, body):
    answer = raw(token, body)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("size", [0, 501])
def test_a_batch_has_a_size(district, token, size):
    answer = post(token, [{"text": "x"}] * size)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "500" in answer.json()["detail"]


def test_the_same_key_is_one_act_with_one_answer(district, token):
    once = str(uuid4())
    first, again = post(token, REPORT, once), post(token, REPORT, once)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert post(token, {**REPORT, "text": "别的事"}, once).json()["code"] == "once_other"
    assert post(token, REPORT, "x").json()["code"] == "once_key"
    assert len(stored()) == 1


def test_a_refused_report_leaves_its_key_free(district, token):
    once = str(uuid4())
    assert post(token, {**REPORT, "phone": "abc"}, once).status_code == 422
    assert post(token, REPORT, once).status_code == 201


def test_an_outside_number_is_once_and_other_content_a_conflict(district, token):
    given = {**REPORT, "outside_number": "RX-7"}
    assert post(token, given).json()["number"] == post(token, given).json()["number"]
    other = post(token, {**given, "text": "别的事"})
    assert (other.status_code, other.json()["code"]) == (409, "door_outside_taken")
    assert [i["status"] for i in post(token, [given, {**given, "text": "别的事"}]).json()["items"]] == [201, 409]
    assert len(stored()) == 1


def test_two_at_once_with_one_outside_number_are_one_incident(fresh_db):
    with see_as(SYSTEM):
        token = key(world.district().people["dispatcher"])
    given = {**REPORT, "outside_number": "RX-8"}
    answers = at_once(*[lambda: post(token, given)] * 3)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert len(stored()) == 1


def test_a_token_of_another_scope_or_role_registers_nothing(district):
    dispatcher, volunteer = district.people["dispatcher"], district.people["volunteer"]
    assert post(key(dispatcher, ["read:incidents"]), REPORT).status_code == 403
    refused = post(key(volunteer), REPORT)
    assert (refused.status_code, refused.json()["code"]) == (422, "door_role")
    assert stored() == []


def test_a_dispute_out_of_scope_is_not_joined(district):
    with see_as(SYSTEM):
        dispute = world.dispute(district.far)
    answer = post(key(district.people["chief"]), {**REPORT, "dispute": dispute.number})
    assert answer.json()["code"] == "door_dispute_unknown"
    with see_as(SYSTEM):
        assert not Dispute.objects.get().links.exists()


def test_openapi_says_both_shapes_and_every_status(db):
    said = Client().get("/api/v1/openapi.json").json()["paths"]["/api/v1/incidents"]["post"]
    one, batch = said["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert "text" in one["required"]
    assert (batch["type"], batch["maxItems"]) == ("array", 500)
    assert set(said["responses"]) == {"200", "201", "400", "401", "403", "404", "409", "413", "422", "429"}
    assert [p["name"] for p in said["parameters"]] == ["Idempotency-Key"]

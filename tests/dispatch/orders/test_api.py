"""`POST /orders/{id}/…`: the same steps and refusals as the phone, once however often they are sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.exchange.test_api import call, key
from tests.world import NOW
from twinloop.cases.models import Feedback, Order
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW + timedelta(seconds=30), tick=True):
        yield


@pytest.fixture
def order(floor):
    with see_as(SYSTEM):
        return floor.send(floor.call(), floor.best)


def token(person) -> str:
    return key(person, scopes=["write:orders"])


def post(secret, order, step, body=None, once=""):
    headers = {"Idempotency-Key": once} if once else {}
    return call(secret, f"/orders/{order.pk}/{step}", "post", body=body or {}, headers=headers)


def test_an_order_goes_through_all_its_steps(floor, order):
    secret = token(floor.best)
    assert post(secret, order, "feedback", {"outcome": "calmed"}).json()["code"] == "order_not_arrived"
    assert post(secret, order, "sign").json()["state"] == "signed"
    assert post(secret, order, "arrive", {"latitude": 25.1, "longitude": 115.0}).json()["state"] == "arrived"
    done = {"outcome": "unsettled", "why": "survey", "found": ["threat"]}
    for _ in range(2):  # the second is the first one's answer
        answer = post(secret, order, "feedback", done, once="abcdefgh-1")
        assert (answer.status_code, answer.json()["state"]) == (200, "done")
    with see_as(SYSTEM):
        assert Feedback.objects.get().text == "没有平息：要等丈量、鉴定；扬言打人"


def test_it_is_returned_with_a_reason(floor, order):
    secret = token(floor.best)
    assert post(secret, order, "return", {"reason": "nothing"}).json()["code"] == "order_return_why_missing"
    assert post(secret, order, "return", {"reason": "busy"}).json()["ended_why"] == "手头的事走不开"
    with see_as(SYSTEM):
        assert Order.objects.get().state == "returned"


@pytest.mark.parametrize("step", ["sign", "arrive", "feedback", "return"])
def test_another_s_order_is_not_found(floor, order, step):
    body = {"feedback": {"outcome": "calmed"}, "return": {"reason": "busy"}}.get(step, {})
    assert post(token(floor.second), order, step, body).status_code == 404


def test_the_scope_is_needed_and_what_is_not_asked_for_refused(floor, order):
    assert post(key(floor.best, scopes=["read:disputes"]), order, "sign").status_code == 403
    body = {"outcome": "calmed", "state": "done"}
    assert post(token(floor.best), order, "feedback", body).status_code == 422

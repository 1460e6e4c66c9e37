"""POST /visits/{id}/result: as the officer one is, once, with the refusals of the phone's form."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests import world
from tests.exchange.test_api import call, key
from tests.followup.visits.test_visits import settled
from tests.world import NOW
from twinloop.cases.models import Dispute
from twinloop.followup.visits import actions
from twinloop.followup.visits.models import Callback
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

WELL = {
    "on": "2026-04-16", "hour": "10:30", "way": "call", "reached": True, "outcome": "settled", "terms": "kept",
    "satisfaction": 5, "mind": "calm",
}  # fmt: skip
BADLY = {**WELL, "satisfaction": 1, "why": "又放音响"}


@pytest.fixture
def district(db):
    with time_machine.travel(NOW + timedelta(hours=2), tick=True):
        with see_as(SYSTEM):
            found = world.district()
        yield found


@pytest.fixture
def visit(district) -> Callback:
    with see_as(SYSTEM):
        row = actions.reckon(settled(district, level=1), at=NOW)
    assert row is not None
    return row


def post(district, visit, body, role="community_officer", once="", scopes=("write:visits",)):
    headers = {"Idempotency-Key": once} if once else {}
    token = key(district.people[role], list(scopes))
    return call(token, f"/visits/{visit.pk}/result", "post", body=body, headers=headers)


def test_a_result_is_written_down_and_the_next_visit_named(district, visit):
    answer = post(district, visit, WELL)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": visit.pk, "dispute": visit.dispute.number, "state": "done", "on": "2026-04-16",
        "met_at": "2026-04-16T02:30:00Z", "dispute_state": "settled", "next_due_on": "2026-04-23",
    }  # fmt: skip
    with see_as(SYSTEM):
        assert Event.objects.get(verb="visit_made").by_id == district.people["community_officer"].pk


def test_sent_twice_it_is_once_and_the_key_holds_for_one_content(district, visit):
    token = key(district.people["community_officer"], ["write:visits"])

    def again(body):
        path, headers = f"/visits/{visit.pk}/result", {"Idempotency-Key": "visit-000001"}
        return call(token, path, "post", body=body, headers=headers)

    first, second = again(BADLY), again(BADLY)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert first.json()["dispute_state"] == "reopened"  # dissatisfied opens it again
    assert (again(WELL).status_code, again(WELL).json()["code"]) == (422, "once_other")
    with see_as(SYSTEM):
        assert Event.objects.filter(verb="visit_made").count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"on": "2026-04-20"}, "visit_day"),
        ({"hour": "18:00"}, "visit_day"),
        ({"way": "link"}, "visit_what"),
        ({"satisfaction": 9}, "visit_satisfied"),
        ({"outcome": "fine"}, "visit_outcome"),
        ({"mind": ""}, "visit_mind"),
        ({"terms": "broken"}, "visit_why"),
        ({"latitude": 25.4, "longitude": 115.1}, "visit_where"),
        ({"mood": "calm"}, "invalid"),
        ({"latitude": 99}, "invalid"),
        ({"satisfaction": None}, "visit_satisfied"),
    ],
)
def test_what_the_form_refuses_the_api_refuses_and_the_key_stays_free(district, visit, more, code):
    answer = post(district, visit, {**WELL, **more}, once="visit-000002")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert post(district, visit, WELL, once="visit-000002").status_code == 200


def test_who_makes_no_visits_or_does_not_see_it_finds_nothing(district, visit):
    for role in ("dispatcher", "mediator", "agency", "volunteer"):
        assert post(district, visit, WELL, role=role).status_code == 404
    assert post(district, visit, WELL, scopes=("read:disputes",)).status_code == 403
    visit.pk = 10**9
    assert post(district, visit, WELL).status_code == 404
    with see_as(SYSTEM):
        assert Dispute.objects.get().standing.callback_reached is False


def test_the_second_of_two_is_told_who_was_quicker(district, visit):
    assert post(district, visit, {**WELL, "reached": False}).json()["state"] == "missed"
    late = post(district, visit, WELL, role="chief")
    assert (late.status_code, late.json()["code"]) == (422, "visit_over")
    assert district.people["community_officer"].name in late.json()["detail"]

"""POST /leads: as who one is, once, refused in words, nothing of the reporter in an answer."""

from __future__ import annotations

from uuid import uuid4

import pytest
import time_machine

from tests import world
from tests.exchange.test_api import call, key
from tests.world import NOW
from twinloop.discovery.leads.models import Lead
from twinloop.exchange.models import ApiToken
from twinloop.ledger.sight import SYSTEM, see_as

SAID = {"text": "两家为排水沟吵起来", "kind": "neighbours", "place": "990001001201"}


@pytest.fixture
def district(db):
    with time_machine.travel(NOW, tick=True):
        with see_as(SYSTEM):
            found = world.district()
        yield found


def post(district, role, body, once=""):
    headers = {"Idempotency-Key": once} if once else {}
    token = key(district.people[role], ["write:leads"])
    return call(token, "/leads", "post", body=body, headers=headers)


def only() -> Lead:
    with see_as(SYSTEM):
        return Lead.objects.select_related("place", "reporter").get()


def test_a_lead_is_reported_as_who_the_account_is(district):
    answer = post(district, "volunteer", SAID)
    found = only()
    assert (answer.status_code, answer.json()) == (
        201, {"number": found.number, "state": "new", "source": "volunteer"},
    )  # fmt: skip
    assert (found.reporter, found.place, found.kind) == (district.people["volunteer"], district.near, "neighbours")


def test_a_resident_through_a_program_is_sealed(district):
    given = {**SAID, "source": "resident", "name": "王秀兰", "phone": "199 0000 1234", "confidential": True}
    answer = post(district, "dispatcher", given)
    found = only()
    assert answer.status_code == 201
    assert (found.reporter, found.outside_phone_masked, found.is_confidential) == (None, "199****1234", True)
    assert "王" not in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "more", "code"),
    [
        ("volunteer", {"source": "patrol"}, "lead_source_role"),
        ("agency", {}, "lead_report_role"),
        ("volunteer", {"place": "990001000000"}, "lead_place"),
        ("volunteer", {"kind": "gossip"}, "lead_kind"),
        ("volunteer", {"phone": "12"}, "lead_phone"),
        ("volunteer", {"text": "长" * 2001}, "lead_long"),
        ("volunteer", {"text": "  "}, "lead_empty"),
        ("dispatcher", {"source": "rumour"}, "lead_source"),
        ("volunteer", {"text": "半个字\ud800"}, "invalid"),
        ("volunteer", {"text": "空\0字"}, "invalid"),
        ("volunteer", {"state": "accepted"}, "invalid"),
    ],
)
def test_what_is_refused_says_why(district, role, more, code):
    answer = post(district, role, {**SAID, **more})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    with see_as(SYSTEM):
        assert not Lead.objects.exists()


def test_once_however_often_it_is_sent(district):
    token, once = key(district.people["volunteer"], ["write:leads"]), uuid4().hex
    sent = [call(token, "/leads", "post", body=SAID, headers={"Idempotency-Key": once}) for _ in range(2)]
    assert sent[0].json() == sent[1].json()
    other = call(token, "/leads", "post", body={**SAID, "text": "另一件"}, headers={"Idempotency-Key": once})
    assert (other.status_code, other.json()["code"]) == (422, "once_other")
    only()


def test_it_needs_its_scope(district):
    token = key(district.people["volunteer"], [s for s in ApiToken.Scope.values if s != "write:leads"])
    assert call(token, "/leads", "post", body=SAID).status_code == 403

"""One incident: masked, its caller kept apart, its orders and feedbacks, its dispute; every look written down."""

from __future__ import annotations

import pytest

from tests import world
from tests.cases.test_lists import as_, said, text
from tests.world import NOW
from twinloop.cases import actions
from twinloop.cases.models import Feedback, Incident, Order
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Role

NAME, PHONE = "王秀兰", "13900000127"


@pytest.fixture
def report(district):
    caller = actions.Caller(world.person(NAME, phone=PHONE))
    found = world.incident(
        district.near, caller=caller, narrative="邻居李强打13800138000来说要动手", address="近村3组18号"
    )
    world.dispute(district.near, incident=found, title="围墙纠纷")
    officer = district.people["officer"]
    order = Order.objects.create(
        incident=found, to_account=officer, text="去看看，电话13700137000", sent_at=NOW, state="done"
    )
    Feedback.objects.create(order=order, by=officer, at=NOW, text="双方平息，留电话13600136000", is_final=True)
    return found


def looks(found: Incident) -> list[str]:
    with see_as(SYSTEM):
        return list(Event.objects.filter(stream=found.stream, is_look=True).values_list("verb", flat=True))


SEES = {"dispatcher", "bureau", "chief", "community_officer", "auxiliary", "officer"}


@pytest.mark.parametrize("role", Role.values)
def test_who_opens_it(district, report, role):
    expected = 200 if role in SEES else 403 if role in ("auditor", "security_admin", "system_admin") else 404
    assert as_(district.people[role]).get(f"/incidents/{report.number}/").status_code == expected
    assert looks(report) == (["looked"] if expected == 200 else [])


def test_everything_that_people_wrote_is_masked(district, report):
    page = text(as_(district.people["chief"]).get(f"/incidents/{report.number}/"))
    for secret in (NAME, PHONE, "13800138000", "13700137000", "13600136000", "18号"):
        assert secret not in page
    for shown in ("王*兰", "139****0127", "围墙纠纷", "双方平息", "去看看"):
        assert shown in page


def test_a_dispute_out_of_scope_is_not_named(district, report):
    page = text(as_(district.people["officer"]).get(f"/incidents/{report.number}/"))
    assert "围墙纠纷" not in page


def test_a_field_opens_with_a_reason_and_is_written_down(district, report):
    client, url = as_(district.people["chief"]), f"/incidents/{report.number}/unmask/phone/"
    assert PHONE not in text(client.get(url))
    refused = client.post(url, {"reason": ""})
    assert (refused.status_code, PHONE in text(refused)) == (422, False)
    assert client.post(url, {"reason": "other"}).status_code == 422
    opened = client.post(url, {"reason": "contact"})
    assert opened.status_code == 200
    assert PHONE in text(opened)
    assert "60;" in text(opened)  # it closes by itself, without a script
    with see_as(SYSTEM):
        event = Event.objects.get(stream=report.stream, verb="unmasked")
    assert (said(event)["field"], said(event)["reason"]) == ("phone", "contact")
    assert PHONE not in str(event.body)


@pytest.mark.parametrize("field", ["address", "id_number", "x"])
def test_a_field_that_no_caller_has_is_not_there(district, report, field):
    client = as_(district.people["chief"])
    assert client.post(f"/incidents/{report.number}/unmask/{field}/", {"reason": "contact"}).status_code == 404


def test_a_confidential_caller_is_hidden_and_stays_shut(district, report):
    Incident.objects.filter(pk=report.pk).update(caller_is_confidential=True)
    officer, url = as_(district.people["community_officer"]), f"/incidents/{report.number}/"
    page = text(officer.get(url))
    assert "报警人要求保密" in page
    assert "王*兰" not in page
    assert "139****0127" not in page
    refused = officer.post(f"{url}unmask/phone/", {"reason": "contact"})
    assert (refused.status_code, PHONE in text(refused)) == (422, False)
    assert "报警人要求保密" in text(officer.get("/incidents/"))
    assert "王*兰" in text(as_(district.people["chief"]).get(url))


def test_what_is_not_visible_is_not_there_to_open_either(district, report):
    far = world.incident(district.far, caller=actions.Caller(world.person(NAME, phone=PHONE)))
    client = as_(district.people["chief"])
    assert client.get(f"/incidents/{far.number}/").status_code == 404
    assert client.post(f"/incidents/{far.number}/unmask/phone/", {"reason": "contact"}).status_code == 404


def test_markup_in_texts_stays_text(district):
    bad = world.incident(district.near, narrative="<script>alert(1)</script>", address="<img src=x onerror=a>")
    client = as_(district.people["chief"])
    for url in ("/incidents/", f"/incidents/{bad.number}/"):
        page = text(client.get(url))
        assert "<script>alert" not in page
        assert "<img src=x" not in page

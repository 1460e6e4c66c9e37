"""Reporting by phone, one's own list, the desk: what each shows, hides and does."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.discovery.leads.leading import lead, photo
from tests.world import NOW
from twinloop.cases.models import Dispute, Incident
from twinloop.cases.sealing import Identity
from twinloop.discovery.leads import actions
from twinloop.discovery.leads.models import Lead
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

DESK = frozenset({"dispatcher"})


@pytest.fixture
def there(db):
    with time_machine.travel(NOW, tick=False):
        with see_as(SYSTEM):
            district = world.district()
        yield district


def enter(district, role):
    client = Client()
    client.force_login(district.people[role])
    return client


def made(place, **facts):
    with see_as(SYSTEM):
        return lead(place, **facts)


def sent(district, **more):
    given = {"once": str(uuid.uuid4()), "kind": "money", "text": "工钱拖了三个月", "place": district.near.code}
    return {**given, **more}


@pytest.mark.parametrize(
    ("role", "source"),
    [("volunteer", "volunteer"), ("grid_worker", "grid_worker"), ("mediator", "mediator"), ("auxiliary", "police"),
     ("officer", "police")],
)  # fmt: skip
def test_the_form_reports_as_who_one_is(there, role, source):
    client = enter(there, role)
    answer = client.post("/lead/", sent(there, urgent="on", photos=[photo()], reporter="1", state="accepted"))
    assert (answer.status_code, answer["Location"]) == (302, "/lead/mine/")
    with see_as(SYSTEM):
        found = Lead.objects.get()
    assert (found.source, found.reporter, found.kind, found.is_urgent, found.state) == (
        source, there.people[role], "money", True, "new",
    )  # fmt: skip
    page = client.get("/lead/mine/").content.decode()
    assert found.number in page
    assert "已收到，等人看" in page


def test_the_own_community_is_chosen_already(there):
    page = enter(there, "auxiliary").get("/lead/").content.decode()
    assert f'value="{there.near.code}" selected' in page


def test_sent_twice_with_one_key_it_is_one_lead(there):
    client, given = enter(there, "volunteer"), sent(there)
    for _ in range(2):
        assert client.post("/lead/", given).status_code == 302
    with see_as(SYSTEM):
        assert Lead.objects.count() == 1
    other = client.post("/lead/", {**given, "text": "另一件"})
    assert other.status_code == 422
    assert "另一件" in other.content.decode()


def test_what_is_wrong_is_said_and_what_was_typed_stays(there):
    answer = enter(there, "volunteer").post("/lead/", sent(there, kind="", place="000000000000"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "选一样：是什么事" in page
    assert "工钱拖了三个月" in page


def test_ones_own_list_shows_ones_own_masked_with_the_reason(there):
    mine = made(there.near, reporter=there.people["volunteer"], text="打电话 13900000127 骂人")
    other = made(there.near, reporter=there.people["grid_worker"])
    with see_as(SYSTEM):
        actions.decline(
            mine, reason="checked", why="双方都说没有", by=there.people["chief"].pk, roles=frozenset({"chief"}), at=NOW
        )
    page = enter(there, "volunteer").get("/lead/mine/").content.decode()
    assert "去看过，没有这回事：双方都说没有" in page
    assert "139****0127" in page
    assert "13900000127" not in page
    assert other.number not in page


def test_ones_own_list_follows_the_dispute(there):
    mine = made(there.near, reporter=there.people["volunteer"])
    with see_as(SYSTEM):
        dispute = world.dispute(there.near)
        actions.join(mine, dispute, by=there.people["dispatcher"].pk, roles=DESK, at=NOW)
    client = enter(there, "volunteer")
    assert "正在处理" in client.get("/lead/mine/").content.decode()
    assert dispute.number not in client.get("/lead/mine/").content.decode()
    with see_as(SYSTEM):
        Dispute.objects.filter(pk=dispute.pk).update(state="closed", closed_at=NOW)
    assert "已经化解" in client.get("/lead/mine/").content.decode()


@pytest.mark.parametrize(("role", "seen"), [("dispatcher", 2), ("bureau", 2), ("chief", 1), ("community_officer", 1)])
def test_the_desk_lists_ones_area_and_counts_what_it_shows(there, role, seen):
    near, far = made(there.near), made(there.far)
    page = enter(there, role).get("/leads/").content.decode()
    assert (near.number in page, far.number in page) == (True, seen == 2)
    assert f'待定 <span class="tl-num">{seen}</span>' in page
    client = enter(there, role)
    assert client.get(f"/leads/{far.number}/").status_code == (200 if seen == 2 else 404)
    for verb in ("accept", "join", "decline"):
        if role in ("chief", "community_officer"):
            assert client.post(f"/leads/{far.number}/{verb}/", {"kind": "dispute"}).status_code == 404


def test_waiting_ones_stand_by_age_and_the_urgent_first(there):
    old = made(there.near, at=NOW - timedelta(hours=30))
    new = made(there.near, at=NOW - timedelta(hours=1))
    urgent = made(there.near, urgent=True)
    page = enter(there, "dispatcher").get("/leads/").content.decode()
    places = [page.index(found.number) for found in (urgent, old, new)]
    assert places == sorted(places)
    assert 'data-state="late"' in page


def test_filters_narrow_and_unknown_ones_are_refused(there):
    client = enter(there, "dispatcher")
    one = made(there.near, text="噪音", source="patrol")
    two = made(there.far, text="围墙", source="volunteer")
    for query, found in (
        ("q=围墙", two),
        ("source=patrol", one),
        (f"place={there.far.code}", two),
        (f"q={one.number}", one),
    ):
        page = client.get(f"/leads/?{query}").content.decode()
        other = two if found is one else one
        assert (found.number in page, other.number in page) == (True, False), query
    assert client.get("/leads/?order=text").status_code == 400
    assert client.get("/leads/?tab=none").status_code == 400
    assert client.get("/leads/?q=%00").status_code == 400


@pytest.mark.parametrize("rows", [1, 20])
def test_the_lists_ask_a_fixed_number_of_questions(there, rows, django_assert_num_queries):
    for _ in range(rows):
        made(there.near, reporter=there.people["volunteer"], photos=[photo()])
    desk, volunteer = enter(there, "dispatcher"), enter(there, "volunteer")
    desk.get("/leads/"), volunteer.get("/lead/mine/")
    with django_assert_num_queries(QUERIES["/leads/"]):
        desk.get("/leads/")
    with django_assert_num_queries(QUERIES["/lead/mine/"]):
        volunteer.get("/lead/mine/")


QUERIES = {"/leads/": 12, "/lead/mine/": 9}


def test_accept_join_and_decline_from_the_page(there):
    client = enter(there, "community_officer")
    one, two, three = (made(there.near, text=f"排水沟 {n}") for n in range(3))
    with see_as(SYSTEM):
        dispute = world.dispute(there.near)
    client.post(f"/leads/{one.number}/accept/", {"kind": "dispute", "open_dispute": "on", "title": "排水沟两家"})
    client.post(f"/leads/{two.number}/join/", {"dispute": dispute.number})
    client.post(f"/leads/{three.number}/decline/", {"reason": "elsewhere"})
    with see_as(SYSTEM):
        states = dict(Lead.objects.values_list("number", "state"))
        assert states == {one.number: "accepted", two.number: "joined", three.number: "declined"}
        assert set(Dispute.objects.values_list("title", flat=True)) == {"排水沟纠纷", "排水沟两家"}
    shown = client.get(f"/leads/{one.number}/").content.decode()
    assert "处理结果" in shown
    assert "受理为警情" not in shown


def test_what_cannot_be_decided_says_why_beside_it(there):
    client, found = enter(there, "chief"), made(there.near)
    with see_as(SYSTEM):
        far = world.dispute(there.far)
    for path, given, said in (
        ("join", {"dispute": far.number}, "没有这件纠纷，或不在你的范围内"),
        ("decline", {"reason": "other"}, "选“其他原因”要写明"),
        ("decline", {}, "选一个原因"),
    ):
        answer = client.post(f"/leads/{found.number}/{path}/", given)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    with see_as(SYSTEM):
        actions.decline(found, reason="known", by=there.people["dispatcher"].pk, roles=DESK, at=NOW)
    late = client.post(f"/leads/{found.number}/accept/", {"kind": "dispute"})
    assert late.status_code == 422
    assert f"{there.people['dispatcher'].name} 09:00 已经处理：不予受理" in late.content.decode()


def test_a_confidential_reporter_is_hidden_in_every_outlet(there):
    who = Identity("王秀兰", phone="19900001234")
    found = made(there.near, source="resident", who=who, confidential=True, text="楼上装修")
    own = made(there.near, reporter=there.people["volunteer"], confidential=True, text="围墙")
    client = enter(there, "community_officer")
    secrets = ("199****1234", "王*兰", "19900001234", there.people["volunteer"].name)
    paths = ["/leads/", f"/leads/{found.number}/", f"/leads/{own.number}/", "/search/?q=楼上", "/"]
    for lead_ in (found, own):
        client.post(f"/leads/{lead_.number}/accept/", {"kind": "dispute", "open_dispute": "on"})
    with see_as(SYSTEM):
        paths += [f"/incidents/{number}/" for number in Incident.objects.values_list("number", flat=True)]
        paths += [f"/disputes/{number}/" for number in Dispute.objects.values_list("number", flat=True)]
    for path in [*paths, "/leads/?tab=all", "/incidents/"]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert [secret for secret in secrets if secret in answer.content.decode()] == [], path
    shut = client.post(f"/leads/{found.number}/unmask/phone/", {"reason": "contact"})
    assert shut.status_code == 422
    assert "19900001234" not in shut.content.decode()


def test_who_reported_opens_with_a_reason(there):
    found = made(there.near, source="resident", who=Identity(phone="19900001234"))
    client = enter(there, "dispatcher")
    assert "19900001234" not in client.get(f"/leads/{found.number}/unmask/phone/").content.decode()
    assert client.post(f"/leads/{found.number}/unmask/phone/", {}).status_code == 422
    opened = client.post(f"/leads/{found.number}/unmask/phone/", {"reason": "contact"})
    assert "19900001234" in opened.content.decode()
    with see_as(SYSTEM):
        assert Event.objects.filter(stream=found.stream, verb="unmasked").count() == 1


def test_photos_are_served_through_the_check_only(there):
    near = made(there.near, reporter=there.people["volunteer"], photos=[photo()])
    far = made(there.far, photos=[photo()])
    with see_as(SYSTEM):
        one, other = near.photos.get(), far.photos.get()
    own = enter(there, "volunteer").get(f"/leads/{near.number}/photos/{one.pk}/")
    assert (own.status_code, own["Content-Type"], own["X-Content-Type-Options"]) == (200, "image/jpeg", "nosniff")
    assert own["Content-Security-Policy"].startswith("sandbox")
    assert b"".join(own.streaming_content).startswith(b"\xff\xd8")
    assert enter(there, "chief").get(f"/leads/{far.number}/photos/{other.pk}/").status_code == 404
    assert enter(there, "dispatcher").get(f"/leads/{near.number}/photos/{other.pk}/").status_code == 404
    assert enter(there, "grid_worker").get(f"/leads/{near.number}/photos/{one.pk}/").status_code == 404
    assert Client().get(f"/leads/{near.number}/photos/{one.pk}/").status_code == 302


def test_waiting_leads_stand_on_today_and_in_the_search(there):
    found = made(there.near, text="围墙越界", at=NOW - timedelta(hours=25))
    for role, seen in (("dispatcher", True), ("community_officer", True), ("bureau", False), ("volunteer", False)):
        assert (found.number in enter(there, role).get("/").content.decode()) == seen, role
    for role, seen in (("dispatcher", True), ("auxiliary", False), ("officer", False)):
        assert (found.number in enter(there, role).get("/search/?q=围墙").content.decode()) == seen, role


def test_too_many_tries_at_the_door_get_our_own_page(there, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client = Client()
    for _ in range(3):
        answer = client.post("/accounts/login/", {"login": "nobody", "password": "wrong-password"})
    if answer.status_code == 429:
        assert "Retry-After" in answer
    from django.test import RequestFactory

    from twinloop.desk.views import too_many

    page = too_many(RequestFactory().get("/"))
    assert (page.status_code, page["Retry-After"]) == (429, "60")
    assert "过几分钟再来" in page.content.decode()

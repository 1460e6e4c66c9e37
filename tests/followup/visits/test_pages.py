"""Pages of visits: the plan, the route, the form once, the part of a dispute, a party's own answer."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.discovery.posts.keeping import planned
from tests.followup.visits.test_visits import handled, owed, said, settled
from tests.world import NOW, district
from twinloop.cases.models import Dispute
from twinloop.followup.visits import actions, linking, turning
from twinloop.followup.visits.models import Callback, Link, Watch
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

LATER = NOW + timedelta(days=40)
CALM = {"reached": "yes", "way": "visit", "outcome": "settled", "mind": "calm", "satisfaction": "5", "terms": "kept"}


@pytest.fixture
def there(db):
    with see_as(SYSTEM):
        found = district()
        dispute = settled(found)
        turning.follow(at=NOW)
    with time_machine.travel(LATER, tick=True):
        yield found, dispute


def enter(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def row_of(dispute: Dispute) -> Callback:
    with see_as(SYSTEM):
        found = owed(dispute)
    assert found is not None
    return found


def form(**facts: str) -> dict[str, str]:
    return {**CALM, "once": str(uuid.uuid4()), "on": f"{LATER:%Y-%m-%d}", **facts}


def test_the_plan_and_the_route_show_what_is_late(there):
    found, dispute = there
    chief = enter(found.people["chief"]).get("/visits/")
    assert dispute.number in chief.content.decode()
    assert {code: n for code, _name, n in chief.context["tabs"]}["late"] == 1
    mine = enter(found.people["community_officer"]).get("/visits/mine/")
    assert mine.context["count"] == 1
    assert "近村" in mine.content.decode()
    assert dispute.number not in enter(found.people["auxiliary"]).get("/visits/mine/").content.decode()


def test_lists_ask_as_often_for_one_as_for_many(there, django_assert_num_queries):
    found, _dispute = there
    client = enter(found.people["chief"])
    client.get("/visits/")
    for more in (0, 12):
        with see_as(SYSTEM):
            for _ in range(more):
                settled(found)
            turning.follow(at=LATER)
        for path, count in (("/visits/", 11), ("/visits/mine/", 10)):
            with django_assert_num_queries(count):
                assert client.get(path).status_code == 200


def test_a_visit_is_written_down_once_however_often_it_is_sent(there):
    found, dispute = there
    client, url = enter(found.people["community_officer"]), f"/visits/{row_of(dispute).pk}/"
    assert client.get(url).status_code == 200
    given = form()
    assert client.post(url, given).status_code == 303
    assert client.post(url, given).status_code == 303  # the phone found its signal again
    with see_as(SYSTEM):
        assert Event.objects.filter(stream=dispute.stream, verb="visit_made").count() == 1
        dispute.refresh_from_db()
        assert dispute.standing.callback_reached
    second = client.post(url, form(satisfaction="1", why="x"))
    assert second.status_code == 422
    assert "已经在" in second.content.decode()


def test_what_is_missing_is_said_and_the_words_stay(there):
    found, dispute = there
    client, url = enter(found.people["community_officer"]), f"/visits/{row_of(dispute).pk}/"
    answer = client.post(url, form(satisfaction="2", why="", risk="听说又要动手"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "写一句为什么" in text
    assert "听说又要动手" in text
    assert client.post(url, form(reached="")).status_code == 422
    assert client.post(url, form(latitude="25.1", longitude="115.1")).status_code == 422
    assert row_of(dispute).state == "planned"


def test_a_foreign_station_neither_sees_nor_writes(there):
    found, dispute = there
    with see_as(SYSTEM):
        stranger = found.people["chief"]
        stranger.unit = found.other
        stranger.save()
    client = enter(stranger)
    assert dispute.number not in client.get("/visits/").content.decode()
    assert client.get(f"/visits/{row_of(dispute).pk}/").status_code == 404
    assert client.post(f"/visits/of/{dispute.number}/ask/", {"why": "x"}).status_code == 404


def test_the_part_of_a_dispute_says_what_is_owed_and_hands_it_over(there):
    found, dispute = there
    client = enter(found.people["chief"])
    text = client.get(f"/visits/of/{dispute.number}/part/").content.decode()
    assert "测t-community_officer" in text
    row = row_of(dispute)
    given = {"once": str(uuid.uuid4()), "to": str(found.people["auxiliary"].pk)}
    assert client.post(f"/visits/{row.pk}/give/", given).status_code == 303
    assert row_of(dispute).owner == found.people["auxiliary"]
    asked = {"once": str(uuid.uuid4()), "why": "家属来电", "by_other": "on"}
    assert client.post(f"/visits/of/{dispute.number}/ask/", asked).status_code == 303
    with see_as(SYSTEM):
        assert Watch.objects.get(dispute=dispute).by_other
        assert Event.objects.filter(stream=dispute.stream, verb="visit_asked").count() == 1


def test_both_words_stand_side_by_side_where_they_differ(there):
    found, dispute = there
    with see_as(SYSTEM):
        actions.put_down(row_of(dispute), said(on=LATER.date()), by=None, at=LATER)
        party = dispute.parties.first()
        Callback.objects.create(
            dispute=dispute, state="done", reason="visit_callback", due_on=LATER.date(), planned_at=LATER, way="link",
            on=LATER.date(), at=LATER, party=party, outcome="unsettled", satisfaction=1, terms="none", why="没修",
        )  # fmt: skip
    text = enter(found.people["chief"]).get(f"/visits/of/{dispute.number}/part/").content.decode()
    assert "两边说的不一样" in text


def test_a_party_answers_by_a_link_that_opens_once(there):
    found, dispute = there
    with see_as(SYSTEM):
        party = dispute.parties.first()
    officer = enter(found.people["community_officer"])
    given = {"once": str(uuid.uuid4()), "party": str(party.pk)}
    shown = officer.post(f"/visits/of/{dispute.number}/invite/", given)
    token = re.search(r"/answer/([\w-]+)/", shown.content.decode())
    assert token
    again = officer.post(f"/visits/of/{dispute.number}/invite/", given)
    assert token[1] not in again.content.decode()
    resident, url = Client(), f"/answer/{token[1]}/"
    page = resident.get(url)
    assert page.status_code == 200
    text = page.content.decode()
    assert party.name_masked not in text
    assert dispute.title not in text
    assert dispute.number not in text
    assert resident.post(url, {"outcome": "settled", "satisfaction": "1", "terms": "none"}).status_code == 422
    said_ = {"outcome": "unsettled", "satisfaction": "1", "terms": "none", "why": "水还在漏"}
    assert resident.post(url, said_).status_code == 200
    with see_as(SYSTEM):
        dispute.refresh_from_db()
        assert dispute.state == "reopened"
        assert Link.objects.get().answer is not None
    assert resident.get(url).status_code == 404
    assert resident.post(url, said_).status_code == 404


def test_guessing_tokens_is_slowed_down(there):
    client = Client()
    codes = [client.get(f"/answer/{n}/").status_code for n in range(12)]
    assert codes[:10] == [404] * 10
    assert codes[-1] == 429
    assert "Retry-After" in client.get("/answer/y/").headers


def test_what_waits_on_the_first_page(there):
    found, dispute = there
    with see_as(SYSTEM):
        turning.climb(at=LATER)
    assert "化解后的回访" in enter(found.people["community_officer"]).get("/").content.decode()
    assert "过期没有回访" in enter(found.people["chief"]).get("/").content.decode()
    assert dispute.number in enter(found.people["chief"]).get("/").content.decode()


def test_no_link_before_it_is_settled(there):
    found, _dispute = there
    with see_as(SYSTEM):
        still = handled(found)
        party = still.parties.first()
    answer = enter(found.people["community_officer"]).post(
        f"/visits/of/{still.number}/invite/", {"once": str(uuid.uuid4()), "party": str(party.pk)}
    )
    assert answer.status_code == 422
    assert "化解以后" in answer.content.decode()
    assert timedelta(days=14) == linking.KEPT


def test_a_visit_of_the_next_days_joins_the_route_where_one_is_posted_today(there):
    found, _dispute = there
    helper = found.people["auxiliary"]
    with see_as(SYSTEM):
        soon = settled(found, at=LATER - timedelta(days=26))  # due in four days
        actions.reckon(soon, at=LATER)
        actions.give(row_of(soon), helper, by=found.people["chief"].pk, at=LATER)
    client = enter(helper)
    before = client.get("/visits/mine/")
    assert (before.context["count"], len(before.context["later"])) == (0, 1)
    with see_as(SYSTEM):
        planned(helper, found.near, LATER.date())
    after = client.get("/visits/mine/")
    assert (after.context["count"], len(after.context["later"])) == (1, 0)
    assert "顺路" in after.content.decode()


def blank(dispute: Dispute, **facts: str) -> dict[str, str]:
    """As a phone sends it that opened the kept page without a signal: no day typed, the moment of the tap."""
    return {
        **CALM,
        "once": str(uuid.uuid4()),
        "number": dispute.number[-3:],
        "tapped_at": f"{LATER.isoformat()}",
        **facts,
    }


def test_the_empty_form_that_a_phone_keeps_holds_nothing_of_a_case(there):
    found, dispute = there
    answer = enter(found.people["community_officer"]).get("/visits/blank/")
    page = answer.content.decode()
    assert answer["X-Keep"] == "page"
    assert "tl-watermark" not in page
    for told in (dispute.number, dispute.title, "王"):  # the officer's own station stands in the shell
        assert told not in page
    assert f'value="{LATER:%Y-%m-%d}"' not in page  # a page that lies for days must not say today
    assert "X-Keep" not in enter(found.people["community_officer"]).get(f"/visits/{row_of(dispute).pk}/")


def test_a_visit_from_the_kept_page_finds_its_quarrel_and_counts_on_the_day_of_the_tap(there):
    found, dispute = there
    given = blank(dispute)
    with time_machine.travel(LATER + timedelta(days=2), tick=True):
        client = enter(found.people["community_officer"])
        for _n in range(2):
            assert client.post("/visits/blank/", given).status_code == 303
    with see_as(SYSTEM):
        (made,) = Callback.objects.filter(dispute=dispute, state="done")
        assert Event.objects.filter(stream=dispute.stream, verb="visit_made").count() == 1
    assert made.on == LATER.date()


def test_a_number_that_is_none_of_ones_visits_comes_back_with_every_word(there):
    found, dispute = there
    client = enter(found.people["community_officer"])
    no = client.post("/visits/blank/", blank(dispute, number="X99", risk="听说又要动手"))
    assert (no.status_code, "没有编号 X99" in no.content.decode()) == (422, True)
    assert "听说又要动手" in no.content.decode()
    other = enter(found.people["auxiliary"]).post("/visits/blank/", blank(dispute))  # not theirs to make
    assert other.status_code == 422
    assert client.post("/visits/blank/", blank(dispute, number="")).status_code == 422
    with see_as(SYSTEM):
        settled(found)
        turning.follow(at=LATER)
    several = client.post("/visits/blank/", blank(dispute, number="0"))
    assert several.status_code == 422
    assert row_of(dispute).state == "planned"


def test_a_tap_of_a_clock_that_is_ahead_counts_as_now(there):
    found, dispute = there
    ahead = (LATER + timedelta(days=3)).isoformat()
    assert (
        enter(found.people["community_officer"]).post("/visits/blank/", blank(dispute, tapped_at=ahead)).status_code
        == 303
    )
    with see_as(SYSTEM):
        assert Callback.objects.get(dispute=dispute, state="done").on == LATER.date()

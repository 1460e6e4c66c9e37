"""Domestic violence goes its own way: letter, service, visits, advice; no mediation; what is owed waits on 今日."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests import world
from tests.mediation.sessions.scene import OFFICER, Scene, refused, scene
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Standing
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.safeguards import actions, queries
from twinloop.mediation.safeguards.actions import Done, Letter
from twinloop.mediation.safeguards.models import Safeguard, Step
from twinloop.mediation.sessions.actions import Pick, choose
from twinloop.notices.telling import told_to

DAY = NOW.date()
ISSUED = Letter(issued=True, why="情节较轻，首次", facts="4月15日晚推搡、打耳光", forbids="禁止再实施家庭暴力")


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def s(db: None) -> Iterator[Scene]:
    with see_as(SYSTEM):
        yield scene(type_code="A2")


def begin(s: Scene) -> Safeguard:
    return actions.begin(s.dispute, s.a, s.b, by=s.by, roles=OFFICER, at=NOW)


def serve(kind: str, **facts: Any) -> Done:
    return Done(**{"kind": kind, "on": DAY, "to_whom": "本人", "how": "in_person", **facts})


def put(found: Safeguard, done: Done) -> str:
    return refused(actions.put_down, found, done, by=None, at=NOW)


def test_letter_service_visits_and_advice_to_the_end(s: Scene) -> None:
    found = begin(s)
    assert Standing.objects.get(dispute=s.dispute).domestic_violence
    assert begin(s).pk == found.pk
    actions.decide(found, ISSUED, by=s.by, at=NOW)
    assert found.letter_number == "告诫〔2026〕第1号"
    for kind in ("served_perpetrator", "served_victim", "served_village"):
        assert not Standing.objects.get(dispute=s.dispute).letter_served
        actions.put_down(found, serve(kind), by=s.by, at=NOW)
    visits = Done(kind="visits", on=DAY, every=7, until=DAY + timedelta(days=90))
    actions.put_down(found, visits, by=s.by, at=NOW)
    actions.put_down(found, Done(kind="advice", on=DAY, answer="declined", text="说先不申请"), by=s.by, at=NOW)
    found.refresh_from_db()
    assert Standing.objects.get(dispute=s.dispute).letter_served
    assert (found.visit_every, queries.dues(found, list(found.steps.all()))) == (7, ())
    assert Event.objects.filter(stream=s.dispute.stream, verb="safeguard_step").count() == 5


def test_no_mediation_of_it(s: Scene) -> None:
    begin(s)
    pick = Pick(strength="seek", track="people", lead=s.elder)
    assert refused(choose, s.dispute, pick, by=s.by, roles=OFFICER, at=NOW) == "mediation_violence"


def test_who_suffers_and_who_strikes_are_two_parties_of_this_dispute(s: Scene) -> None:
    far = world.dispute(s.district.far)
    assert refused(actions.begin, s.dispute, s.a, s.a, by=None, roles=OFFICER, at=NOW) == "safeguard_same"
    assert refused(actions.begin, far, s.a, s.b, by=None, roles=OFFICER, at=NOW) == "safeguard_not_party"
    Dispute.objects.filter(pk=s.dispute.pk).update(state="closed", closed_at=NOW)
    s.dispute.refresh_from_db()
    assert refused(actions.begin, s.dispute, s.a, s.b, by=None, roles=OFFICER, at=NOW) == "safeguard_closed"


def test_the_letter_is_decided_once_by_a_sworn_officer_with_its_content(s: Scene) -> None:
    found = begin(s)
    auxiliary = s.district.people["auxiliary"].pk
    for letter, by, code in (
        (ISSUED, auxiliary, "safeguard_sworn"),
        (replace(ISSUED, why=" "), s.by, "safeguard_why"),
        (replace(ISSUED, facts=""), s.by, "safeguard_content"),
        (replace(ISSUED, forbids=""), s.by, "safeguard_content"),
    ):
        assert refused(actions.decide, found, letter, by=by, at=NOW) == code
    actions.decide(found, Letter(issued=False, why="已给予治安处罚"), by=s.by, at=NOW)
    assert refused(actions.decide, found, ISSUED, by=s.by, at=NOW) == "safeguard_decided"
    assert put(found, serve("served_victim")) == "safeguard_no_letter"


def test_a_step_says_what_the_act_asks_for(s: Scene) -> None:
    found = begin(s)
    actions.decide(found, ISSUED, by=s.by, at=NOW)
    for done, code in (
        (Done(kind="x", on=DAY), "safeguard_no_step"),
        (serve("served_victim", answer="declined"), "safeguard_answer"),
        (serve("served_victim", answer="x"), "safeguard_answer"),
        (serve("served_victim", on=DAY + timedelta(days=1)), "safeguard_future"),
        (serve("served_victim", on=DAY - timedelta(days=1)), "safeguard_before"),
        (serve("served_victim", to_whom=" "), "safeguard_to"),
        (serve("served_victim", how=""), "safeguard_how"),
        (Done(kind="visits", on=DAY, every=7), "safeguard_visits"),
        (Done(kind="visits", on=DAY, every=31, until=DAY + timedelta(days=60)), "safeguard_visits"),
        (Done(kind="advice", on=DAY), "safeguard_empty"),
    ):
        assert put(found, done) == code, done
    actions.put_down(found, serve("served_victim"), by=s.by, at=NOW)
    assert put(found, serve("served_victim")) == "safeguard_step_done"
    assert Step.objects.count() == 1


def test_numbers_of_a_station_run_without_gaps(s: Scene) -> None:
    first = begin(s)
    actions.decide(first, ISSUED, by=s.by, at=NOW)
    other = world.dispute(s.district.near)
    a, b = (
        cases.add_party(other, world.person(name), side=side, by=None, at=NOW)
        for name, side in (("甲某", "a"), ("乙某", "b"))
    )
    second = actions.begin(other, a, b, by=s.by, roles=OFFICER, at=NOW)
    assert refused(actions.decide, second, replace(ISSUED, why=""), by=s.by, at=NOW) == "safeguard_why"
    actions.decide(second, ISSUED, by=s.by, at=NOW)
    assert (first.letter_serial, second.letter_serial) == (1, 2)


def enter(s: Scene, role: str) -> Client:
    client = Client()
    client.force_login(s.district.people[role])
    return client


def post(client: Client, s: Scene, name: str, *more: str, **sent: str) -> int:
    url = reverse(name, args=[s.dispute.number, *more])
    return client.post(url, {"once": str(uuid.uuid4()), **sent}).status_code


def test_the_page_leads_through_every_step_and_today_says_what_is_due(s: Scene) -> None:
    client, page = enter(s, "community_officer"), reverse("safeguard", args=[s.dispute.number])
    assert "不做邻里调解" in client.get(page).content.decode()
    assert post(client, s, "safeguard_begin", victim=str(s.a.pk), perpetrator=str(s.b.pk)) == 303
    assert page in client.get("/").content.decode()
    assert page in client.get(reverse("dispute", args=[s.dispute.number])).content.decode()
    assert post(client, s, "safeguard_letter", issued="yes", why="首次") == 422  # neither facts nor what is forbidden
    letter = {"issued": "yes", "why": "首次，情节较轻", "facts": "推搡", "forbids": "禁止再实施家庭暴力"}
    assert post(client, s, "safeguard_letter", **letter) == 303
    assert post(client, s, "safeguard_step", "served_victim", to_whom="本人", how="in_person") == 303
    assert post(client, s, "safeguard_step", "advice", text="") == 422
    assert post(client, s, "safeguard_step", "advice", text="已告知，给了申请书样式") == 303
    shown = client.get(page).content.decode()
    assert "告诫〔2026〕第1号" in shown
    assert "王秀兰" not in shown
    assert post(enter(s, "auxiliary"), s, "safeguard_letter", **letter) == 403
    assert enter(s, "mediator").get(page).status_code == 403


def test_the_query_and_the_policies_show_the_same(s: Scene) -> None:
    actions.put_down(begin(s), Done(kind="advice", on=DAY, text="已告知"), by=s.by, at=NOW)
    seen = set()
    for role in world.ROLES:
        held = s.district.scope(role)
        with see_as(held):
            counts = (Safeguard.objects.count(), queries.visible(held).count(), Step.objects.count())
        assert len(set(counts)) == 1, (role, counts)
        seen |= {role} if counts[0] else set()
    assert seen == {"dispatcher", "community_officer", "auxiliary", "chief", "bureau"}


def test_the_officer_and_the_chief_hear_of_violence_at_home(s: Scene) -> None:
    event = Event.objects.filter(stream=s.dispute.stream)
    found = actions.begin(s.dispute, s.a, s.b, by=None, roles=OFFICER, at=NOW)
    actions.decide(found, ISSUED, by=s.by, at=NOW)
    for verb in ("safeguard_opened", "letter_issued"):
        telling = told_to()[verb]
        one = event.get(verb=verb)
        assert {s.by, s.district.people["chief"].pk} <= set(telling.who(one)), verb
        assert telling.link(one) == (s.dispute.number, reverse("safeguard", args=[s.dispute.number]))
    assert told_to()["safeguard_opened"].is_urgent

"""The page on which a mediation is chosen: reasons, the parties' words, what is lacking beside the shut button."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests import world
from tests.mediation.sessions.scene import NOW, Scene, scene
from twinloop.cases.models import Standing
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.mediators import actions as register
from twinloop.mediation.sessions.models import Mediation, Wish


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def s(db: None) -> Scene:
    with see_as(SYSTEM):
        return scene(type_code="B1")


def enter(s: Scene, role: str = "community_officer") -> Client:
    client = Client()
    client.force_login(s.district.people[role])
    return client


def word(client: Client, s: Scene, party: Any, **facts: str) -> Any:
    url = reverse("mediation_wish", args=[s.dispute.number, party.pk]) + "?track=people"
    return client.post(url, {"once": str(uuid.uuid4()), "accepts": "yes", **facts})


def decide(client: Client, s: Scene, **facts: Any) -> Any:
    url = reverse("mediation_choose", args=[s.dispute.number]) + "?track=people"
    sent = {"once": str(uuid.uuid4()), "strength": "seek", "procedure": "simple", "lead": str(s.elder.pk), **facts}
    return client.post(url, sent)


def page(client: Client, s: Scene, track: str = "") -> str:
    answer = client.get(reverse("mediation_choose", args=[s.dispute.number]), {"track": track} if track else {})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_asked_answered_and_begun_on_one_page(s: Scene) -> None:
    client = enter(s)
    first = page(client, s)
    assert "调解不收费" in first
    assert "aria-disabled" in first
    assert "还没有说愿意" in first
    assert (
        reverse("mediation_choose", args=[s.dispute.number])
        in client.get(reverse("dispute", args=[s.dispute.number])).content.decode()
    )
    for party in (s.a, s.b):
        assert word(client, s, party, mediator=str(s.elder.pk), said="听老李的").status_code == 303
    ready = page(client, s)
    assert "各方都选" in ready
    assert "补齐上面这些" not in ready
    assert "王秀兰" not in ready
    assert decide(client, s).status_code == 303
    with see_as(SYSTEM):
        made = Mediation.objects.get()
    assert (made.lead, made.is_wished) == (s.elder, True)
    assert "已经在调解" in decide(client, s).content.decode()


def test_another_person_without_a_reason_is_refused_and_stays_typed(s: Scene) -> None:
    client = enter(s)
    with see_as(SYSTEM):
        other = register.enrol(register.Given(name="老陈", kind="teacher"), by=None, at=NOW)
    for party in (s.a, s.b):
        word(client, s, party)
    answer = decide(client, s, lead=str(other.pk), procedure="ordinary")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "没有按建议选" in text
    assert 'value="ordinary" selected' in text
    assert decide(client, s, lead=str(other.pk), why="双方都认识").status_code == 303


def test_a_no_is_told_with_its_article_and_violence_leads_elsewhere(s: Scene) -> None:
    client = enter(s)
    word(client, s, s.b, accepts="no", said="不想谈")
    assert "人民调解法第 17 条" in page(client, s)
    assert decide(client, s).status_code == 422
    with see_as(SYSTEM):
        Standing.objects.filter(dispute=s.dispute).update(domestic_violence=True)
    text = page(client, s)
    assert "反家庭暴力法第 16 条" in text
    assert "由人决定" not in text


def test_police_track_lists_sworn_officers_alone(s: Scene) -> None:
    text = page(enter(s), s, "police")
    assert "治安调解由民警主持（程序规定第 52 条）" in text


def test_a_foreign_dispute_or_party_is_not_there(s: Scene) -> None:
    with see_as(SYSTEM):
        far = world.dispute(s.district.far)
    client = enter(s)
    assert client.get(reverse("mediation_choose", args=[far.number])).status_code == 404
    assert client.post(reverse("mediation_wish", args=[far.number, s.a.pk]), {}).status_code == 404
    assert client.post(reverse("mediation_wish", args=[s.dispute.number, 999999]), {}).status_code == 404
    with see_as(SYSTEM):
        assert not Wish.objects.exists()


def test_the_query_and_the_policy_of_wishes_agree(s: Scene) -> None:
    word(enter(s), s, s.a)
    seen = {}
    for role in world.ROLES:
        with see_as(s.district.scope(role)):
            seen[role] = Wish.objects.count()
    near = ("dispatcher", "community_officer", "auxiliary", "chief", "bureau")
    assert {role for role, count in seen.items() if count} == set(near)

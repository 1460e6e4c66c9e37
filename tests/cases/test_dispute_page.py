"""The dispute page through HTTP: who sees what, what may be pressed, what is refused and how it is said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests import world
from twinloop.cases import actions, telling
from twinloop.cases.models import Attachment, Clock, Dispute, Involvement, Note, Order, Party, Standing, Term
from twinloop.decide import Refused
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

PHONE, NUMBER = "13900000127", "110101199003072877"
QUERIES = 30
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def as_(district: world.District, role: str) -> Client:
    client = Client()
    client.force_login(district.people[role], backend="twinloop.people.backend.AccountBackend")
    return client


def text(response: Any) -> str:
    return str(response.content, "utf-8")


def url(dispute: Dispute, name: str = "dispute", *more: object) -> str:
    return reverse(name, args=[dispute.number, *more])


def events(dispute: Dispute, *verbs: str) -> list[Event]:
    with see_as(SYSTEM):
        return list(Event.objects.filter(stream=dispute.stream, verb__in=verbs).order_by("seq"))


@pytest.fixture
def dispute(district: world.District) -> Dispute:
    now = timezone.now()
    call = world.incident(district.near, at=now, narrative="王秀兰说李大强打她，电话 13900000127")
    made = world.dispute(district.near, at=now, incident=call, title="王秀兰、李大强排水沟纠纷")
    who = world.person("王秀兰", phone=PHONE, id_number=NUMBER, address="近村3组18号")
    actions.add_party(made, who, side="a", by=None, at=now, claim="要李大强赔")
    actions.add_party(made, world.person("李大强", phone="13800000455"), side="b", by=None, at=now)
    made.refresh_from_db()
    return made


def post(client: Client, dispute: Dispute, name: str, *more: object, **data: Any) -> Any:
    return client.post(url(dispute, name, *more), data)


def move(client: Client, dispute: Dispute, action: str, **data: Any) -> Any:
    dispute.refresh_from_db()
    return post(client, dispute, "dispute_move", action, version=dispute.version, **data)


def handled(district: world.District, dispute: Dispute) -> Dispute:
    desk, officer = as_(district, "dispatcher"), as_(district, "community_officer")
    assert move(desk, dispute, "sort", type_code="B1", level=2, why="扬言打人").status_code == 303
    taker = district.people["community_officer"].pk
    assert move(desk, dispute, "order", taker=taker, text="去看").status_code == 303
    assert move(officer, dispute, "start").status_code == 303
    dispute.refresh_from_db()
    return dispute


def settled(district: world.District, dispute: Dispute, terms: str = "王秀兰改沟\n赔 800 元") -> Dispute:
    handled(district, dispute)
    answer = move(
        as_(district, "community_officer"), dispute, "settle", settled_by="周明远", settled_how="reconciliation",
        settled_on="2026-04-10", terms=terms,
    )  # fmt: skip
    assert answer.status_code == 303, text(answer)
    dispute.refresh_from_db()
    return dispute


# --- who sees what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("dispatcher", 200), ("community_officer", 200), ("auxiliary", 200), ("chief", 200), ("bureau", 200),
     ("officer", 404), ("mediator", 404), ("volunteer", 404), ("grid_worker", 404), ("agency", 404),
     ("auditor", 403), ("security_admin", 403), ("system_admin", 403)],
)  # fmt: skip
def test_each_role_meets_the_page_as_its_scope_says(role, status, district, dispute):
    client = as_(district, role)
    for page in ("dispute", "dispute_timeline"):
        assert client.get(url(dispute, page)).status_code == status


def test_a_foreign_dispute_is_not_found_by_any_address(district, dispute):
    foreign = world.dispute(district.far)
    party = actions.add_party(foreign, world.person(), side="a", by=None, at=timezone.now())
    chief = as_(district, "chief")
    assert chief.get(url(foreign)).status_code == 404
    assert chief.get(url(foreign, "dispute_unmask", party.pk)).status_code == 404
    for name, *more in (("dispute_move", "sort"), ("dispute_note", "review"), ("dispute_gate",), ("dispute_comment",),
                        ("dispute_party_new",), ("dispute_party_remove", party.pk), ("dispute_files",),
                        ("dispute_merge",), ("dispute_split",), ("dispute_split_off",), ("dispute_link_incident",),
                        ("dispute_unmask", party.pk)):  # fmt: skip
        assert post(chief, foreign, name, *more, why="x").status_code == 404, name


def test_a_stranger_is_sent_to_sign_in(dispute):
    assert Client().get(url(dispute))["Location"].startswith("/accounts/login/")
    assert Client().post(url(dispute, "dispute_move", "sort"))["Location"].startswith("/accounts/login/")


def test_names_and_numbers_are_masked_in_every_text(district, dispute):
    client = as_(district, "chief")
    actions.add_note(dispute, "李大强 电话 13800000455 不接", by=district.people["chief"].pk, at=timezone.now())
    for tab in ("overview", "parties", "notes", "links", "clocks"):
        said = text(client.get(url(dispute), {"tab": tab}))
        for secret in ("王秀兰", "李大强", PHONE, "13800000455", NUMBER, "18号"):
            assert secret not in said, (tab, secret)
    assert "王*兰、李*强排水沟纠纷" in said
    assert "tl-watermark" in said
    assert "王秀兰" not in text(client.get(url(dispute, "dispute_timeline")))


def test_unknown_tab_is_not_found(district, dispute):
    assert as_(district, "chief").get(url(dispute), {"tab": "secret"}).status_code == 404

"""Taking papers: numbered once, looked at by name, in the clear only here; the dossier; a template of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from tests import world
from tests.mediation.agreements.test_agreeing import Table, at_the_table
from tests.papers.test_setting import text_of
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Party
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.papers import actions, building, queries
from twinloop.papers.kinds import KINDS
from twinloop.papers.models import Paper, Template
from twinloop.people.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def table() -> Iterator[Table]:
    with see_as(SYSTEM):
        made = at_the_table()
        incident = world.incident(made.dispute.place, caller=cases.Caller(world.person("王秀兰", phone="13900000127")))
        cases.link(incident, made.dispute, by=made.by, at=NOW, why="同一件")
        yield made


def enter(role: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=f"t-{role}"))
    return client


def word_text(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for one in document.tables for row in one.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def take(table: Table, code: str, subject: int, **facts: Any) -> tuple[bytes, Paper]:
    return actions.take(table.dispute, code, subject, by=table.by, at=NOW, as_word=facts.get("as_word", True))


def test_an_agreement_is_printed_in_the_clear_under_its_own_number(table: Table) -> None:
    signed = table.sign(table.draft(table.pay()))
    content, paper = take(table, "agreement_people", signed.pk)
    said = word_text(content)
    assert paper.number == signed.number
    for part in (
        "王秀兰",
        "赵建国",
        signed.number,
        "修沟的钱，600 元，转账",
        "第（一）项2026-04-26前",
        "近村人民调解委员会",
    ):
        assert part in said, part
    seen = Event.objects.filter(stream=table.dispute.stream, verb="paper_taken").get()
    assert (seen.by_id, seen.is_look, "王秀兰" in str(seen.data)) == (table.by, True, False)


def test_a_number_is_drawn_once_however_often_the_paper_is_taken(table: Table) -> None:
    first = world.incident(table.dispute.place)
    cases.link(first, table.dispute, by=table.by, at=NOW, why="同一件")
    offers = [one for one in queries.offers(table.dispute) if one.kind.code == "call_record"]
    numbers = [take(table, "call_record", one.subject.pk)[1].number for one in (*offers, *offers)]
    assert numbers == ["近村派出所接处警字〔2026〕第1号", "近村派出所接处警字〔2026〕第2号"] * 2
    assert list(Paper.objects.values_list("taken", flat=True)) == [2, 2]
    assert Event.objects.filter(verb="paper_numbered").count() == 2


def test_a_hidden_address_is_on_no_paper(table: Table) -> None:
    Party.objects.filter(pk=table.a.pk).update(is_address_hidden=True)
    signed = table.sign(table.draft(table.pay()))
    assert "住址：（保密）" in word_text(take(table, "agreement_people", signed.pk)[0])


def test_the_dossier_is_one_file_whose_list_tells_the_pages(table: Table) -> None:
    signed = table.sign(table.draft(table.pay()))
    photo = BytesIO()
    from PIL import Image

    Image.new("RGB", (40, 30), "white").save(photo, "JPEG")
    photo.seek(0)
    cases.attach(table.dispute, photo, "水沟.jpg", by=table.by, at=NOW)
    content = actions.take_dossier(table.dispute, by=table.by, at=NOW)
    pages = [page.extract_text().replace("\x00", "").replace("\n", "") for page in PdfReader(BytesIO(content)).pages]
    assert "人民调解卷宗" in pages[0]
    assert "卷内目录" in pages[1]
    assert signed.number in pages[3]  # evidence is part seven, the agreement part nine
    assert "7 证据材料 1 1" in pages[1]
    assert "9 调解协议 1 2" in pages[1]
    assert "缺：受理登记表" in pages[-1]
    assert "缺：回访记录" in pages[-1]
    missing = [line.part.value for line in queries.lines(queries.offers(table.dispute), 1) if line.is_missing]
    assert missing == [4, 5, 8, 10]


def test_the_page_offers_what_there_is_and_masks_names(table: Table) -> None:
    table.draft(table.pay())
    page = enter("community_officer").get(reverse("papers", args=[table.dispute.number])).content.decode()
    assert "接处警登记表" in page
    assert "人民调解协议书" in page
    assert "受理登记表" in page
    assert "王秀兰" not in page
    foreign = world.account("t-elsewhere", "community_officer")
    client = Client()
    client.force_login(foreign)
    assert client.get(reverse("papers", args=[table.dispute.number])).status_code == 404


def test_taken_from_the_page_as_pdf_and_as_word(table: Table) -> None:
    signed = table.sign(table.draft(table.pay()))
    address = reverse("paper_take", args=[table.dispute.number, "agreement_people", signed.pk])
    client = enter("community_officer")
    assert client.get(address).status_code == 405
    pdf, word = client.post(address, {"as": "pdf"}), client.post(address, {"as": "docx"})
    assert pdf["Content-Type"] == "application/pdf"
    assert "王秀兰" in text_of(pdf.content)
    assert pdf["Cache-Control"] == "no-store"
    assert "attachment" in word["Content-Disposition"]
    assert "王秀兰" in word_text(word.content)
    dossier = client.post(reverse("dossier_take", args=[table.dispute.number]))
    assert dossier["Content-Type"] == "application/pdf"
    for code, subject in (("agreement_people", signed.pk + 1), ("agreement_oral", signed.pk), ("nothing", 1)):
        gone = client.post(reverse("paper_take", args=[table.dispute.number, code, subject]))
        assert gone.status_code == 422
        assert "没有这份文书" in gone.content.decode()


def upload(client: Client, content: bytes, why: str = "改抬头") -> Any:
    sent = {"file": SimpleUploadedFile("我们的.docx", content), "why": why}
    return client.post(reverse("paper_template", args=["agreement_people"]), sent)


def test_a_template_of_ones_own_is_used_kept_and_given_back(table: Table) -> None:
    client = enter("system_admin")
    own = building.build("# 我所的协议书\n{{ number }} {{ agreement.facts }}")
    assert upload(client, own).status_code == 303
    signed = table.sign(table.draft(table.pay()))
    assert "我所的协议书" in word_text(take(table, "agreement_people", signed.pk)[0])
    assert client.get(reverse("paper_template_file", args=["agreement_people"])).content == own

    assert client.post(reverse("paper_template_restore", args=["agreement_people"])).status_code == 303
    assert "人民调解协议书" in word_text(take(table, "agreement_people", signed.pk)[0])
    kept = Template.objects.get()
    assert (kept.version, kept.ended_at is not None) == (1, True)
    assert list(Event.objects.filter(stream="template:agreement_people").values_list("verb", flat=True)) == [
        "template_replaced", "template_restored",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("{{ dispute.owner_password }} {{ secret }}", "不认识的内容 secret"),
        ("{%p for x in parties %}", "看不懂"),
        ("{{ number", "看不懂"),
    ],
)
def test_a_template_that_would_not_do_is_refused_and_the_old_one_stays(table: Table, sheet: str, said: str) -> None:
    answer = upload(enter("system_admin"), building.build(sheet))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Template.objects.exists()
    assert queries.template("agreement_people")[0] == building.default("agreement_people")


def test_pages_of_templates_say_what_can_be_filled(table: Table) -> None:
    client = enter("system_admin")
    assert all(str(kind.name) in client.get(reverse("paper_templates")).content.decode() for kind in KINDS.values())
    assert "agreement.terms" in client.get(reverse("paper_template", args=["agreement_people"])).content.decode()
    assert client.get(reverse("paper_template", args=["nothing"])).status_code == 404

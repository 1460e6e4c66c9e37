"""The register of petitions: clocks at their edges, refusals, pages, the file, papers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests import world
from tests.mediation.sessions.scene import refused
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute
from twinloop.cases.sealing import Identity
from twinloop.decide.clocks import CHINA
from twinloop.intake.petitions import actions, queries
from twinloop.intake.petitions.actions import Answer, Given
from twinloop.intake.petitions.models import Petition
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account

DAY = NOW.date()
CHIEF = frozenset({"chief"})
WHOLE = {"request": "补偿", "facts": "丈量过", "opinion": "按当年产量补", "law": "民法典第 1165 条"}


@pytest.fixture
def here(db: None) -> Iterator[world.District]:
    with time_machine.travel(NOW, tick=False), see_as(SYSTEM):
        yield world.district()


def quarrel(here: world.District, *, phone: str = "13900000127", title: str = "石场占地多年") -> Dispute:
    by = here.people["community_officer"].pk
    made = cases.open_dispute(
        title=title, focus="补偿", place=here.near, origin="backlog", by=by, at=NOW, started_on=date(2019, 5, 1)
    )
    cases.add_party(made, Identity(name="王秀兰", phone=phone), side="a", by=by, at=NOW)
    return made


def petition(here: world.District, received: date = DAY, **facts: Any) -> Petition:
    by = here.people["community_officer"].pk
    return actions.register(quarrel(here, **facts), Given(received_on=received), by=by, at=NOW)


def due(found: Petition) -> list[tuple[str, date]]:
    running = Clock.objects.filter(dispute=found.dispute_id, met_at=None, dropped_at=None, rule__startswith="petition")
    return [(one.rule, one.due_at.astimezone(CHINA).date()) for one in running if one.due_at]


def test_fifteen_days_to_decide_sixty_to_answer_thirty_more(here: world.District) -> None:
    found, by = petition(here), here.people["chief"].pk
    assert due(found) == [("petition_accept", date(2026, 5, 6))]  # 1 to 5 May are holidays
    found = actions.accept(found.dispute, by=by, at=NOW)
    assert due(found) == [("petition_answer", date(2026, 6, 15))]
    assert found.due_on == date(2026, 6, 15)
    found = actions.extend(found.dispute, 10, why="档案在市里", by=by, roles=CHIEF, at=NOW)
    assert due(found) == [("petition_answer_extended", date(2026, 6, 25))]
    assert (found.due_on, found.extra_days) == (date(2026, 6, 25), 10)
    found = actions.answer(found.dispute, Answer(result="supported", on=DAY, **WHOLE), by=by, at=NOW)
    assert (due(found), found.due_on, found.stage) == ([], None, "answered")


def test_what_is_refused_changes_nothing(here: world.District) -> None:
    found, by = petition(here), here.people["chief"].pk
    told_all = Answer(result="supported", on=DAY, **WHOLE)
    assert refused(actions.answer, found.dispute, told_all, by=by, at=NOW) == "petition_not_accepted"
    assert refused(actions.accept, found.dispute, by=by, at=NOW, on=DAY + timedelta(days=1)) == "petition_future"
    assert refused(actions.decline, found.dispute, "not_ours", why="不归公安", by=by, at=NOW) == "petition_where"
    assert refused(actions.decline, found.dispute, "odd", why="x", by=by, at=NOW) == "petition_choice"
    officer = frozenset({"community_officer"})
    assert refused(actions.extend, found.dispute, 10, why="x", by=by, roles=officer, at=NOW) == "petition_leader"
    assert refused(actions.close, found.dispute, agreed=True, by=by, at=NOW) == "petition_not_answered"
    other = quarrel(here, title="另一件")
    assert refused(actions.accept, other, by=by, at=NOW) == "petition_none"
    late = Given(received_on=DAY + timedelta(days=1))
    assert refused(actions.register, other, late, by=by, at=NOW) == "petition_future"
    found.refresh_from_db()
    assert (found.stage, due(found)) == ("received", [("petition_accept", date(2026, 5, 6))])
    assert list(Event.objects.filter(verb__startswith="petition").values_list("verb", flat=True)) == [
        "petition_registered"
    ]


def test_one_number_is_registered_once(here: world.District) -> None:
    first, second = quarrel(here), quarrel(here, title="另一件")
    given, by = Given(received_on=DAY, number="XF1"), here.people["chief"].pk
    made = actions.register(first, given, by=by, at=NOW)
    assert actions.register(first, given, by=by, at=NOW).pk == made.pk
    assert refused(actions.register, second, given, by=by, at=NOW) == "petition_twice"
    assert Petition.objects.count() == 1


def test_told_to_do_it_again_it_is_open_with_sixty_days(here: world.District) -> None:
    found, by = petition(here), here.people["chief"].pk
    actions.accept(found.dispute, by=by, at=NOW)
    actions.answer(found.dispute, Answer(result="rejected", on=DAY, **WHOLE), by=by, at=NOW)
    actions.ask_review(found.dispute, on=DAY, body="区政府", by=by, at=NOW)
    assert refused(actions.close, found.dispute, agreed=True, by=by, at=NOW) == "petition_in_review"
    found = actions.conclude_review(found.dispute, "again", on=DAY, text="事实不清", by=by, at=NOW)
    assert (found.stage, due(found)) == ("accepted", [("petition_answer", date(2026, 6, 15))])


def test_the_same_petitioner_is_known_by_telephone_and_not_by_name(here: world.District) -> None:
    first, again = petition(here), petition(here, title="又提")
    stranger = petition(here, phone="13900000999", title="同名")
    assert [one.pk for one in queries.same_petitioner(first)] == [again.pk]
    assert queries.same_petitioner(stranger) == []


def test_a_declined_petition_leaves_the_quarrel_open(here: world.District) -> None:
    found, by = petition(here), here.people["chief"].pk
    actions.decline(found.dispute, "legal_route", why="已可起诉", where="法院", by=by, at=NOW)
    assert due(found) == []
    found = actions.close(found.dispute, agreed=False, by=by, at=NOW)
    assert (found.stage, found.ended, found.dispute.state) == ("closed", "declined", "registered")


# --- pages -----------------------------------------------------------------------------------------------------------


def enter(role: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=f"t-{role}"))
    return client


def do(client: Client, found: Petition, what: str, **typed: Any) -> Any:
    address = reverse("petition_do", args=[found.dispute.number, what])
    return client.post(address, {"once": str(uuid.uuid4()), **typed}, follow=True)


def test_the_way_through_the_pages(here: world.District) -> None:
    found = petition(here, received=date(2026, 3, 20))
    client = enter("community_officer")
    shown = client.get(reverse("petitions"), {"tab": "late"}).content.decode()
    assert found.dispute.number in shown
    assert "超" in shown
    page = client.get(reverse("petition", args=[found.dispute.number])).content.decode()
    assert "王秀兰" not in page
    assert "王*兰" in page
    assert "已受理" in do(client, found, "accept", on=f"{DAY}").content.decode()
    again = do(client, found, "extend", days="10", why="复杂")
    assert "负责人批准" in again.content.decode()
    assert again.status_code == 422
    assert "已延长" in do(enter("chief"), found, "extend", days="10", why="复杂").content.decode()
    part = do(client, found, "answer", result="supported", on=f"{DAY}", request="补偿")
    assert part.status_code == 422
    assert "还差一样" in part.content.decode()
    assert 'value="supported"' in part.content.decode()
    assert "补偿</textarea>" in part.content.decode()  # what was typed is still there
    assert "已记答复" in do(client, found, "answer", result="supported", on=f"{DAY}", **WHOLE).content.decode()
    assert "还可以申请复查" in do(client, found, "close").content.decode()
    assert "已办结" in do(client, found, "close", agreed="on").content.decode()
    found.refresh_from_db()
    assert (found.stage, found.ended) == ("closed", "agreed")


def test_sent_twice_it_is_done_once(here: world.District) -> None:
    found, client, key = petition(here), enter("community_officer"), str(uuid.uuid4())
    for _n in range(2):
        assert do(client, found, "accept", once=key, on=f"{DAY}").status_code == 200
    assert Event.objects.filter(verb="petition_accepted").count() == 1


def test_a_quarrel_that_is_here_is_registered_from_its_page(here: world.District) -> None:
    made, client = quarrel(here), enter("community_officer")
    new = reverse("petition_new", args=[made.number])
    assert new in client.get(reverse("dispute", args=[made.number])).content.decode()
    assert client.get(new).status_code == 200
    address = reverse("petition_register", args=[made.number])
    client.post(address, {"once": str(uuid.uuid4()), "source": "letter", "received_on": f"{DAY}", "number": "XF7"})
    assert Petition.objects.get().number == "XF7"
    assert client.get(new).status_code == 303


def test_the_file_names_no_petitioner_and_is_in_the_ledger(here: world.District) -> None:
    petition(here)
    answer = enter("chief").get(reverse("petitions_export"))
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "石场占地多年" in text
    assert "王" not in text
    assert Event.objects.filter(data__what="petitions").exists()


def test_another_station_sees_nothing(here: world.District) -> None:
    found = petition(here)
    stranger = world.account("t-far", "officer", unit=here.other)
    client = Client()
    client.force_login(stranger)
    assert found.dispute.number not in client.get(reverse("petitions")).content.decode()
    assert client.get(reverse("petition", args=[found.dispute.number])).status_code == 404


def test_papers_of_every_step_are_filled(here: world.District) -> None:
    found, by = petition(here), here.people["chief"].pk
    actions.accept(found.dispute, by=by, at=NOW)
    actions.extend(found.dispute, 30, why="复杂", by=by, roles=CHIEF, at=NOW)
    actions.answer(found.dispute, Answer(result="supported", on=DAY, **WHOLE), by=by, at=NOW)
    client = enter("community_officer")
    for code in ("petition_accepted", "petition_longer", "petition_opinion"):
        answer = client.post(reverse("paper_take", args=[found.dispute.number, code, found.pk]), {"as": "docx"})
        assert answer.status_code == 200, (code, answer.content.decode()[:400])

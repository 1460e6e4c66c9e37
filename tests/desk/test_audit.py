"""The auditor's page: who looked, opened, took away, came in; by person, case and day; never the case itself."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

import twinloop
from tests import world
from tests.people.signing import person
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.actions import looking
from twinloop.decide.workflow import Action
from twinloop.desk import audit
from twinloop.desk.auditwords import SIGNING
from twinloop.ledger.models import SIGN_INS, Event
from twinloop.ledger.sight import SYSTEM, see_as

PACKAGE = Path(twinloop.__file__).parent
RECORDED = re.compile(r'record(?:_many)?\(\s*[^,()]*(?:\([^)]*\))?[^,]*,\s*"([a-z_]+)"')
TITLE = "近村堵水沟的争执"


@pytest.fixture
def auditor(db) -> Client:
    client = Client()
    client.force_login(person("sj1", "auditor"), backend="twinloop.people.backend.AccountBackend")
    return client


@pytest.fixture
def case(db):
    with see_as(SYSTEM):
        district = world.district()
        officer = district.people["community_officer"]
        dispute = world.dispute(district.near, by=officer, title=TITLE)
        party = cases.add_party(dispute, world.person("王秀兰"), side="a", by=officer.pk, at=NOW)
        scope = district.scope("community_officer")
        cases.look(dispute, by=officer.pk, at=NOW, where=dispute.number)
        cases.unmask(party, "phone", scope=scope, by=officer.pk, at=NOW, reason="contact")
        looking.exported(by=officer.pk, at=NOW, what="disputes", rows=12, query="state=open")
        return dispute, officer


def page(client: Client, **asked: str) -> str:
    answer = client.get("/audit/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_tab_shows_its_own_and_nothing_of_the_case(auditor, case):
    dispute, officer = case
    opened = page(auditor)
    assert officer.name in opened
    assert dispute.number in opened
    assert "点开了被遮盖的内容：电话" in opened
    assert "联系当事人" in opened
    assert "12 行" in page(auditor, tab="taken")
    assert "看了" in page(auditor, tab="looked")
    changed = page(auditor, tab="changed")
    assert dispute.number in changed
    for tab in audit.TABS:
        shown = page(auditor, tab=tab)
        assert TITLE not in shown
        assert "王秀兰" not in shown


def test_filters_by_person_case_and_day(auditor, case):
    dispute, officer = case
    day = NOW.date()
    assert dispute.number in page(auditor, who=officer.name)
    assert "没有符合的记录" in page(auditor, who="查无此人")
    assert dispute.number in page(auditor, number=dispute.number.lower())
    assert "没有符合的记录" in page(auditor, number="JF-0000")
    assert dispute.number in page(auditor, first=f"{day}", last=f"{day}")
    assert "没有符合的记录" in page(auditor, first=f"{day + timedelta(days=1)}")


def test_a_day_that_is_none_is_told_and_the_other_filters_hold(auditor, case):
    shown = page(auditor, first="不是日子", who="查无此人")
    assert "没有符合的记录" in shown
    assert "is-invalid" in shown or "aria-invalid" in shown


def test_a_name_of_nobody_on_the_staff_is_not_kept(auditor, case):
    page(auditor, who="王秀兰")
    with see_as(SYSTEM):
        assert Event.objects.get(verb="audited").data["asked"] == {"who": "…"}


def test_every_verb_of_the_source_has_words():
    written = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    verbs = set(RECORDED.findall(written)) | {str(action) for action in Action}
    assert len(verbs) > 200
    assert [verb for verb in sorted(verbs) if audit.said(verb) == verb] == []


def test_the_question_is_a_look_too(auditor, case):
    _dispute, officer = case
    page(auditor, tab="looked", who=officer.name)
    with see_as(SYSTEM):
        kept = Event.objects.get(verb="audited")
    assert kept.is_look
    assert (kept.data["tab"], kept.data["asked"]) == ("looked", {"who": officer.name})


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_asks_a_fixed_number_of_questions(auditor, case, rows, django_assert_num_queries):
    dispute, officer = case
    with see_as(SYSTEM):
        for _ in range(rows):
            cases.look(dispute, by=officer.pk, at=NOW, where=dispute.number)
    page(auditor, tab="looked")
    with django_assert_num_queries(14):
        page(auditor, tab="looked")


def test_the_index_of_sign_ins_knows_their_verbs():
    assert set(SIGN_INS) == set(SIGNING)


def test_why_something_ended_is_said_in_words_whoever_ended_it():
    from twinloop.cases.telling import why_ended

    with translation.override("zh-hans"):
        assert [why_ended(one) for one in ("silent", "closed", "对方撤回了")] == [
            "没有人签收，另派",
            "已销号",
            "对方撤回了",
        ]

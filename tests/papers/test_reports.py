"""Papers of one report and of what follows a dispute: receipt, notice, whistle, visit, each filled from its events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tests import world
from tests.followup.visits import test_visits as visiting
from tests.intake.doors.test_elsewhere import TELL
from tests.mediation.joint.conftest import window_of
from tests.papers.test_setting import text_of
from tests.papers.test_taking import enter, word_text
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.followup.visits import turning
from twinloop.intake.doors import actions as doors
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.joint import actions as joint
from twinloop.papers import actions, queries
from twinloop.papers.kinds import KINDS, fillers
from twinloop.papers.models import Paper

pytestmark = pytest.mark.django_db
# domain.md section 9, but for the day's report and the periodic ones, which are of no dispute
PAPERS = (
    "接处警登记表", "受案回执", "不予受理告知书", "分流指令单", "调解申请书", "受理登记表", "权利义务告知书",
    "调查笔录", "调解笔录", "人民调解协议书", "口头协议登记表", "治安调解协议书", "司法确认申请书", "家庭暴力告诫书",
    "吹哨单", "会诊纪要", "推送函与签收回执", "回访记录",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def district() -> Iterator[world.District]:
    with see_as(SYSTEM):
        yield world.district()


def codes(about: object) -> list[str]:
    return [one.kind.code for one in queries.offers(about)]  # type: ignore[arg-type]


def test_every_paper_of_the_list_exists_and_somebody_fills_it() -> None:
    assert {str(kind.name) for kind in KINDS.values()} >= set(PAPERS)
    own = {code for code, kind in KINDS.items() if kind.is_general}  # drawn by their rooms
    assert set(fillers()) == set(KINDS) - own


def test_who_is_told_that_it_is_not_ours_gets_it_on_paper(district: world.District) -> None:
    caller = cases.Caller(world.person("王秀兰", phone="13900000127"))
    incident = world.incident(district.near, caller=caller, at=NOW - timedelta(hours=2))
    assert codes(incident) == ["call_record"]
    notice = doors.tell(incident, **TELL, told_at=NOW, by=None, at=NOW)
    unit = district.station
    doors.hand_over(incident, to_unit=unit, why="属住建局", by=None, at=NOW)
    assert codes(incident) == ["call_record", "not_accepted"]
    client = enter("dispatcher")
    page = client.get(reverse("incident_papers", args=[incident.number])).content.decode()
    assert "不予受理告知书" in page
    assert "王秀兰" not in page
    answer = client.post(reverse("incident_paper", args=[incident.number, "not_accepted", notice.pk]), {"as": "pdf"})
    said = text_of(answer.content)
    for part in (
        "王秀兰",
        TELL["text"],
        "口头",
        "不属于公安机关职责",
        "近村派出所不受字〔2026〕第1号",
        "移交近村派出所",
    ):
        assert part in said, part
    assert Event.objects.filter(stream=incident.stream, verb="paper_taken", is_look=True).count() == 1
    no = client.post(reverse("incident_paper", args=[incident.number, "not_accepted", notice.pk + 1]))
    assert (no.status_code, "没有这份文书" in no.content.decode()) == (422, True)


def test_a_case_has_a_receipt_and_a_mere_quarrel_has_none(district: world.District) -> None:
    quarrel, offence = (
        world.incident(district.near, reported_kind=kind, caller=cases.Caller(world.person("王秀兰")))
        for kind in ("dispute", "public_order")
    )
    assert (codes(quarrel), codes(offence)) == (["call_record"], ["call_record", "case_receipt"])
    dispute = world.dispute(district.near, incident=quarrel, title="王秀兰被打一案")
    cases.open_clock("penalty", dispute=dispute, by=None, at=NOW)
    assert "case_receipt" in codes(quarrel)  # the penalty procedure was opened
    content, paper = actions.take(
        quarrel, "case_receipt", quarrel.pk, by=district.people["officer"].pk, at=NOW, as_word=True
    )
    said = word_text(content)
    assert paper.number == "近村派出所受案字〔2026〕第1号"
    for part in ("王秀兰", "王秀兰被打一案", "2026年4月16日受理", "报案人签名"):
        assert part in said, part
    doors.tell(offence, **TELL, told_at=NOW, by=None, at=NOW)
    assert "case_receipt" not in codes(offence)


def test_a_paper_of_a_report_keeps_its_number_from_either_page(district: world.District) -> None:
    incident = world.incident(district.near)
    dispute, by = world.dispute(district.near, incident=incident), district.people["officer"].pk
    _word, first = actions.take(dispute, "call_record", incident.pk, by=by, at=NOW, as_word=True)
    _word, again = actions.take(incident, "call_record", incident.pk, by=by, at=NOW, as_word=True)
    assert (first.pk, again.taken) == (again.pk, 1)
    paper = Paper.objects.get()
    assert (paper.incident, paper.dispute, paper.taken) == (incident, None, 2)
    with see_as(district.scope("volunteer")):
        assert Paper.objects.count() == 0


def test_a_confidential_caller_is_named_on_no_paper(district: world.District) -> None:
    caller = cases.Caller(world.person("王秀兰", phone="13900000127"), is_confidential=True)
    incident = world.incident(district.near, reported_kind="public_order", caller=caller)
    for code in ("call_record", "case_receipt"):
        word, _paper = actions.take(incident, code, incident.pk, by=district.people["officer"].pk, at=NOW, as_word=True)
        assert "王秀兰" not in word_text(word)
        assert "13900000127" not in word_text(word)


def test_a_whistle_prints_every_agency_that_answers(district: world.District) -> None:
    window = window_of(district)
    whistle = window.blow()
    joint.sign(window.item(whistle), by=window.clerks["labour"].pk, at=NOW + timedelta(minutes=9))
    joint.feed_back(window.item(whistle), "约了发包方", "under_way", is_final=False, by=None, at=NOW)
    joint.recall(window.item(whistle, "centre"), "叫错", by=None, at=NOW)
    word, paper = actions.take(
        window.dispute, "whistle", whistle.pk, by=district.people["chief"].pk, at=NOW, as_word=True
    )
    said = word_text(word)
    assert paper.number == whistle.number
    for part in ("测试区人社局", "测试区住建局", "正在办：约了发包方", "约谈发包方", "2026年4月16日 09:09", "二级"):
        assert part in said, part
    assert "测试区综治中心" not in said


def test_a_visit_is_written_down_and_fills_the_part_of_the_dossier(district: world.District) -> None:
    dispute = visiting.settled(district)
    turning.follow(at=NOW)
    assert "visit" not in codes(dispute)
    row = visiting.made(visiting.owed(dispute), NOW + timedelta(days=1), party=None, risk="还在为水费不高兴")
    word, _paper = actions.take(
        dispute, "visit", row.pk, by=district.people["community_officer"].pk, at=NOW, as_word=True
    )
    said = word_text(word)
    for part in ("化解后的回访", "上门", "没有再起", "都照办了", "很满意", "平静", "还在为水费不高兴", "再回访"):
        assert part in said, part
    parts = {line.part.value: line.count for line in queries.lines(queries.offers(dispute), 0)}
    assert parts[10] == 1

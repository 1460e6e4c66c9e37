"""The paper of a report and the yearly bulletin: figures of the facts, nothing that no row carries."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import time_machine
from docx import Document
from pypdf import PdfReader

from tests.insight.reports.district import AT, alone, build, on
from twinloop.decide.periods import ReportKind
from twinloop.insight.reports import actions, bulletin, jobs, printing, queries
from twinloop.insight.reports.models import Report
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.papers import actions as papers


@pytest.fixture
def april(db):
    with time_machine.travel(AT, tick=False):
        with see_as(SYSTEM):
            found, _made = build()
        yield found


def made(kind=ReportKind.MONTH, day=date(2026, 4, 15), at=AT) -> Report:
    with see_as(SYSTEM):
        return actions.make(kind, day, None, None, scope=SYSTEM, by=None, at=at)[0]


def test_word_is_laid_out_as_an_official_document(april):
    with see_as(SYSTEM):
        word = Document(BytesIO(printing.draw(made(), by=None, at=AT, as_word=True)))
    section = word.sections[0]
    assert [round(one.mm) for one in (section.top_margin, section.bottom_margin, section.left_margin,
                                      section.right_margin)] == [37, 35, 28, 26]  # fmt: skip
    head = word.paragraphs[0]
    assert str(head.runs[0].font.color.rgb) == "D7000F"
    assert "w:pBdr" in word.paragraphs[1]._p.xml
    assert word.styles["Normal"].font.size.pt == 16
    assert word.styles["Normal"].paragraph_format.line_spacing.pt == 28
    assert "PAGE" in section.footer._element.xml
    text = "\n".join(one.text for one in word.paragraphs)
    assert "全区矛盾纠纷月报\n（2026年4月）" in text
    assert "期内接报警情6起，其中矛盾纠纷警情5起；新登记纠纷3件" in text
    assert "期内报警3次以上的纠纷1件，期末没有化解的1件" in text
    cells = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    assert ["警情（起）", "6", "—", "—"] in cells
    assert ["化解率", "1/3", "33.33%", "—"] in cells


def test_pdf_says_the_same_and_numbers_its_pages(client, april):
    whole = made()
    client.force_login(april.people["bureau"])
    answer = client.get(f"/reports/{whole.pk}/paper.pdf")
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    # our font's map writes two bytes a character, which pypdf gives back with the empty one
    text = "".join(page.extract_text() for page in pages).replace("\0", "").replace("\n", "")
    assert "期内接报警情6起" in text
    assert "— 1 —" in text
    assert client.get(f"/reports/{whole.pk}/paper.odt").status_code == 404
    assert client.get(f"/reports/{whole.pk}/paper.docx").content[:2] == b"PK"
    with see_as(SYSTEM):
        assert Event.objects.filter(verb="report_taken", is_look=True).count() == 2


def test_the_bulletin_writes_what_is_recorded_and_names_what_is_not(client, april):
    year = made(ReportKind.YEAR, at=on(5, 6).replace(year=2027))
    found = bulletin.write(year.facts)
    said = "".join(line for _head, lines in found.chapters for line in lines)
    assert "分流：本年登记的纠纷分到3大类3小类" in said  # A1, B1, C1
    # five registered; 1 and 3 stand settled at the end
    assert "化解率40.00%（2/5），样本少，只供参考。" in said
    assert "民转刑：本年没有记录到已知纠纷升级成刑案的。" in said
    for channel in ("志愿服务", "驻村", "接处警和巡查", "推送", "寻诊", "会诊", "回访", "八大类案件"):
        is_missing = any(line.startswith(channel) for line in found.missing)
        assert is_missing != (f"{channel}：" in said), channel  # written or named as missing, never both
    assert any(line.startswith("会诊") for line in found.missing)
    assert any(line.startswith("八大类案件") for line in found.missing)
    client.force_login(april.people["bureau"])
    text = client.get(f"/reports/{year.pk}/").content.decode()
    assert "通报正文" in text
    assert "没有导入外单位的数" in text


def test_a_weeks_title_has_one_pair_of_brackets(april):
    with see_as(SYSTEM):
        title = printing.values_of(made(ReportKind.WEEK, day=date(2026, 4, 15)))["title"]
    assert title.count("（") == title.count("）") == 1
    assert title.endswith("（2026年第16周，04-13至04-19）")


def test_twelve_months_that_are_no_calendar_year_have_a_bulletin_that_says_so(client, april):
    found = made(ReportKind.TWELVE, day=date(2026, 4, 20), at=on(5, 6))
    assert (found.first, found.last) == (date(2025, 5, 1), date(2026, 4, 30))
    written = bulletin.of(found)
    assert written
    said = "".join(line for _head, lines in written.chapters for line in lines)
    assert "分流：这十二个月登记的纠纷分到3大类3小类" in said
    assert "年" not in "".join(written.missing)
    values = printing.values_of(found)
    assert values["title"] == "全区矛盾纠纷近十二个月通报\n（2025年5月至2026年4月）"
    client.force_login(april.people["bureau"])
    text = client.get(f"/reports/{found.pk}/").content.decode()
    assert "通报正文" in text
    assert "近十二个月通报" in text
    with see_as(SYSTEM):
        assert not any(kind is ReportKind.TWELVE for kind, _first, _unit in queries.missing(date(2027, 1, 5)))


def test_figures_without_any_record_are_named_in_one_sentence():
    told = [
        "推送：本年没有推送记录。",
        "接处警人员占比：系统只留现在的编制，没有按年留存。",
        "会诊：本年没有吹哨记录。",
    ]
    assert printing.folded(told) == told  # two are read as quickly
    outside = "八大类案件、满意度、安全感：本年没有导入外单位的数。"
    assert printing.folded([*told, "平安家庭：本年没有可算的。", outside]) == [
        "期内没有记录、也没有可算的：推送、会诊、平安家庭。", told[1], outside,
    ]  # fmt: skip


def test_numbers_of_outside_offices_carry_their_source():
    assert (
        bulletin._outside("八大类案件", 7, None, "刑侦大队", 13)
        == "八大类案件7，上年13，下降46.15%（来源：刑侦大队）。"
    )
    assert bulletin._outside("满意度", 991, 1000, "省统计局", None) == "满意度99.10%（来源：省统计局）。"


def test_the_job_run_twice_makes_everything_once(april):
    with see_as(SYSTEM):
        alone(april)
    jobs.catch_up(timestamp=0)
    with see_as(SYSTEM):
        first = Report.objects.count()
    jobs.catch_up(timestamp=1)
    with see_as(SYSTEM):
        assert Report.objects.count() == first > 0
        assert not Report.objects.filter(version=2).exists()


def test_who_signs_stands_after_the_text_and_never_alone_on_a_page(april):
    with see_as(SYSTEM):
        values = printing.values_of(made())
        for count in range(13, 22):  # the text grows a line at a time over the foot of a page
            values["chapters"] = [{"head": "一、总体情况", "lines": [f"第{n}行。" for n in range(count)]}]
            drawn = papers.draw("report", values, foot="", at=AT, as_word=False)
            texts = [page.extract_text().replace("\0", "") for page in PdfReader(BytesIO(drawn)).pages]
            signed = next(text for text in texts if "2026年5月6日" in text)
            assert f"第{count - 1}行。" in signed, count
            assert "附表" in "".join(texts[texts.index(signed) :])
        word = Document(BytesIO(papers.draw("report", values, foot="", at=AT, as_word=True)))
    before = next(n for n, one in enumerate(word.paragraphs) if one.text == values["unit"] and n > 3)
    assert word.paragraphs[before - 1].paragraph_format.keep_with_next
    assert word.paragraphs[before].paragraph_format.keep_with_next

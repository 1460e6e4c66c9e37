"""The pages of reports: what is listed and made, what a report says, the rows behind its numbers."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import time_machine
from docx import Document
from openpyxl import load_workbook

from tests.insight.reports.district import AT, build, on, told
from twinloop.decide.periods import ReportKind
from twinloop.insight.figures import actions as figures
from twinloop.insight.reports import actions
from twinloop.insight.reports.models import Report
from twinloop.intake.batches.models import OutsideFigure
from twinloop.ledger import actions as ledger
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.notices.actions import tell
from twinloop.notices.models import Notice


@pytest.fixture
def april(db):
    with time_machine.travel(AT, tick=False):
        with see_as(SYSTEM):
            found, _made = build()
        yield found


def made(station=None, place=None, kind=ReportKind.MONTH, by=None) -> Report:
    with see_as(SYSTEM):
        return actions.make(kind, date(2026, 4, 15), station, place, scope=SYSTEM, by=by, at=AT)[0]


def test_one_is_made_by_hand_and_made_again(client, april):
    client.force_login(april.people["chief"])
    form = {"kind": "month", "day": "2026-04-20", "area": f"s{april.station.pk}"}
    answer = client.post("/reports/", form, follow=True)
    text = answer.content.decode()
    assert "做好了，第 1 版" in text
    assert "近村派出所 · 2026年4月" in text
    with see_as(SYSTEM):
        (found,) = Report.objects.all()
        assert (found.made_by, found.station) == (april.people["chief"], april.station)
    assert "数没有变，还是第 1 版" in client.post(f"/reports/{found.pk}/again/", follow=True).content.decode()
    assert "2026年4月" in client.get("/reports/?kind=month").content.decode()
    assert "这里还没有报告" in client.get("/reports/?kind=day").content.decode()


@pytest.mark.parametrize(
    ("kind", "said"), [("month", "2026年4月"), ("twelve", "2025年5月至2026年4月"), ("quarter", "2026年第1季度")]
)
def test_without_a_day_it_is_the_newest_that_is_over(client, april, kind, said):
    client.force_login(april.people["chief"])
    answer = client.post("/reports/", {"kind": kind, "day": "", "area": f"s{april.station.pk}"}, follow=True)
    assert said in answer.content.decode()


def test_what_cannot_be_made_says_why_and_keeps_the_form(client, april):
    client.force_login(april.people["bureau"])
    answer = client.post("/reports/", {"kind": "month", "day": "2026-05-05", "area": ""})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "这一期到 2026-05-31 才过完" in text
    assert 'value="2026-05-05"' in text
    assert client.post("/reports/", {"kind": "decade", "day": "zz", "area": "s0"}).status_code == 422
    client.force_login(april.people["chief"])
    for area in ("", f"s{april.other.pk}", f"p{april.far.pk}"):  # not among the chief's choices
        assert client.post("/reports/", {"kind": "month", "day": "2026-04-05", "area": area}).status_code == 422
    with see_as(SYSTEM):
        assert not Report.objects.exists()


def test_a_report_says_its_figures_and_opens_them(client, april):
    whole = made()
    client.force_login(april.people["bureau"])
    text = client.get(f"/reports/{whole.pk}/").content.decode()
    assert "没有超出偶然的" in text
    assert "期内报警 3 次以上、期末没有化解的纠纷有 1 件" in text
    assert "1/3" in text
    for table, code, count in (
        ("totals", "calls", 6), ("totals", "new", 3), ("types", "B1", 2), ("slots", "08", 2), ("weekdays", "3", 1),
        ("indicators", "resolution", 1),
    ):  # fmt: skip
        rows = client.get(f"/reports/{whole.pk}/{table}/{code}/").content.decode()
        assert rows.count('class="rep-row"') == count, (table, code)
        assert "报告里是" not in rows
    assert client.get(f"/reports/{whole.pk}/indicators/resolution/?part=of").content.decode().count('"rep-row"') == 2
    for table, code, count in (
        ("slots-calls", "08", 4), ("weekdays-calls", "7", 1), ("types-settled", "B1", 1), ("slots-settled", "08", 1),
    ):  # fmt: skip
        rows = client.get(f"/reports/{whole.pk}/{table}/{code}/")
        assert rows.content.decode().count('class="rep-row"') == count, (table, code)
        assert (rows.context["then"], rows.context["counted"]) == (str(count), str(count))
        assert f'/reports/{whole.pk}/{table}/{code}/"' in text
    for wrong in ("types-calls/B1", "totals/zz", "zz/calls", "types/A9", "indicators/zz", "totals/calls/x"):
        assert client.get(f"/reports/{whole.pk}/{wrong}/").status_code == 404
    assert client.get(f"/reports/{whole.pk}/indicators/resolution/?part=zz").status_code == 404
    assert client.get(f"/reports/{whole.pk}/totals/calls/?page=zz").status_code == 200


def test_a_later_version_shows_what_was_corrected(client, april):
    first = made()
    with see_as(SYSTEM):
        from twinloop.cases.models import Dispute

        open_one = Dispute.objects.order_by("registered_at")[1]
        told(open_one, on(4, 28), "settle", "handling", "settled")
        ledger.seal(at=AT)
        figures.rebuild(at=AT)
    client.force_login(april.people["bureau"])
    assert "报告里是 1，现在数是 2" in client.get(f"/reports/{first.pk}/totals/settled/").content.decode()
    text = client.post(f"/reports/{first.pk}/again/", follow=True).content.decode()
    assert "做好了，第 2 版" in text
    assert "和第 1 版不同的" in text
    assert '<th scope="row">化解</th><td class="n">1</td><td class="n">2</td>' in text
    listed = client.get("/reports/").content.decode()
    assert "第 2 版" in listed
    assert "第 1 版" not in listed
    assert client.get(f"/reports/{first.pk}/").status_code == 200  # what was made stays


def test_a_year_ago_stands_beside_and_other_offices_figures_beside_our_own(client, april):
    with see_as(SYSTEM):
        from twinloop.cases.models import Dispute, Incident

        old = Dispute.objects.order_by("registered_at").first()
        Dispute.objects.filter(pk=old.pk).update(registered_at=on(4, 1).replace(year=2025))
        Incident.objects.filter(received_at=on(3, 10)).update(
            reported_at=on(4, 1).replace(year=2025), received_at=on(4, 1).replace(year=2025)
        )
        figures.rebuild(at=AT)
        for first, after, above in ((on(3, 1), on(4, 1), 13), (on(4, 1), on(5, 1), 7)):
            OutsideFigure.objects.create(
                code="八大类案件", first_on=first.date(), after_on=after.date(), numerator=above, source="刑侦"
            )
        OutsideFigure.objects.create(
            code="群众满意度", first_on=date(2026, 4, 1), after_on=date(2026, 5, 1), numerator=99, denominator=100,
            source="统计局",
        )  # fmt: skip
        april_ago = made()
        assert made(april.station).facts["outside"] is None
    assert {code: count for code, count in april_ago.facts["year_ago"].items() if count} == {
        "calls": 1, "dispute_calls": 1, "new": 1, "open": 1,
    }  # fmt: skip
    client.force_login(april.people["bureau"])
    answer = client.get(f"/reports/{april_ago.pk}/")
    new = next(one for one in answer.context["totals"] if one.code == "new")
    assert (new.now, new.year_ago, new.on_year) == (3, 1, "+2")
    grave, content = answer.context["outside"]
    assert (grave.value, grave.earlier, grave.change, grave.ours[:2]) == ("7", "13", "−46.15%", ("totals", "crimes"))
    assert (content.value, content.ours[1]) == ("99.00%（99/100）", "callbacks_satisfied")
    text = answer.content.decode()
    for part in ("去年同期", "同比", "外单位的数", "−46.15%"):
        assert part in text, part
    whole = client.get(f"/reports/{april_ago.pk}/paper.docx").content
    cells = [[c.text for c in row.cells] for t in Document(BytesIO(whole)).tables for row in t.rows]
    assert ["新登记纠纷（件）", "3", "去年同期 1", "+2"] in cells
    assert any(row[0] == "八大类案件" and "刑侦" in row for row in cells)


def test_who_reads_which(client, april):
    whole, own, other, near = made(), made(april.station), made(april.other), made(place=april.near)
    far = made(place=april.far)
    sees = {
        "bureau": {whole, own, other, near, far}, "dispatcher": {whole, own, other, near, far}, "chief": {own, near},
        "community_officer": {near},
    }  # fmt: skip
    for role, mine in sees.items():
        client.force_login(april.people[role])
        for one in (whole, own, other, near, far):
            for rest in ("", "table.xlsx", "totals/calls/"):
                status = client.get(f"/reports/{one.pk}/{rest}").status_code
                assert status == (200 if one in mine else 404), (role, str(one), rest)
            assert client.post(f"/reports/{one.pk}/again/").status_code == (302 if one in mine else 404)
        assert f"<b>{2026}年4月</b>" in client.get("/reports/").content.decode()
    client.force_login(april.people["officer"])
    assert client.get(f"/reports/{own.pk}/").status_code == 403


def test_the_workbook_holds_the_figures_and_is_written_down(client, april):
    whole = made()
    client.force_login(april.people["bureau"])
    answer = client.get(f"/reports/{whole.pk}/table.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "第 1 版" in lines[0][0]
    assert ["总体", "警情", 6, None, None, None, None, None, None] in lines
    assert any(line[:2] == ["类型", "邻里相邻"] and line[2] == 2 and line[6] == 1 for line in lines)
    with see_as(SYSTEM):
        event = Event.objects.get(verb="report_taken")
        assert (event.is_look, event.by_id) == (True, april.people["bureau"].pk)


def test_in_english_nothing_stays_chinese_but_names(client, april):
    whole = made()
    client.force_login(april.people["bureau"])
    client.cookies["django_language"] = "en"
    text = client.get(f"/reports/{whole.pk}/").content.decode()
    assert "What stands out" in text
    assert "Disputes with 3 or more reports in the period" in text


def test_a_page_asks_the_same_few_questions_for_any_report(client, april, django_assert_num_queries):
    client.force_login(april.people["bureau"])
    whole, small = made(), made(place=april.near)
    client.get(f"/reports/{whole.pk}/")
    counts = []
    for one in (whole, small):
        with django_assert_num_queries(11, exact=False) as asked:
            client.get(f"/reports/{one.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_came_by_itself_tells_the_leaders(april):
    with see_as(SYSTEM):
        for station in (None, april.station):
            actions.make(ReportKind.MONTH, date(2026, 4, 1), station, None, scope=SYSTEM, by=None, at=AT)
            actions.make(ReportKind.DAY, date(2026, 4, 1), station, None, scope=SYSTEM, by=None, at=AT)
        ledger.seal(at=AT)
        tell(at=AT)
        told_to = set(Notice.objects.filter(verb="report_made").values_list("account", flat=True))
    ours = {role for role, person in april.people.items() if person.pk in told_to}
    assert ours == {"bureau", "chief"}


def test_reports_of_an_older_time_tell_nobody(april):
    """The past is entered, and its reports all come at once."""
    with see_as(SYSTEM):
        for kind, day in ((ReportKind.MONTH, date(2026, 3, 1)), (ReportKind.YEAR, date(2024, 1, 1)),
                          (ReportKind.TWELVE, date(2026, 4, 30)), (ReportKind.YEAR, date(2025, 1, 1))):  # fmt: skip
            actions.make(kind, day, None, None, scope=SYSTEM, by=None, at=AT)
        ledger.seal(at=AT)
        tell(at=AT)
        newest = set(Notice.objects.filter(verb="report_made").values_list("number", flat=True))
    assert len(newest) == 2
    assert all("2025" in name for name in newest), newest

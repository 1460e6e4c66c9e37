"""In a real browser: the assessed opens the rows and contests on a phone, the chief answers; the bureau prints."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.dispatch.pushes.test_browser import enter
from tests.insight.assessments.test_assessments import settled
from twinloop.decide.assessment import SubjectKind
from twinloop.insight.assessments import actions
from twinloop.insight.assessments.models import Score
from twinloop.insight.figures import actions as figures
from twinloop.ledger import actions as ledger
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.browser


def last_month(at: datetime) -> datetime:
    return (at.replace(day=1) - timedelta(days=20)).replace(hour=9, minute=0)


def scored(settled_ones: int) -> tuple[world.District, Score]:
    """Six disputes of last month of one community officer, so many of them settled; counted."""
    at = timezone.localtime()
    with see_as(SYSTEM):
        district = world.district()
        for n in range(6):
            settled(district, at=last_month(at) + timedelta(hours=n), settle=n < settled_ones)
        ledger.seal(at=at)
        figures.catch_up(at=at)
        actions.assess(SubjectKind.PERSON, actions.month_of(last_month(at).date()), at=at)
        return district, Score.objects.get(account=district.people["community_officer"])


def test_the_assessed_opens_the_rows_and_contests_and_the_chief_answers(site: Any, office: Any, phone: Any) -> None:
    district, score = scored(4)
    heard, rang = complaints(office), complaints(phone)
    enter(phone, site, district.people["community_officer"])
    phone.goto(f"{site.url}/assessment/mine/")
    assert look(phone) == []
    phone.click("text=看依据、提申诉")
    line = phone.locator("details.ass-line", has_text="化解率").first
    line.locator("summary").click()
    assert line.locator(".outs > li").count() == 6, "as many rows as the figure says"
    assert "4/6" in line.locator("summary").inner_text()
    assert look(phone) == []
    missed = line.locator(".outs > li", has_text="没做到").first
    number = missed.locator(".tl-no").inner_text()
    missed.locator("a").click()
    phone.wait_for_url(re.compile(f"/disputes/{number}/"))
    phone.go_back()
    phone.locator("details.ass-line", has_text="化解率").first.locator("summary").click()
    phone.check(f"input[name=rows][aria-label^='{number}']")
    phone.fill("#contest-why", "当月移给法院立案，不归我再调")
    phone.click("#f-contest button[type=submit]")
    phone.wait_for_selector("text=等答复")

    enter(office, site, district.people["chief"])
    office.goto(f"{site.url}/assessment/")
    assert look(office) == []
    office.click("section[aria-labelledby=h-wait] .btn-primary")
    assert office.is_checked(f"input[name=rows][aria-label^='{number}']"), "what was contested is open and ticked"
    assert look(office) == []
    office.click("label.tl-choice:has-text('采纳，已改')")
    office.fill("#answer-text", "核对立案通知，这一件不计")
    office.click("#f-answer button[type=submit]")
    office.wait_for_selector("text=申诉采纳后重新统计")
    assert "4/5" in office.locator("details.ass-line summary", has_text="化解率").first.inner_text()

    phone.reload()
    phone.wait_for_selector("text=核对立案通知，这一件不计")
    with see_as(SYSTEM):
        score.refresh_from_db()
        assert score.before is not None, "what was counted first stays"
    assert heard == rang == []


def test_the_bureau_decides_on_a_nomination_and_prints_it(site: Any, office: Any, tmp_path: Path) -> None:
    district, score = scored(6)
    assert score.verdict == "met"
    heard = complaints(office)
    enter(office, site, district.people["bureau"])
    office.goto(f"{site.url}/assessment/scores/{score.pk}/")
    office.click("label.tl-choice:has-text('评先评优')")
    office.fill("#nominate-grounds", "六起全部当场化解")
    office.click("form[action$='/do/nominate/'] button[type=submit]")
    office.goto(f"{site.url}/nominations/")
    assert look(office) == []
    office.click("label.tl-choice:has-text('同意') >> nth=0")
    office.locator("form.ass-form input[name=why]").fill("同意，列入季度表彰")
    office.click("form.ass-form button[type=submit]")
    office.wait_for_selector("text=同意，列入季度表彰")
    for which, says in (
        ("a[href*='/nominations/list/'][href*=docx]", "评优推荐名单"),
        ("a[href*='/paper/?as=docx']", "依据"),
    ):
        with office.expect_download() as taken:
            office.click(which)
        kept = tmp_path / f"{len(says)}.docx"
        taken.value.save_as(kept)
        told = _text(kept)
        assert [
            word
            for word in (says, "六起全部当场化解", "化解率 100.0%" if says != "依据" else "化解率")
            if word not in told
        ] == []
    assert heard == []


def _text(path: Path) -> str:
    from docx import Document

    paper = Document(str(path))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])

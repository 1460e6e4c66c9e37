"""导入 on the page: who may, what is shown before anything is written, what the worker did, bad rows back, undo."""

from __future__ import annotations

import pytest

from tests import world
from tests.intake.batches.bringing import CALL_HEAD, call
from tests.intake.batches.pages import client, send
from tests.world import NOW
from twinloop.cases.models import Incident
from twinloop.intake.batches.models import Batch
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.django_db


def test_a_file_is_looked_at_confirmed_brought_in_and_taken_back(district, work):
    browser = client(district.people["dispatcher"])
    answer = send(browser, CALL_HEAD, call("J1"), call("J2", at="2026-04-31 10:00:00"), call("J3"))
    assert answer.status_code == 302
    page = browser.get(answer.url)
    text = page.content.decode()
    assert ("没有这一天" in text, "J1" in text, "13000000301" in text) == (True, True, False)
    with see_as(SYSTEM):
        assert not Incident.objects.exists(), "looking writes nothing"
    assert browser.post(f"{answer.url}confirm/").status_code == 302
    running = browser.get(answer.url, headers={"X-Poll": "1"}).content.decode()
    assert 'hx-trigger="every 2s"' in running
    work()
    assert browser.get(answer.url, headers={"X-Poll": "1"})["HX-Refresh"] == "true"
    with see_as(SYSTEM):
        batch = Batch.objects.get()
        assert (batch.state, batch.accepted, batch.rejected, batch.by) == (
            "done", 2, 1, district.people["dispatcher"],
        )  # fmt: skip
        assert set(Incident.objects.values_list("registered_by", flat=True)) == {batch.by_id}
    rejects = browser.get(f"{answer.url}rejects/")
    assert rejects["Content-Disposition"].startswith("attachment")
    assert "没有这一天" in rejects.content.decode("utf-8-sig")
    assert browser.post(f"{answer.url}confirm/").status_code == 302
    work()
    browser.post(f"{answer.url}undo/", {"why": ""})
    work()
    with see_as(SYSTEM):
        assert Incident.objects.count() == 2, "without a reason nothing goes; confirmed twice nothing doubles"
    browser.post(f"{answer.url}undo/", {"why": "导错了"})
    work()
    with see_as(SYSTEM):
        assert not Incident.objects.exists()
    assert "导错了" in browser.get(answer.url).content.decode()


def test_a_wrong_guess_is_mended_in_the_address(district, work):
    browser = client(district.people["dispatcher"])
    url = send(browser, "接警单编号,几点", "J1,2026-03-05 08:00:00").url
    assert "还差列：报警时间或接警时间" in browser.get(url).content.decode()
    assert "没有可导入" not in browser.get(f"{url}?reported_at=几点").content.decode()
    browser.post(f"{url}confirm/", {"reported_at": "几点", "by": "1", "accepted": "99"})
    work()
    with see_as(SYSTEM):
        assert Incident.objects.get().outside_number == "J1"
        assert Batch.objects.get().accepted == 1


def test_a_refused_file_says_why(district):
    browser = client(district.people["bureau"])
    url = send(browser, "<html><body><table>", name="a.xlsx").url
    assert "这是网页，不是 Excel 工作簿" in browser.get(url).content.decode()
    assert browser.post("/imports/", {"kind": "jjd"}).status_code == 422


@pytest.mark.parametrize("role", world.ROLES)
def test_who_may_import_what(district, role):
    browser = client(district.people[role])
    with see_as(SYSTEM):
        batch = Batch.objects.create(kind="jjd", names="a.csv", digest="e" * 64, at=NOW)
    may = role in ("dispatcher", "bureau", "system_admin")
    cases = role in ("dispatcher", "bureau")
    assert browser.get("/imports/").status_code == (200 if may else 403)
    assert browser.get(f"/imports/{batch.pk}/").status_code == (200 if cases else 404 if may else 403)
    assert send(browser, CALL_HEAD, call("J1")).status_code == (302 if cases else 422 if may else 403)
    for act in ("confirm", "undo"):
        status = browser.post(f"/imports/{batch.pk}/{act}/", {"why": "x"}).status_code
        assert status == (302 if cases else 404 if may else 403)
    assert browser.get(f"/imports/{batch.pk}/rejects/").status_code == (404 if may else 403)


@pytest.mark.parametrize("rows", [1, 15])
def test_the_list_asks_as_much_for_one_as_for_many(district, rows, django_assert_num_queries):
    browser = client(district.people["dispatcher"])
    with see_as(SYSTEM):
        for number in range(rows):
            Batch.objects.create(kind="jjd", names="a.csv", digest=str(number), at=NOW, state="done",
                                 by=district.people["dispatcher"])  # fmt: skip
    browser.get("/imports/")
    with django_assert_num_queries(QUERIES):
        browser.get("/imports/")


QUERIES = 10

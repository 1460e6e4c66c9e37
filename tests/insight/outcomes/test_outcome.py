"""What came of an import: asked for by a person, done by the worker, counted from what stands on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests import world
from tests.intake.batches.pages import client, send
from tests.world import NOW
from twinloop.decide import Refused
from twinloop.insight.outcomes.queries import groups_of, outcome
from twinloop.intake.batches import actions
from twinloop.intake.batches.models import Batch
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.joint import competence
from twinloop.triage.models import Judgement

pytestmark = pytest.mark.django_db
HEAD = "留言编号,留言时间,标题,内容,答复意见,答复时间"
TEXTS = (
    "楼上半夜放音乐跳舞，吵得孩子睡不着，和他家说过几次都不听，还吵了起来",
    "工地欠我们十二个人三个月工资，老板一直拖，说了几次都不给",
    "他拿刀堵在门口，扬言今晚杀了我全家",
    "啊",
)


def line(number, text):
    reply = ",已转属地处理,2026-01-06 09:00:00" if number == 0 else ",,"
    return f"L{number},2026-01-05 10:{number % 60:02d}:00,反映,{text}{reply}"


def brought(browser, work, lines):
    url = send(browser, HEAD, *lines, kind="messages").url
    browser.post(f"{url}confirm/")
    work()
    return url


def test_a_batch_is_judged_when_somebody_asks_and_the_page_counts_it(district, work):
    browser = client(district.people["dispatcher"])
    url = brought(browser, work, [line(n, text) for n, text in enumerate(TEXTS)])
    assert f'href="{url}outcome/"' in browser.get(url).content.decode(), "linked from the import's result"
    before = browser.get(f"{url}outcome/").content.decode()
    assert ("研判这一批" in before, "建议的类别和等级" in before) == (True, False), "nothing is judged unasked"
    assert browser.post(f"{url}judge/").url == f"{url}outcome/"
    running = browser.get(f"{url}outcome/").content.decode()
    assert ('hx-trigger="every 3s"' in running, "研判这一批" in running) == (True, False)
    work()
    with see_as(SYSTEM):
        batch = Batch.objects.get()
        told = outcome(batch, at=timezone.localtime())
        kept = Judgement.objects.filter(what="sorting", by__isnull=True)
        assert (told.total, told.judged, told.answered, told.sent, told.whistles) == (4, kept.count(), 1, 0, 0)
        assert (told.judged, told.sorted + told.left) == (4, 4)
        assert told.left == kept.filter(answer__abstained=True).count() >= 1, "one sign is no quarrel"
        assert sum(line.count for line in told.lines) == 4
        gravest = Judgement.objects.filter(what="level", answer__level=1)
        assert {one.pk for one in told.first} == set(gravest.values_list("incident", flat=True))
        first = gravest.get(incident__narrative__contains="拿刀").incident  # a knife and a threat to kill
        verbs = Event.objects.filter(stream=batch.stream).values_list("verb", flat=True)
        assert {"batch_judge_asked", "batch_judged"} <= set(verbs)
    page = browser.get(f"{url}outcome/").content.decode()
    assert (first.number in page, "every 3s" in page, "研判其余的" in page) == (True, False, False)


def test_every_type_names_its_agency_and_whom_to_send(district, work):
    url = brought(client(district.people["bureau"]), work, [line(n, TEXTS[1]) for n in range(3)])
    with see_as(SYSTEM):
        batch = Batch.objects.get()
        actions.ask(batch, by=None, at=timezone.localtime())
        assert actions.judge(batch, by=None, clock=timezone.localtime) == 3
        told = {line.code: line for line in outcome(batch, at=timezone.localtime()).lines if line.code}
        for code, row in told.items():
            offers = competence.by_subject([code], at=timezone.localtime())[code]
            assert [one.unit for one in row.agencies] == [one.unit for one in offers]
    assert client(district.people["bureau"]).get(f"{url}outcome/").status_code == 200


def test_a_batch_is_asked_for_once_and_what_was_judged_stays_when_it_is_undone(district, work):
    url = brought(client(district.people["dispatcher"]), work, [line(n, text) for n, text in enumerate(TEXTS)])
    with see_as(SYSTEM):
        batch = Batch.objects.get()
        at = timezone.localtime()
        actions.ask(batch, by=None, at=at)
        with pytest.raises(Refused) as again:
            actions.ask(batch, by=None, at=at)
        assert again.value.code == "batch_judging"
        actions.judge(batch, by=None, clock=timezone.localtime)
        with pytest.raises(Refused) as done:
            actions.ask(batch, by=None, at=at + timedelta(hours=1))
        assert done.value.code == "batch_judged"
        batch.refresh_from_db()
        assert actions.undo(batch, by=None, scope=None, at=timezone.localtime(), why="试") == (
            0,
            ["L0", "L1", "L2", "L3"],
        )
    assert client(district.people["dispatcher"]).get(f"{url}outcome/").status_code == 200


def test_the_page_asks_as_often_for_fifty_reports_as_for_one(district, work):
    browser, counts = client(district.people["dispatcher"]), []
    for size in (1, 50):
        url = brought(browser, work, [line(n + size, TEXTS[n % 3] + str(n + size)) for n in range(size)])
        browser.post(f"{url}judge/")
        work()
        browser.get(f"{url}outcome/")
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"{url}outcome/").status_code == 200
        counts.append(len(asked))
    assert counts == [QUERIES, QUERIES]


QUERIES = 26


@pytest.mark.parametrize("role", world.ROLES)
def test_who_reads_it(district, role):
    with see_as(SYSTEM):
        reports = Batch.objects.create(kind="messages", names="a.csv", digest="e" * 64, at=NOW, state="done")
        figures = Batch.objects.create(kind="indicators", names="b.csv", digest="f" * 64, at=NOW, state="done")
    browser = client(district.people[role])
    may = role in ("dispatcher", "bureau")
    assert browser.get(f"/imports/{reports.pk}/outcome/").status_code == (200 if may else 403)
    assert browser.get(f"/imports/{figures.pk}/outcome/").status_code == (404 if may else 403)
    door = may or role == "system_admin"
    assert browser.post(f"/imports/{figures.pk}/judge/").status_code == (302 if door else 403)
    assert browser.post(f"/imports/{reports.pk}/judge/").status_code == (302 if may else 404 if door else 403)
    with see_as(SYSTEM):
        assert not Batch.objects.filter(judge_at__isnull=False).exists(), "nothing to judge: nothing begins"


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12))))
def test_groups_are_what_hangs_together(pairs):
    groups = groups_of(pairs)
    members = [one for group in groups for one in group]
    assert len(members) == len(set(members)) == len({one for pair in pairs for one in pair})
    assert all(any({one, other} <= group for group in groups) for one, other in pairs)
    for group in groups:  # whoever starts anywhere in a group reaches all of it
        reached, last = {min(group)}, set()
        while reached != last:
            last = set(reached)
            reached |= {b for a, b in pairs if a in reached} | {a for a, b in pairs if b in reached}
        assert reached == group

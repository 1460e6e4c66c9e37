"""Who is told what, once; what they read; what the page and the bell show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import world
from tests.dispatch.pushes.conftest import LETTER
from tests.notices.conftest import tell
from tests.world import NOW
from twinloop.cases.telling import gathered
from twinloop.cases.timeline import VERBS
from twinloop.decide.workflow import Action
from twinloop.dispatch.pushes import actions as pushes
from twinloop.ledger.actions import record
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.notices import actions, queries
from twinloop.notices.models import Cursor, Notice
from twinloop.notices.telling import told_to


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=True):
        yield


def told(account) -> list[tuple[str, int]]:
    return list(Notice.objects.filter(account=account).order_by("pk").values_list("verb", "times"))


def enter(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(desk, unit=None):
    return pushes.push_out(desk.dispute, [unit or desk.zongzhi], LETTER, by=desk.person("dispatcher").pk, at=NOW)[0]


def test_every_verb_that_is_told_is_an_event_with_words():
    known = {*VERBS, *gathered("EVENTS"), *Action, "lead_accepted", "lead_joined", "lead_declined"}
    assert set(told_to()) - known == set()
    assert len(told_to()) >= 25


def test_a_letter_tells_the_liaisons_of_its_unit_and_nobody_else(desk):
    push = send(desk)
    tell()
    assert told(desk.liaison) == [("push_sent", 1)]
    assert told(desk.other) == told(desk.person("dispatcher")) == []
    notice = Notice.objects.get(account=desk.liaison)
    assert (notice.number, notice.url, notice.is_urgent) == (push.number, f"/pushes/{push.pk}/", True)


def test_an_answer_tells_whoever_sent_the_letter(desk):
    push = send(desk)
    pushes.receive(push, by=desk.liaison.pk, at=NOW)
    pushes.reply(push, "已丈量", "done", by=desk.liaison.pk, at=NOW)
    tell()
    assert told(desk.person("dispatcher")) == [("push_replied", 1)]


def test_one_notice_that_the_database_refuses_does_not_keep_the_others_from_being_told(desk, monkeypatch):
    """A report's name once was longer than the column: nobody in the district was told anything from then on."""
    known = told_to()
    wrong = replace(known["push_sent"], link=lambda event: ("x" * 500, "/" + "y" * 5000))
    monkeypatch.setattr(actions, "told_to", lambda: {**known, "push_sent": wrong})
    push = send(desk)
    pushes.receive(push, by=desk.liaison.pk, at=NOW)
    pushes.reply(push, "已丈量", "done", by=desk.liaison.pk, at=NOW)
    tell()
    assert told(desk.liaison) == []
    assert told(desk.person("dispatcher")) == [("push_replied", 1)]


def test_a_long_name_is_cut_and_told(desk, monkeypatch):
    known = told_to()
    long = replace(known["push_sent"], link=lambda event: ("报告" * 40, "/pushes/"))
    monkeypatch.setattr(actions, "told_to", lambda: {**known, "push_sent": long})
    send(desk)
    tell()
    assert Notice.objects.get(account=desk.liaison).number == "报告" * 30


def test_nothing_is_told_twice_and_nothing_before_it_is_sealed(desk):
    send(desk)
    assert actions.tell(at=NOW) == 0
    assert tell() == 1
    assert tell() == 0
    assert Cursor.objects.get().last == Event.objects.latest("id").pk


def test_whoever_did_it_is_not_told(desk):
    record(
        desk.dispute.stream, "person_involved", by=desk.liaison.pk, at=NOW, account=desk.liaison.pk, name="x", part="x"
    )
    tell()
    assert told(desk.liaison) == []


def test_closed_accounts_and_old_events_tell_nobody(desk):
    officer = desk.person("officer")
    record(
        desk.dispute.stream,
        "person_involved",
        by=None,
        at=NOW - timedelta(days=3),
        account=officer.pk,
        name="x",
        part="x",
    )
    send(desk)
    type(desk.liaison).objects.filter(pk=desk.liaison.pk).update(is_active=False)
    tell()
    assert Notice.objects.count() == 0


def test_a_killed_teller_begins_where_it_was(desk, monkeypatch):
    """Everything of a batch is one transaction: the crash leaves neither half a batch nor a moved cursor."""
    send(desk)
    send(desk, desk.justice)
    real, done = actions._tell_one, []

    def dies(event):
        done.append(event)
        if len(done) == 2:
            raise KeyboardInterrupt
        return real(event)

    monkeypatch.setattr(actions, "_tell_one", dies)
    with pytest.raises(KeyboardInterrupt):
        tell()
    assert Notice.objects.count() == 0
    monkeypatch.setattr(actions, "_tell_one", real)
    tell()
    assert told(desk.liaison) == told(desk.other) == [("push_sent", 1)]


def test_a_storm_of_a_thousand_events_is_one_row_that_counts(desk):
    officer = desk.person("officer")
    for _turn in range(1000):
        record(desk.dispute.stream, "person_involved", by=None, at=NOW, account=officer.pk, name="x", part="x")
    assert tell() == 1000
    assert told(officer) == [("person_involved", 1000)]


def test_what_was_read_is_told_anew_when_it_happens_again(desk):
    officer = desk.person("officer")
    for _turn in range(2):
        record(desk.dispute.stream, "person_involved", by=None, at=NOW, account=officer.pk, name="x", part="x")
        tell()
        actions.mark_read(officer.pk, None, at=NOW)
    assert told(officer) == [("person_involved", 1)] * 2
    assert queries.unread(world.scope_of(officer, at=NOW)) == 0


def test_a_missed_clock_tells_its_owner_and_at_the_second_rung_the_chief(desk):
    from twinloop.cases import actions as cases

    officer, chief = desk.person("community_officer"), desk.person("chief")
    cases.open_clock("callback_level_1", dispute=desk.dispute, owner=officer, by=None, at=NOW, may_wait=True)
    late = NOW + timedelta(days=60)
    cases.climb_clocks(at=late)
    tell(late)
    assert ("clock_climbed", 1) in told(officer)
    assert any(verb == "clock_climbed" for verb, _n in told(chief))


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_bell_counts_and_the_list_names_numbers_only(desk):
    push = send(desk)
    tell()
    client = enter(desk.liaison)
    bell = client.get("/notices/bell/").content.decode()
    assert 'class="tl-count"' in bell
    assert ">1<" in bell
    page = client.get("/notices/").content.decode()
    assert push.number in page
    assert "推送给本单位，请签收" in page
    assert "王秀兰" not in page
    assert "排水沟" not in page


def test_opening_a_notice_reads_it_and_leads_on(desk):
    push = send(desk)
    tell()
    client = enter(desk.liaison)
    pk = Notice.objects.get(account=desk.liaison).pk
    assert client.post(f"/notices/{pk}/open/")["Location"] == f"/pushes/{push.pk}/"
    assert 'class="tl-count"' not in client.get("/notices/bell/").content.decode()
    assert "没有未读的通知" in client.get("/notices/").content.decode()
    assert push.number in client.get("/notices/?tab=all").content.decode()


def test_nobody_opens_the_notice_of_another_not_even_the_bureau(desk):
    send(desk)
    tell()
    pk = Notice.objects.get(account=desk.liaison).pk
    for role in ("bureau", "chief", "auditor", "system_admin"):
        assert enter(desk.person(role)).post(f"/notices/{pk}/open/").status_code == 404
    with see_as(desk.district.scope("bureau")):
        assert Notice.objects.count() == 0  # the policy, without any filter
    with see_as(SYSTEM):
        assert Notice.objects.get(pk=pk).read_at is None


def test_all_at_once(desk):
    send(desk)
    tell()
    assert enter(desk.liaison).post("/notices/read/", follow=True).content.decode().count("1 条已读") == 1


@pytest.mark.parametrize("count", [1, 40])
def test_the_list_asks_a_fixed_number_of_questions(desk, count):
    officer = desk.person("officer")
    for n in range(count):
        Notice.objects.create(account=officer, verb="push_sent", number=f"N{n}", url="/x/", event=1, at=NOW)
    client = enter(officer)
    client.get("/notices/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/notices/")
    assert len([q for q in asked.captured_queries if "notices_notice" in q["sql"]]) == 2


def test_choices_are_kept_and_half_an_hour_of_quiet_is_refused(desk):
    client = enter(desk.liaison)
    answer = client.post("/notices/choose/", {"outside": "all", "evening": "on", "quiet_from": "21:00"})
    assert "要一起填" in answer.content.decode()
    client.post("/notices/choose/", {"outside": "all", "evening": "on", "quiet_from": "21:00", "quiet_until": "06:30"})
    chosen = queries.preference(desk.liaison.pk)
    assert (chosen.outside, chosen.morning, chosen.evening) == ("all", False, True)
    assert client.post("/notices/choose/", {"outside": "loud"}).status_code == 200
    assert queries.preference(desk.liaison.pk).outside == "all"


@pytest.mark.parametrize("wrong", [{"url": "https://evil.test/"}, {"times": 0}, {"outside": "loud"}])
def test_the_database_refuses(desk, wrong):
    facts = {"verb": "push_sent", "number": "N", "url": "/x/", "event": 1, "at": NOW} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(account=desk.liaison, **facts)


def test_one_event_that_cannot_be_told_stops_nobody_else(desk):
    record(desk.dispute.stream, "session_planned", by=None, at=NOW, session=987654321)  # no such session
    record("dispute:987654321", "reopen", by=None, at=NOW)
    push = send(desk)
    tell()
    assert told(desk.liaison) == [("push_sent", 1)]
    assert Notice.objects.get(account=desk.liaison).number == push.number
    assert Cursor.objects.get().last >= Event.objects.get(verb="push_sent").pk

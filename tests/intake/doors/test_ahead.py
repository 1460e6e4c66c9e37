"""A report is sorted and looked up before its number is drawn, and nothing is missed or lost by that."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import world
from tests.world import NOW
from twinloop.cases import parameters
from twinloop.cases.held import settings_held
from twinloop.cases.models import Incident, ParameterSet
from twinloop.cases.parameters import in_force
from twinloop.cases.queries import placed
from twinloop.decide import linkage
from twinloop.decide.linkage import Evidence, Link
from twinloop.intake.doors.actions import receive, take_in
from twinloop.intake.doors.checking import Said
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import actions, ahead, learned, repeats_finding
from twinloop.triage.models import Judgement, LearnedModel
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeats import newer
from twinloop.triage.repeats_finding import Found, asked_new, asked_of

TEXT = "楼上何大富半夜打麻将到三点，砸地板，隔壁孩子吓哭，说了三次不听还要打人"


@pytest.fixture
def here(db):
    with see_as(SYSTEM):
        yield world.district()


def said(here, **changed):
    given = {
        "text": TEXT,
        "channel": "call_110",
        "place": here.near.code,
        "address": "三组12号",
        "phone": "19900000127",
    }
    return Said(**(given | {"name": "王秀兰"} | changed))


@pytest.mark.parametrize("changed", [{}, {"is_confidential": True}, {"name": "", "phone": "", "no_phone": True}])
def test_what_is_asked_ahead_is_what_the_stored_report_asks(here, changed, monkeypatch):
    asked = []

    def heard(text, at, caller, place, address):
        asked.append(asked_new(text, at, caller, place, address))
        return asked[0]

    monkeypatch.setattr("twinloop.intake.doors.judging.asked_new", heard)
    stored = asked_of(receive(said(here, **changed), door="call", by=None, at=NOW))
    assert stored.incident is not None
    assert stored.report() == asked[0].report()
    assert (stored.place, stored.phone) == (asked[0].place, asked[0].phone)


def test_the_number_is_drawn_after_the_search(here, monkeypatch):
    counted = (monotonic(), 10**9, linkage.Background(total=repeats_finding.COUNTED))  # how common words are: in force
    monkeypatch.setattr(repeats_finding, "_counted", {str(connection.settings_dict["NAME"]): counted})
    with CaptureQueriesContext(connection) as asked:
        receive(said(here), door="call", by=None, at=NOW)
    said_in_order = [query["sql"] for query in asked.captured_queries]
    searched, drawn, stored = (
        next(n for n, sql in enumerate(said_in_order) if part in sql)
        for part in ("triage_repeat_found", "cases_draw_report", 'INTO "cases_incident"')
    )
    assert searched < drawn < stored
    assert 'INTO "triage_judgement"' in said_in_order[stored], "it stands with what is said of it"
    # two savepoints and their ends are of the transaction of this test; each other waits for an answer of the database
    assert len(said_in_order) == 4 + 5, said_in_order


def test_the_twin_that_came_in_meanwhile_is_found_all_the_same(here, monkeypatch):
    def slow(*args, **more):
        found = real(*args, **more)
        if not others:
            others.append(None)
            others.append(receive(said(here, phone="19900000127"), door="call", by=None, at=NOW))
        return found

    others, real = [], repeats_finding.found_and_newest
    monkeypatch.setattr(ahead, "found_and_newest", slow)
    mine, told = take_in(said(here), door="call", by=None, at=NOW + timedelta(seconds=1))
    assert [hit.incident for hit in told["repeats"]] == [others[1].pk]
    assert RepeatPair.objects.get(incident=mine).earlier_id == others[1].pk
    assert Judgement.objects.get(incident=mine, what="repeats").answer["candidates"][0]["incident"] == others[1].pk


def hit(incident, dispute, probability):
    return Found(incident, dispute, Link(str(incident), "", probability, 0.0, (Evidence("gap_days", 1.0),)))


def test_of_an_earlier_and_a_newer_report_of_one_dispute_only_the_newer_is_told(monkeypatch, here):
    asked = repeats_finding.Asked(TEXT, NOW, incident=9)
    late = [hit(8, 5, 0.9)]
    monkeypatch.setattr("twinloop.triage.repeats.found_newer", lambda *_args, **_more: late)
    told = newer([hit(3, 5, 0.7), hit(2, None, 0.95)], asked, 7, held=in_force(NOW))
    assert [found.incident for found in told] == [2, 8]


def test_where_looking_ahead_fails_the_call_is_judged_in_its_own_time(here, monkeypatch, caplog):
    def broken(*args, **more):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(ahead, "found_and_newest", broken)
    incident, told = take_in(said(here), door="call", by=None, at=NOW)
    assert incident.number
    assert told["sorting"]["kind"] == "dispute"
    assert "nothing said ahead" in caplog.text


def test_what_the_database_takes_back_is_written_down_step_by_step(here, monkeypatch, caplog):
    def refused(*args, **more):
        judged = real(*args, **more)
        judged.rows[0].params_version = None
        return judged

    real = actions.beside
    monkeypatch.setattr(actions, "beside", refused)
    first, told = take_in(said(here), door="call", by=None, at=NOW)
    assert Incident.objects.get().pk == first.pk
    assert told is None, "what is refused again is not said"
    assert verbs(first) == ["incident_registered", "incident_reported"]
    assert "did not come to stand together" in caplog.text
    monkeypatch.setattr(actions, "beside", real)
    second, told = take_in(said(here, phone="19900000128"), door="call", by=None, at=NOW)
    assert int(second.number[-3:]) == int(first.number[-3:]) + 1, "no number is lost"
    assert told["sorting"]["kind"] == "dispute"
    assert verbs(second) == ["incident_registered", "incident_reported", "judged"]


def test_where_judging_fails_the_report_stands_all_the_same(here, monkeypatch, caplog):
    def broken(*args, **more):
        raise ValueError("cannot say")

    monkeypatch.setattr(actions, "beside", broken)
    incident, told = take_in(said(here), door="call", by=None, at=NOW)
    assert told is None
    assert Incident.objects.get().pk == incident.pk
    assert not Judgement.objects.exists()
    assert "no suggestion for" in caplog.text


def verbs(incident):
    return list(Event.objects.filter(stream=incident.stream).order_by("seq").values_list("verb", flat=True))


def test_a_code_brings_the_sets_of_its_day_with_the_place(here, django_assert_num_queries):
    asked = parameters._in_force(NOW.date())
    own = {"kind": "thresholds", "version": "one", "values": {}, "why": "tried", "by": here.people["bureau"], "at": NOW}
    ParameterSet.objects.create(since=NOW.date(), **own)
    with settings_held():
        assert placed(here.near.code, at=NOW) == here.near
        with django_assert_num_queries(0):
            told = in_force(NOW)
    assert told == parameters._in_force(NOW.date()) != asked
    with settings_held():
        placed(here.near.code, at=NOW - timedelta(days=1))
        assert in_force(NOW - timedelta(days=1)) == asked


def test_the_search_tells_the_model_that_sorts(here, monkeypatch, django_assert_num_queries):
    LearnedModel.objects.create(version="sorting-one", at=NOW, cases=60, state="used", before=0.8, after=0.9)
    monkeypatch.setattr(learned, "_read", lambda version: version)
    with settings_held():
        repeats_finding.found_and_newest(asked_of(world.incident(here.near)), least=0.2, params=linkage.DEFAULTS)
        with django_assert_num_queries(0):
            assert learned.current() == "sorting-one"
    LearnedModel.objects.update(state="back")
    with settings_held():
        assert learned.current() is None


def test_the_search_never_reads_the_whole_table(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'triage_repeat_candidates'")
        ((settings,),) = cursor.fetchall()
    assert {"enable_seqscan=off", "plan_cache_mode=force_generic_plan"} <= set(settings)

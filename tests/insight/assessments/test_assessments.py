"""A month is counted once, opens to its rows, can be contested, answered, corrected; nominations are people's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from tests import world
from tests.world import CHINA, NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.decide import Refused
from twinloop.decide.assessment import SubjectKind
from twinloop.insight.assessments import actions, demo, queries
from twinloop.insight.assessments.models import Assessment, Contest, Nomination, Scheme, Score
from twinloop.insight.figures import actions as figures
from twinloop.ledger import actions as ledger
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.notices import actions as notices
from twinloop.notices.models import Notice

DESK, FIELD = frozenset({"dispatcher"}), frozenset({"officer", "community_officer"})
APRIL, MAY = date(2026, 4, 1), datetime(2026, 5, 3, 9, 0, tzinfo=CHINA)


def settled(district, *, at: datetime, settle: bool = True) -> Dispute:
    owner, by = district.people["community_officer"], district.people["officer"]
    dispute = world.dispute(district.near, by=by, at=at, owner=owner)
    for side, name in (("a", "王秀兰"), ("b", "李建国")):
        cases.add_party(dispute, world.person(name), side=side, by=by.pk, at=at)
    cases.move(dispute, "sort", by=None, roles=DESK, at=at, given={"type_code": "B1", "level": 3})
    cases.move(dispute, "order", by=None, roles=DESK, at=at, given={"taker": by, "text": "去"})
    cases.move(dispute, "start", by=by.pk, roles=FIELD, at=at)
    if settle:
        given = {"settled_by": by.name, "settled_how": "reconciliation", "settled_on": at.date(), "terms": "无"}
        cases.move(dispute, "settle", by=by.pk, roles=FIELD, at=at, given=given)
    return dispute


@pytest.fixture
def district(db):
    """Six disputes of April of one officer: four settled."""
    with see_as(SYSTEM):
        made = world.district()
        for n in range(6):
            settled(made, at=NOW + timedelta(hours=n), settle=n < 4)
        ledger.seal(at=MAY)
        figures.catch_up(at=MAY)
        return made


@pytest.fixture
def seen(district):
    with see_as(SYSTEM):
        yield district


def code(act, *args, **more) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value.code


def leader(district, role: str = "chief"):
    return {"by": district.people[role].pk, "scope": district.scope(role, MAY), "at": MAY}


def mine(district) -> Score:
    if not Assessment.objects.filter(kind="person").exists():
        actions.assess(SubjectKind.PERSON, APRIL, at=MAY)
    return Score.objects.select_related("assessment", "account").get(account=district.people["community_officer"])


def test_a_month_is_counted_once_and_by_hand(seen):
    score = mine(seen)
    counted = queries.counted(score.rows)
    assert counted["resolution"] == (4, 6)
    by = {line.measure.indicator: line for line in queries.lines(score)}
    assert by["resolution"].verdict == "unsure", "4 of 6 may be chance beside 80 %"
    assert round(by["resolution"].points, 3) == round(30 * (4 / 6) / 0.8, 3)
    assert code(actions.assess, SubjectKind.PERSON, APRIL, at=MAY) == "assessment_known"
    assert code(actions.assess, SubjectKind.PERSON, date(2026, 5, 9), at=MAY) == "assessment_running"


def test_the_job_counts_every_kind_once(seen):
    assert actions.turn(at=MAY) == len(SubjectKind)
    assert actions.turn(at=MAY + timedelta(days=1)) == 0
    assert set(Assessment.objects.filter(month=APRIL).values_list("kind", flat=True)) == set(SubjectKind)
    place = Score.objects.get(assessment__kind="community", place=seen.near)
    assert queries.counted(place.rows)["resolution"] == (4, 6)
    station = Score.objects.get(assessment__kind="station", unit=seen.station)
    assert queries.counted(station.rows)["resolution"] == (4, 6)


def test_what_flares_up_again_counts_against_whoever_recorded_it(seen):
    """Ninety days after April they come of age: the month of July says which of them held."""
    late = datetime(2026, 8, 3, 9, 0, tzinfo=CHINA)
    one = Dispute.objects.filter(state="settled").order_by("pk").first()
    assert one is not None
    again = world.incident(seen.near, at=NOW + timedelta(days=20))
    cases.link(again, one, by=None, at=NOW + timedelta(days=20), why="又吵")
    ledger.seal(at=late)
    figures.catch_up(at=late)
    actions.assess(SubjectKind.PERSON, date(2026, 7, 1), at=late)
    closer = Score.objects.get(account=seen.people["officer"])
    assert queries.counted(closer.rows)["durable_90"] == (3, 4)
    owner = Score.objects.filter(account=seen.people["community_officer"]).first()
    assert owner is None or "durable_90" not in owner.rows


def test_each_settlement_counts_for_who_recorded_it_not_for_who_settled_again(seen):
    """The first settlement falls, somebody else settles a second time: the fall stays with the first."""
    one = Dispute.objects.filter(state="settled").order_by("pk").first()
    assert one is not None
    first, second = seen.people["officer"], seen.people["community_officer"]
    again = NOW + timedelta(days=3)
    cases.link(world.incident(seen.near, at=again), one, by=None, at=again, why="又吵")
    for verb, before, after in (("open_review", "reopened", "handling"), ("settle", "handling", "settled")):
        again += timedelta(hours=1)
        ledger.record(one.stream, verb, by=second.pk, at=again, before={"state": before, "round": 2},
                      after={"state": after, "round": 2})  # fmt: skip
    late = datetime(2026, 8, 3, 9, 0, tzinfo=CHINA)
    ledger.seal(at=late)
    figures.catch_up(at=late)
    actions.assess(SubjectKind.PERSON, date(2026, 7, 1), at=late)
    counted = {score.account_id: queries.counted(score.rows)["durable_90"] for score in Score.objects.all()}
    assert counted == {first.pk: (3, 4), second.pk: (1, 1)}


def test_a_contest_is_answered_by_another_and_the_old_score_is_kept(seen):
    score, owner = mine(seen), seen.people["community_officer"]
    first = score.total
    me = {"by": owner.pk, "scope": seen.scope("community_officer", MAY), "at": MAY}
    assert code(actions.contest, score, " ", **me) == "assessment_why"
    stranger = {"by": seen.people["officer"].pk, "scope": seen.scope("officer", MAY), "at": MAY}
    assert code(actions.contest, score, "不对", **stranger) == "contest_not_yours"
    assert code(actions.contest, score, "不对", ["JF990101-001"], **me) == "contest_rows"
    made = actions.contest(score, "两件是法院在办的，不该算我", **me)
    assert code(actions.contest, score, "再提", **me) == "contest_open"
    open_ = [f"resolution {pk}" for pk in Dispute.objects.exclude(state="settled").values_list("pk", flat=True)]
    assert code(actions.answer, made, "upheld", "对", ["JF990101-001"], **leader(seen)) == "contest_rows"
    assert code(actions.answer, made, "upheld", "对", [], **leader(seen)) == "contest_nothing"
    assert code(actions.answer, made, "", "对", [], **leader(seen)) == "assessment_why"
    assert code(actions.answer, made, "upheld", "对", [], **me) == "assessment_role"
    actions.answer(made, "upheld", "核实，两件不计", open_, **leader(seen))
    score = Score.objects.select_related("assessment").get(pk=score.pk)
    assert queries.counted(score.rows, score.left_out)["resolution"] == (4, 4)
    assert score.before == {"total": str(first) if first is not None else "", "verdict": score.before["verdict"]}
    assert code(actions.answer, made, "kept", "再答", [], **leader(seen)) == "contest_over"
    ledger.seal(at=MAY)
    notices.tell(at=MAY)
    told = dict(Notice.objects.filter(verb__startswith="contest_").values_list("account__username", "verb"))
    assert told["t-community_officer"] == "contest_answered"
    assert told["t-chief"] == "contest_made"


def test_twelve_months_add_up_and_a_thirteenth_is_too_old(seen):
    """One of two, two of two, and long ago one of one: 3 of 4 in the year; what was left out stays out."""
    score = mine(seen)
    rows = {"resolution": {"in": [["1", None, "a"]], "of": [["2", None, "b"]]}}
    assert queries.year(score)[1] == 1
    Score.objects.filter(pk=score.pk).update(rows=rows)
    for month, left_out in ((date(2025, 5, 1), []), (date(2026, 3, 1), ["resolution 9"]), (date(2025, 4, 1), [])):
        made = Assessment.objects.create(kind="person", month=month, measures=score.assessment.measures, at=MAY)
        Score.objects.create(
            assessment=made, account=score.account, verdict="small", left_out=left_out,
            rows={"resolution": {"in": [["3", None, "c"]], "of": [["9", None, "d"]] if left_out else []}},
        )  # fmt: skip
    judged, months = queries.year(score)
    assert months == 3
    assert {(line.hits, line.of) for line in judged.lines if line.measure.indicator == "resolution"} == {(3, 4)}


def test_a_leader_does_not_answer_the_own_contest(seen):
    actions.assess(SubjectKind.STATION, APRIL, at=MAY)
    score = Score.objects.get(unit=seen.station)
    made = actions.contest(score, "统计少了", **leader(seen))
    assert code(actions.answer, made, "kept", "没有少", [], **leader(seen)) == "contest_own"
    actions.answer(made, "kept", "没有少", [], **leader(seen, "bureau"))
    assert Contest.objects.get().answer == "kept"


def test_a_nomination_is_a_persons_and_the_bureau_decides_once(seen):
    score = mine(seen)
    officer = {"by": seen.people["officer"].pk, "scope": seen.scope("officer", MAY), "at": MAY}
    Score.objects.filter(pk=score.pk).update(verdict="small")
    score.refresh_from_db()
    assert code(actions.nominate, score, "merit", "好", **leader(seen)) == "nomination_small"
    Score.objects.filter(pk=score.pk).update(verdict="met")
    score.refresh_from_db()
    assert code(actions.nominate, score, "merit", "好", **officer) == "assessment_role"
    assert code(actions.nominate, score, "merit", " ", **leader(seen)) == "assessment_why"
    made = actions.nominate(score, "merit", "两起积案都化解了", **leader(seen))
    assert code(actions.nominate, score, "merit", "再推", **leader(seen)) == "nomination_twice"
    assert code(actions.decide, made, "accepted", "同意", **leader(seen)) == "assessment_role"
    actions.decide(made, "accepted", "同意", **leader(seen, "bureau"))
    assert code(actions.decide, made, "declined", "反悔", **leader(seen, "bureau")) == "nomination_over"


def test_schemes_are_dated_and_tried_first(seen):
    rows = [{"indicator": "resolution", "weight": 10, "threshold": 60.0, "minimum": 5, "better": "high"}]
    given = {"since": date(2026, 6, 9), "ranks": True, "why": "先看化解"}
    bureau = leader(seen, "bureau")
    assert code(actions.set_scheme, SubjectKind.PERSON, rows, **given, **leader(seen)) == "assessment_setter"
    soon = given | {"since": date(2026, 5, 20)}
    assert code(actions.set_scheme, SubjectKind.PERSON, rows, **soon, **bureau) == "assessment_soon"
    assert code(actions.set_scheme, SubjectKind.PERSON, rows, **given | {"why": ""}, **bureau) == "assessment_why"
    bad = [rows[0] | {"threshold": 0.0}]
    assert code(actions.set_scheme, SubjectKind.PERSON, bad, **given, **bureau) == "assessment_figures"
    strange = [rows[0] | {"indicator": "survey_safety"}]
    assert code(actions.set_scheme, SubjectKind.PERSON, strange, **given, **bureau) == "assessment_figures"
    mine(seen)
    tried = {score.account_id: judged for score, judged in actions.preview(SubjectKind.PERSON, rows)}
    assert tried[seen.people["community_officer"].pk].total == 100.0
    actions.set_scheme(SubjectKind.PERSON, rows, **given, **bureau)
    assert Scheme.objects.get().since == date(2026, 6, 1)
    assert queries.scheme(SubjectKind.PERSON, date(2026, 5, 31))[1] is False
    now, ranks = queries.scheme(SubjectKind.PERSON, date(2026, 6, 1))
    assert (len(now), ranks) == (1, True)


# --- pages -----------------------------------------------------------------------------------------------------------


def enter(district, role: str) -> Client:
    client = Client()
    client.force_login(district.people[role], backend="twinloop.people.backend.AccountBackend")
    return client


@pytest.fixture
def now():
    with time_machine.travel(MAY, tick=False) as clock:
        yield clock


def test_officer_contests_chief_answers_on_their_pages(district, now):
    with see_as(SYSTEM):
        score = mine(district)
        one = Dispute.objects.exclude(state="settled").order_by("pk").first()
        number, key = one.number, f"resolution {one.pk}"
    officer, chief = enter(district, "community_officer"), enter(district, "chief")
    assert "2026-04" in officer.get("/assessment/mine/").content.decode()
    one = f"/assessment/scores/{score.pk}/"
    page = officer.get(one).content.decode()
    assert number in page
    assert "没做到" in page
    empty = officer.post(f"{one}do/contest/", {"once": uuid4(), "why": ""})
    assert empty.status_code == 422
    strange = officer.post(f"{one}do/contest/", {"once": uuid4(), "why": "法院在办", "rows": ["JF990101-009"]})
    assert "JF990101-009" in strange.content.decode()
    assert officer.post(f"{one}do/contest/", {"once": uuid4(), "why": "法院在办", "rows": [key]}).status_code == 303
    assert "法院在办" in chief.get("/assessment/").content.decode()
    asked = chief.get(one).content.decode()
    assert f'value="{key}" form="f-answer" checked' in asked, "what was contested stands ticked"
    wrong = {"once": uuid4(), "answer": "upheld", "text": "核实"}
    refused = chief.post(f"{one}do/answer/", wrong)
    assert refused.status_code == 422
    assert "哪几行不计" in refused.content.decode()
    sent = {"once": uuid4(), "answer": "upheld", "rows": [key], "text": "核实，不计"}
    assert chief.post(f"{one}do/answer/", sent).status_code == 303
    page = officer.get(one).content.decode()
    assert "申诉后不计" in page
    assert "更正前" in page
    assert enter(district, "officer").get(one).status_code == 404, "nobody sees another's score"
    assert enter(district, "officer").get("/assessment/").status_code == 403


def test_table_nomination_and_its_paper(district, now):
    with see_as(SYSTEM):
        score = mine(district)
        Score.objects.filter(pk=score.pk).update(verdict="met")
    chief, bureau = enter(district, "chief"), enter(district, "bureau")
    sheet = load_workbook(BytesIO(chief.get("/assessment/table/?kind=person&month=2026-04").content)).active
    assert district.people["community_officer"].name in {
        cell for row in sheet.iter_rows(values_only=True) for cell in row
    }
    one = f"/assessment/scores/{score.pk}/do/nominate/"
    assert chief.post(one, {"once": uuid4(), "honour": "merit", "grounds": "化解两起积案"}).status_code == 303
    with see_as(SYSTEM):
        row = Nomination.objects.get()
    assert chief.get(f"/nominations/{row.pk}/paper/").content.startswith(b"%PDF")
    assert chief.get(f"/nominations/{row.pk}/paper/?as=docx").content.startswith(b"PK")
    assert chief.get(f"/nominations/{row.pk}/paper/?as=x").status_code == 404
    assert chief.get("/nominations/list/?month=2026-04").content.startswith(b"%PDF")
    assert chief.get("/nominations/list/?month=2026-03").status_code == 404
    own, shown = enter(district, "community_officer"), f"/assessment/scores/{score.pk}/"
    assert "化解两起积案" not in own.get(shown).content.decode(), "a nominee reads it once it is decided"
    lacking = bureau.post("/nominations/", {"once": uuid4(), "nomination": row.pk, "state": "accepted", "why": ""})
    assert lacking.status_code == 422
    sent = {"once": uuid4(), "nomination": row.pk, "state": "accepted", "why": "同意"}
    assert bureau.post("/nominations/", sent).status_code == 303
    assert "同意" in chief.get("/nominations/").content.decode()
    told = own.get(shown).content.decode()
    assert "化解两起积案" in told
    assert f"/nominations/{row.pk}/paper/" not in told, "the paper is the leaders'"
    with see_as(SYSTEM):
        assert Event.objects.filter(verb="nomination_taken").count() == 3


def test_the_bureau_tries_a_scheme_then_saves_it(district, now):
    with see_as(SYSTEM):
        mine(district)
    bureau = enter(district, "bureau")
    page = bureau.get("/settings/assessment/?kind=person").content.decode()
    assert "用上个月试算" in page
    fields = {"since": "2026-06-01", "why": "先看化解"}
    for measure in queries.shipped(SubjectKind.PERSON):
        fields |= {f"{measure.indicator}-weight": measure.weight, f"{measure.indicator}-threshold": measure.threshold,
                   f"{measure.indicator}-minimum": measure.minimum}  # fmt: skip
    for code_ in set(queries.offered(SubjectKind.PERSON)) - {
        one.indicator for one in queries.shipped(SubjectKind.PERSON)
    }:
        fields |= {f"{code_}-weight": 0, f"{code_}-threshold": 80, f"{code_}-minimum": 10}
    tried = bureau.post("/settings/assessment/?kind=person", {**fields, "try": "1"})
    assert tried.status_code == 200
    assert district.people["community_officer"].name in tried.content.decode()
    with see_as(SYSTEM):
        assert not Scheme.objects.exists()
    assert bureau.post("/settings/assessment/?kind=person", {**fields, "resolution-threshold": "x"}).status_code == 422
    assert bureau.post("/settings/assessment/?kind=person", fields).status_code == 303
    assert "先看化解" in bureau.get("/settings/assessment/?kind=person").content.decode()


def test_the_demo_judges_each_month_it_has_lived_and_puts_last_whom_it_cannot_judge(district):
    with see_as(SYSTEM):
        demo.fill(MAY, [date(2026, 3, 1)])
        assert set(Assessment.objects.values_list("month", flat=True)) == {date(2026, 3, 1), APRIL}
        demo.fill(MAY, [date(2026, 2, 1)])
        assert not Assessment.objects.filter(month=date(2026, 2, 1)).exists()
        month = Assessment.objects.get(kind="person", month=APRIL)
        one = Score.objects.filter(assessment=month).first()
        met = Score.objects.create(
            assessment=month, account=district.people["chief"], verdict="met", rows={}, beside={}
        )
        assert (one.verdict, queries.of_assessment(SYSTEM, month)[0]) == ("small", met)


def test_whom_so_few_rows_cannot_judge_stand_folded_below_those_who_are(district, now):
    with see_as(SYSTEM):
        score = mine(district)
        score.__class__.objects.filter(pk=score.pk).update(verdict="small")
        name = district.people["community_officer"].name
    chief = enter(district, "chief")
    alone = chief.get("/assessment/").content.decode()
    assert 'class="ass-line" open>' in alone, "where nobody can be judged nothing is hidden"
    with see_as(SYSTEM):
        met = Score.objects.create(
            assessment=score.assessment, account=district.people["chief"], verdict="met", rows=score.rows, beside={}
        )
    page = chief.get("/assessment/").content.decode()
    judged, folded = page.split('<details class="ass-line">')
    assert str(met.account) in judged
    assert name not in judged
    assert name in folded

"""What an administrator set for a day is what a decision on that day is made with, and each row says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import world
from tests.cases.test_parameters import put, renamed, values
from tests.triage.test_repeats import AGAIN, FIRST
from tests.world import NOW
from twinloop.decide import sorting
from twinloop.decide.parameters import ParameterKind as K
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import actions, queries, repeats, repeats_finding
from twinloop.triage.models import Judgement

DEBT = "报警人称王某去年借了他三万块钱，有借条，约好年底还，到现在一分不还，上门去要钱也不肯还钱"
THREAT = "老李因为排水沟的事威胁我，说要我好看"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def test_the_scorecard_of_the_day_gives_the_level_and_its_name(district):
    stricter = values(K.SCORECARD, level_1_from=3, level_2_from=2)
    stricter["points"] = stricter["points"] | {"violence": 9}
    row = put(district, K.SCORECARD, stricter)
    incident = world.incident(district.near, narrative=DEBT)
    before = actions.judge(incident, by=None, at=NOW, marked=["violence"])
    after = actions.judge(incident, by=None, at=LATER, marked=["violence"])
    assert (before["level"]["level"], after["level"]["level"]) == (3, 1)
    said = Judgement.objects.filter(incident=incident, what="level").order_by("id").values_list("params_version")
    assert said[0] != said[1]
    assert said[1] == (row.version,)


def test_intake_shows_the_scorecard_of_the_day(district):
    scope = district.scope("dispatcher", NOW)
    put(district, K.SCORECARD, values(K.SCORECARD, level_1_from=3, level_2_from=1))
    shown = [queries.suggestion(DEBT, at=at, scope=scope, marked=["threat"]).level for at in (NOW, LATER)]
    assert [level.level for level in shown if level] == [3, 1]


def test_the_threshold_of_the_day_makes_the_sorter_abstain(district):
    sure = sorting.sort(DEBT)
    assert not sure.abstained
    row = put(district, K.THRESHOLDS, values(K.THRESHOLDS, sorting_least=0.95))
    incident = world.incident(district.near, narrative=DEBT)
    said = [actions.judge(incident, by=None, at=at)["sorting"]["abstained"] for at in (NOW, LATER)]
    assert said == [False, sure.confidence < 0.95]
    newest = Judgement.objects.filter(incident=incident, what="sorting").order_by("-id")[0]
    assert newest.params_version == f"{sure.version} {row.version}"


def test_a_closed_type_is_neither_suggested_nor_taken(district):
    given = renamed()
    given["C1"] = given["C1"] | {"active": False}
    put(district, K.TYPES, given)
    scope = district.scope("dispatcher", NOW)
    assert queries.suggestion(DEBT, at=NOW, scope=scope).best.type == "C1"
    later = queries.suggestion(DEBT, at=LATER, scope=scope)
    assert "C1" not in {later.best.type, *(other.type for other in later.others)}
    assert [queries.type_in_force("C1", at.date()) for at in (NOW, LATER)] == [True, False]


def test_repeats_are_asked_about_by_the_thresholds_of_the_day(district, monkeypatch):
    monkeypatch.setattr(repeats_finding, "_counted", {})  # how common words are, as no test before this one left it
    first = world.incident(district.near, narrative=FIRST, at=NOW)
    second = world.incident(district.near, narrative=AGAIN, at=NOW + timedelta(hours=2))
    [found] = repeats.find(second, by=None, at=NOW + timedelta(hours=2))
    assert found["incident"] == first.number
    assert found["probability"] < 0.99
    put(district, K.THRESHOLDS, values(K.THRESHOLDS, repeats_suggest=0.99, repeats_join=0.99))
    assert repeats.find(second, by=None, at=LATER) == []

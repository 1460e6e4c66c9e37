"""Sets of parameters: what is shipped passes, whatever passes keeps the promises of its core, the rest is refused."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused, mediation, nomination, parameters, risk, words
from twinloop.decide.matching import DEFAULTS as MATCHING
from twinloop.decide.matching import Call, Person, Scorer
from twinloop.decide.parameters import ParameterKind as K
from twinloop.decide.parameters import mediating, scorecard, weights

AT = datetime(2026, 4, 16, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", K)
def test_what_is_shipped_is_taken_and_survives_storage(kind):
    values = parameters.shipped(kind)
    assert parameters.read(kind, json.loads(json.dumps(values))) == parameters.read(kind, values)
    assert parameters.changes(values, json.loads(json.dumps(values))) == []


def test_the_shipped_scorecard_and_weights_are_the_defaults_of_their_cores():
    assert scorecard.read(scorecard.plain(), risk.DEFAULTS.source) == risk.DEFAULTS
    assert weights.read(weights.plain(), MATCHING.source) == MATCHING
    assert mediating.read(mediating.plain()) == mediating.DEFAULTS
    assert (mediating.DEFAULTS.choosing, mediating.DEFAULTS.nominating) == (mediation.PARAMS, nomination.PARAMS)


def changed(kind: K, *path: Any, to: Any) -> dict[str, Any]:
    values = copy.deepcopy(parameters.shipped(kind))
    inside: Any = values
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] = to
    return values


def without(kind: K, *path: str) -> dict[str, Any]:
    values = copy.deepcopy(parameters.shipped(kind))
    inside = values
    for name in path[:-1]:
        inside = inside[name]
    del inside[path[-1]]
    return values


S, W, T, M, Y = K
REFUSED = [
    (changed(S, "points", "weapon", to=-1), "parameter_negative"),
    (changed(S, "points", "weapon", to=1.5), "parameter_not_whole"),
    (changed(S, "points", "weapon", to=101), "parameter_range"),
    (changed(S, "points", "weapon", to="12"), "parameter_not_number"),
    (changed(S, "points", "weapon", to=True), "parameter_not_number"),
    (changed(S, "points", "ethnicity", to=3), "forbidden_input"),
    (changed(S, "floor", "petitioner", to=[1, 1]), "forbidden_input"),
    (changed(S, "points", "weather", to=3), "unknown_input"),
    (changed(S, "points", "incidents", to=3), "parameter_unknown"),
    (changed(S, "points", to=[1]), "parameter_missing"),
    (without(S, "points", "weapon"), "parameter_missing"),
    (without(S, "valid_days"), "parameter_missing"),
    (changed(S, "weather", to=1), "parameter_unknown"),
    (changed(S, "level_1_from", to=6), "parameter_order"),
    (changed(S, "valid_days", to=0), "parameter_range"),
    (changed(S, "steps", "injury", to=[[1, 5], [2, 4]]), "parameter_not_rising"),
    (changed(S, "steps", "injury", to=[[2, 4], [2, 5]]), "parameter_not_rising"),
    (changed(S, "steps", "injury", to=[[0, 4]]), "parameter_not_rising"),
    (changed(S, "steps", "injury", to=[[1, -4]]), "parameter_negative"),
    (changed(S, "steps", "injury", to=[]), "parameter_missing"),
    (changed(S, "steps", "injury", to=[[1]]), "parameter_not_number"),
    (changed(S, "steps", "amount_yuan", to=[[float("inf"), 1]]), "parameter_not_number"),
    (without(S, "floor", "weapon"), "parameter_floor_lost"),
    (changed(S, "floor", "weapon", to=[2, 1]), "parameter_floor_lost"),
    (changed(S, "floor", "incidents", to=[2, 4]), "parameter_floor_lost"),
    (changed(S, "floor", "violence", to=[3, 1]), "parameter_bad_floor"),
    (changed(S, "floor", "violence", to=[2, 0.5]), "parameter_range"),
    (changed(S, "floor", to=None), "parameter_missing"),
    (changed(W, "near", to=30), "parameter_order"),
    (changed(W, "skill", to=[9, 8, 24]), "parameter_order"),
    (changed(W, "skill", to=[8, 25, 24]), "parameter_order"),
    (changed(W, "skill", to=[8, 16]), "parameter_missing"),
    (changed(W, "related_skill", to=9), "parameter_order"),
    (changed(W, "success", to=101), "parameter_range"),
    (changed(W, "load", to=-1), "parameter_range"),
    (changed(W, "capacity", to=2.5), "parameter_not_whole"),
    (changed(W, "expected_rate", to=1), "parameter_range"),
    (changed(W, "fits", to={"A": ["gentle"]}), "parameter_unknown_trait"),
    (changed(W, "fits", to=[]), "parameter_missing"),
    (changed(W, "hard_rules", to=0), "parameter_unknown"),
    (
        parameters.shipped(W) | {"own_area": 1, "near": 1, "skill": [1, 1, 1], "related_skill": 1, "traits_most": 1,
                                 "success": 1, "knows": 1},
        "parameter_nothing_counts",
    ),
    (changed(T, "repeats_join", to=0.4), "parameter_range"),
    (changed(T, "repeats_suggest", to=0.7), "parameter_order"),
    (changed(T, "repeats_suggest", to=0), "parameter_range"),
    (changed(T, "sorting_least", to=1), "parameter_range"),
    (changed(T, "sorting_least", to="0.5"), "parameter_not_number"),
    (changed(M, "follow_months", to=0), "parameter_range"),
    (changed(M, "nominate_years", to=51), "parameter_range"),
    (changed(M, "follow_calls", to=2.5), "parameter_not_whole"),
    (changed(M, "in_hand", to="20"), "parameter_not_number"),
    (changed(M, "in_hand", to=True), "parameter_not_number"),
    (changed(M, "weather", to=1), "parameter_unknown"),
    (without(M, "nominate_rounds"), "parameter_missing"),
    (without(Y, "A1"), "parameter_type_codes"),
    (changed(Y, "E1", to={}), "parameter_type_codes"),
    (changed(Y, "A1", "name", to="  "), "parameter_type_name"),
    (changed(Y, "A1", "name", to="A2"), "parameter_type_name_twice"),
    (changed(Y, "A1", "name", to="长" * 21), "parameter_type_long"),
    (changed(Y, "A1", "description", to="长" * 201), "parameter_type_long"),
    (changed(Y, "A1", "place", to=2), "parameter_type_order"),
    (changed(Y, "A1", "place", to=13), "parameter_range"),
    (changed(Y, "D3", "active", to=False), "parameter_type_last"),
    (changed(Y, "A1", to=None), "parameter_missing"),
]  # fmt: skip


def kind_of(values: dict[str, Any]) -> K:
    if "points" in values:
        return S
    if "follow_months" in values:
        return M
    return W if "capacity" in values else T if "repeats_join" in values else Y


@pytest.mark.parametrize(("values", "code"), REFUSED)
def test_a_wrong_set_is_refused_in_both_languages(values, code):
    with pytest.raises(Refused) as refused:
        parameters.read(kind_of(values), values)
    assert refused.value.code == code
    for lang in ("zh", "en"):
        said = words.tell(refused.value, lang)
        assert "未知" not in said
        assert "{" not in said


def test_a_stricter_floor_is_taken():
    params = scorecard.read(changed(S, "floor", "incidents", to=[1, 2]))
    found = risk.score(risk.Facts.from_mapping({"incidents": 2}), AT, params)
    assert (found.level, found.floor) == (1, 1)


def test_thresholds_reach_the_comparison():
    read = parameters.read(T, {"repeats_suggest": 0.3, "repeats_join": 0.8, "sorting_least": 0.5})
    assert isinstance(read, parameters.Thresholds)
    assert (read.linkage().suggest_from, read.linkage().join_from) == (0.3, 0.8)


def test_closed_types_are_told():
    read = parameters.read(Y, changed(Y, "B3", "active", to=False))
    assert isinstance(read, parameters.Types)
    assert read.closed == {"B3"}


def test_changes_name_every_figure_and_equal_sets_share_a_name():
    before, after = parameters.shipped(S), changed(S, "points", "weapon", to=15)
    after["floor"]["violence"] = [2, 1]
    assert parameters.changes(before, after) == [
        (("points", "weapon"), 12, 15), (("floor", "violence"), None, [2, 1]),
    ]  # fmt: skip
    assert parameters.version(S, before) == parameters.version(S, dict(reversed(before.items())))
    assert parameters.version(S, before) != parameters.version(S, after)


# --- whatever is taken keeps the promises of its core

SMALL = st.integers(0, 30)
FACTS = st.fixed_dictionaries(
    {},
    optional={name: st.booleans() for name in ("weapon", "violence", "death_threat", "older_grievance", "breach")}
    | {"injury": st.integers(0, 3), "incidents": st.integers(0, 9), "months": st.integers(0, 60)},
)


@st.composite
def scorecards(draw: Any) -> risk.Params:
    values = parameters.shipped(S)
    values["points"] = {name: draw(SMALL) for name in values["points"]}
    for name in values["steps"]:
        rising = sorted(draw(st.lists(SMALL, min_size=1, max_size=4)))
        values["steps"][name] = [[n + 1, points] for n, points in enumerate(rising)]
    values["level_2_from"] = draw(st.integers(1, 20))
    values["level_1_from"] = values["level_2_from"] + draw(st.integers(1, 20))
    if draw(st.booleans()):
        values["floor"]["violence"] = [draw(st.sampled_from([1, 2])), 1]
    return scorecard.read(values)


@given(scorecards(), FACTS, FACTS)
def test_any_scorecard_taken_is_monotone_and_keeps_the_floors(params, one, more):
    low = risk.score(risk.Facts.from_mapping(one), AT, params)
    both = {**one, **{k: max(v, one.get(k, v)) for k, v in more.items()}}
    high = risk.score(risk.Facts.from_mapping(both), AT, params)
    assert high.level <= low.level
    assert not (both.get("weapon") or both.get("death_threat")) or high.level == 1
    assert both.get("incidents", 0) < 3 or high.level <= 2
    assert risk.score(risk.Facts(), AT, params).level == 3


@given(st.lists(SMALL, min_size=3, max_size=3).map(sorted), SMALL, SMALL, st.integers(0, 5))
def test_any_weights_taken_never_turn_a_merit_into_a_fault(skill, area, load, held):
    values = parameters.shipped(W) | {
        "skill": skill, "related_skill": 0, "own_area": area + 10, "near": area, "load": load
    }  # fmt: skip
    params = weights.read(values)
    call = Call(id="1", at=AT, type="B1", place="360702191201")
    scorer = Scorer(call, 0.0, params)
    plain = Person(id="1", on_duty=True, load=held)
    skilled = Person(id="1", on_duty=True, load=held, skills={"B1": 2}, communities=frozenset({"360702191201"}))
    busier = Person(id="1", on_duty=True, load=held + 1)
    assert scorer.points(skilled) >= scorer.points(plain) >= scorer.points(busier)

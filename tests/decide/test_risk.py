"""The scorecard: monotone, floors, expiry, inputs that may not be used."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.samples import samples
from twinloop.decide import Refused, clocks, risk
from twinloop.decide.risk import Evidence, Factor, Facts, Heading, Params, RiskRefusal

AT = datetime(2026, 4, 15, 20, 0, tzinfo=clocks.CHINA)
DEFAULTS = tomllib.loads((Path(risk.__file__).parent / "defaults" / "risk.toml").read_text(encoding="utf-8"))


def score(**facts: object) -> risk.Score:
    return risk.score(Facts.from_mapping(facts), AT)


def known() -> st.SearchStrategy[dict[str, Any]]:
    values: dict[Factor, st.SearchStrategy[Any]] = {
        factor: st.booleans() if factor not in risk.NUMBERS else st.integers(0, 60) for factor in Factor
    }
    values |= {Factor.INJURY: st.integers(0, 3), Factor.AMOUNT_YUAN: st.floats(0, 1e7)}
    return st.fixed_dictionaries({}, optional={str(factor): values[factor] for factor in Factor})


@settings(max_examples=100, deadline=None)
@given(known(), known())
def test_more_and_graver_facts_never_make_it_milder(some, more):
    both = {key: max(some.get(key, 0), more.get(key, 0), key=float) for key in some | more}
    both = {key: bool(value) if Factor(key) not in risk.NUMBERS else value for key, value in both.items()}
    fewer, all_of_it = score(**some), score(**both)
    assert all_of_it.level <= fewer.level
    assert all_of_it.points >= fewer.points


@settings(max_examples=50, deadline=None)
@given(known(), st.randoms(use_true_random=False))
def test_order_of_facts_does_not_matter_and_points_add_up(facts, random):
    shuffled = list(facts.items())
    random.shuffle(shuffled)
    first, second = score(**facts), score(**dict(shuffled))
    assert first == second
    assert first.points == sum(reason.points for reason in first.reasons)
    assert first.floor is None or first.level <= first.floor


@pytest.mark.parametrize(
    ("facts", "level", "floor"),
    [
        ({}, 3, None),
        ({"weapon": None, "threat": False, "incidents": 0}, 3, None),
        ({"weapon": True}, 1, 1),
        ({"death_threat": True}, 1, 1),
        ({"child_at_risk": True}, 1, 1),
        ({"incidents": 2}, 3, None),
        ({"incidents": 3}, 2, 2),
        ({"incidents_30d": 3}, 2, 2),
        ({"broken_agreement": True}, 2, 2),
        ({"breach": True}, 3, None),
        ({"threat": True, "months": 2.5}, 3, None),
        ({"injury": 1}, 3, None),
        ({"injury": 2}, 2, None),
        ({"injury": 3}, 1, None),
        ({"group_event": True}, 2, None),
        ({"violence": True, "threat": True, "older_grievance": True, "failed_mediations": 2}, 1, None),
    ],
)
def test_level_and_floor(facts, level, floor):
    answer = score(**facts)
    assert (answer.level, answer.floor) == (level, floor)


@pytest.mark.parametrize(
    "key", ["ethnicity", "religion", "health", "political_views", "household_origin", "petitioner"]
)
def test_what_a_person_is_may_not_be_used(key):
    with pytest.raises(Refused) as caught:
        Facts.from_mapping({"threat": True, key: True})
    assert (caught.value.code, caught.value.facts) == (RiskRefusal.FORBIDDEN_INPUT, {"key": key})


def test_unknown_key_is_named():
    with pytest.raises(Refused) as caught:
        Facts.from_mapping({"unemployed": True})
    assert (caught.value.code, caught.value.facts["key"]) == (RiskRefusal.UNKNOWN_INPUT, "unemployed")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weapon", 1),
        ("weapon", "yes"),
        ("injury", 4),
        ("injury", True),
        ("people", 2.5),
        ("people", -1),
        ("months", -0.5),
        ("amount_yuan", float("inf")),
        ("amount_yuan", float("nan")),
        ("amount_yuan", "8000"),
        ("incidents", [3]),
    ],
)
def test_bad_value_is_named(field, value):
    with pytest.raises(Refused) as caught:
        Facts.from_mapping({field: value})
    assert (caught.value.code, caught.value.facts["field"]) == (RiskRefusal.BAD_INPUT, field)


def test_reason_carries_heading_value_record_and_date():
    seen = Evidence("JQ260416-0086", date(2026, 4, 16))
    facts = Facts.from_mapping({"incidents": 4, "threat": True, "months": 1}, {Factor.INCIDENTS: seen})
    first, second = risk.score(facts, AT).reasons
    assert (first.factor, first.heading, first.value, first.points, first.floor, first.evidence) == (
        Factor.INCIDENTS,
        Heading.DURATION,
        4,
        3,
        2,
        seen,
    )
    assert (second.factor, second.floor, second.evidence) == (Factor.THREAT, None, None)


def test_every_factor_stands_under_one_of_the_four_headings():
    assert {risk.heading(factor) for factor in Factor} == set(Heading)
    assert risk.heading(Factor.BROKEN_AGREEMENT) is Heading.SOURCE
    assert risk.heading(Factor.WEAPON) is Heading.FOCUS


def test_score_expires_after_ninety_days():
    answer = score(threat=True)
    assert answer.expires_at == AT + timedelta(days=90)


def test_moment_without_offset_is_refused():
    with pytest.raises(Refused) as caught:
        risk.score(Facts(), AT.replace(tzinfo=None))
    assert caught.value.code == RiskRefusal.NO_OFFSET


@pytest.mark.parametrize(
    ("facts", "level", "reason", "code"),
    [
        ({"injury": 2}, 1, "", None),
        ({"injury": 2}, 2, "", None),
        ({"injury": 2}, 3, "伤情复核为轻微", None),
        ({"injury": 2}, 3, " ", RiskRefusal.LOWERING_NEEDS_REASON),
        ({"weapon": True}, 2, "刀已收走", RiskRefusal.BELOW_FLOOR),
        ({}, 4, "", RiskRefusal.NO_SUCH_LEVEL),
    ],
)
def test_person_may_raise_freely_and_lower_with_a_reason_down_to_the_floor(facts, level, reason, code):
    if code is None:
        risk.check_confirmed(score(**facts), level, reason)
        return
    with pytest.raises(Refused) as caught:
        risk.check_confirmed(score(**facts), level, reason)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"level_1_from": 6}, "level_2_from"),
        ({"valid_days": 0}, "valid_days"),
        ({"points": {**DEFAULTS["points"], "threat": -1}}, "negative"),
        ({"points": {"weapon": 1}}, "every factor"),
        ({"points": {**DEFAULTS["points"], "injury": 1}, "steps": {}}, "every factor"),
        ({"steps": {**DEFAULTS["steps"], "people": [[5, 3], [10, 1]]}}, "must rise"),
        ({"steps": {**DEFAULTS["steps"], "people": [[10, 1], [5, 3]]}}, "must rise"),
        ({"steps": {**DEFAULTS["steps"], "people": [[0, 1]]}}, "above 0"),
        ({"floor": {"weapon": [3, 1]}}, "floor"),
        ({"floor": {"ethnicity": [1, 1]}}, "ethnicity"),
    ],
)
def test_params_that_could_break_the_promise_are_refused(change, word):
    with pytest.raises(ValueError, match=word):
        Params.from_mapping({**DEFAULTS, **change})


def test_edited_params_change_the_score():
    params = Params.from_mapping({**DEFAULTS, "points": {**DEFAULTS["points"], "threat": 6}})
    assert risk.score(Facts.from_mapping({"threat": True}), AT, params).level == 2


@pytest.mark.parametrize(("line", "expect"), samples("risk.jsonl"))
def test_shared_sample(line, expect):
    if "key" in expect:
        with pytest.raises(Refused) as caught:
            Facts.from_mapping(line["facts"])
        assert caught.value.facts["key"] == expect["key"]
        return
    level = score(**line["facts"]).level
    assert level == expect.get("level", level)
    assert level <= expect.get("level_at_most", 3)
    assert level in expect.get("level_in", [1, 2, 3])
    assert level <= 3 if "not_milder_than" not in expect else score(**{**line["facts"], "threat": False}).level

"""The mediation gate: one table a rule, each case differing in one fact from one that is allowed."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.samples import samples
from twinloop.decide import Refused, clocks, gate
from twinloop.decide.gate import Fact, Facts, GateReason, GateRefusal, Nature, Params, Track

POLICE: dict[str, Any] = {
    "nature": "assault",
    "slight": True,
    "civil_origin": True,
    "relation": "neighbour",
    "trifle": True,
    "victim_first_at_fault": False,
    "easier_to_defuse": False,
    "hired": False,
    "gang_or_provocation": False,
    "repeat_offender": False,
    "party_refuses": False,
    "reoffended_during": False,
    "suspect_fled": False,
    "minor": False,
    "led_by": "sworn",
    "sworn_officers": 2,
    "rounds_done": 0,
    "on": "2026-04-15",
}
PEOPLE: dict[str, Any] = {"nature": "civil", "party_refuses": False}
SECOND = {"rounds_done": 1, "first_round_on": "2026-06-16", "on": "2026-06-26"}


def decide(track: Track, *changes: dict[str, Any], params: Params = gate.DEFAULTS) -> gate.Decision:
    facts = dict(POLICE if track is Track.POLICE else PEOPLE)
    for change in changes:
        facts |= change
    is_working = clocks.Calendar().is_working
    return gate.decide(track, Facts.from_mapping(facts), params, is_working=is_working)


def codes(decision: gate.Decision) -> set[GateReason]:
    return {reason.code for reason in decision.reasons}


@pytest.mark.parametrize(
    ("change", "article", "code"),
    [
        ({}, "程序规定 178(1)", GateReason.CLOSE_RELATION),
        ({}, "治安管理处罚法 9", GateReason.SLIGHT_CIVIL_OFFENCE),
        ({"nature": "other_public_order"}, "程序规定 178", GateReason.SLIGHT_CIVIL_OFFENCE),
        ({"trifle": False, "victim_first_at_fault": True}, "程序规定 178(2)", GateReason.VICTIM_AT_FAULT),
        ({"relation": "other", "easier_to_defuse": True}, "程序规定 178(3)", GateReason.EASIER),
        ({"relation": None, "easier_to_defuse": True}, "程序规定 178(3)", GateReason.EASIER),
        ({"minor": True, "guardian_present": True}, "程序规定 181", GateReason.GUARDIAN),
        ({"minor": True, "guardian_present": False, "earner_16": True}, "程序规定 181", GateReason.EARNS),
        ({"sworn_officers": 1, "recording_no": "LY-0415-12"}, "程序规定 52", GateReason.RECORDED),
        ({"sworn_officers": None, "recording_no": "LY-0415-12"}, "程序规定 52", GateReason.RECORDED),
        (SECOND, "程序规定 183", GateReason.SECOND_IN_TIME),
        ({**SECOND, "on": "2026-06-16"}, "程序规定 183", GateReason.SECOND_IN_TIME),
        ({"accepted_on": "2026-04-10"}, "程序规定 178(1)", GateReason.CLOSE_RELATION),
    ],
)
def test_police_track_opens(change, article, code):
    decision = decide(Track.POLICE, change)
    assert decision.allowed
    assert article in decision.articles
    assert code in codes(decision)
    assert not any(reason.bars for reason in decision.reasons)


@pytest.mark.parametrize(
    ("change", "article", "code"),
    [
        ({"nature": "criminal"}, "治安管理处罚法 9", GateReason.CRIMINAL),
        ({"nature": "civil"}, "程序规定 178 第2款", GateReason.NO_OFFENCE),
        ({"nature": "domestic_violence"}, "反家庭暴力法 16", GateReason.DOMESTIC_VIOLENCE),
        ({"slight": False}, "程序规定 178", GateReason.NOT_SLIGHT),
        ({"civil_origin": False}, "程序规定 178", GateReason.NO_CIVIL_ORIGIN),
        ({"trifle": False}, "程序规定 178", GateReason.NO_SITUATION),
        ({"relation": "other"}, "程序规定 178", GateReason.NO_SITUATION),
        ({"hired": True}, "程序规定 179(1)", GateReason.HIRED),
        ({"gang_or_provocation": True}, "程序规定 179(2)", GateReason.GANG_OR_PROVOCATION),
        ({"repeat_offender": True}, "程序规定 179(3)", GateReason.REPEAT_OFFENDER),
        ({"party_refuses": True}, "程序规定 179(4)", GateReason.PARTY_REFUSES),
        ({"reoffended_during": True}, "程序规定 179(5)", GateReason.REOFFENDED_DURING),
        ({"suspect_fled": True}, "程序规定 179(6)", GateReason.SUSPECT_FLED),
        ({"minor": True, "guardian_present": False}, "程序规定 181", GateReason.NO_GUARDIAN),
        (
            {"minor": True, "guardian_present": False, "earner_16": False},
            "程序规定 181",
            GateReason.NO_GUARDIAN,
        ),
        ({"led_by": "auxiliary"}, "程序规定 52", GateReason.AUXILIARY_LEADS),
        ({"sworn_officers": 0, "recording_no": "LY-1"}, "程序规定 52", GateReason.NO_SWORN_OFFICER),
        ({"sworn_officers": 1}, "程序规定 52", GateReason.NO_RECORDING),
        ({"sworn_officers": 1, "recording_no": "  "}, "程序规定 52", GateReason.NO_RECORDING),
        ({"rounds_done": 2}, "程序规定 183", GateReason.SESSIONS_USED_UP),
        ({**SECOND, "on": "2026-06-27"}, "程序规定 183", GateReason.SECOND_TOO_LATE),
        ({**SECOND, "on": "2026-06-15"}, "程序规定 183", GateReason.DATES_BACKWARDS),
        ({"accepted_on": "2026-04-09"}, "公通字〔2007〕81号", GateReason.FIRST_TOO_LATE),
        ({"accepted_on": "2026-04-16"}, "公通字〔2007〕81号", GateReason.DATES_BACKWARDS),
    ],
)
def test_police_track_shuts_on_one_fact(change, article, code):
    decision = decide(Track.POLICE, change)
    assert not decision.allowed
    assert article in decision.articles
    assert code in codes(decision)
    assert decision.reasons[0].bars


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        *(({name: None}, name) for name in POLICE if name not in {"relation", "victim_first_at_fault", "on"}),
        ({"relation": None}, "relation"),
        ({"trifle": None, "relation": "other", "easier_to_defuse": None}, "easier_to_defuse"),
        ({"trifle": False, "victim_first_at_fault": None}, "victim_first_at_fault"),
        ({"minor": True}, "guardian_present"),
        ({**SECOND, "first_round_on": None}, "first_round_on"),
        ({**SECOND, "on": None}, "on"),
        ({"accepted_on": "2026-04-10", "on": None}, "on"),
        ({"sworn_officers": 1}, "recording_no"),
    ],
)
def test_police_track_names_the_fact_that_it_needs(change, fact):
    if change == {"easier_to_defuse": None}:
        change = {"easier_to_defuse": None, "trifle": False}  # with a trifle among neighbours nobody needs to ask
    decision = decide(Track.POLICE, change)
    assert not decision.allowed
    assert Fact(fact) in {reason.fact for reason in decision.reasons if reason.bars}


def test_nothing_known_names_everything_and_guesses_nothing():
    decision = gate.decide(Track.POLICE, Facts(), is_working=clocks.Calendar().is_working)
    named = {reason.fact for reason in decision.reasons}
    assert not decision.allowed
    assert {Fact.NATURE, Fact.SLIGHT, Fact.PARTY_REFUSES, Fact.MINOR, Fact.LED_BY, Fact.ROUNDS_DONE} <= named
    assert codes(decision) == {GateReason.UNKNOWN}


def test_domestic_violence_shows_its_own_steps():
    steps = {GateReason.WARNING_LETTER, GateReason.SERVE_AND_VISIT, GateReason.PROTECTION_ORDER}
    for track in Track:
        assert steps <= codes(decide(track, {"nature": "domestic_violence"}))
        child = decide(track, {"nature": "domestic_violence", "minor": True})
        assert (child.allowed, GateReason.PROTECT_MINOR in codes(child)) == (False, True)


@pytest.mark.parametrize(
    ("change", "allowed", "article", "code"),
    [
        ({}, True, "人民调解法 17", GateReason.WILLING),
        ({"party_refuses": True}, False, "人民调解法 17", GateReason.PARTY_REFUSES),
        ({"party_refuses": None}, False, "人民调解法 17", GateReason.UNKNOWN),
        ({"nature": None}, False, "人民调解法 2", GateReason.UNKNOWN),
        ({"nature": "criminal"}, False, "人民调解法 25", GateReason.CRIMINAL),
        ({"nature": "domestic_violence"}, False, "反家庭暴力法 17", GateReason.DOMESTIC_VIOLENCE),
        ({"nature": "assault"}, True, "程序规定 186", GateReason.STILL_PUNISHABLE),
        ({"nature": "assault", "slight": False}, True, "程序规定 186", GateReason.STILL_PUNISHABLE),
        ({"minor": True, "guardian_present": False}, True, "人民调解法 17", GateReason.TELL_GUARDIAN),
        ({"hired": True, "led_by": "auxiliary", "rounds_done": 4}, True, "人民调解法 17", GateReason.WILLING),
    ],
)
def test_people_track(change, allowed, article, code):
    decision = decide(Track.PEOPLE, change)
    assert decision.allowed is allowed
    assert article in decision.articles
    assert code in codes(decision)


def test_params_can_lift_house_rules_but_not_the_law():
    lenient = Params.from_mapping({"first_late_bars": False, "domestic_violence_bars": False})
    late = decide(Track.POLICE, {"accepted_on": "2026-04-01"}, params=lenient)
    assert late.allowed
    assert GateReason.FIRST_TOO_LATE in codes(late)
    assert decide(Track.PEOPLE, {"nature": "domestic_violence"}, params=lenient).allowed
    assert not decide(Track.PEOPLE, {"party_refuses": True}, params=lenient).allowed
    wider = Params.from_mapping({"second_within": 8})
    assert decide(Track.POLICE, {**SECOND, "on": "2026-06-29"}, params=wider).allowed


@pytest.mark.parametrize("row", [{"sessions": 3}, {"first_within": 0}, {"second_within": True}, {"first_late_bars": 1}])
def test_params_refuse_nonsense(row):
    with pytest.raises(ValueError, match=next(iter(row))):
        Params.from_mapping(row)


def test_params_refuse_an_unknown_name():
    with pytest.raises(TypeError):
        Params.from_mapping({"third_within": 7})


def test_year_that_the_calendar_does_not_know_is_refused_not_guessed():
    with pytest.raises(Refused) as caught:
        decide(Track.POLICE, {**SECOND, "first_round_on": "2031-03-03", "on": "2031-03-06"})
    assert (caught.value.code, caught.value.facts) == (clocks.ClockRefusal.UNKNOWN_YEAR, {"year": 2031})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("slight", 1),
        ("slight", "true"),
        ("nature", "quarrel"),
        ("nature", ["assault"]),
        ("relation", "cousin"),
        ("led_by", "chief"),
        ("sworn_officers", True),
        ("sworn_officers", -1),
        ("sworn_officers", 1.5),
        ("recording_no", 12),
        ("on", "20260415"),
        ("on", "2026-02-30"),
        ("on", 20260415),
    ],
)
def test_value_that_cannot_be_is_named(key, value):
    with pytest.raises(Refused) as caught:
        Facts.from_mapping({key: value})
    assert (caught.value.code, caught.value.facts) == (GateRefusal.BAD_FACT, {"field": key})


def test_unknown_key_is_named():
    with pytest.raises(Refused) as caught:
        Facts.from_mapping({"slight": True, "ethnicity": "x"})
    assert (caught.value.code, caught.value.facts) == (GateRefusal.UNKNOWN_FACT, {"key": "ethnicity"})


def test_facts_take_dates_as_dates():
    assert Facts.from_mapping({"on": date(2026, 4, 15), "nature": None}) == Facts(on=date(2026, 4, 15))


MAYBE = st.sampled_from([None, True, False])
TRUTHS = [fact for fact in Fact if fact not in {"nature", "relation", "led_by", "sworn_officers", "recording_no"}]
ANY_FACTS = st.fixed_dictionaries(
    {
        **{str(fact): MAYBE for fact in TRUTHS if not fact.endswith("_on") and fact not in {"on", "rounds_done"}},
        "nature": st.sampled_from([None, *Nature]),
        "relation": st.sampled_from([None, *gate.Relation]),
        "led_by": st.sampled_from([None, *gate.Lead]),
        "sworn_officers": st.sampled_from([None, 0, 1, 2]),
        "recording_no": st.sampled_from([None, "LY-1"]),
        "rounds_done": st.sampled_from([None, 0, 1, 2]),
        "first_round_on": st.sampled_from([None, "2026-06-16"]),
        "accepted_on": st.sampled_from([None, "2026-06-15"]),
        "on": st.sampled_from([None, "2026-06-17", "2026-07-30"]),
    }
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(Track), ANY_FACTS, st.sampled_from(Fact))
def test_knowing_less_never_opens_the_gate(track, facts, forgotten):
    """But for what only shuts a first session (its acceptance) or proves a bar: there not knowing is not needed."""
    is_working = clocks.Calendar().is_working
    full = gate.decide(track, Facts.from_mapping(facts), is_working=is_working)
    less = gate.decide(track, Facts.from_mapping({**facts, forgotten: None}), is_working=is_working)
    harmless = {Fact.ACCEPTED_ON, Fact.SWORN_OFFICERS, Fact.RECORDING_NO}
    assert full.allowed or not less.allowed or forgotten in harmless
    for decision in (full, less):
        assert decision.allowed is not any(reason.bars for reason in decision.reasons)
        assert decision.articles


@pytest.mark.parametrize("bars", [*itertools.combinations(["hired", "party_refuses", "suspect_fled"], 2)])
def test_every_bar_is_shown(bars):
    decision = decide(Track.POLICE, dict.fromkeys(bars, True))
    assert len([reason for reason in decision.reasons if reason.bars]) == 2


@pytest.mark.parametrize(("line", "expect"), samples("gate.jsonl"))
def test_shared_sample(line, expect):
    facts = Facts.from_mapping(line["facts"])
    decision = gate.decide(Track(line["track"]), facts, is_working=clocks.Calendar().is_working)
    assert decision.allowed is expect["allowed"]
    assert any(number in article for number in expect["articles_any"] for article in decision.articles)

"""Who suits one call: hard rules one by one, points one by one, and what must hold whatever the facts are."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.people_at_random import AT, call, people
from twinloop.decide import matching as m
from twinloop.decide import words
from twinloop.decide.matching import Bar, Merit, Shortfall

HERE, NEXT_DOOR, FAR = "360724100201", "360724100202", "360724101201"
CALL = m.Call(id="c", at=AT, type="B1", place=HERE, parties=frozenset({"x"}))
OFFICER = m.Person(id="p", on_duty=True, sworn=True)


def one(person: m.Person, on: m.Call = CALL, params: m.Params = m.DEFAULTS) -> m.Candidate:
    [found] = m.rank(on, [person], params).people
    return found


def merits(person: m.Person, on: m.Call = CALL) -> dict[Merit, float]:
    return {reason.merit: reason.points for reason in one(person, on).reasons}


@pytest.mark.parametrize(
    ("facts", "on", "bar"),
    [
        ({"on_duty": False}, {}, Bar.OFF_DUTY),
        ({"on_duty": None}, {}, Bar.DUTY_UNKNOWN),
        ({"absent": True}, {}, Bar.ABSENT),
        ({"id": "x"}, {}, Bar.PARTY),
        ({"related_to": frozenset({"x"})}, {}, Bar.RELATED),
        ({"scope": frozenset({FAR})}, {}, Bar.SCOPE),
        ({"scope": frozenset({"360724101000"})}, {}, Bar.SCOPE),
        ({"sworn": False}, {"needs_sworn": True}, Bar.NOT_SWORN),
        ({"sworn": None}, {"needs_sworn": True}, Bar.SWORN_UNKNOWN),
        ({"load": 3}, {}, Bar.FULL),
        ({"load": 1, "capacity": 1}, {}, Bar.FULL),
    ],
)
def test_each_hard_rule_bars_alone_whatever_the_points(facts, on, bar):
    best = {"skills": {"B1": 3}, "communities": frozenset({HERE}), "knows": frozenset({"x"}), "recent": 0}
    person = replace(OFFICER, **{**best, **facts})
    found = m.rank(replace(CALL, **on), [person])
    assert found.people == ()
    assert found.barred == (m.Barred(person.id, (bar,)),)


@pytest.mark.parametrize("scope", [HERE, "360724100000", "360724000000"])
def test_scope_holds_a_community_its_township_or_its_county(scope):
    assert one(replace(OFFICER, scope=frozenset({scope})))


def test_an_unknown_place_bars_nobody():
    assert one(replace(OFFICER, scope=frozenset({FAR})), replace(CALL, place=""))


@pytest.mark.parametrize(
    ("facts", "merit", "points"),
    [
        ({"communities": frozenset({HERE})}, Merit.OWN_AREA, 20),
        ({"communities": frozenset({NEXT_DOOR})}, Merit.NEAR, 8),
        ({"skills": {"B1": 1}}, Merit.SKILL, 8),
        ({"skills": {"B1": 2}}, Merit.SKILL, 16),
        ({"skills": {"B1": 3, "B2": 3}}, Merit.SKILL, 24),
        ({"skills": {"B3": 3}}, Merit.RELATED_SKILL, 4),
        ({"traits": frozenset({"patient"})}, Merit.TRAIT, 5),
        ({"knows": frozenset({"x"})}, Merit.KNOWS, 12),
        ({"handled": {"B1": (10, 10)}}, Merit.SUCCESS, 6),
        ({"handled": {"B1": (1, 1)}}, Merit.SUCCESS, 1.1),
        ({"handled": {"B1": (10, 0)}}, Merit.UNSUCCESS, -9),
        ({"load": 2}, Merit.LOAD, -12),
    ],
)
def test_each_merit_gives_its_points(facts, merit, points):
    person = replace(OFFICER, **facts)
    assert merits(person)[merit] == points
    assert one(person).score == points


@pytest.mark.parametrize(
    "facts",
    [
        {"communities": frozenset({FAR})},
        {"skills": {"A1": 3}},
        {"traits": frozenset({"firm"})},
        {"handled": {"A1": (5, 5)}},
        {"handled": {"B1": (10, 6)}},
        {"knows": frozenset({"y"})},
    ],
)
def test_what_does_not_bear_on_the_call_counts_for_nothing(facts):
    assert merits(replace(OFFICER, **facts)) == {Merit.FREE: 0}


def test_what_the_call_is_about_asks_for_traits():
    both = replace(OFFICER, traits=frozenset({"with_minors", "with_elders", "dialect_hakka", "patient"}))
    asked = replace(CALL, type="", minors=True)
    assert [r.facts for r in one(both, asked).reasons if r.merit is Merit.TRAIT] == [{"trait": "with_minors"}]
    every = replace(CALL, minors=True, elders=True, dialect=True)
    assert sum(r.points for r in one(both, every).reasons if r.merit is Merit.TRAIT) == 10  # no more than traits_most


def test_whoever_went_less_often_in_30_days_is_ahead():
    few, many = replace(OFFICER, id="few", recent=10), replace(OFFICER, id="many", recent=26)
    found = m.rank(CALL, [many, few]).people
    assert [(one.id, one.score) for one in found] == [("few", 4), ("many", -4)]
    assert [words.say(r.merit, **r.facts) for r in found[1].reasons][-1] == "30 天派了 26 起，高于平均 18 起"


def test_a_small_mean_is_told_with_a_decimal():
    """Nobody has fewer orders than a mean of 0."""
    few, other, many = (replace(OFFICER, id=name, recent=n) for name, n in (("few", 0), ("other", 0), ("many", 1)))
    found = {one.id: one.reasons for one in m.rank(CALL, [few, other, many]).people}
    told = {name: [words.say(r.merit, **r.facts) for r in reasons] for name, reasons in found.items()}
    assert "30 天派了 0 起，低于平均 0.3 起" in told["few"]
    assert "30 天派了 1 起，高于平均 0.3 起" in told["many"]


def test_fairness_weighs_no_more_than_its_limit():
    found = m.rank(CALL, [replace(OFFICER, id="a", recent=0), replace(OFFICER, id="b", recent=500)]).people
    assert [one.score for one in found] == [8, -8]


def test_equal_points_go_to_fewer_orders_then_to_the_smaller_id():
    params = replace(m.DEFAULTS, fairness=0)
    a, b, c = (replace(OFFICER, id=i, recent=r) for i, r in (("a", 9), ("b", 2), ("c", 2)))
    assert [one.id for one in m.rank(CALL, [c, a, b], params).people] == ["b", "c", "a"]


def test_reasons_are_told_heaviest_first_and_faults_last():
    person = replace(OFFICER, skills={"B1": 3}, communities=frozenset({HERE}), load=1, traits=frozenset({"patient"}))
    assert [words.say(r.merit, **r.facts) for r in one(person).reasons] == [
        "B1 专长，3 级", "责任社区", "自述：耐心倾听", "手头 1 起",
    ]  # fmt: skip


def shorts(*staff: m.Person, on: m.Call = CALL) -> list[str]:
    return [words.say(short.code, **short.facts) for short in m.rank(on, staff).shortfalls]


def test_shortfalls_say_what_the_list_lacks():
    local = replace(OFFICER, communities=frozenset({HERE}))
    assert shorts(local) == ["在岗的人没有 B1 专长"]
    assert shorts(replace(local, skills={"B2": 1})) == ["在岗的人没有 B1 专长：最接近的是 p（B2）"]
    expert = replace(OFFICER, id="q", skills={"B1": 3}, on_duty=False)
    assert shorts(local, expert) == ["能派的人没有 B1 专长：q 有，但不在岗"]
    assert shorts(replace(OFFICER, skills={"B1": 1})) == ["这个社区自己的人都不能派"]
    assert shorts(replace(local, skills={"B1": 1})) == []


def test_a_relative_is_never_named_as_the_nearest():
    kin = replace(OFFICER, id="q", skills={"B1": 3}, related_to=frozenset({"x"}))
    assert shorts(OFFICER, kin)[0] == "在岗的人没有 B1 专长"


def test_nobody_left_says_why():
    on = replace(CALL, type="")
    assert shorts(on=on) == ["没有能派的人：0 人都不能派，原因在各人名下"]
    assert shorts(replace(OFFICER, load=3), on=on) == ["能去的 1 人手头都满了"]
    assert shorts(replace(OFFICER, sworn=False), on=replace(on, needs_sworn=True)) == [
        "在岗的没有民警：这件依法要由民警去"
    ]


@settings(max_examples=80, deadline=None)
@given(call(0), people(6), st.randoms())
def test_the_order_of_people_does_not_matter(on, staff, order):
    again = random.Random(order.random()).sample(staff, len(staff))
    first, second = m.rank(on, staff), m.rank(on, again)
    assert [(one.id, one.score) for one in first.people] == [(one.id, one.score) for one in second.people]
    assert (first.barred, first.shortfalls) == (second.barred, second.shortfalls)


@settings(max_examples=80, deadline=None)
@given(call(0), people(6))
def test_who_breaks_a_hard_rule_is_never_offered_and_everybody_stands_once(on, staff):
    found, by_id = m.rank(on, staff), {person.id: person for person in staff}
    for one in found.people:
        person = by_id[one.id]
        assert person.on_duty
        assert not person.absent
        assert person.id not in on.parties
        assert not person.related_to & on.parties
        assert person.load < (m.DEFAULTS.capacity if person.capacity is None else person.capacity)
        assert not on.needs_sworn or person.sworn
    assert sorted([one.id for one in found.people] + [row.id for row in found.barred]) == sorted(by_id)
    assert all(row.bars for row in found.barred)


@settings(max_examples=80, deadline=None)
@given(call(0), people(6))
def test_the_score_is_the_sum_of_the_reasons(on, staff):
    for one in m.rank(on, staff).people:
        assert one.score == round(sum(reason.points for reason in one.reasons), 1)


@pytest.mark.parametrize(
    "change",
    [
        {"near": 21}, {"skill": (9, 8, 24)}, {"load": -1}, {"capacity": 0}, {"expected_rate": 1},
        {"expected_cases": 0}, {"fairness": 11}, {"related_skill": 9}, {"own_area": 101},
        {"fits": {"A": frozenset({"kind"})}},
    ],
)  # fmt: skip
def test_params_that_would_turn_a_merit_into_a_fault_are_refused(change):
    with pytest.raises(ValueError, match="matching"):
        replace(m.DEFAULTS, **change)


def test_a_call_without_its_offset_is_a_mistake():
    with pytest.raises(ValueError, match="offset"):
        replace(CALL, at=AT.replace(tzinfo=None))


def test_shortfalls_are_codes():
    assert m.rank(CALL, []).shortfalls[0].code is Shortfall.NOBODY

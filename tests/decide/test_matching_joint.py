"""Many calls at once: optimal, never worse than first come first served, equal to trying everything."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.people_at_random import AT, calls, people
from twinloop.decide import Refused
from twinloop.decide import matching as m
from twinloop.decide.matching_joint import Joint, assign, greedy, grid

OFFICER = m.Person(id="p", on_duty=True, sworn=True)
CALL = m.Call(id="c", at=AT, type="B1")


def left(person: m.Person) -> int:
    return (m.DEFAULTS.capacity if person.capacity is None else person.capacity) - person.load


def worth(joint: Joint, waiting: list[m.Call]) -> tuple[list[int], float]:
    """What counts first: how many calls of each level are served, gravest first; then the points."""
    by_id = {call.id: call for call in waiting}
    served = [by_id[one.call].level for one in joint.calls if one.who]
    return [served.count(1), served.count(2), served.count(3)], joint.points


def brute(waiting: list[m.Call], staff: list[m.Person]) -> tuple[int, float]:
    """Most calls served, then most points, over every way to hand them out."""
    mean = m.mean_recent(staff)
    scorers = [m.Scorer(call, mean) for call in waiting]
    best = (0, 0, 0.0)
    for picks in product([None, *range(len(staff))], repeat=len(waiting)):
        points, count, fits = 0.0, dict.fromkeys(range(len(staff)), 0), True
        for scorer, pick in zip(scorers, picks, strict=True):
            if pick is None:
                continue
            fits = fits and scorer.may_go(staff[pick]) and count[pick] < left(staff[pick])
            points += scorer.points(staff[pick]) - m.DEFAULTS.load * count[pick]
            count[pick] += 1
        served = [call.level for call, pick in zip(waiting, picks, strict=True) if pick is not None]
        if fits:
            best = max(best, (len(served), -sum(served), round(points, 1)))
    return best[0], best[2]


@settings(max_examples=30, deadline=None)
@given(calls(3), people(3))
def test_it_equals_trying_everything(waiting, staff):
    found = assign(waiting, staff)
    served, points = brute(waiting, staff)
    assert found.served == served
    assert found.points == pytest.approx(points, abs=0.05)


@settings(max_examples=40, deadline=None)
@given(calls(5), people(5))
def test_every_cell_is_that_of_the_single_ranking(waiting, staff):
    points, allowed = grid(waiting, staff)
    mean = m.mean_recent(staff)
    for row, call in enumerate(waiting):
        scorer = m.Scorer(call, mean)
        assert [bool(one) for one in allowed[row]] == [not scorer.bars(person) for person in staff]
        assert points[row].tolist() == pytest.approx([scorer.points(person) for person in staff], abs=0.051)


@settings(max_examples=40, deadline=None)
@given(calls(5), people(5))
def test_nobody_breaks_a_hard_rule_or_their_capacity(waiting, staff):
    by_id, given_ = {p.id: p for p in staff}, assign(waiting, staff)
    assert [one.call for one in given_.calls] == [call.id for call in waiting]
    for call, one in zip(waiting, given_.calls, strict=True):
        assert not one.who or m.Scorer(call, 0).may_go(by_id[one.who])
    for person in staff:
        assert sum(one.who == person.id for one in given_.calls) <= max(0, left(person))


@settings(max_examples=40, deadline=None)
@given(calls(5), people(5))
def test_it_is_never_worse_than_first_come_first_served(waiting, staff):
    joint, plain = assign(waiting, staff), greedy(waiting, staff)
    assert joint.served >= plain.served
    if worth(joint, waiting)[0] == worth(plain, waiting)[0]:
        assert joint.points >= plain.points - 0.05


@settings(max_examples=40, deadline=None)
@given(calls(5), people(4), st.integers(0, 3), st.integers(1, 2))
def test_more_capacity_is_never_worse(waiting, staff, which, more):
    if not staff:
        return
    which %= len(staff)
    wider = [
        replace(p, capacity=(m.DEFAULTS.capacity if p.capacity is None else p.capacity) + more) if i == which else p
        for i, p in enumerate(staff)
    ]
    before, after = assign(waiting, staff), assign(waiting, wider)
    assert after.served >= before.served
    if worth(after, waiting)[0] == worth(before, waiting)[0]:
        assert after.points >= before.points - 0.05


@settings(max_examples=30, deadline=None)
@given(calls(4), people(4), st.randoms())
def test_the_order_of_calls_and_people_does_not_matter(waiting, staff, order):
    other_calls, other_staff = waiting[:], staff[:]
    order.shuffle(other_calls)
    order.shuffle(other_staff)
    first, second = assign(waiting, staff), assign(other_calls, other_staff)
    assert worth(first, waiting)[0] == worth(second, waiting)[0]
    assert first.points == pytest.approx(second.points, abs=0.05)


def test_the_graver_call_is_served_first_when_people_are_too_few():
    slight, grave = replace(CALL, id="slight", level=3), replace(CALL, id="grave", level=1, type="")
    found = assign([slight, grave], [replace(OFFICER, capacity=1, skills={"B1": 3})])
    assert [(one.call, one.who) for one in found.calls] == [("slight", ""), ("grave", "p")]


def test_the_specialist_goes_where_nobody_else_can_and_not_where_they_are_merely_best():
    specialist = replace(OFFICER, id="s", capacity=1, skills={"B1": 3, "B2": 3})
    beginner = replace(OFFICER, id="b", capacity=1, skills={"B1": 2})
    waiting = [replace(CALL, id="first", type="B1"), replace(CALL, id="second", type="B2")]
    assert [one.who for one in greedy(waiting, [specialist, beginner]).calls] == ["s", "b"]
    assert [one.who for one in assign(waiting, [specialist, beginner]).calls] == ["b", "s"]


def test_further_calls_cost_their_load():
    close = replace(OFFICER, id="close", skills={"B1": 1})
    other = replace(OFFICER, id="other", skills={"B2": 1})
    found = assign([replace(CALL, id=str(i)) for i in range(3)], [close, other])
    assert sorted(one.who for one in found.calls) == ["close", "close", "other"]
    assert found.points == 8 + (8 - 6) + 4


def test_nothing_waits_and_nobody_is_there():
    assert assign([], [OFFICER]) == Joint((), 0, 0.0)
    assert [one.who for one in assign([CALL], []).calls] == [""]


def test_an_id_that_stands_twice_is_refused():
    for waiting, staff in (([CALL, CALL], []), ([CALL], [OFFICER, OFFICER])):
        with pytest.raises(Refused) as refused:
            assign(waiting, staff)
        assert refused.value.code == "match_twice"

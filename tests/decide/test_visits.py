"""When the next visit is owed: the plan by level, and a plain model beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.decide.visits import (
    PARAMS,
    Facts,
    Mind,
    Params,
    Visit,
    VisitReason,
    VisitRefusal,
    plan,
)

DAY = date(2026, 4, 1)
C, U, H = Mind.CALM, Mind.UNEASY, Mind.HOSTILE
R = VisitReason


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def visits(*made: tuple[int, Mind | None]) -> tuple[Visit, ...]:
    return tuple(Visit(on=after(days), mind=mind) for days, mind in made)


@pytest.mark.parametrize(
    ("level", "settled", "made", "days", "reason"),
    [
        (1, False, (), 3, R.OPEN),
        (2, False, (), 7, R.OPEN),
        (3, False, (), None, None),
        (1, True, (), 7, R.CALLBACK),
        (2, True, (), 15, R.CALLBACK),
        (3, True, (), 30, R.CALLBACK),
        (2, True, ((10, C),), 25, R.ROLLING),
        (2, True, ((10, U),), 17, R.UNEASY),
        (1, True, ((5, U),), 12, R.UNEASY),
        (3, False, ((5, U),), 12, R.UNEASY),
        (3, True, ((20, H),), 23, R.HOSTILE),
        (1, False, ((2, H),), 5, R.HOSTILE),
        (2, True, ((10, None),), 15, R.CALLBACK),
        (2, True, ((10, C), (20, None)), 25, R.ROLLING),
    ],
)
def test_the_level_and_the_last_visit_say_when(level, settled, made, days, reason):
    found = plan(Facts(level=level, is_settled=settled, since=DAY, visits=visits(*made)))
    assert (found.due_on, found.reason) == (None if days is None else after(days), reason)


def test_a_party_s_own_answer_is_the_callback_and_no_calm_visit():
    """domain.md: one callback is owed; the rolling visits go on until three calm ones stand in a row."""
    answered = (Visit(on=after(5), is_answer=True),)
    facts = Facts(level=2, is_settled=True, since=DAY, visits=answered)
    assert (plan(facts).due_on, plan(facts).reason, plan(facts).calm_in_row) == (after(20), R.ROLLING, 0)
    calm = visits((10, C), (20, C))
    assert plan(replace(facts, visits=(*answered, *calm))) == plan(replace(facts, visits=calm))
    uneasy = visits((2, H))  # somebody was angry: a click does not put the next visit off
    assert plan(replace(facts, visits=(*uneasy, *answered))) == plan(replace(facts, visits=uneasy))
    often = tuple(Visit(on=after(day), is_answer=True) for day in (5, 12, 14))
    assert plan(replace(facts, visits=often)) == plan(facts)  # answering again and again puts nothing off
    asked = replace(facts, asked_on=after(4))
    assert plan(asked).reason is R.ASKED  # who asked for a visit still gets one
    open_ = Facts(level=1, is_settled=False, since=DAY, visits=answered)
    assert plan(open_).due_on == after(3)


def test_three_calm_in_a_row_end_the_watch_and_an_uneasy_one_begins_it_again():
    facts = Facts(level=3, is_settled=True, since=DAY, visits=visits((10, C), (40, C), (70, C)))
    assert plan(facts).is_over
    again = replace(facts, visits=visits((10, C), (40, C), (70, U)))
    assert (plan(again).is_over, plan(again).calm_in_row) == (False, 0)
    missed = replace(facts, visits=visits((10, C), (40, C), (60, None), (70, C)))
    assert plan(missed).is_over  # not reached is no visit, neither calm nor not


def test_an_open_dispute_is_watched_however_calm():
    facts = Facts(level=1, is_settled=False, since=DAY, visits=visits((1, C), (2, C), (3, C), (4, C)))
    assert (plan(facts).due_on, plan(facts).is_over) == (after(7), False)


def test_who_asks_is_visited_until_somebody_came():
    facts = Facts(level=3, is_settled=False, since=DAY, asked_on=after(4))
    assert (plan(facts).due_on, plan(facts).reason) == (after(4), R.ASKED)
    assert plan(replace(facts, visits=visits((5, None)))).reason is R.ASKED
    assert plan(replace(facts, visits=visits((5, C)))).due_on is None


def test_a_festival_adds_a_visit_ahead_of_it_once():
    facts = Facts(level=3, is_settled=True, since=DAY, marked=((after(12), R.FESTIVAL),))
    assert (plan(facts).due_on, plan(facts).reason) == (after(10), R.FESTIVAL)
    assert plan(replace(facts, visits=visits((10, C)))).due_on == after(40)
    late = replace(facts, marked=((after(50), R.ANNIVERSARY),))
    assert plan(late).reason is R.CALLBACK


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (Facts(level=4, is_settled=False, since=DAY), VisitRefusal.LEVEL),
        (Facts(level=1, is_settled=False, since=DAY, visits=visits((4, C), (2, C))), VisitRefusal.ORDER),
        (Facts(level=1, is_settled=False, since=DAY, visits=visits((-1, C))), VisitRefusal.ORDER),
    ],
)
def test_facts_that_cannot_be_are_refused(facts, code):
    with pytest.raises(Refused) as refused:
        plan(facts)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"settled": {1: 7, 2: 15}},
        {"settled": {1: 15, 2: 7, 3: 30}},
        {"open": {1: 0}},
        {"open": {4: 3}},
        {"hostile": 0},
        {"before": -1},
        {"calm": 0},
    ],
)
def test_parameters_that_make_no_sense_stop_the_start(wrong):
    good = {"open": {1: 3, 2: 7}, "settled": {1: 7, 2: 15, 3: 30}, "hostile": 3, "before": 2, "calm": 3}
    with pytest.raises(Refused) as refused:
        Params(**{**good, **wrong})
    assert refused.value.code == VisitRefusal.PARAMS


MADE = st.lists(st.tuples(st.integers(0, 9), st.sampled_from([None, C, U, H])), max_size=8)


def made(steps: list[tuple[int, Mind | None]]) -> tuple[Visit, ...]:
    day, found = DAY, []
    for step, mind in steps:
        day += timedelta(days=step)
        found.append(Visit(on=day, mind=mind))
    return tuple(found)


@given(st.integers(1, 3), st.booleans(), MADE)
def test_the_plan_is_that_of_a_plain_model(level, settled, steps):
    """Day by day, as somebody with a calendar and the rule book would do it."""
    facts = Facts(level=level, is_settled=settled, since=DAY, visits=made(steps))
    last, calm, mind = DAY, 0, None
    for visit in facts.visits:
        if visit.mind is None:
            continue
        last, mind = visit.on, visit.mind
        calm = calm + 1 if mind is C else 0
    table = {1: 7, 2: 15, 3: 30} if settled else {1: 3, 2: 7}
    wait = table.get(level)
    if mind in (U, H) and level > 1:
        wait = table[level - 1]
    if mind is H:
        wait = min(wait or 3, 3)
    expected = None if wait is None or (settled and calm >= 3) else last + timedelta(days=wait)
    assert plan(facts).due_on == expected


@given(st.integers(2, 3), st.booleans(), MADE)
def test_a_graver_level_never_waits_longer(level, settled, steps):
    facts = Facts(level=level, is_settled=settled, since=DAY, visits=made(steps))
    mild, grave = plan(facts).due_on, plan(replace(facts, level=level - 1)).due_on
    assert mild is None or (grave is not None and grave <= mild)


@given(st.integers(1, 3), MADE, st.integers(0, 9))
def test_a_worse_visit_is_never_followed_later(level, steps, gap):
    def due(mind: Mind) -> date:
        facts = Facts(level=level, is_settled=True, since=DAY, visits=made([*steps, (gap, mind)]))
        return plan(facts).due_on or date.max

    assert due(H) <= due(U) <= due(C)
    assert PARAMS.calm == 3

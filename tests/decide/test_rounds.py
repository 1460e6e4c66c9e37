"""Pure rules of rounds: when one opens, what each came to; for any walk of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide.rounds import CHINA, RoundEnd, Standing, Step, fold, opens, same_day, success
from twinloop.decide.workflow import State, Trigger

AT = datetime(2026, 4, 16, 9, 0, tzinfo=CHINA)
STATES = [state.value for state in State]
TRIGGERS = st.lists(st.sampled_from([t.value for t in Trigger]), max_size=3, unique=True).map(tuple)
STANDINGS = st.builds(
    Standing, state=st.sampled_from(STATES), triggers=TRIGGERS, order_open=st.booleans(), ended_well=st.booleans(),
    penalty_owed=st.booleans(),
)  # fmt: skip


@given(STANDINGS)
def test_only_after_handling_and_never_before_the_penalty(standing):
    found = opens(standing)
    if standing.penalty_owed or standing.state not in ("handling", "unsettled", "reopened", "returned"):
        assert found == ()
    if standing.state == "unsettled" and not standing.penalty_owed:
        assert found
    assert set(found) <= {*standing.triggers, "round_unsettled"}


@given(STANDINGS, st.sampled_from([t.value for t in Trigger]))
def test_one_more_reason_never_keeps_a_round_shut(standing, trigger):
    more = replace(standing, triggers=tuple(dict.fromkeys((*standing.triggers, trigger))))
    assert bool(opens(more)) >= bool(opens(standing))


@given(STANDINGS)
def test_who_is_on_the_spot_is_left_alone(standing):
    busy = replace(standing, state="handling", order_open=True)
    assert opens(busy) == ()


def walk(moves: list[tuple[str, bool]]) -> list[Step]:
    """States one after another; `True` opens the next round with that step."""
    steps, before, number = [], "registered", 1
    for n, (state, again) in enumerate(moves):
        after = number + again
        steps.append(Step(at=AT + timedelta(hours=n), verb="move", before=before, after=state, round=number,
                          round_after=after))  # fmt: skip
        before, number = state, after
    return steps


WALKS = st.lists(st.tuples(st.sampled_from(STATES), st.booleans()), max_size=12).map(walk)


@given(WALKS)
def test_rounds_are_numbered_without_gaps_and_do_not_overlap(steps):
    rounds = fold(steps)
    assert [one.number for one in rounds] == list(range(1, len(rounds) + 1))
    for one, after in pairwise(rounds):
        assert one.is_over
        assert one.ended_at is not None
        assert one.opened_at <= one.ended_at <= after.opened_at


@given(st.lists(WALKS, max_size=6))
def test_success_adds_up(walks):
    folded = [fold(steps) for steps in walks]
    for one in success(folded):
        assert 0 <= one.held <= one.settled <= one.over
        assert one.over <= sum(len(rounds) >= one.number for rounds in folded)


def test_a_round_that_was_settled_and_fell_does_not_hold():
    first, second = fold(walk([("handling", False), ("settled", False), ("reopened", False), ("review", True),
                               ("settled", False), ("closed", False)]))  # fmt: skip
    assert (first.end, first.held, second.end, second.held) == (RoundEnd.SETTLED, False, RoundEnd.SETTLED, True)


def test_back_from_a_transfer_the_round_runs_on():
    (only,) = fold(walk([("handling", False), ("transferred", False), ("returned", False)]))
    assert only.end is RoundEnd.RUNNING
    assert fold([]) == ()


def test_the_same_day_is_that_of_china():
    assert same_day(datetime(2026, 4, 16, 17, 0, tzinfo=UTC)) == datetime(2026, 4, 17, 23, 59, 59, tzinfo=CHINA)
    with pytest.raises(ValueError, match="offset"):
        same_day(datetime(2026, 4, 16))

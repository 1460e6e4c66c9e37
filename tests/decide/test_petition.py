"""The order of a petition's steps, at the days themselves (信访工作条例 22, 34–36)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.decide import petition as rules
from twinloop.decide.petition import Facts, Ground, Review, Stage

DAY = date(2026, 4, 16)
ONE = timedelta(days=1)
NEW = Facts(stage=Stage.RECEIVED, received_on=DAY)
TAKEN = replace(NEW, stage=Stage.ACCEPTED, accepted_on=DAY, due_on=date(2026, 6, 15))
TOLD = replace(TAKEN, stage=Stage.ANSWERED, answered_on=DAY)
WHOLE = ("a", "b", "c", "d")


def no(act, *args, **facts) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **facts)
    return refused.value.code


def test_a_decision_is_made_once_and_on_a_day_that_was():
    rules.check_decision(NEW, DAY, DAY)
    assert no(rules.check_decision, NEW, DAY + ONE, DAY) == "petition_future"
    assert no(rules.check_decision, NEW, DAY - ONE, DAY) == "petition_too_early"
    assert no(rules.check_decision, TAKEN, DAY, DAY) == "petition_decided"


def test_declining_says_why_and_where_to_go():
    rules.check_decline(Ground.NOT_OURS, "住建局", "不归公安", [])
    assert no(rules.check_decline, Ground.NOT_OURS, " ", "不归公安", []) == "petition_where"
    assert no(rules.check_decline, Ground.LEGAL_ROUTE, "法院", "  ", []) == "petition_why"


def test_asking_often_is_no_reason_before_both_reviews_are_over():
    one = Review(asked_on=DAY, concluded_on=DAY)
    assert no(rules.check_decline, Ground.FINAL, "", "再提", []) == "petition_not_final"
    assert no(rules.check_decline, Ground.FINAL, "", "再提", [replace(TOLD, reviews=(one,))]) == "petition_not_final"
    open_ = replace(TOLD, reviews=(one, Review(asked_on=DAY)))
    assert no(rules.check_decline, Ground.FINAL, "", "再提", [open_]) == "petition_not_final"
    rules.check_decline(Ground.FINAL, "", "再提", [replace(TOLD, reviews=(one, one))])


@pytest.mark.parametrize(("days", "code"), [(0, "petition_days"), (1, ""), (30, ""), (31, "petition_days")])
def test_an_extension_is_one_to_thirty_days(days, code):
    if code:
        assert no(rules.check_extension, TAKEN, days, "x", DAY) == code
    else:
        rules.check_extension(TAKEN, days, "x", DAY)


def test_an_extension_comes_once_in_time_and_with_a_reason():
    assert TAKEN.due_on is not None
    rules.check_extension(TAKEN, 5, "x", TAKEN.due_on)
    assert no(rules.check_extension, TAKEN, 5, "x", TAKEN.due_on + ONE) == "petition_overdue"
    assert no(rules.check_extension, replace(TAKEN, extra_days=5), 5, "x", DAY) == "petition_extended_before"
    assert no(rules.check_extension, TAKEN, 5, " ", DAY) == "petition_why"
    assert no(rules.check_extension, NEW, 5, "x", DAY) == "petition_not_accepted"


def test_an_answer_follows_acceptance_and_has_all_its_parts():
    rules.check_answer(TAKEN, DAY, DAY, WHOLE)
    assert no(rules.check_answer, NEW, DAY, DAY, WHOLE) == "petition_not_accepted"
    assert no(rules.check_answer, TOLD, DAY, DAY, WHOLE) == "petition_over"
    assert no(rules.check_answer, TAKEN, DAY, DAY, ("a", "b", "", "d")) == "petition_parts"


def test_a_review_is_asked_for_within_thirty_days_of_the_last_word_and_twice():
    last = DAY + timedelta(days=30)
    rules.check_review(TOLD, last, last)
    assert no(rules.check_review, TOLD, last + ONE, last + ONE) == "petition_review_late"
    assert no(rules.check_review, TAKEN, DAY, DAY) == "petition_not_answered"
    running = replace(TOLD, reviews=(Review(asked_on=DAY),))
    assert no(rules.check_review, running, DAY, DAY) == "petition_not_answered"
    done = Review(asked_on=DAY, concluded_on=last)
    rules.check_review(replace(TOLD, reviews=(done,)), last + timedelta(days=30), last + timedelta(days=30))
    assert no(rules.check_review, replace(TOLD, reviews=(done, done)), last, last) == "petition_reviewed_twice"
    assert no(rules.check_conclusion, TOLD, DAY, DAY) == "petition_no_review"
    assert no(rules.check_conclusion, running, DAY - ONE, DAY) == "petition_too_early"


@given(st.integers(0, 200), st.booleans())
def test_a_petition_rests_only_when_nobody_may_ask_any_more_or_the_petitioner_agrees(days, agreed):
    today = DAY + timedelta(days=days)
    if agreed or days > 30:
        rules.check_close(TOLD, today, agreed=agreed)
    else:
        assert no(rules.check_close, TOLD, today, agreed=agreed) == "petition_may_still_ask"
    running = replace(TOLD, reviews=(Review(asked_on=DAY),))
    assert no(rules.check_close, running, today, agreed=agreed) == "petition_in_review"
    assert no(rules.check_close, TAKEN, today, agreed=agreed) == "petition_not_answered"

"""Judicial confirmation: who, about what, until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from twinloop.decide import Refused, clocks, words
from twinloop.decide.confirmation import Facts, Subject, check_confirmation

DUE = datetime(2026, 5, 11, 23, 59, 59, tzinfo=clocks.CHINA)
GOOD: dict[str, Any] = {"by_people_mediation": True, "subject": Subject.OTHER, "jointly": True, "due_at": DUE}


def test_both_sides_in_time_may_ask():
    check_confirmation(Facts(**GOOD), DUE)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"by_people_mediation": False}, "不能申请司法确认：不是人民调解委员会的协议（人民调解法第 33 条）"),
        ({"subject": Subject.MARRIAGE}, "不能申请司法确认：婚姻关系不予受理（司法确认规定第 4 条第 4 项）"),
        (
            {"due_at": DUE - timedelta(days=1)},
            "不能申请司法确认：超过协议生效后的期限（2026-05-10）（人民调解法第 33 条）",
        ),
        ({"jointly": False, "subject": None}, "还差两样：协议内容属于哪类关系，双方共同申请"),
        ({"due_at": None}, "还差一样：协议已经生效"),
    ],
)
def test_refusal_names_the_bar_or_what_is_missing(change, sentence):
    with pytest.raises(Refused) as caught:
        check_confirmation(Facts(**{**GOOD, **change}), DUE)
    assert words.tell(caught.value) == sentence

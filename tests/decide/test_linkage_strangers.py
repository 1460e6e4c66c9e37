"""Strangers told at a glance are those whom the long way finds to be strangers, with the same signs."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.histories import CHINA, lines
from twinloop.decide import linkage
from twinloop.decide.linkage import sides
from twinloop.decide.linkage.numbers import NumberLevel, is_near, level
from twinloop.decide.linkage.profiles import Background, profile

AT = datetime(2026, 4, 15, 9, 0, tzinfo=CHINA)
TOLD = [profile(linkage.Report.from_mapping(row, datetime.fromisoformat(row["received_at"]))) for row in lines()]
KNOWN = Background()
for _one in TOLD[::2]:
    KNOWN.add(_one)
NAMES = [
    "谢有福",
    "谢友福",
    "谢福",
    "卫平",
    "谢卫平",
    "钟秀珍",
    "钟秀",
    "欧阳秀珍",
    "陈某",
    "小颜",
    "平安驾校",
    "501业主",
    "",
    "我爸",
]
NUMBERS = ["", "", "360702199001011234", "360702199001011243", "360702199001011235", "110101199001011234"]
TEXTS = ["谢有福来了", "陈老板不肯", "姓谢的打人", "卫平", "花有福", "秀珍说不行", "楼上漏水", "平安驾校退费", "谢", ""]
PEOPLE = st.builds(
    linkage.Person, st.sampled_from(NAMES), st.sampled_from(NUMBERS), st.sampled_from(["", "19900000101"])
)
REPORTS = st.builds(
    lambda text, people: linkage.Report("x", AT, text, "", "360702001001", "", tuple(people)),
    st.sampled_from(TEXTS), st.lists(PEOPLE, max_size=6),
)  # fmt: skip


@pytest.mark.parametrize("one", NAMES)
def test_any_two_names_too(patch, one):
    for two, text in product(NAMES, TEXTS):
        a, b = (linkage.Report("x", AT, said, parties=(linkage.Person(who),)) for said, who in (("", one), (text, two)))
        quick, long = both_ways(profile(a), profile(b), None, linkage.DEFAULTS, patch)
        assert quick == long


def both_ways(one, two, others, params, monkeypatch):
    quick = sides.compare(one, two, KNOWN, params, others=others)
    with monkeypatch.context() as patched:
        patched.setattr(sides, "_are_strangers", lambda *_: False)
        return quick, sides.compare(one, two, KNOWN, params, others=others)


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@given(
    REPORTS, REPORTS, st.none() | st.lists(PEOPLE, max_size=12),
    st.dictionaries(st.sampled_from(["name_different", "id_different"]), st.floats(-5, 1), max_size=2),
)  # fmt: skip
@settings(max_examples=600, deadline=None)
def test_the_quick_way_and_the_long_way_say_the_same(patch, one, two, known, weights):
    full = {"name_full": 1.0, "name_full_sound": 1.0, "name_surname": 1.0, "name_surname_sound": 1.0, "id_near": 8.0}
    weights = {**linkage.DEFAULTS.weights, **full, **weights}
    params = linkage.Params.from_mapping({**linkage.DEFAULTS.plain(), "weights": weights})
    others = None if known is None else profile(linkage.Report("y", AT, "", parties=tuple(known))).sides
    quick, long = both_ways(profile(one), profile(two), others, params, patch)
    assert quick == long


def test_of_written_histories_too_and_most_of_them_are_told_at_a_glance(patch):
    glances = 0
    for one, two in product(TOLD, TOLD[::5]):
        quick, long = both_ways(one, two, None, linkage.DEFAULTS, patch)
        assert quick == long
        glances += sides._are_strangers(one, two, None, linkage.DEFAULTS)
    assert glances > len(TOLD) ** 2 / 20


DIGITS = st.text("0123", min_size=11, max_size=12)


@given(DIGITS, DIGITS)
@settings(max_examples=500)
def test_one_slip_is_one_digit_or_two_neighbours_that_changed_places(one, two):
    slips = [one[:n] + digit + one[n + 1 :] for n in range(len(one)) for digit in "0123"]
    slips += [one[:n] + one[n + 1] + one[n] + one[n + 2 :] for n in range(len(one) - 1)]
    for slip in (two, *slips):
        halves = one[:6] == slip[:6] or one[6:] == slip[6:]
        near = len(one) == len(slip) and slip != one and slip in slips and halves
        assert is_near(one, slip) == near
        assert (level(one, slip) is NumberLevel.SAME) == (one == slip)

"""Assessment: thresholds, small numbers, weights over what can be measured; closing early never pays."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide.assessment import (
    LEAST,
    Measure,
    SubjectKind,
    Verdict,
    Yardstick,
    interval,
    judge,
    measures,
    shipped,
)
from twinloop.decide.figures import Indicator

CODES = ("resolution", "durable_90", "clocks_met")
MEASURES = st.tuples(*(
    st.builds(Measure, indicator=st.just(code), weight=st.integers(1, 50), threshold=st.floats(1, 100),
              minimum=st.integers(1, 20), better=st.sampled_from(["high", "low"]))
    for code in CODES
))  # fmt: skip
COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair)))
COUNTED = st.fixed_dictionaries(dict.fromkeys(CODES, COUNTS))


@given(MEASURES, COUNTED)
def test_points_lie_between_nothing_and_all(found, counted):
    judged = judge(found, counted)
    for line in judged.lines:
        assert 0 <= line.points <= line.measure.weight
        assert line.low <= (line.share if line.share is not None else line.low) + 1e-9
    assert judged.total is None or 0 <= judged.total <= 100


@given(MEASURES, COUNTED, st.integers(0, 2**16))
def test_the_order_of_measures_changes_nothing(found, counted, seed):
    mixed = list(found)
    random.Random(seed).shuffle(mixed)
    assert judge(mixed, counted).total == judge(found, counted).total
    assert judge(mixed, counted).verdict is judge(found, counted).verdict


@given(MEASURES, COUNTED, st.sampled_from(CODES))
def test_one_settlement_that_falls_never_adds_a_point(found, counted, code):
    """A hit that turns into a miss: what reopening does to the one who closed it early."""
    high = tuple(replace(one, better="high") for one in found)
    hits, of = counted[code]
    if hits == 0:
        return
    before, after = judge(high, counted), judge(high, counted | {code: (hits - 1, of)})
    if before.total is not None:
        assert after.total is not None
        assert after.total <= before.total


@given(MEASURES, COUNTED)
def test_what_is_too_small_counts_for_nothing(found, counted):
    judged = judge(found, counted)
    for line in judged.lines:
        assert (line.verdict is Verdict.SMALL) == (line.of < line.measure.minimum)
        if line.verdict is Verdict.SMALL:
            assert line.points == 0
    told = sum(line.measure.weight for line in judged.lines if line.verdict is not Verdict.SMALL)
    assert (judged.total is None) == (told == 0 or told < LEAST * judged.weight)


def test_by_hand():
    scheme = (
        Measure(indicator="resolution", weight=30, threshold=80, minimum=5),
        Measure(indicator="durable_90", weight=50, threshold=90, minimum=5),
        Measure(indicator="repeat_rate", weight=20, threshold=20, minimum=5, better="low"),
    )
    judged = judge(scheme, {"resolution": (9, 10), "durable_90": (9, 20), "repeat_rate": (3, 10)})
    assert [line.verdict for line in judged.lines] == [Verdict.MET, Verdict.MISSED, Verdict.UNSURE]
    # 30 × 1 + 50 × (45 / 90) + 20 × (70 / 80) = 30 + 25 + 17.5 of 100
    assert judged.total == 72.5
    assert judged.verdict is Verdict.MISSED
    few = judge(scheme, {"resolution": (4, 4), "durable_90": (9, 10), "repeat_rate": (0, 1)})
    assert (few.total, few.measured) == (100.0, 50)
    assert judge(scheme, {"resolution": (9, 10)}).total is None
    assert judge(scheme, {}).verdict is Verdict.SMALL


def test_wilson_against_published_values():
    low, high = interval(8, 10)
    assert (round(low, 1), round(high, 1)) == (49.0, 94.3)  # Brown, Cai, DasGupta (2001), table of Wilson intervals
    assert interval(0, 0) == (0.0, 100.0)


@pytest.mark.parametrize("kind", SubjectKind)
def test_what_ships_is_whole_and_names_known_figures(kind):
    found = shipped(kind)
    assert sum(one.weight for one in found) == 100
    assert {one.indicator for one in found} <= {code.value for code in (*Indicator, *Yardstick)}


def test_no_yardstick_is_named_like_an_indicator_and_each_is_used():
    assert not {code.value for code in Yardstick} & {code.value for code in Indicator}
    assert {code.value for code in Yardstick} <= {one.indicator for kind in SubjectKind for one in shipped(kind)}


@pytest.mark.parametrize(
    "row", [{"weight": 0}, {"threshold": 0}, {"threshold": 101}, {"minimum": 0}, {"better": "more"}]
)
def test_a_bad_measure_is_refused(row):
    good = {"indicator": "resolution", "weight": 10, "threshold": 80.0, "minimum": 5}
    with pytest.raises(ValueError, match="resolution"):
        measures([good | row])


def test_no_measure_twice_and_never_none():
    good = {"indicator": "resolution", "weight": 10, "threshold": 80.0, "minimum": 5}
    for rows in ([good, good], []):
        with pytest.raises(ValueError, match="once"):
            measures(rows)
    with pytest.raises(TypeError):
        measures([good | {"ethnicity": 1}])
    with pytest.raises(ValueError, match="3 of 2"):
        judge(measures([good]), {"resolution": (3, 2)})

"""What cannot reach the threshold is passed over, and nothing else: beside it stands the plain comparison of all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.histories import CHINA, lines
from twinloop.decide import linkage
from twinloop.decide.linkage import comparing
from twinloop.decide.linkage.params import LEAST_FACTOR, MOST_FACTOR, SCALES
from twinloop.decide.linkage.profiles import Background, profile
from twinloop.decide.linkage.session import bits_of, probability

AT = datetime(2026, 4, 15, 9, 0, tzinfo=CHINA)
LINES = lines()
SHORT = sorted(
    (linkage.Report.from_mapping(row, datetime.fromisoformat(row["received_at"])) for row in LINES),
    key=lambda one: one.received_at,
)


def long(number: int) -> linkage.Report:
    """Some histories after one another, each within four of the next ones; two of three people in turn."""
    text = "。".join(row["text"] for row in LINES[number : number + 5])
    parties = tuple(linkage.Person(name) for name in ("谢有福", "钟秀珍", "佟建英")[number % 2 : number % 2 + 2])
    at = AT + timedelta(days=number**2 % 400)
    return linkage.Report(f"x{number}", at, text, f"1990000{number % 7:04d}", "", "", parties)


LONG = sorted((long(number) for number in range(60)), key=lambda one: one.received_at)
READY = {one.id: linkage.prepare(one) for one in (*SHORT, *LONG)}
KNOWN = Background()
for _one in (*SHORT[::2], *LONG[::3]):
    KNOWN.add(profile(_one))


@given(
    st.integers(0, 10**6), st.sampled_from([SHORT, LONG, SHORT[:30] + LONG[:30]]), st.sampled_from([0.01, 0.2, 0.9]),
    st.dictionaries(st.sampled_from(SCALES), st.floats(LEAST_FACTOR, MOST_FACTOR), max_size=4),
    st.dictionaries(st.sampled_from(["term_scale", "terms_differ", "phone_near"]), st.floats(-9, 9), max_size=2),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_what_cannot_reach_the_threshold_is_passed_over_and_nothing_else(number, told, least, factors, weights):
    changed = {"factors": factors, "weights": {**linkage.DEFAULTS.weights, "phone_same": 9.0, **weights}}
    params = linkage.Params.from_mapping({**linkage.DEFAULTS.plain(), **changed})
    asked = told[number % len(told)]
    earlier = [
        (READY[one.id], f"q{n % 11}" if number % 2 else one.id) for n, one in enumerate(told) if one is not asked
    ]
    every, some = (linkage.judge(asked, earlier, known=KNOWN, params=params, least=of) for of in (0.0, least))
    assert [one for one in some if one.probability >= least] == [one for one in every if one.probability >= least]
    assert {one.dispute for one in some} <= {one.dispute for one in every}


@given(st.sampled_from([*READY.values()]), st.sampled_from([*READY.values()]))
@settings(max_examples=300, deadline=None)
def test_words_never_weigh_more_than_so_many_can(one, two):
    both = one.item.story.terms & two.item.story.terms
    weighed = sum(found.bits for found in comparing.terms(one.item, two.item, both, KNOWN, linkage.DEFAULTS))
    assert weighed <= comparing.most_of_terms(one.item, two.item, len(both), KNOWN, linkage.DEFAULTS) + 1e-9


def test_of_long_letters_most_are_passed_over():
    found = [
        comparing.compare(READY[one.id].item, READY[two.id].item, KNOWN, linkage.DEFAULTS, None, 7.6)
        for one in LONG[:12] for two in LONG[20:]
    ]  # fmt: skip
    assert sum(not evidence for evidence in found) > len(found) / 2


@given(st.floats(0.001, 0.999))
def test_a_share_is_a_sum_of_bits(share):
    assert abs(probability(bits_of(share, linkage.DEFAULTS), linkage.DEFAULTS) - share) < 1e-9


NEAR = [
    profile(replace(one, phone=f"1990000010{n % 10}", parties=tuple(replace(who, phone="") for who in one.parties)))
    for n, one in enumerate(SHORT)
]


@given(
    st.sampled_from(NEAR), st.sampled_from(NEAR),
    st.dictionaries(st.sampled_from(SCALES), st.floats(LEAST_FACTOR, MOST_FACTOR), max_size=4),
)  # fmt: skip
@settings(max_examples=600, deadline=None)
def test_telephones_that_are_alike_are_reckoned_with_before_they_are_looked_at(one, two, factors):
    params = linkage.Params.from_mapping({**linkage.DEFAULTS.plain(), "factors": factors})
    whole = comparing.compare(one, two, KNOWN, params)
    assert comparing.compare(one, two, KNOWN, params, None, sum(found.bits for found in whole)) == whole

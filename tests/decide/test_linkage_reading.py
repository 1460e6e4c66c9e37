"""A report is read fast; here stands how it would be read plainly, character by character, and both say the same."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.decide.histories import CHINA, lines
from twinloop.decide import linkage
from twinloop.decide.linkage import beside, keying, narrative, organisations, profiles, vocabulary
from twinloop.decide.linkage.profiles import Background, profile

AT = datetime(2026, 4, 15, 9, 0, tzinfo=CHINA)
LINES = lines()
SAID = [row["text"] for row in LINES]
PIECES = [
    *vocabulary.MATTER_OF, *vocabulary.BOILERPLATE, *vocabulary.ORGANISATION_ENDS, *narrative._AGAIN, *narrative._STOP,
    "KtV", "ktv", "平安", "又", "，", "。", " ", "K", "a", "0", "12", "502", "1102", "12345", "５０２", "-",
    "楼上", "单元", "业主", "户", "多", "万", "千", "百", "元", "块", "三", "十", "两", ".", "八",
    "前天", "大前天", "昨晚", "天前", "天",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(SAID), st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.text(max_size=9)
)


def plain_words(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        size = next((n for n in range(5, 0, -1) if text[start : start + n] in vocabulary.MATTER_OF), 0)
        if size:
            yield text[start : start + size]
        start += max(1, min(size, len(text) - start))


def plain_terms(text: str) -> set[str]:
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return {
        pair
        for pair in pairs
        if all("\u3400" <= c <= "\u9fff" and c not in narrative._STOP for c in pair)
        and pair not in vocabulary.BOILERPLATE
    }


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_words_and_pairs_are_those_of_the_plain_reading(text):
    read = narrative.read(text, AT)
    words = list(plain_words(text))
    assert list(narrative._words(text)) == words
    assert read.terms == plain_terms(text) | set(words)
    assert read.matters == {head for word in words for head in vocabulary.MATTER_OF[word]}


AGAIN = re.compile("^又|" + "|".join(map(re.escape, narrative._AGAIN)))
UNITS = re.compile(r"(?:楼上|楼下|对门|隔壁|-|单元|栋)(\d{3,4})(?!\d)|(?<!\d)(\d{3,4})(?=业主|住户|室|房|户|家|的)")
KIND = re.compile(vocabulary.any_of(vocabulary.ORGANISATION_ENDS), re.IGNORECASE)


@given(TEXTS)
@example("又来了")
@example("隔壁301楼上302，9-3-501，1102住户，12345室")
@settings(max_examples=300, deadline=None)
def test_what_is_looked_for_by_a_part_of_it_is_what_the_whole_finds(text):
    read = narrative.read(text, AT)
    assert read.again == bool(AGAIN.search(text))
    assert set(profiles._units(text)) == {a or b for a, b in UNITS.findall(text)}
    assert [m.span() for m in organisations.KIND.finditer(text)] == [m.span() for m in KIND.finditer(text)]
    assert narrative._MAYBE_SUM.search(text) or not narrative._SUM.search(text)
    assert narrative._MAYBE_YUAN.search(text) or not narrative._YUAN.search(text)
    assert any(said in text for said in narrative._MAYBE_AGO) or not narrative._AGO.search(text)


REPORTS = st.sampled_from(
    [linkage.Report.from_mapping(row, datetime.fromisoformat(row["received_at"])) for row in LINES]
)


@given(REPORTS, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_what_two_reports_share_weighs_the_same_in_whatever_order_it_is_added(one, chance):
    known = Background()
    for row in LINES[::3]:
        known.add(profile(linkage.Report.from_mapping(row, AT)))
    weights = [weight for _, weight in keying.keys(profile(one), known)]
    assert sum(weights) == sum(chance.sample(weights, len(weights))) == math.fsum(weights)


@given(REPORTS)
@settings(max_examples=50, deadline=None)
def test_a_report_is_kept_under_the_keys_that_it_is_looked_for_under(one):
    ready = linkage.prepare(one)
    every = [key for key, _ in keying.keys(profile(one), Background())]
    assert [*ready.keys, *keying.word_keys(ready.item)] == every


@given(REPORTS, REPORTS)
@settings(max_examples=30, deadline=None)
def test_how_rare_a_word_is_holds_until_more_is_counted(one, two):
    known, item = Background(), profile(one)
    for told in (one, two, one):
        for _ in range(2):
            shares = known.term_shares(item.story.terms)
            assert known.rarities(item.story.terms) == [-math.log2(share) for share in shares]
        known.add(profile(told))


@given(st.lists(REPORTS, min_size=1, max_size=6), REPORTS)
@settings(max_examples=50, deadline=None)
def test_what_two_reports_share_is_the_sum_of_the_keys_of_both(others, one):
    known = Background()
    for told in others:
        known.add(profile(told))
    ready, asked = [linkage.prepare(other) for other in others], profile(one)
    worth: dict[str, float] = {}
    for key, weight in keying.keys(asked, known):
        worth[key] = worth.get(key, 0.0) + weight
    every = [[*other.keys, *keying.word_keys(other.item)] for other in ready]
    assert beside._shared(asked, ready, known) == [sum(worth.get(key, 0.0) for key in of) for of in every]


def test_what_a_text_does_not_name_is_one_set_for_all_reports():
    """Ten thousand are kept and half of their sets are empty: each by itself costs memory, and time to look through."""
    found = profile(linkage.Report("1", datetime(2026, 3, 1, tzinfo=CHINA), "有人在门口吵闹", "", "", "3组5号"))
    empty = [found.site, found.organisations, found.units, found.story.amounts, found.story.days]
    assert all(one is empty[0] and not one for one in empty)

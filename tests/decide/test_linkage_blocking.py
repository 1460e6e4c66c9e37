"""Who may be of one quarrel, told by DuckDB from keys, words, places and days; and how what is met is put in packs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import combinations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decide.histories import lines
from twinloop.decide.linkage import blocking
from twinloop.edge import searchkeys

DAY = 86_400_000_000
PAIRS = st.lists(
    st.tuples(st.integers(-30, 30), st.integers(-30, 30)).filter(lambda pair: pair[0] < pair[1]), unique=True
)


def keys_of(name: str, number: str | None) -> str:
    forms = {searchkeys.name_key(name), *searchkeys.name_sounds(name), *searchkeys.name_initials(name), number or ""}
    return ",".join(sorted(forms - {""}))


class District:
    """Reports and parties as `block` reads them; each report its own unit unless said otherwise."""

    def __init__(self) -> None:
        self.there = duckdb.connect(config={"threads": 1})
        self.there.execute(blocking.TABLES)
        self.ids = 0

    def report(self, text: str = "", *, day: float = 0, place: int = 0, door: str = "", unit: int = 0) -> int:
        self.ids += 1
        row = (self.ids, unit or self.ids, int(day * DAY), place, place // 100, door, text)
        self.there.execute("INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return unit or self.ids

    def party(self, unit: int, keys: str, *, reports: bool = False) -> None:
        self.ids += 1
        self.there.execute("INSERT INTO party VALUES (?, ?, ?)", (-self.ids if reports else self.ids, unit, keys))

    def pairs(self) -> dict[tuple[int, int], float]:
        blocking.block(self.there)
        return {(a, b): score for a, b, score in self.there.execute("SELECT a, b, score FROM pair").fetchall()}

    def strangers(self, count: int) -> None:
        for number in range(count):
            self.party(self.report(day=number, place=900 + number % 7), f"stranger{number}")


@pytest.fixture
def there():
    return District()


def test_a_rare_key_pairs_whoever_has_it_and_nobody_else(there):
    there.strangers(40)
    one, two = there.report(day=3, place=101), there.report(day=9, place=101)
    there.party(one, "wang,phone1")
    there.party(two, "wang")
    assert set(there.pairs()) == {(one, two)}


def test_both_sides_weigh_most_and_another_opponent_least(there):
    """In one community the other may be 国华 of 钟国华, elsewhere it is somebody else."""
    there.strangers(40)
    named = [("a", "b"), ("a", "b"), ("c", ""), ("c", ""), ("d", "e"), ("d", "f"), ("g", "h"), ("g", "i")]
    places = [101] * 7 + [102]
    units = [there.report(day=n // 2 * 1000 + n % 2 * 200, place=place) for n, place in enumerate(places)]
    for unit, people in zip(units, named, strict=True):
        for key in filter(None, people):
            there.party(unit, key)
    found = there.pairs()
    both, one_side, otherwise = (found[units[n], units[n + 1]] for n in (0, 2, 4))
    assert both > one_side > otherwise
    assert (units[6], units[7]) not in found


def test_who_reported_and_is_a_party_is_one_person(there):
    """Else a neighbour who calls twice about two quarrels would be both sides of one."""
    there.strangers(40)
    ones = [there.report(day=day, place=101) for day in (0, 300)]
    twos = [there.report(day=day, place=205) for day in (0, 300)]
    for unit in ones:
        there.party(unit, "a,phone")
        there.party(unit, "phone", reports=True)
    for unit in twos:
        there.party(unit, "b,tel")
    found = there.pairs()
    assert found[tuple(ones)] == found[tuple(twos)]


def test_a_crowd_behind_a_key_meets_its_neighbours_in_time_only(there):
    units = [there.report(day=number * 40, place=101) for number in range(60)]
    for unit in units:
        there.party(unit, "hotline")
    found = set(there.pairs())
    assert found
    assert all(b - a <= 2 * 3 for a, b in found)  # ids grow by two a report and its party


def test_each_is_held_against_the_likeliest_few_before_it(there):
    there.strangers(40)
    units = [there.report(day=number, place=101, text="猪栏粪水流进厨房") for number in range(blocking.BEHIND)]
    for unit in units:
        there.party(unit, "a")
        there.party(unit, "b")
    later = Counter(max(pair) for pair in there.pairs())
    assert max(later.values()) == blocking.EARLIER


def test_words_bring_together_who_gives_no_name(there):
    there.strangers(60)
    one = there.report("隔壁砌猪栏，粪水流进我家厨房", day=1, place=101)
    two = there.report("猪栏的粪水又流进厨房了", day=3, place=101)
    there.report("有人打麻将到半夜", day=3, place=101)
    assert set(there.pairs()) == {(one, two)}
    assert "text" not in [name for name, *_ in there.there.execute("DESCRIBE report").fetchall()]


def test_a_dispute_is_one_however_many_reports_it_has(there):
    there.strangers(20)
    whole = there.report("x", day=1, place=101, unit=5_000)
    there.report("y", day=9, place=101, unit=5_000)
    later = there.report(day=11, place=101)
    there.party(whole, "a,b")
    there.party(later, "a")
    assert set(there.pairs()) == {(later, whole)}


def test_histories_meet_again():
    """Our own, written for the comparison: of the reports of one quarrel that share a key or rare words, most meet."""
    there, rows, truth = District(), lines(), {}
    for row in rows:
        place = int((row["place_code"] or "0")[-7:])
        day = datetime.fromisoformat(row["received_at"]).timestamp() / 86_400
        unit = there.report(row["text"], day=day, place=place, door=searchkeys.address_key(row["address"]))
        truth[unit] = row["truth"]
        for party in row["parties"]:
            there.party(unit, keys_of(party["name"], party["id_number"]))
        if row["phone"]:
            there.party(unit, row["phone"], reports=not row["parties"])
    found = set(there.pairs())
    same = {pair for pair in combinations(sorted(truth), 2) if truth[pair[0]] == truth[pair[1]]}
    assert len(same & found) / len(same) > 0.65
    assert len(found) < 0.08 * len(truth) * (len(truth) - 1) / 2


@given(PAIRS)
def test_groups_are_what_hangs_together(pairs):
    groups = blocking.joined(pairs)
    of = {unit: n for n, group in enumerate(groups) for unit in group}
    assert sorted(of) == sorted({unit for pair in pairs for unit in pair})
    assert all(of[a] == of[b] for a, b in pairs)
    for group in groups:  # and no more than that
        reached, before = {group[0]}, set()
        while reached != before:
            before = set(reached)
            reached |= {unit for pair in pairs for unit in pair if reached & set(pair)}
        assert reached == set(group)


@given(PAIRS, st.integers(1, 9))
def test_no_group_is_larger_than_it_may_be(pairs, most):
    groups = blocking.joined(pairs, most)
    assert sorted(unit for group in groups for unit in group) == sorted({unit for pair in pairs for unit in pair})
    assert all(len(group) <= max(1, most) for group in groups)
    whole = {unit: n for n, group in enumerate(blocking.joined(pairs)) for unit in group}
    assert all(len({whole[unit] for unit in group}) == 1 for group in groups)


@given(PAIRS, st.integers(2, 9))
def test_packs_hold_each_pair_once_and_name_no_more_than_they_may(pairs, most):
    packs = list(blocking.packs(pairs, most))
    assert sorted(pair for pack in packs for pair in pack) == sorted(pairs)
    assert all(0 < len({unit for pair in pack for unit in pair}) <= most for pack in packs)

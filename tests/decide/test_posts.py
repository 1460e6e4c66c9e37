"""The two-days rule: example weeks, ISO weeks at the turn of the year, and properties against a plain count."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide.posts import Day, Params, State, Week, judge, week_of

WEEK = Week(2026, 16)  # Monday 13 April to Sunday 19 April
MON, TUE, WED, THU, FRI, SAT, SUN = WEEK.days
ORDER = list(State)


def one(*days: Day[str], today: date = MON, need: int = 2):
    (found,) = judge(["柳塘"], days, WEEK, today=today, params=Params(need))
    return found


def kept(on: date) -> Day[str]:
    return Day("柳塘", on, kept=True)


def planned(on: date) -> Day[str]:
    return Day("柳塘", on)


TABLE = [
    # today, days, state, lacks, how many days are left
    (MON, (), "short", 2, 7),
    (MON, (planned(MON), planned(SUN)), "on_course", 0, 5),
    (MON, (planned(MON), planned(MON)), "short", 1, 6),  # two people on one day are one day
    (WED, (planned(MON), planned(TUE)), "short", 2, 5),  # nobody came: past plans are worth nothing
    (WED, (kept(MON), kept(TUE)), "met", 0, 5),
    (WED, (kept(MON), kept(MON)), "short", 1, 5),
    (SAT, (), "short", 2, 2),
    (SUN, (), "missed", 2, 1),
    (SUN, (kept(SUN),), "missed", 1, 0),  # today is used up
    (SUN, (kept(SAT), planned(SUN)), "on_course", 0, 0),
    (SUN, (kept(SAT),), "short", 1, 1),
    (SUN + timedelta(days=1), (kept(SAT), planned(SUN)), "missed", 1, 0),
    (SUN + timedelta(days=1), (kept(MON), kept(SUN)), "met", 0, 0),
    (MON - timedelta(days=7), (), "short", 2, 7),  # next week, seen from this one
    (WED, (kept(WED), planned(WED), planned(THU)), "on_course", 0, 3),  # kept and planned on one day is one day
]


@pytest.mark.parametrize(("today", "days", "state", "lacks", "left"), TABLE)
def test_standing(today, days, state, lacks, left):
    found = one(*days, today=today)
    assert (found.state, found.lacks, len(found.left)) == (state, lacks, left)


def test_villages_stand_apart_and_in_the_order_given():
    days = [Day("乙", MON, kept=True), Day("乙", TUE, kept=True), Day("甲", WED)]
    assert [(s.village, s.state) for s in judge(["甲", "乙", "丙"], days, WEEK, today=MON)] == [
        ("甲", "short"),
        ("乙", "met"),
        ("丙", "short"),
    ]


@pytest.mark.parametrize("bad", [0, 8, -1])
def test_a_rule_of_no_day_or_more_than_a_week_has_is_none(bad):
    with pytest.raises(ValueError, match="not from 1 to 7"):
        Params(bad)


# --- weeks ---------------------------------------------------------------------------------------------------------

TURNS = [
    (date(2026, 12, 27), "2026-W52"), (date(2026, 12, 28), "2026-W53"), (date(2026, 12, 31), "2026-W53"),
    (date(2027, 1, 1), "2026-W53"), (date(2027, 1, 3), "2026-W53"), (date(2027, 1, 4), "2027-W01"),
    (date(2024, 12, 30), "2025-W01"), (date(2025, 12, 29), "2026-W01"), (date(2021, 1, 3), "2020-W53"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "said"), TURNS)
def test_a_week_belongs_to_the_year_of_its_thursday(on, said):
    assert str(week_of(on)) == said


def test_two_days_on_both_sides_of_new_year_are_one_week():
    week = week_of(date(2026, 12, 31))
    days = [Day("柳塘", date(2026, 12, 31), kept=True), Day("柳塘", date(2027, 1, 2), kept=True)]
    (found,) = judge(["柳塘"], days, week, today=date(2027, 1, 3))
    assert found.state == "met"
    (after,) = judge(["柳塘"], days, week.later(1), today=date(2027, 1, 4))
    assert after.state == "short"
    assert (str(week.later(1)), str(week.later(-53)), week.later(0)) == ("2027-W01", "2025-W52", week)


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(-120, 120))
def test_weeks_tile_time(on, weeks):
    week = week_of(on)
    assert on in week.days
    assert (week.monday.weekday(), week.days[-1].weekday()) == (0, 6)
    assert week.later(weeks).later(-weeks) == week
    assert week.later(weeks).monday - week.monday == timedelta(weeks=weeks)
    assert (week.later(weeks) > week) == (weeks > 0)


# --- properties ----------------------------------------------------------------------------------------------------

DAY = st.builds(Day, st.sampled_from("甲乙"), st.integers(-3, 9).map(lambda n: MON + timedelta(days=n)), st.booleans())
TODAY = st.integers(-2, 9).map(lambda n: MON + timedelta(days=n))
NEED = st.integers(1, 7)


def plain(village, days, today, need):
    """The rule by trying: can any choice of further days still bring it to `need`?"""
    done = {d.on for d in days if d.village == village and d.kept and d.on in WEEK.days}
    coming = {d.on for d in days if d.village == village and d.on in WEEK.days and d.on >= today} | done
    if len(done) >= need:
        return State.MET
    if len(coming) >= need:
        return State.ON_COURSE
    rest = [on for on in WEEK.days if on >= today]
    reachable = any(len(coming | set(more)) >= need for n in range(len(rest) + 1) for more in combinations(rest, n))
    return State.SHORT if reachable else State.MISSED


@given(st.lists(DAY, max_size=12), TODAY, NEED)
def test_the_rule_is_the_plain_count(days, today, need):
    for found in judge(["甲", "乙"], days, WEEK, today=today, params=Params(need)):
        assert found.state == plain(found.village, days, today, need)
        assert found.lacks == max(need - len(found.kept) - len(found.planned), 0)
        assert not set(found.kept) & set(found.planned)
        assert not set(found.left) & {*found.kept, *found.planned}
        assert all(on >= today for on in (*found.left, *found.planned))


@given(st.lists(DAY, max_size=12).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), TODAY)
def test_order_does_not_matter(rows, today):
    first, second = rows
    assert judge(["甲", "乙"], first, WEEK, today=today) == judge(["甲", "乙"], second, WEEK, today=today)


@given(st.lists(DAY, max_size=10), DAY, TODAY, NEED)
def test_one_more_day_never_makes_it_worse(days, more, today, need):
    before = judge(["甲", "乙"], days, WEEK, today=today, params=Params(need))
    after = judge(["甲", "乙"], [*days, more], WEEK, today=today, params=Params(need))
    for old, new in zip(before, after, strict=True):
        assert ORDER.index(new.state) <= ORDER.index(old.state)


@given(st.lists(DAY, max_size=10), TODAY, NEED)
def test_what_is_short_is_mended_by_planning_what_lacks(days, today, need):
    (found, _other) = judge(["甲", "乙"], days, WEEK, today=today, params=Params(need))
    mended = [*days, *(Day("甲", on) for on in found.left[: found.lacks])]
    (after, _other) = judge(["甲", "乙"], mended, WEEK, today=today, params=Params(need))
    assert (after.state in (State.MET, State.ON_COURSE)) == (found.state != State.MISSED)

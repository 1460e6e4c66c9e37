"""Periods, what stands out beyond chance, and the suggestions that follow."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.decide.periods import Period, ReportKind, a_year_before, before, ended, newest_over, period, usual_since
from twinloop.decide.report import (
    Advice,
    Finding,
    Outlook,
    Params,
    Part,
    Share,
    Side,
    Standing,
    Suggestion,
    adjusted,
    outlook,
    rate_p,
    share_p,
    suggest,
)

KINDS = st.sampled_from(list(ReportKind))
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
COUNTS = st.integers(0, 40)


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("day", "2026-04-16", "2026-04-16", "2026-04-16"),
        ("week", "2026-01-01", "2025-12-29", "2026-01-04"),
        ("month", "2028-02-29", "2028-02-01", "2028-02-29"),
        ("month", "2026-12-31", "2026-12-01", "2026-12-31"),
        ("quarter", "2026-06-30", "2026-04-01", "2026-06-30"),
        ("quarter", "2026-10-01", "2026-10-01", "2026-12-31"),
        ("year", "2026-04-16", "2026-01-01", "2026-12-31"),
        ("twelve", "2026-11-03", "2025-12-01", "2026-11-30"),
        ("twelve", "2026-12-31", "2026-01-01", "2026-12-31"),
        ("twelve", "2028-02-29", "2027-03-01", "2028-02-29"),
    ],
)
def test_a_period_is_whole(kind, day, first, last):
    found = period(ReportKind(kind), date.fromisoformat(day))
    assert found == Period(ReportKind(kind), date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("day", "2028-02-29", "2027-02-28", "2027-02-28"),
        ("day", "2026-04-16", "2025-04-16", "2025-04-16"),
        ("week", "2026-04-16", "2025-04-14", "2025-04-20"),
        ("month", "2029-02-10", "2028-02-01", "2028-02-29"),
        ("quarter", "2026-06-30", "2025-04-01", "2025-06-30"),
    ],
)
def test_the_same_period_a_year_ago(kind, day, first, last):
    found = a_year_before(period(ReportKind(kind), date.fromisoformat(day)))
    assert found == Period(ReportKind(kind), date.fromisoformat(first), date.fromisoformat(last))


@given(DAYS)
def test_a_year_is_compared_with_the_one_before_anyway(day):
    assert a_year_before(period(ReportKind.YEAR, day)) is None


@given(KINDS, DAYS)
def test_periods_follow_one_another_without_gap(kind, day):
    one = period(kind, day)
    assert one.first <= day <= one.last
    assert before(one).last == one.first - timedelta(days=1)
    assert period(kind, one.last) == one
    assert usual_since(one) <= before(one).first


@given(KINDS, DAYS)
def test_the_newest_that_is_over_ends_before_today_and_no_later_one_does(kind, today):
    newest = newest_over(kind, today)
    assert newest.last < today
    assert period(kind, newest.last) == newest
    later = (newest.last + timedelta(days=n) for n in range(1, 370))
    assert not any(period(kind, day).last < today for day in later)


@given(KINDS, DAYS, st.integers(1, 9), st.integers(0, 400))
def test_what_has_ended_is_over_in_order_and_the_last_one_is_there(kind, today, most, back):
    found = ended(kind, today, since=today - timedelta(days=back), most=most)
    assert len(found) <= most
    assert all(one.last < today for one in found)
    assert all(one.last >= today - timedelta(days=back) for one in found)
    assert [before(one) for one in found[1:]] == list(found[:-1])
    if found:
        assert found[-1] == before(period(kind, today))


def test_four_weeks_before_a_day_and_one_year_before_a_year():
    assert usual_since(period(ReportKind.DAY, date(2026, 4, 29))) == date(2026, 4, 1)
    assert usual_since(period(ReportKind.MONTH, date(2026, 4, 29))) == date(2026, 1, 1)
    assert usual_since(period(ReportKind.YEAR, date(2026, 4, 29))) == date(2025, 1, 1)


def plain_binomial(hits: int, count: int, share: Fraction) -> Fraction:
    chances = [comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(count + 1)]
    return sum((one for one in chances if one <= chances[hits]), Fraction(0))


@settings(deadline=None)  # SciPy is loaded by the first one
@given(COUNTS, COUNTS, st.integers(1, 60), st.integers(1, 400))
def test_the_test_of_rates_is_the_plain_sum(count, usual, days, usual_days):
    part = Part(Side.TYPE, "A1", count, usual, days, usual_days)
    plain = plain_binomial(count, count + usual, Fraction(days, days + usual_days))
    assert rate_p(part) == pytest.approx(float(plain), abs=1e-6)


def plain_fisher(share: Share) -> Fraction:
    whole, hits = share.of + share.rest, share.hits + share.rest_hits
    low, high = max(0, hits - share.rest), min(hits, share.of)
    chances = {
        k: Fraction(comb(hits, k) * comb(whole - hits, share.of - k), comb(whole, share.of))
        for k in range(low, high + 1)
    }
    return sum((one for one in chances.values() if one <= chances[share.hits]), Fraction(0))


@settings(deadline=None)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_test_of_shares_is_the_plain_sum(hits, misses, rest_hits, rest_misses):
    share = Share(Side.AGENCY, "x", hits, hits + misses, rest_hits, rest_hits + rest_misses)
    if not share.of or not share.rest:
        assert share_p(share) == 1.0
        return
    assert share_p(share) == pytest.approx(float(plain_fisher(share)), abs=1e-6)


def test_an_example_by_hand():
    # 9 in one month where two months before brought 3 together: as unlikely or less are only 9 … 12
    part = Part(Side.PLACE, "p", 9, 3, 30, 60)
    assert part.expected == 1.5
    upper = sum(comb(12, k) * (1 / 3) ** k * (2 / 3) ** (12 - k) for k in range(9, 13))
    assert rate_p(part) == pytest.approx(upper)  # none at all is likelier than nine: 0.0077 > 0.0033
    (found,) = outlook([part]).findings
    assert (found.is_more, found.count, found.expected) == (True, 9, 1.5)


def test_adjusting_is_the_printed_example():
    # Benjamini and Hochberg 1995, table of 15: four are rejected at 5 %
    ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
          0.7590, 1.0]  # fmt: skip
    assert sum(q <= 0.05 for q in adjusted(ps)) == 4


@given(st.lists(st.floats(0, 1), max_size=20))
def test_adjusting_keeps_the_order_and_never_makes_surer(ps):
    qs = adjusted(ps)
    assert all(q >= p or q == pytest.approx(p) for p, q in zip(ps, qs, strict=True))
    assert all(q <= 1 for q in qs)
    pairs = sorted(zip(ps, qs, strict=True))
    assert [q for _p, q in pairs] == sorted(q for _p, q in pairs)
    if ps:
        assert max(qs) == pytest.approx(max(ps))


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_more_of_the_same_is_never_less_sure(count, usual):
    if count + usual < 10:
        return
    few, many = (Part(Side.TYPE, "A1", n * count, n * usual, 30, 90) for n in (1, 4))
    assert outlook([few]).findings == () or outlook([many]).findings != ()


def test_the_few_are_counted_and_not_tried():
    found = outlook([Part(Side.TYPE, "A1", 9, 0, 30, 90)], [Share(Side.AGENCY, "x", 0, 9, 90, 90)])
    assert (found.findings, found.tried, found.few) == ((), 0, 2)
    assert outlook([], [Share(Side.AGENCY, "x", 0, 0, 90, 90)]).few == 0
    assert outlook([Part(Side.TYPE, "A1", 10, 0, 30, 90)]).tried == 1


def test_without_enough_time_before_nothing_is_said():
    assert outlook([Part(Side.TYPE, "A1", 400, 0, 30, 29)]) == Outlook((), 0, 0)
    assert Part(Side.TYPE, "A1", 400, 0, 30, 0).expected == 0
    assert Share(Side.AGENCY, "x", 1, 1, 0, 0).expected == 0
    assert rate_p(Part(Side.TYPE, "A1", 0, 0, 30, 90)) == 1.0


def test_the_order_of_the_parts_does_not_matter():
    parts = [Part(Side.TYPE, f"A{n}", 10 + 7 * n, 30, 30, 90) for n in range(5)]
    assert outlook(parts) == outlook(parts[::-1])


def test_suggestions_name_their_rule_and_come_only_from_what_was_found():
    worse = Finding(Side.SETTLED_PLACE, "p", False, 2, 20, 12.0, 0.001, 0.01)
    finds = (
        Finding(Side.PLACE, "p", True, 9, None, 1.5, 0.004, 0.02),
        Finding(Side.PLACE, "q", False, 1, None, 9.5, 0.004, 0.02),
        worse,
        Finding(Side.TOTAL, "", True, 90, None, 50.0, 0.001, 0.01),
    )
    found = suggest(Outlook(finds, 4, 0), Standing(repeats=2))
    assert found == (
        Suggestion(Advice.REPEATS, "", 2),
        Suggestion(Advice.PLACE, "p", 9, 1.5),
        Suggestion(Advice.SETTLING, "p", 2, 12.0),
    )
    assert suggest(Outlook((), 0, 0), Standing()) == ()


def test_wrong_use_is_refused():
    for wrong in ({"rate": 0.0}, {"rate": 1.0}, {"few": 0}, {"repeat": 1}):
        with pytest.raises(Refused, match="report_params"):
            Params(**wrong)
    with pytest.raises(Refused, match="report_counts"):
        rate_p(Part(Side.TYPE, "A1", -1, 3, 30, 30))
    with pytest.raises(Refused, match="report_counts"):
        share_p(Share(Side.AGENCY, "x", 4, 3, 0, 3))

"""Who nominates themselves for a 2+2 team: tables, properties, a plain model beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.decide.nomination import PARAMS, Facts, NominationGround, Params, Reason, full_years, nominate

ON = date(2026, 4, 16)
NEW = Facts(began_on=ON)
G = NominationGround


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (NEW, ()),
        (replace(NEW, backlog=True), (Reason(G.BACKLOG),)),
        (replace(NEW, began_on=date(2023, 4, 16)), ()),  # three years to the day are not older than three years
        (replace(NEW, began_on=date(2023, 4, 15)), (Reason(G.OLD, 3),)),
        (replace(NEW, began_on=date(2021, 3, 1)), (Reason(G.OLD, 5),)),
        (replace(NEW, rounds=1), ()),
        (replace(NEW, rounds=2), (Reason(G.STUCK, 2),)),
        (replace(NEW, calls=2), ()),
        (replace(NEW, calls=3), (Reason(G.CALLED, 3),)),
        (replace(NEW, backlog=True, calls=9, over=True), ()),
        (replace(NEW, backlog=True, calls=9, domestic_violence=True), ()),
    ],
)
def test_a_quarrel_nominates_itself_by_what_is_on_record(facts, found):
    assert nominate(facts, ON) == found


facts_ = st.builds(
    Facts,
    began_on=st.dates(date(2010, 1, 1), ON),
    backlog=st.booleans(),
    rounds=st.integers(0, 6),
    calls=st.integers(0, 9),
    domestic_violence=st.booleans(),
    over=st.booleans(),
)


@given(facts_)
def test_it_finds_what_a_plain_reading_of_the_rule_finds(facts):
    plain = {
        G.BACKLOG: facts.backlog,
        G.OLD: facts.began_on < date(2023, 4, 16),
        G.STUCK: facts.rounds >= 2,
        G.CALLED: facts.calls >= 3,
    }
    goes = not (facts.over or facts.domestic_violence)
    assert [one.ground for one in nominate(facts, ON)] == [ground for ground in G if plain[ground] and goes]


@given(facts_, st.integers(0, 3), st.integers(0, 3), st.integers(0, 2000))
def test_more_of_anything_never_takes_a_ground_away(facts, rounds, calls, days):
    more = replace(
        facts, rounds=facts.rounds + rounds, calls=facts.calls + calls, began_on=facts.began_on - timedelta(days=days)
    )
    before = {one.ground: one.figure for one in nominate(facts, ON)}
    after = {one.ground: one.figure for one in nominate(more, ON)}
    assert all(after[ground] >= figure for ground, figure in before.items())


@given(st.dates(date(1990, 1, 1), ON), st.dates(date(1990, 1, 1), ON))
def test_years_are_full_ones(since, on):
    years = full_years(since, on)
    assert years == max([0, *(n for n in range(1, 40) if (since.year + n, since.month, since.day)
                              <= (on.year, on.month, on.day))])  # fmt: skip


@pytest.mark.parametrize("field", ["years", "rounds", "calls"])
@pytest.mark.parametrize("value", [0, 51])
def test_thresholds_out_of_bounds_are_refused(field, value):
    with pytest.raises(Refused) as no:
        replace(PARAMS, **{field: value})
    assert (no.value.code, no.value.facts) == ("nomination_params", {"field": field})
    assert Params.shipped() == PARAMS

"""Which mediation fits: the table of the article, and what must hold for any record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused, words
from twinloop.decide.mediation import (
    Facts,
    Ground,
    MediationRefusal,
    Params,
    Strength,
    Way,
    nominated,
    suggest,
)

S, G, W = Strength, Ground, Way
ORDER = tuple(Strength)
CASES = [
    (Facts(level=3), S.SEEK, W.PEOPLE, {G.LEVEL_THREE, G.NO_OFFENCE}),
    (Facts(level=2), S.FOLLOW, W.PEOPLE, {G.LEVEL_TWO, G.NO_OFFENCE}),
    (Facts(level=1), S.JOINT, W.PEOPLE, {G.LEVEL_ONE, G.NO_OFFENCE}),
    (Facts(level=3, backlog=True), S.FOLLOW, W.PEOPLE, {G.BACKLOG, G.NO_OFFENCE}),
    (Facts(level=3, months=36), S.FOLLOW, W.PEOPLE, {G.OLD, G.NO_OFFENCE}),
    (Facts(level=3, months=35), S.SEEK, W.PEOPLE, {G.LEVEL_THREE, G.NO_OFFENCE}),
    (Facts(level=3, failed_sessions=2, incidents=3), S.FOLLOW, W.PEOPLE, {G.FAILED, G.CALLED, G.NO_OFFENCE}),
    (Facts(level=3, needs_agency=True), S.JOINT, W.PEOPLE, {G.AGENCY, G.NO_OFFENCE}),
    (Facts(level=2, group_event=True), S.JOINT, W.PEOPLE, {G.GROUP, G.NO_OFFENCE}),
    (Facts(level=3, wish=S.JOINT), S.JOINT, W.PEOPLE, {G.WISH, G.NO_OFFENCE}),
    (Facts(level=1, wish=S.SEEK), S.JOINT, W.PEOPLE, {G.LEVEL_ONE, G.NO_OFFENCE}),
    (Facts(level=3, offence=True, police_open=True), S.SEEK, W.POLICE, {G.LEVEL_THREE}),
    (Facts(level=3, offence=True), S.SEEK, W.PEOPLE, {G.LEVEL_THREE}),
    (Facts(level=3, offence=True, police_open=False), S.SEEK, W.PEOPLE, {G.LEVEL_THREE}),
    (Facts(level=3, offence=True, people_refused=True), S.SEEK, W.POLICE, {G.LEVEL_THREE, G.PEOPLE_REFUSED}),
]


@pytest.mark.parametrize(("facts", "strength", "way", "grounds"), CASES)
def test_the_record_says_which(facts, strength, way, grounds):
    found = suggest(facts)
    assert (found.strength, found.way, set(found.grounds)) == (strength, way, grounds)
    assert found.others == ORDER[ORDER.index(strength) + 1 :]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            Facts(level=3, domestic_violence=True),
            "家庭暴力不先交调解：先告诫、保护令、走访"
            "（反家庭暴力法第 16 条，反家庭暴力法第 17 条，反家庭暴力法第 23 条）",
        ),
        (Facts(), "还差一样：等级"),
        (
            Facts(level=2, people_refused=True),
            "没有能走的调解：人民调解有人不愿意，治安调解的条件也不够（人民调解法第 17 条，程序规定第 178 条第 2 款）",
        ),
    ],
)
def test_what_has_no_mediation_says_why(facts, sentence):
    with pytest.raises(Refused) as refused:
        suggest(facts)
    assert words.tell(refused.value) == sentence


def test_domestic_violence_is_refused_before_anything_else_is_asked():
    with pytest.raises(Refused) as refused:
        suggest(Facts(domestic_violence=True, people_refused=True))
    assert refused.value.code == MediationRefusal.VIOLENCE_AT_HOME


@pytest.mark.parametrize("wrong", [{"months": 0}, {"failed": -1}, {"incidents": 601}])
def test_parameters_out_of_range_stop_the_start(wrong):
    with pytest.raises(Refused) as refused:
        Params(**{"months": 36, "failed": 2, "incidents": 3, **wrong})
    assert refused.value.facts == {"field": next(iter(wrong))}


RECORDS = st.builds(
    Facts,
    level=st.integers(1, 3),
    group_event=st.booleans(),
    needs_agency=st.booleans(),
    backlog=st.booleans(),
    months=st.integers(0, 600),
    failed_sessions=st.integers(0, 9),
    incidents=st.integers(0, 40),
    wish=st.sampled_from([None, *Strength]),
)
GRAVER = st.sampled_from(
    [
        lambda f: replace(f, level=max(1, (f.level or 1) - 1)),
        lambda f: replace(f, group_event=True),
        lambda f: replace(f, needs_agency=True),
        lambda f: replace(f, backlog=True),
        lambda f: replace(f, months=f.months + 12),
        lambda f: replace(f, failed_sessions=f.failed_sessions + 1),
        lambda f: replace(f, incidents=f.incidents + 1),
    ]
)


@given(RECORDS, GRAVER)
def test_one_more_grave_fact_never_weakens_the_mediation(facts, graver):
    assert ORDER.index(suggest(graver(facts)).strength) >= ORDER.index(suggest(facts).strength)
    assert set(nominated(facts)) <= set(nominated(graver(facts)))


@given(RECORDS)
def test_whoever_nominates_itself_gets_at_least_a_team_that_follows(facts):
    if nominated(facts):
        assert suggest(facts).strength is not Strength.SEEK

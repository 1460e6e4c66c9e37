"""Who may not mediate: a table, and what must hold for anybody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide.conflict import Conflict, Facts, Post, Tie, conflicts

C = Conflict
PEOPLE, SWORN, AUXILIARY = Post.PEOPLE, Post.SWORN, Post.AUXILIARY
CASES = [
    (Facts(post=PEOPLE), []),
    (Facts(post=SWORN, police=True), []),
    (Facts(post=SWORN), []),  # a 2+2 officer on the people's track
    (Facts(post=PEOPLE, ties=frozenset({Tie.RELATIVE})), [(C.RELATIVE, "人民调解法 15(1)")]),
    (Facts(post=SWORN, police=True, ties=frozenset({Tie.RELATIVE})), [(C.RELATIVE, "程序规定 17(1)")]),
    (
        Facts(post=SWORN, police=True, ties=frozenset({Tie.COMPLAINT, Tie.PARTY, Tie.INTEREST})),
        [(C.PARTY, "程序规定 17(1)"), (C.INTEREST, "程序规定 17(2)"), (C.COMPLAINT, "程序规定 17(3)")],
    ),
    (Facts(post=PEOPLE, ties=frozenset({Tie.UNCOMPARED})), [(C.UNCOMPARED, "人民调解法 15(1)")]),
    (Facts(post=PEOPLE, unwanted=True), [(C.UNWANTED, "人民调解法 23(1)")]),
    (Facts(post=SWORN, police=True, unwanted=True), [(C.UNWANTED, "程序规定 20")]),
    (Facts(post=AUXILIARY, police=True), [(C.AUXILIARY_LEADS, "程序规定 52")]),
    (Facts(post=AUXILIARY), [(C.AUXILIARY_LEADS, "人民调解法 13")]),
    (Facts(post=AUXILIARY, police=True, leads=False), []),
    (Facts(post=PEOPLE, police=True), [(C.NOT_SWORN, "程序规定 52")]),
    (Facts(post=PEOPLE, left=True, absent=True), [(C.LEFT, ""), (C.ABSENT, "")]),
]
facts_at_random = st.builds(
    Facts,
    post=st.sampled_from(Post),
    police=st.booleans(),
    leads=st.booleans(),
    ties=st.frozensets(st.sampled_from(Tie)),
    unwanted=st.booleans(),
    left=st.booleans(),
    absent=st.booleans(),
)


@pytest.mark.parametrize(("facts", "found"), CASES)
def test_every_reason_stands_with_its_article(facts, found):
    assert [(reason.code, "".join(reason.articles)) for reason in conflicts(facts)] == found


@given(facts_at_random, st.sampled_from(Tie))
def test_one_more_tie_never_takes_a_reason_away(facts, tie):
    more = replace(facts, ties=facts.ties | {tie})
    assert set(conflicts(facts)) <= set(conflicts(more))
    assert conflicts(more)


@given(facts_at_random)
def test_beside_the_chair_fewer_rules_hold_than_in_it(facts):
    assert set(conflicts(replace(facts, leads=False))) <= set(conflicts(replace(facts, leads=True)))

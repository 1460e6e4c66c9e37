"""Hypothesis walks over the whole table: no way around the law, no dead end."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinloop.decide import Refused, words, workflow
from twinloop.decide.workflow import Action, Facts, How, Lack, Role, State
from twinloop.decide.workflow_needs import bar_gate

# Everything that any move may ask for: with these, only the table itself can say no.
COMPLETE = Facts(
    level=2,
    type_given=True,
    taker_given=True,
    reason_given=True,
    review_written=True,
    in_community=True,
    gate_open=True,
    offence=True,
    settled_by="周明远",
    settled_how=How.MEDIATION,
    settled_on=date(2026, 4, 16),
    terms_given=True,
    terms_broken=True,
    callback_reached=True,
    leader_signed=True,
    decision_given=True,
    application_approved=True,
    receipt=True,
    merge_target_given=True,
    linked_incident=True,
    first_unsettled=True,
    sessions_failed=1,
)
UNDECIDED = replace(COMPLETE, decision_given=False)


SPECIAL: dict[str, tuple[object, ...]] = {
    "level": (None, 1, 2, 3),
    "gate_open": (None, True, False),
    "gate_articles": (("程序规定 179(4)",),),
    "gate_reasons": (("a_party_refuses",),),
    "offence": (None, True, False),
    "settled_by": ("", "周明远"),
    "settled_how": (None, *How),
    "settled_on": (None, date(2026, 4, 16)),
    "terms_owed": ((), (1,), (1, 2)),
    "terms_performed": ((), (1,), (1, 2)),
    "state_before": (None, *State),
    "linked_days": (None, 0, 90, 91),
    "sessions_failed": (0, 1, 2, 3),
}
CHANGES = [(f.name, value) for f in fields(Facts) for value in SPECIAL.get(f.name, (True, False))]
SHUT = {"gate_articles": ("程序规定 179(4)",), "gate_reasons": ("a_party_refuses",)}
# Everything on record but a few, or nothing but a few: such walks get far, and still meet every refusal.
FACTS = st.builds(
    lambda base, changes: replace(base, **{**SHUT, **dict(changes)}),
    st.sampled_from([COMPLETE, UNDECIDED, UNDECIDED, Facts()]),
    st.lists(st.sampled_from(CHANGES), max_size=4),
)
# Which of the state's moves, which of those who may (or a resident, who never may), and what is on record.
STEP = st.tuples(st.integers(0, 99), st.integers(0, 9), FACTS)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(State), st.lists(STEP, min_size=5, max_size=20))
def test_no_walk_reaches_closed_without_a_callback_or_mediation_past_the_gate(state, walk):
    before, sentences = State.REGISTERED, []
    for pick, who, drawn in walk:
        facts = replace(drawn, state_before=before)  # the record knows it, not the walker
        rows = [move for move in workflow.TRANSITIONS if state in move.sources]
        row = rows[pick % len(rows)]
        action, able = row.action, sorted(row.roles)
        role = Role.RESIDENT if who == 9 else able[who % len(able)]
        try:
            to = workflow.check_move(state, action, role, facts)
        except Refused as refused:
            sentences += [words.tell(refused, "zh"), words.tell(refused, "en")]
            continue
        assert to == workflow.target(state, action, facts)
        if to is State.CLOSED and state is not State.MERGED:
            assert facts.callback_reached
            assert not facts.callback_dissatisfied
            assert not facts.terms_open
            assert facts.level != 1 or facts.leader_signed
        if to is State.MEDIATING and state is not State.MERGED:
            assert facts.gate_open is True
        if to is State.SETTLED and state is not State.MERGED:
            assert facts.settled_by
            assert facts.settled_how
            assert facts.settled_on
            assert facts.terms_given
            assert not (facts.domestic_violence and facts.settled_how in {How.MEDIATION, How.RECONCILIATION})
            assert facts.gate_open is True or (state is not State.MEDIATING and facts.settled_how is not How.MEDIATION)
        if action in {Action.MERGE, Action.ORDER}:
            before = state
        state = to
    assert not any("未知" in sentence or "unknown" in sentence for sentence in sentences)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(State), st.sampled_from(Role), FACTS)
def test_moves_offers_exactly_the_table_and_agrees_with_can_move(state, role, facts):
    offers = workflow.moves(state, role, facts)
    assert {offer.action for offer in offers} == {m.action for m in workflow.TRANSITIONS if state in m.sources}
    for offer in offers:
        assert (offer.refused is None) is workflow.can_move(state, offer.action, role, facts)


@cache
def onward(state: State) -> frozenset[State]:
    """Where anybody at all can move a dispute from here, everything being on record."""
    found = set()
    records = [replace(f, state_before=b) for f in (COMPLETE, UNDECIDED) for b in (None, State.SORTED, State.REVIEW)]
    for move in workflow.TRANSITIONS:
        for facts in records if state in move.sources else ():
            role = sorted(move.roles)[0]
            if workflow.can_move(state, move.action, role, facts):
                found.add(workflow.check_move(state, move.action, role, facts))
    return frozenset(found)


def reachable(start: State) -> set[State]:
    seen, todo = {start}, [start]
    while todo:
        new = onward(todo.pop()) - seen
        seen |= new
        todo += new
    return seen


def test_every_state_is_reached():
    assert reachable(State.REGISTERED) == set(State)


@pytest.mark.parametrize("state", State)
def test_no_state_is_a_dead_end(state):
    assert State.CLOSED in reachable(state)


@pytest.mark.parametrize("action", Action)
def test_every_action_has_somebody_who_may_and_somebody_who_may_not(action):
    rows = [move for move in workflow.TRANSITIONS if move.action is action]
    assert rows
    for move in rows:
        assert move.roles
        assert not move.roles & {Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.RESIDENT, Role.VOLUNTEER}
        assert (move.to is None) is bool(move.back_to)


def test_every_row_into_closed_or_mediating_asks_for_what_the_law_asks():
    into = {to: [move for move in workflow.TRANSITIONS if move.to is to] for to in State}
    assert len(into[State.CLOSED]) == 2
    assert all({Lack.CALLBACK, Lack.CONTENT, Lack.PERFORMED, Lack.LEADER} <= set(m.lacks) for m in into[State.CLOSED])
    assert all(bar_gate in move.bars for move in into[State.MEDIATING])


def test_table_has_one_row_for_each_state_and_action():
    keys = [(source, move.action) for move in workflow.TRANSITIONS for source in move.sources]
    assert len(keys) == len(set(keys))


def test_the_system_moves_only_what_opens_by_itself():
    assert {m.action for m in workflow.TRANSITIONS if Role.SYSTEM in m.roles} == {Action.OPEN_REVIEW, Action.REOPEN}

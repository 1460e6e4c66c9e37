"""The life of a dispute as one table: what may follow, who may move it, what must be known first.

Source: domain.md section 3 (rules 1-7); 程序规定 = 公安机关办理行政案件程序规定 (2019).
The table is the truth: ``docs/workflow.md`` is drawn from it and every button asks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from twinloop.decide import Refused
from twinloop.decide.workflow_codes import (
    Action,
    Facts,
    How,
    Lack,
    MoveRefusal,
    Owner,
    Role,
    State,
    Trigger,
)
from twinloop.decide.workflow_needs import (
    DEFAULTS,
    HELD,
    Bar,
    Params,
    bar_agreeing,
    bar_broken,
    bar_cause,
    bar_gate,
    bar_offence,
    bar_settling,
    bar_trigger,
    bar_undecided,
    penalty_owed,
    second_round,
)

__all__ = [
    "OWNERS",
    "TRANSITIONS",
    "Action",
    "Facts",
    "How",
    "Lack",
    "Move",
    "MoveRefusal",
    "Offer",
    "Owner",
    "Params",
    "Role",
    "State",
    "Trigger",
    "can_move",
    "check_move",
    "moves",
    "owner",
    "penalty_owed",
    "responsible",
    "second_round",
    "target",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the table. ``to`` is ``None`` where the move leads back: ``back_to`` says where it may lead."""

    action: Action
    sources: frozenset[State]
    to: State | None
    roles: frozenset[Role]
    lacks: tuple[Lack, ...] = ()
    bars: tuple[Bar, ...] = ()
    back_to: frozenset[State] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: the action, and the refusal that shuts it (``None``: open)."""

    action: Action
    refused: Refused | None


_SETTLEMENT = (Lack.SETTLED_BY, Lack.SETTLED_HOW, Lack.SETTLED_ON, Lack.TERMS, Lack.SERVED)
_CLOSING = (Lack.CALLBACK, Lack.CONTENT, Lack.PERFORMED, Lack.LEADER)
_FIELD = frozenset({Role.OFFICER, Role.COMMUNITY_OFFICER, Role.AUXILIARY})
_SWORN = frozenset({Role.OFFICER, Role.COMMUNITY_OFFICER})
_CASE = _SWORN | {Role.CHIEF}
_SESSION = _CASE | {Role.MEDIATOR}
_COMMAND = frozenset({Role.DISPATCHER, Role.CHIEF})
_DESK = _COMMAND | {Role.COMMUNITY_OFFICER}
_SIGNING = _CASE | {Role.BUREAU}
_UNMERGED = frozenset(State) - {State.MERGED}


def _row(
    action: Action,
    sources: str,
    to: State | None,
    roles: frozenset[Role],
    lacks: tuple[Lack, ...] = (),
    bars: tuple[Bar, ...] = (),
) -> Move:
    states = frozenset(State(source) for source in sources.split())
    return Move(action=action, sources=states, to=to, roles=roles, lacks=lacks, bars=bars)


TRANSITIONS: tuple[Move, ...] = (
    _row(Action.SORT, "registered reopened returned", State.SORTED, _COMMAND, (Lack.TYPE, Lack.LEVEL)),
    _row(Action.ORDER, "sorted", State.ORDERED, _COMMAND, (Lack.TAKER,)),
    _row(Action.ORDER, "review", State.ORDERED, _COMMAND, (Lack.REVIEW, Lack.TAKER, Lack.COMMUNITY)),
    Move(
        action=Action.RECALL_ORDER,
        sources=frozenset({State.ORDERED}),
        to=None,
        roles=_COMMAND,
        back_to=frozenset({State.SORTED, State.REVIEW}),
    ),
    _row(Action.RETURN_ORDER, "ordered", State.REVIEW, _FIELD, (Lack.REASON,)),
    _row(Action.START, "ordered", State.HANDLING, _FIELD),
    _row(Action.SETTLE, "handling", State.SETTLED, _SWORN, _SETTLEMENT, (bar_settling,)),
    _row(
        Action.SETTLE,
        "penalty",
        State.SETTLED,
        _CASE,
        (*_SETTLEMENT, Lack.PERFORMED, Lack.APPLICATION),
        (bar_undecided, bar_settling),
    ),
    _row(Action.OPEN_MEDIATION, "handling", State.MEDIATING, _SESSION, (), (bar_gate,)),
    _row(Action.AGREE, "mediating", State.SETTLED, _SESSION, _SETTLEMENT, (bar_agreeing,)),
    _row(Action.FAIL_MEDIATION, "mediating", State.UNSETTLED, _SESSION, (Lack.REASON,)),
    _row(Action.REPORT_UNSETTLED, "handling", State.UNSETTLED, _FIELD, (Lack.REASON,)),
    _row(Action.OPEN_REVIEW, "unsettled reopened returned", State.REVIEW, _DESK | {Role.SYSTEM}),
    _row(Action.OPEN_REVIEW, "handling", State.REVIEW, _DESK | {Role.SYSTEM}, (), (bar_trigger,)),
    _row(
        Action.OPEN_PENALTY,
        "handling mediating unsettled review reopened",
        State.PENALTY,
        _CASE,
        (Lack.REASON,),
        (bar_offence,),
    ),
    _row(Action.OPEN_PENALTY, "settled", State.PENALTY, _CASE, (Lack.REASON,), (bar_offence, bar_broken)),
    _row(Action.CLOSE, "settled", State.CLOSED, _SIGNING, _CLOSING),
    _row(Action.CLOSE_BY_DECISION, "penalty", State.CLOSED, _SIGNING, (Lack.DECISION, *_CLOSING)),
    _row(Action.REOPEN, "settled closed", State.REOPENED, _DESK | {Role.OFFICER, Role.SYSTEM}, (), (bar_cause,)),
    _row(
        Action.TRANSFER,
        " ".join(_UNMERGED - {State.TRANSFERRED}),
        State.TRANSFERRED,
        _COMMAND,
        (Lack.REASON, Lack.RECEIPT),
    ),
    _row(
        Action.RETURN_TRANSFER, "transferred", State.RETURNED, frozenset({Role.AGENCY, Role.DISPATCHER}), (Lack.REASON,)
    ),
    _row(Action.MERGE, " ".join(_UNMERGED), State.MERGED, _DESK, (Lack.TARGET, Lack.REASON)),
    Move(
        action=Action.SPLIT,
        sources=frozenset({State.MERGED}),
        to=None,
        roles=_DESK,
        lacks=(Lack.REASON,),
        back_to=_UNMERGED,
    ),
)

_BY_KEY = MappingProxyType({(source, move.action): move for move in TRANSITIONS for source in move.sources})

OWNERS: Mapping[State, Owner] = MappingProxyType(
    {
        State.REGISTERED: Owner.DISPATCHER,
        State.SORTED: Owner.DISPATCHER,
        State.ORDERED: Owner.ORDERED,
        State.HANDLING: Owner.ORDERED,
        State.MEDIATING: Owner.SESSION_LEAD,
        State.UNSETTLED: Owner.DISPATCHER,
        State.REVIEW: Owner.DISPATCHER,
        State.SETTLED: Owner.BY_LEVEL,
        State.CLOSED: Owner.NOBODY,
        State.PENALTY: Owner.ORDERED,
        State.REOPENED: Owner.DISPATCHER,
        State.TRANSFERRED: Owner.AGENCY,
        State.RETURNED: Owner.DISPATCHER,
        State.MERGED: Owner.TARGET,
    }
)


def responsible(level: int | None) -> Owner:
    """Who answers for a dispute: level 1 the bureau leader (包案), 2 the chief, 3 or unknown the community officer."""
    return {1: Owner.BUREAU, 2: Owner.CHIEF}.get(level or 3, Owner.COMMUNITY_OFFICER)


def owner(state: State, level: int | None) -> Owner:
    """Who owns the next step in this state."""
    holder = OWNERS[state]
    return responsible(level) if holder is Owner.BY_LEVEL else holder


def _find(state: State, action: Action) -> Move:
    move = _BY_KEY.get((state, action))
    if move is None:
        raise Refused(MoveRefusal.NOT_FROM_STATE, state=state, action=action)
    return move


def _missing(move: Move, facts: Facts) -> tuple[Lack, ...]:
    lacks = tuple(lack for lack in move.lacks if not HELD[lack](facts))
    leads_back = move.to is not None or facts.state_before in move.back_to
    return lacks if leads_back else (*lacks, Lack.BEFORE)


def check_move(state: State, action: Action, role: Role, facts: Facts, params: Params = DEFAULTS) -> State:
    """Return the state that the move leads to, or raise ``Refused`` with a :class:`MoveRefusal`.

    Order: the state, the role, what the law bars, then everything that is missing, in one list
    (facts ``lacks`` and ``terms``, the numbers of the terms still owed).
    """
    move = _find(state, action)
    if role not in move.roles:
        raise Refused(MoveRefusal.NOT_YOUR_ROLE, action=action, roles=tuple(who for who in Role if who in move.roles))
    for bar in move.bars:
        bar(facts, params)
    if lacks := _missing(move, facts):
        raise Refused(MoveRefusal.LACKS, lacks=lacks, count=len(lacks), terms=facts.terms_open)
    return target(state, action, facts)


def target(state: State, action: Action, facts: Facts) -> State:
    """Where the move leads, checked or not; raises ``Refused`` where the table has no such row or no way back."""
    move = _find(state, action)
    to = move.to or facts.state_before
    if to is None:
        raise Refused(MoveRefusal.LACKS, lacks=(Lack.BEFORE,), count=1, terms=())
    return to


def _refusal(state: State, action: Action, role: Role, facts: Facts, params: Params) -> Refused | None:
    try:
        check_move(state, action, role, facts, params)
    except Refused as refused:
        return refused
    return None


def can_move(state: State, action: Action, role: Role, facts: Facts, params: Params = DEFAULTS) -> bool:
    return _refusal(state, action, role, facts, params) is None


def moves(state: State, role: Role, facts: Facts, params: Params = DEFAULTS) -> tuple[Offer, ...]:
    """Every action that the table knows from this state, in the table's order, each open or with its refusal."""
    actions = [move.action for move in TRANSITIONS if state in move.sources]
    return tuple(Offer(action, _refusal(state, action, role, facts, params)) for action in actions)

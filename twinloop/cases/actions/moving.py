"""`move()`: the only writer of a dispute's state.

A conditional UPDATE and the event stand in one transaction. Two people at once: one wins, the other is told
what changed. What the law asks for is read from the record (`Standing`) under the row's lock, never from the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F

from twinloop.cases.actions import following
from twinloop.cases.models import Dispute, Incident, Order, Standing
from twinloop.cases.queries import called_for, facts_of
from twinloop.decide import Refused
from twinloop.decide.workflow import Action, Role, State, check_move, second_round
from twinloop.ledger.actions import record
from twinloop.ledger.models import Event
from twinloop.ledger.whole import whole


@dataclass(frozen=True)
class Change:
    """What happened since: for the person who came second."""

    verb: str
    by: str
    at: datetime


class Conflict(Exception):  # noqa: N818 - an expected answer, like Refused
    """Somebody was quicker; `changes` are the events since the version that was read, newest first."""

    def __init__(self, dispute: Dispute) -> None:
        super().__init__(dispute.number)
        self.dispute = dispute
        events = Event.objects.filter(stream=dispute.stream, is_look=False).select_related("by").order_by("-seq")[:3]
        self.changes = [Change(e.verb, e.by.name if e.by else "", e.at) for e in events]


def move(
    dispute: Dispute,
    action: Action | str,
    *,
    by: int | None,
    roles: frozenset[str],
    at: datetime,
    why: str = "",
    version: int | None = None,
    given: Mapping[str, Any] | None = None,
) -> Dispute:
    """Move `dispute` by `action`, or raise `Refused` (what is missing, which article) or `Conflict`.

    `roles`: what the person may act as; the first that the table accepts counts. `given`: what the move's own form
    asks for (`following.INPUTS`), written down together with it. `version`: the one that the person had before them.
    """
    _moved(dispute, Action(action), by=by, roles=roles, at=at, why=why, version=version, given=given or {})
    return dispute


def give_order(
    dispute: Dispute,
    *,
    by: int | None,
    roles: frozenset[str],
    at: datetime,
    given: Mapping[str, Any],
    why: str = "",
    version: int | None = None,
    incident: Incident | None = None,
    why_taker: str = "",
    asked: Order | None = None,
) -> Order:
    """`move` by `ORDER`; gives the order that went out. It may answer a report, and say why this person goes.

    `asked`: the open order by which a whole unit was asked; it becomes the taker's instead of a new one.
    """
    about = {"incident": incident, "why": why_taker[:200], "asked": asked}
    made = _moved(dispute, Action.ORDER, by=by, roles=roles, at=at, why=why, version=version, given=given, about=about)
    assert made is not None
    return made


@whole()
def _moved(
    dispute: Dispute,
    action: Action,
    *,
    by: int | None,
    roles: frozenset[str],
    at: datetime,
    why: str,
    version: int | None,
    given: Mapping[str, Any],
    about: Mapping[str, Any] | None = None,
) -> Order | None:
    row, standing = locked(dispute.pk)
    if version is not None and row.version != version:
        raise Conflict(row)
    columns = following.write_down(action, row, standing, given, by=by, at=at)
    facts = facts_of(row, standing, reason=why, given=given)
    before = State(row.state)
    to = _first_allowed(before, action, roles, facts)
    round_ = _round(row, action)
    record(
        row.stream,
        action,
        by=by,
        at=at,
        why=why,
        before={"state": before.value, "round": row.round},
        after={"state": to, "round": round_},
        given=following.told(action, given),
        **_called_for(action, row, standing, facts),
    )
    _step(row, action, to, at, columns | {"round": round_})
    made = following.follow(row, standing, action, given, before=before, by=by, at=at, why=why, about=about or {})
    take_over(dispute, row)
    return made


def locked(pk: int) -> tuple[Dispute, Standing]:
    """Both rows in one statement, locked in the order of all who lock both: first the dispute."""
    both = Standing.objects.select_for_update(no_key=True, of=("dispute", "self")).select_related("dispute")
    standing = both.get(dispute_id=pk)
    return standing.dispute, standing


def take_over(dispute: Dispute, now: Dispute) -> None:
    """What was read before is as the row is now; what it points to is read anew where it changed."""
    for field in Dispute._meta.concrete_fields:
        setattr(dispute, field.attname, getattr(now, field.attname))  # a key that differs forgets what it pointed to
    own = {field.name for field in Dispute._meta.concrete_fields}
    known = dispute._state.fields_cache | now._state.fields_cache
    dispute._state.fields_cache = {name: thing for name, thing in known.items() if name in own}
    dispute._prefetched_objects_cache = {}  # type: ignore[attr-defined]


def _first_allowed(state: State, action: Action, roles: frozenset[str], facts: Any) -> State:
    """The refusal that counts is the one that a right role would still meet."""
    refused: Refused | None = None
    for role in sorted(Role(r) for r in roles if r in set(Role)) or [Role.RESIDENT]:
        try:
            return check_move(state, action, role, facts)
        except Refused as error:
            if refused is None or refused.code == "not_your_role":
                refused = error
    assert refused is not None
    raise refused


def _called_for(action: Action, dispute: Dispute, standing: Standing, facts: Any) -> dict[str, Any]:
    """What calls for another round, kept with the step: a settlement that falls takes its reasons along."""
    if action is Action.OPEN_REVIEW:
        return {"triggers": list(called_for(dispute, standing))}
    if action not in (Action.REOPEN, Action.RETURN_ORDER):
        return {}
    returned = replace(facts, order_returned=facts.order_returned or action is Action.RETURN_ORDER)
    return {"triggers": [str(trigger) for trigger in second_round(returned)]}


def _round(dispute: Dispute, action: Action) -> int:
    """A review opens the next round of handling; a first order that comes back opens the second (rule 1)."""
    returned = action is Action.RETURN_ORDER and dispute.round == 1
    return dispute.round + (action is Action.OPEN_REVIEW or returned)


def _way_back(dispute: Dispute, action: Action) -> list[str]:
    """A merged order can be split and then still be called back: the way back is kept whole."""
    if action in (Action.MERGE, Action.TRANSFER):
        return [*dispute.way_back, dispute.state]
    if action is Action.ORDER:
        return [dispute.state]
    return dispute.way_back[:-1] if action is Action.SPLIT else []


def _step(dispute: Dispute, action: Action, to: State, at: datetime, columns: dict[str, Any]) -> None:
    """The dispute's one change: its new state, and what the move's form said of it."""
    columns |= {"state": to.value, "touched_at": at, "state_before": ">".join(_way_back(dispute, action))}
    if to == State.SETTLED:
        columns["settled_at"] = at
    if to == State.CLOSED:
        columns["closed_at"] = at
    if to == State.REOPENED:
        columns |= {"settled_at": None, "closed_at": None}
    if to != State.MERGED and dispute.merged_into_id:
        columns["merged_into"] = None
    elif action is Action.MERGE:
        columns["merged_into"] = dispute.merged_into
    won = Dispute.objects.filter(pk=dispute.pk, state=dispute.state, version=dispute.version).update(
        version=F("version") + 1, **columns
    )
    assert won == 1, "the row was locked"
    for name, value in (columns | {"version": dispute.version + 1}).items():
        setattr(dispute, name, value)

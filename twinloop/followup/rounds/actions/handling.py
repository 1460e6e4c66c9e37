"""反馈 → 研判 → 派单: the written review of a round, and the order to the community of the place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from twinloop.cases import actions as cases
from twinloop.cases import rights
from twinloop.cases.models import Dispute, Involvement, Order
from twinloop.cases.telling import language
from twinloop.decide import Refused
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.followup.rounds import queries, words
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole
from twinloop.people.models import Account

LONGEST = 1_000  # characters under one heading


def _in_review(dispute: Dispute) -> Dispute:
    locked = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
    if locked.state != State.REVIEW:
        raise Refused("round_not_review", state=say(State(locked.state), language()))
    return locked


@whole()
def review(dispute: Dispute, parts: Mapping[str, str], *, by: int, scope: Scope, at: datetime) -> str:
    """Write the analysis of this round under its headings; gives the text. What is to be done may not be left out."""
    rights.check("review", scope)
    locked = _in_review(dispute)
    said = {name: " ".join(parts.get(name, "").split()) for name in words.WRITTEN}
    for name, text in said.items():
        if len(text) > LONGEST:
            raise Refused("round_long", what=str(words.HEADINGS[name]), most=LONGEST)
    if not said["focus"]:
        raise Refused("round_focus_missing")
    if not said["plan"]:
        raise Refused("round_plan_missing")
    text = "\n".join(f"{title}：{said[name]}" for name, title in words.WRITTEN.items() if said[name])
    cases.note(locked, "review", by=by, roles=scope.roles, at=at, review=text)
    return text


@whole()
def send(
    dispute: Dispute, taker: Account, text: str, *, by: int, scope: Scope, at: datetime, version: int | None = None
) -> Order:
    """Order this round to somebody of the community of the place. The case becomes its officer's, history and all.

    Raises `Refused` with what is missing, `Conflict` where somebody was quicker.
    """
    locked = _in_review(dispute)
    if locked.place_id is None:
        raise Refused("round_no_place")
    known = {one.pk: one for one in queries.takers(locked, at)}
    if taker.pk not in known:
        raise Refused("round_taker")
    given = {"taker": taker, "text": text.strip(), "in_community": True}
    order = cases.give_order(
        locked, by=by, roles=scope.roles, at=at, version=version, given=given, why=text.strip()[:200]
    )
    if known[taker.pk].is_officer and locked.owner_id != taker.pk:
        _hand_over(locked, taker, by=by, at=at)
    cases.take_over(dispute, locked)
    return order


def _hand_over(dispute: Dispute, taker: Account, *, by: int, at: datetime) -> None:
    """Who answered until now still reads the case; whoever answers from now on reads all that was done."""
    old = dispute.owner
    if old is not None:
        Involvement.objects.get_or_create(
            dispute=dispute, account=old, part="watcher", until=None, defaults={"since": at}
        )
    cases.change_dispute(dispute, by=by, at=at, version=dispute.version, owner=taker)
    record(
        dispute.stream, "round_handed", by=by, at=at, to=taker.name, to_account=taker.pk, old=old.name if old else ""
    )

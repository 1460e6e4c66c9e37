"""A push is drafted, sent, signed for, answered, sent back, withdrawn. Each step is one event of the dispute.

Liaisons see nothing of the dispute: what is written here for them goes by the push's own row, and its clocks by
a policy of their own (migration 0002).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from twinloop.cases.actions import clocking, numbering
from twinloop.cases.models import Clock, Dispute
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.dispatch.pushes import letter as letters
from twinloop.dispatch.pushes import queries, words
from twinloop.dispatch.pushes.models import LIVE, Push
from twinloop.edge.masks import mask_text
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.people.models import Unit


@whole()
def push_out(
    dispute: Dispute, units: Sequence[Unit], text: str, *, by: int | None, at: datetime, send_now: bool = True
) -> list[Push]:
    """One letter to several units at once; with `send_now` it goes out, else it lies as a draft. All or none."""
    if not units:
        raise Refused("push_no_unit")
    made = [draft(dispute, unit, text, by=by, at=at) for unit in units]
    return [send(push, by=by, at=at) for push in made] if send_now else made


@whole()
def draft(dispute: Dispute, unit: Unit, text: str, *, by: int | None, at: datetime) -> Push:
    """Write a letter down; nobody outside sees it yet. Raises `Refused`."""
    dispute = Dispute.objects.select_related("place").get(pk=dispute.pk)
    level = _grave_level(dispute)
    if unit.kind != Unit.Kind.AGENCY or unit.closed_on is not None:
        raise Refused("push_not_agency", unit=unit.name)
    live = Push.objects.filter(dispute=dispute, to_unit=unit, state__in=LIVE).first()
    if live is not None:
        raise Refused("push_twice", unit=unit.name, number=live.number)
    facts = {"title": letters.masked(dispute, dispute.title), "letter": _letter(dispute, text)}
    try:
        with transaction.atomic():
            made = Push.objects.create(
                number=numbering.draw("TS", at), dispute=dispute, to_unit=unit, level=level,
                drafted_by_id=by, drafted_at=at, **facts,
            )  # fmt: skip
    except IntegrityError:  # somebody else wrote to the same unit at the same moment
        raise Refused("push_twice", unit=unit.name, number="") from None
    _tell(made, "push_drafted", by, at)
    return made


@whole()
def rewrite(push: Push, text: str, *, by: int | None, at: datetime) -> Push:
    """Change the letter while it is a draft."""
    dispute = Dispute.objects.get(pk=push.dispute_id)
    _step(push, ("drafted",), "drafted", letter=_letter(dispute, text))
    _tell(push, "push_rewritten", by, at)
    return push


@whole()
def send(push: Push, *, by: int | None, at: datetime) -> Push:
    """A person sends the letter; the unit sees it and its hour for signing runs."""
    dispute = Dispute.objects.get(pk=push.dispute_id)
    level = _grave_level(dispute)
    if letters.BLANK in push.letter:
        raise Refused("push_blank")
    _step(push, ("drafted",), "sent", sent_by_id=by, sent_at=at, level=level)
    clocking.open_clock(RuleCode.PUSH_RECEIPT, dispute=dispute, subject=push.subject, by=by, at=at)
    _tell(push, "push_sent", by, at)
    return push


@whole()
def receive(push: Push, *, by: int | None, at: datetime) -> Push:
    """The unit signs for it (签收); from now on it owes an answer."""
    _step(push, ("sent",), "received", received_by_id=by, received_at=at)
    _stop(push, by, at)
    clocking.open_clock(
        RuleCode.PUSH_REPLY, dispute=Dispute(pk=push.dispute_id), subject=push.subject, by=by, at=at, may_wait=True
    )
    _tell(push, "push_received", by, at)
    return push


@whole()
def reply(push: Push, text: str, result: str, *, by: int | None, at: datetime) -> Push:
    """The unit says what it did (回复)."""
    text = text.strip()
    if not text:
        raise Refused("push_reply_empty")
    if result not in words.RESULTS:
        raise Refused("push_result_missing")
    if len(text) > letters.MOST:
        raise Refused("push_letter_long", most=letters.MOST)
    text = mask_text(text)
    _step(push, ("received",), "replied", replied_by_id=by, replied_at=at, reply=text, result=result)
    _stop(push, by, at)
    _tell(push, "push_replied", by, at, why=text, result=result)
    return push


@whole()
def send_back(push: Push, why: str, *, by: int | None, at: datetime) -> Push:
    """It heats up (退回): the unit hands it back, also after its answer, and the police must look again."""
    why = mask_text(why.strip())[:500]
    if not why:
        raise Refused("push_return_why")
    _step(push, ("received", "replied"), "returned", returned_by_id=by, returned_at=at, returned_why=why)
    _stop(push, by, at)
    _tell(push, "push_returned", by, at, why=why)
    return push


@whole()
def take_back(push: Push, *, by: int | None, at: datetime) -> Push:
    """Somebody of the police goes on with what came back: it no longer waits on the lists."""
    if not Push.objects.filter(pk=push.pk, state="returned", taken_at__isnull=True).update(taken_by_id=by, taken_at=at):
        raise Refused("push_taken")
    push.refresh_from_db()
    _tell(push, "push_taken_back", by, at)
    return push


@whole()
def withdraw(push: Push, why: str, *, by: int | None, at: datetime) -> Push:
    """The police take it back before it is answered, with a reason."""
    why = why.strip()[:200]
    if not why:
        raise Refused("push_why_missing")
    _step(push, LIVE, "withdrawn", withdrawn_by_id=by, withdrawn_at=at, withdrawn_why=why)
    for clock in Clock.objects.filter(clocking.RUNNING, subject=push.subject):
        clocking.drop_clock(clock, by=by, at=at, why=why)
    _tell(push, "push_withdrawn", by, at, why=why)
    return push


def _grave_level(dispute: Dispute) -> int:
    if dispute.level not in (1, 2):
        raise Refused("push_level")
    if dispute.state in queries.OVER:
        raise Refused("push_over", state=say(State(dispute.state)))
    return dispute.level


def _letter(dispute: Dispute, text: str) -> str:
    text = "\n".join(line.strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip())
    if not text:
        raise Refused("push_letter_empty")
    if len(text) > letters.MOST:
        raise Refused("push_letter_long", most=letters.MOST)
    return letters.masked(dispute, text)


def _step(push: Push, sources: Sequence[str], to: str, **columns: Any) -> None:
    """The conditional update: whoever comes second is told where it stands."""
    if not Push.objects.filter(pk=push.pk, state__in=sources).update(state=to, **columns):
        stands = Push.objects.get(pk=push.pk)
        raise Refused("push_moved", state=words.STATES[stands.state])
    push.refresh_from_db()


def _stop(push: Push, by: int | None, at: datetime) -> None:
    for clock in Clock.objects.filter(clocking.RUNNING, subject=push.subject):
        clocking.stop_clock(clock, by=by, at=at)


def _tell(push: Push, verb: str, by: int | None, at: datetime, *, why: str = "", result: str = "") -> None:
    unit = Unit.objects.values_list("name", flat=True).get(pk=push.to_unit_id)
    more: dict[str, Any] = {"result": result} if result else {}
    record(f"dispute:{push.dispute_id}", verb, by=by, at=at, why=why, push=push.number, unit=unit, **more)

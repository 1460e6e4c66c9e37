"""A push as its pages show it: its way so far, its clock, and what the viewer may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.models import Clock, Dispute
from twinloop.cases.telling import language
from twinloop.decide.clocks import RuleCode
from twinloop.decide.words import say
from twinloop.dispatch.pushes import queries, words
from twinloop.dispatch.pushes.models import LIVE, Push
from twinloop.ledger.sight import Scope

TABS: dict[str, tuple[str, ...]] = {
    "open": ("drafted", "sent", "received"),
    "returned": ("returned",),
    "replied": ("replied",),
    "all": tuple(words.STATES),
}


@dataclass(frozen=True)
class Row:
    push: Push
    verb: str
    clock: Clock | None
    clock_word: str


@dataclass(frozen=True)
class Step:
    """One thing that happened to a push, newest first on its page."""

    icon: str
    what: str
    who: str
    at: datetime
    text: str = ""


@dataclass(frozen=True)
class Acts:
    """What the viewer may do to a push now."""

    send: bool = False
    rewrite: bool = False
    withdraw: bool = False
    take: bool = False
    receive: bool = False
    reply: bool = False
    give_back: bool = False

    @property
    def any(self) -> bool:
        return any(vars(self).values())


def acts(push: Push, scope: Scope) -> Acts:
    if queries.is_agency(scope):
        received = push.state == "received"
        return Acts(receive=push.state == "sent", reply=received, give_back=received or push.state == "replied")
    if not scope.has(*queries.SENDERS):
        return Acts()
    draft = push.state == "drafted"
    waits = push.state == "returned" and push.taken_at is None
    return Acts(send=draft, rewrite=draft, withdraw=push.state in LIVE, take=waits)


def rows(pushes: Sequence[Push], scope: Scope) -> list[Row]:
    clocks = queries.running(pushes)
    agency = queries.is_agency(scope)
    return [Row(p, _verb(p, agency), c := clocks.get(p.subject), _clock_word(c)) for p in pushes]


def _verb(push: Push, agency: bool) -> str:
    """The first word of a row: what comes next, for this side."""
    if agency:
        return {"sent": _("签收"), "received": _("回复")}.get(push.state, _("看"))
    if push.state == "returned":
        return _("看") if push.taken_at else _("接办")
    return {"drafted": _("发出"), "sent": _("催签"), "received": _("等回复")}.get(push.state, _("看"))


def _clock_word(clock: Clock | None) -> str:
    return say(RuleCode(clock.rule), language()) if clock else ""


def clock_word(push: Push) -> tuple[Clock | None, str]:
    clock = queries.clock_of(push)
    return clock, _clock_word(clock)


def stage(push: Push) -> int | None:
    """Where on the way; None where it left it."""
    return {"drafted": 0, "sent": 2, "received": 3, "replied": 4}.get(push.state)


def steps(push: Push) -> list[Step]:
    """The way so far, newest first."""
    result = str(words.RESULTS.get(push.result, ""))
    told = [
        ("file-text", _("拟稿"), push.drafted_by, push.drafted_at, ""),
        ("share", _("发出"), push.sent_by, push.sent_at, ""),
        ("writing-sign", _("签收"), push.received_by, push.received_at, ""),
        ("message-reply", _("回复：%(result)s") % {"result": result}, push.replied_by, push.replied_at, push.reply),
        ("arrow-back", _("退回"), push.returned_by, push.returned_at, push.returned_why),
        ("user-check", _("接着办"), push.taken_by, push.taken_at, ""),
        ("arrow-back-up", _("撤回"), push.withdrawn_by, push.withdrawn_at, push.withdrawn_why),
    ]
    found = [Step(icon, what, who.name if who else "", at, text) for icon, what, who, at, text in told if at]
    return found[::-1]


def dispute_of(push: Push, scope: Scope) -> Dispute | None:
    """The dispute, for those who see it; a liaison never gets it from here."""
    if queries.is_agency(scope):
        return None
    return visibility.disputes(scope).filter(pk=push.dispute_id).select_related("place", "station").first()

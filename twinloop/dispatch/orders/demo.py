"""Orders of the demo district: whoever calls is sent for, signs, arrives, as the desk of a living district would."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from twinloop.cases.models import Incident, Order
from twinloop.decide import Refused
from twinloop.dispatch.orders import actions
from twinloop.dispatch.orders.actions.reporting import Report
from twinloop.dispatch.orders.queries import board, suggesting
from twinloop.ledger.sight import SYSTEM
from twinloop.people.models import Account
from twinloop.people.scope import scope_of

DESK, MINUTE = frozenset({"dispatcher"}), timedelta(minutes=1)
HANDLED = 15 * MINUTE  # what waits for less has just come in


def catch_up(at: datetime) -> None:
    """Calls that have waited long are answered and calmed. Where nobody had duty at that hour one waits on."""
    desk = Account.objects.filter(username="dispatcher").first()
    if desk is None:
        return
    for call in board.waiting(SYSTEM, at=at - HANDLED).order_by("registered_at", "pk"):
        with suppress(Refused), transaction.atomic():  # one that nobody may answer in this way waits on
            order = go(call, desk, call.registered_at + 3 * MINUTE)
            if order is not None:
                feed_back(order, Report("calmed", text="到场讲清楚，双方都回家了"), call.registered_at + 50 * MINUTE)


def hand_out(text: str, at: datetime) -> None:
    """The call that says so has the officer whom a newcomer may try on the spot: what is owed is the feedback."""
    desk = Account.objects.filter(username="dispatcher").first()
    officer = Account.objects.filter(username="officer").first()
    if desk is None or officer is None:
        return
    for call in board.waiting(SYSTEM, at=at).filter(narrative=text):
        with suppress(Refused), transaction.atomic():  # not on duty, or barred: it is answered as any other
            go(call, desk, call.registered_at + MINUTE, taker=officer)


def go(call: Incident, desk: Account, at: datetime, *, taker: Account | None = None) -> Order | None:
    """Whoever suits best (or `taker`) is sent, signs and arrives; None where nobody has duty at that hour."""
    call = Incident.objects.select_related("place__parent").get(pk=call.pk)
    suggested, _ranking = suggesting.for_incident(call, at=at)
    first = suggested.first
    if first is None:
        return None
    why = "他正在那一片巡逻，最近" if taker and taker.pk != first.pk else ""
    taker = Account.objects.select_related("unit__parent").get(pk=taker.pk if taker else first.pk)
    order = actions.send(
        call, taker, by=desk.pk, roles=DESK, at=at, text="到场了解，能调则调", why=why, suggested=suggested
    )
    held = scope_of(taker, at=at)
    order = actions.sign(order, by=taker.pk, scope=held, at=at + 2 * MINUTE)
    return actions.arrive(order, by=taker.pk, scope=held, at=at + 15 * MINUTE)


def feed_back(order: Order, report: Report, at: datetime) -> None:
    """By whoever was sent."""
    assert order.to_account is not None
    actions.feedback(order, report, by=order.to_account.pk, scope=scope_of(order.to_account, at=at), at=at)

"""What every step of an order shares: the row under lock, its clocks, its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from twinloop.cases import actions as cases
from twinloop.cases.models import Order
from twinloop.cases.words import ORDER_STATES
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.ledger.actions import record

SENDERS = frozenset({"dispatcher", "chief"})
TEXT_LONGEST = 2_000


def locked(order: Order) -> Order:
    """The row as it is now, nobody else changes it meanwhile; its dispute as it was when the lock was asked for."""
    return (
        Order.objects.select_for_update(no_key=True, of=("self",))
        .select_related("to_account", "incident", "dispute")
        .get(pk=order.pk)
    )


def stream(order: Order) -> str:
    """An order's events stand with its case."""
    return f"incident:{order.incident_id}" if order.incident_id else f"dispute:{order.dispute_id}"


def told(order: Order, verb: str, *, by: int | None, at: datetime, why: str = "", **facts: Any) -> None:
    # ids of whose order it is: PostgreSQL tells them that something came or went (ledger migration 0005)
    takers = {"to_account": order.to_account_id, "to_unit": order.to_unit_id}
    facts |= {name: pk for name, pk in takers.items() if pk}
    record(stream(order), verb, by=by, at=at, why=why, order=order.pk, **facts)


def state_word(order: Order) -> str:
    return str(ORDER_STATES[order.state])


def step(order: Order, before: tuple[str, ...], **columns: Any) -> bool:
    """A conditional change: whoever comes second finds another state and gets False. `order` is as the row then."""
    if not Order.objects.filter(pk=order.pk, state__in=before).update(**columns):
        return False
    for name, value in columns.items():
        setattr(order, name, value)
    return True


def check_mine(order: Order, accounts: frozenset[int]) -> None:
    """The order was given to the person, or to somebody whom the person stands in for."""
    if order.to_account_id not in accounts:
        name = order.to_account.name if order.to_account else str(order.to_unit or "")
        raise Refused("order_not_yours", name=name)


def open_clocks(order: Order, *rules: RuleCode, at: datetime) -> None:
    """Clocks of the order, on its case, running for whoever has it."""
    about: Mapping[str, Any] = {"incident": order.incident} if order.incident_id else {"dispute": order.dispute}
    cases.open_clocks(rules, order=order, owner=order.to_account_id, by=None, at=at, **about)


def stop_clocks(order: Order, *rules: RuleCode, at: datetime) -> None:
    cases.stop_clocks(rules, order=order.pk, by=None, at=at)


def drop_clocks(order: Order, *, at: datetime, why: str) -> None:
    cases.drop_clocks((), order=order.pk, at=at, why=why)

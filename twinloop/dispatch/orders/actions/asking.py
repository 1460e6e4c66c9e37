"""A whole team is asked: whoever signs first goes, and from then on the order is that person's like any other."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases import actions as cases
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.held import settings_held
from twinloop.cases.models import Clock, Incident, Order
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.dispatch.orders.actions import stepping
from twinloop.dispatch.orders.actions.keeping import keep_suggestion
from twinloop.dispatch.orders.actions.sending import called_for_somebody, ready
from twinloop.dispatch.orders.queries import suggesting
from twinloop.dispatch.orders.queries.suggesting import Suggested
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.ledger.whole import whole
from twinloop.people.models import Account, Unit
from twinloop.triage.models import Judgement


@settings_held()
@whole()
def send_to_unit(
    incident: Incident, unit: Unit, *, by: int, roles: frozenset[str], at: datetime, text: str = "", why: str = ""
) -> Order:
    """Ask a whole unit: whoever signs first goes. The instruction says what is needed to decide that.

    Refused without a reason or an instruction, and where nobody of the unit may go now. The suggestion is kept, and
    that a person asked the unit instead of whom it names first.
    """
    incident, passed_over = called_for_somebody(incident, text, by=by, roles=roles, at=at)
    if not why.strip():
        raise Refused("order_unit_why_missing")
    if not text.strip():
        raise Refused("order_unit_text_missing")
    suggested, _ranking = suggesting.for_incident(incident, at=at, without=passed_over)
    if unit.pk not in {team.pk for team in suggested.teams}:
        raise Refused("order_unit_nobody", unit=unit.name)
    order = Order.objects.create(incident=incident, to_unit=unit, text=text, why=why[:200], sent_by_id=by, sent_at=at)
    stepping.open_clocks(order, RuleCode.ORDER_SIGNED, RuleCode.FINAL_FEEDBACK, RuleCode.FIRST_FEEDBACK, at=at)
    _keep(incident, suggested, unit, by=by, at=at, why=why)
    stepping.told(order, "order_sent", by=by, at=at, why=why, to=unit.name)
    return order


def _keep(incident: Incident, suggested: Suggested, unit: Unit, *, by: int, at: datetime, why: str) -> None:
    """As of whoever is sent by name; no person was chosen, so that the suggestion is overruled."""
    said = keep_suggestion(incident, suggested, at=at)
    Judgement.objects.create(
        what="who", incident=incident, answer={"who": None, "unit": unit.pk, "name": unit.name}, reasons=[],
        params_version=suggested.version, by_id=by, at=at, overrules=said, why=why[:200],
    )  # fmt: skip


def take_for_unit(order: Order, by: int, *, at: datetime) -> None:
    """`by` is about to sign what their unit was asked: it goes to them with all that is behind it, or is refused.

    Who suits, and the dispute, are looked at as the desk sees them: to the taker the call shows only from now on.
    """
    if not Account.objects.filter(pk=by, unit=order.to_unit_id).exists():
        raise Refused("order_not_yours", name=str(order.to_unit))
    with see_as(SYSTEM):
        order = stepping.locked(order)
        _check(order, by, at=at)
        _hand_to(order, Account.objects.select_related("unit__parent").get(pk=by), at=at)


def _check(order: Order, by: int, *, at: datetime) -> None:
    """On duty, and nothing that forbids this person to go: the hard rules of whoever is sent by name."""
    assert order.incident is not None  # a unit is asked about a call
    suggested, _ranking = suggesting.for_incident(order.incident, at=at)
    if any(one.pk == by for one in suggested.people):
        return
    barred = next((no for no in suggested.barred if no.pk == by), None)
    if barred:
        raise Refused("order_barred", name=barred.name, why=barred.why)
    raise Refused("order_unit_off_duty")


def _hand_to(order: Order, taker: Account, *, at: datetime) -> None:
    """The order, what runs for it, and the dispute behind the call where its state lets it."""
    assert order.incident is not None  # as above
    assert order.sent_by_id is not None
    Clock.objects.filter(RUNNING, order=order.pk, owner__isnull=True).update(owner=taker.pk)
    dispute = ready(order.incident, by=order.sent_by_id, roles=stepping.SENDERS, at=at)
    if dispute is not None:
        given = {"taker": taker, "text": order.text}
        cases.give_order(
            dispute, by=order.sent_by_id, roles=stepping.SENDERS, at=at, given=given, incident=order.incident,
            why_taker=order.why, asked=order,
        )  # fmt: skip

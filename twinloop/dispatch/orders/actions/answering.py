"""The officer's side: sign, arrive, give back. Two who accept one order: one wins, the other is told."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases import actions as cases
from twinloop.cases.held import settings_held
from twinloop.cases.models import Order
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.decide.workflow import Action, State
from twinloop.dispatch.orders import words
from twinloop.dispatch.orders.actions import asking, stepping
from twinloop.dispatch.orders.models import Recusal
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole


@settings_held()
@whole()
def sign(order: Order, *, by: int, scope: Scope, at: datetime) -> Order:
    """Accept. An order to a unit becomes that person's; signing what one has signed changes nothing."""
    order = stepping.locked(order)
    for_unit = order.to_account_id is None and order.state == "sent"
    if for_unit:
        asking.take_for_unit(order, by, at=at)
    else:
        stepping.check_mine(order, scope.accounts)
    if order.state in ("signed", "arrived"):
        return order
    columns = {"state": "signed", "signed_at": at} | ({"to_account_id": by} if for_unit else {})
    if not stepping.step(order, ("sent",), **columns):
        raise Refused("order_not_sent", state=stepping.state_word(order))
    if for_unit:
        order = stepping.locked(order)  # who took it for the unit sees the report only now
    stepping.stop_clocks(order, RuleCode.ORDER_SIGNED, at=at)
    stepping.open_clocks(order, _on_scene(order), at=at)
    stepping.told(order, "order_signed", by=by, at=at)
    return order


def _on_scene(order: Order) -> RuleCode:
    """Town, outskirts or village, by what the place is."""
    thing = order.incident or order.dispute
    place = thing.place if thing else None
    return RuleCode.ON_SCENE_VILLAGE if place and place.is_village else RuleCode.ON_SCENE_OUTSKIRTS


@settings_held()
@whole()
def arrive(
    order: Order, *, by: int, scope: Scope, at: datetime, latitude: float | None = None, longitude: float | None = None
) -> Order:
    """There. The position is the officer's to give; about a hundred metres of it are kept."""
    order = stepping.locked(order)
    stepping.check_mine(order, scope.accounts)
    if order.state == "arrived":
        return order
    if order.state != "signed":
        raise Refused("order_not_signed", state=stepping.state_word(order))
    where = _position(latitude, longitude)
    dispute = order.dispute
    if dispute is not None and dispute.state == State.ORDERED:
        cases.move(dispute, Action.START, by=by, roles=scope.roles, at=at)
        order.state, order.arrived_at = "arrived", at
    else:
        stepping.step(order, ("signed",), state="arrived", arrived_at=at)
    rules = (RuleCode.ON_SCENE_TOWN, RuleCode.ON_SCENE_OUTSKIRTS, RuleCode.ON_SCENE_VILLAGE)
    stepping.stop_clocks(order, *rules, at=at)
    stepping.told(order, "order_arrived", by=by, at=at, where=where)
    return order


def _position(latitude: float | None, longitude: float | None) -> list[float]:
    if latitude is None or longitude is None:
        return []
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused("order_position_wrong")
    return [round(latitude, 3), round(longitude, 3)]


@whole()
def give_back(order: Order, reason: str, *, by: int, scope: Scope, at: datetime, why: str = "") -> Order:
    """Return it, with a reason: it comes back on top of the board and needs review. Kinship is kept for good."""
    order = stepping.locked(order)
    stepping.check_mine(order, scope.accounts)
    if reason not in words.RETURN_WHYS or (reason == "other" and not why.strip()):
        raise Refused("order_return_why_missing")
    if order.state == "arrived":
        raise Refused("order_return_late")
    if order.state not in ("sent", "signed"):
        raise Refused("order_over", state=stepping.state_word(order))
    said = "：".join(filter(None, (str(words.RETURN_WHYS[reason]), why.strip())))[:200]
    dispute = order.dispute
    if dispute is not None and dispute.state == State.ORDERED:
        cases.move(dispute, Action.RETURN_ORDER, by=by, roles=scope.roles, at=at, why=said)
        order.state, order.ended_at, order.ended_why = "returned", at, said
    else:
        stepping.step(order, ("sent", "signed"), state="returned", ended_at=at, ended_why=said)
    stepping.drop_clocks(order, at=at, why="returned")
    if reason == "related":
        Recusal.objects.get_or_create(
            account=order.to_account, incident=order.incident, dispute=order.dispute,
            defaults={"why": why.strip()[:200], "by_id": by, "at": at},
        )  # fmt: skip
    stepping.told(order, "order_returned", by=by, at=at, why=said, reason=reason)
    return order

"""An order goes out: a person sends it, the software only said who suits. Sent by mistake, it is called back."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.cases.held import settings_held
from twinloop.cases.models import ORDER_OPEN, Dispute, Incident, Order
from twinloop.cases.queries import called_for
from twinloop.cases.words import ORDER_STATES
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.decide.workflow import Action, State
from twinloop.dispatch.orders import words
from twinloop.dispatch.orders.actions import stepping
from twinloop.dispatch.orders.actions.keeping import keep_suggestion
from twinloop.dispatch.orders.models import Dismissal
from twinloop.dispatch.orders.queries import suggesting
from twinloop.dispatch.orders.queries.suggesting import Suggested
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.people.models import Account
from twinloop.triage.models import Judgement

RECALL = timedelta(seconds=10)


def check_sender(roles: frozenset[str]) -> None:
    if stepping.SENDERS.isdisjoint(roles):
        raise Refused("order_not_sendable")


@settings_held()
@whole()
def send(
    incident: Incident, taker: Account, *, by: int, roles: frozenset[str], at: datetime, text: str = "", why: str = "",
    suggested: Suggested | None = None,
) -> Order:  # fmt: skip
    """Send `taker` to `incident`. Who meets a hard rule is refused; another than the first needs `why`, which is kept.

    The suggestion is worked out anew, so that what is stored is what held at that moment; `suggested` is for a caller
    that asked for it at this very moment. A dispute behind the incident moves to 已派单 where its state lets it;
    elsewhere the order is the incident's alone.
    """
    incident, passed_over = called_for_somebody(incident, text, by=by, roles=roles, at=at)
    if suggested is None or passed_over:
        suggested, _ranking = suggesting.for_incident(incident, at=at, without=passed_over)
    _check_taker(suggested, taker, why)
    dispute = ready(incident, by=by, roles=roles, at=at)
    order = _write(incident, dispute, taker, by=by, roles=roles, at=at, text=text, why=why)
    _keep(incident, suggested, taker, by=by, at=at, why=why)
    stepping.told(order, "order_sent", by=by, at=at, why=why, to=taker.name)
    return order


def called_for_somebody(
    incident: Incident, text: str, *, by: int, roles: frozenset[str], at: datetime
) -> tuple[Incident, set[int]]:  # fmt: skip
    """The call under lock, with nothing in the way of an order, and whom to leave out."""
    check_sender(roles)
    if len(text) > stepping.TEXT_LONGEST:
        raise Refused("order_text_long", most=stepping.TEXT_LONGEST)
    found = Incident.objects.select_for_update(no_key=True, of=("self",)).select_related("place__parent")
    incident = found.get(pk=incident.pk)
    return incident, _clear_the_way(incident, by=by, roles=roles, at=at)


def _clear_the_way(incident: Incident, *, by: int, roles: frozenset[str], at: datetime) -> set[int]:
    """An open order stops a second one; one that nobody signed in time is called back. Gives whom to leave out."""
    if Dismissal.objects.filter(incident=incident).exists():
        raise Refused("order_nothing_waits", why=str(words.DISMISS_WHYS[incident.dismissal.reason]))
    orders = list(Order.objects.filter(incident=incident).select_related("to_account", "to_unit"))
    for order in orders:
        name = str(order.to_account or order.to_unit or "")
        if order.state in ("signed", "arrived"):
            raise Refused("order_taken_up", name=name)
        if order.state == "done":
            raise Refused("order_nothing_waits", why=str(ORDER_STATES["done"]))
        if order.state == "sent":
            if not hasattr(order, "silence"):
                raise Refused("order_open_already", name=name)
            _call_back(order, by=by, roles=roles, at=at, why="silent")
    return {o.to_account_id for o in orders if o.to_account_id and (o.state == "returned" or hasattr(o, "silence"))}


def _check_taker(suggested: Suggested, taker: Account, why: str) -> None:
    if not any(one.pk == taker.pk for one in suggested.people):
        barred = next((no for no in suggested.barred if no.pk == taker.pk), None)
        if barred:
            raise Refused("order_barred", name=barred.name, why=barred.why)
        raise Refused("order_unknown_taker")
    first = suggested.first
    if first and first.pk != taker.pk and not why.strip():
        raise Refused("order_why_missing")


def ready(incident: Incident, *, by: int, roles: frozenset[str], at: datetime) -> Dispute | None:
    """The dispute behind the incident if an order may move it; sorted first where type and level are known."""
    dispute = suggesting.link_of(incident)
    if dispute is None:
        return None
    unsorted = (State.REGISTERED, State.REOPENED, State.RETURNED)
    if dispute.state == State.REOPENED and called_for(dispute, dispute.standing):
        return None  # whoever goes answers the call; the quarrel itself goes to its second handling
    if dispute.state in unsorted and dispute.level and (dispute.type_code or incident.reported_type):
        given = {"type_code": dispute.type_code or incident.reported_type, "level": dispute.level}
        dispute = cases.move(dispute, Action.SORT, by=by, roles=roles, at=at, given=given)
    return dispute if dispute.state == State.SORTED else None


def _write(
    incident: Incident, dispute: Dispute | None, taker: Account, *, by: int, roles: frozenset[str], at: datetime,
    text: str, why: str,
) -> Order:  # fmt: skip
    if dispute is None:
        order = Order.objects.create(
            incident=incident, to_account=taker, text=text, why=why[:200], sent_by_id=by, sent_at=at
        )
        rules = (RuleCode.ORDER_SIGNED, RuleCode.FINAL_FEEDBACK, RuleCode.FIRST_FEEDBACK)
        stepping.open_clocks(order, *rules, at=at)
        return order
    given = {"taker": taker, "text": text}
    order = cases.give_order(dispute, by=by, roles=roles, at=at, given=given, incident=incident, why_taker=why)
    stepping.open_clocks(order, RuleCode.FIRST_FEEDBACK, at=at)
    return order


def _keep(incident: Incident, suggested: Suggested, taker: Account, *, by: int, at: datetime, why: str) -> None:
    """The suggestion and the person's word about it are both rows; who picks another overrules it."""
    said = keep_suggestion(incident, suggested, at=at)
    first, chosen = suggested.first, next(one for one in suggested.people if one.pk == taker.pk)
    other = first is not None and first.pk != taker.pk
    Judgement.objects.create(
        what="who", incident=incident, answer={"who": taker.pk, "name": taker.name}, reasons=suggesting.told(chosen),
        params_version=suggested.version, by_id=by, at=at, overrules=said if other else None, why=why[:200],
    )  # fmt: skip


@whole()
def recall(order: Order, *, by: int, roles: frozenset[str], at: datetime) -> None:
    """Call an order back within ten seconds, before anybody signed it."""
    check_sender(roles)
    order = stepping.locked(order)
    if order.state != "sent" or at - order.sent_at > RECALL:
        raise Refused("order_recall_late", seconds=int(RECALL.total_seconds()))
    _call_back(order, by=by, roles=roles, at=at, why="recalled")


def _call_back(order: Order, *, by: int, roles: frozenset[str], at: datetime, why: str) -> None:
    if order.dispute is not None and order.dispute.state == State.ORDERED:
        cases.move(order.dispute, Action.RECALL_ORDER, by=by, roles=roles, at=at, why=why)
    else:
        stepping.step(order, ("sent",), state="recalled", ended_at=at, ended_why=why)
    stepping.drop_clocks(order, at=at, why=why)
    stepping.told(order, "order_recalled", by=by, at=at, why=why)


@whole()
def dismiss(
    incident: Incident, reason: str, *, by: int, roles: frozenset[str], at: datetime, why: str = ""
) -> Dismissal:
    """Nobody needs to go, and why: the call leaves the board."""
    check_sender(roles)
    if reason not in words.DISMISS_WHYS or (reason == "other" and not why.strip()):
        raise Refused("order_dismiss_why_missing")
    incident = Incident.objects.select_for_update(no_key=True, of=("self",)).get(pk=incident.pk)
    taken = Order.objects.filter(incident=incident, state__in=ORDER_OPEN).select_related("to_account").first()
    if taken is not None:
        raise Refused("order_open_already", name=str(taken.to_account or ""))
    made, _new = Dismissal.objects.get_or_create(
        incident=incident, defaults={"reason": reason, "why": why[:200], "by_id": by, "at": at}
    )
    record(incident.stream, "call_dismissed", by=by, at=at, why=why[:200], reason=reason)
    return made

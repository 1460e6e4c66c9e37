"""What a move writes down before it is judged, and what follows from it by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce

from twinloop.cases import queries
from twinloop.cases.actions import clocking
from twinloop.cases.models import ORDER_OPEN, Dispute, Involvement, Order, Standing, Term
from twinloop.decide.clocks import CHINA, RuleCode
from twinloop.decide.workflow import Action, State
from twinloop.edge.identity import half_width
from twinloop.ledger.models import Event
from twinloop.people.models import Account

# what each move's own form may bring; anything else in a request is not read
INPUTS: Mapping[Action, tuple[str, ...]] = {
    Action.SORT: ("type_code", "level"),
    Action.ORDER: ("taker", "text", "in_community"),
    Action.SETTLE: ("settled_by", "settled_how", "settled_on", "terms", "owed"),
    Action.AGREE: ("settled_by", "settled_how", "settled_on", "terms", "owed"),
    Action.TRANSFER: ("transfer_receipt",),
    Action.CLOSE_BY_DECISION: ("decision",),
    Action.MERGE: ("target",),
}


@dataclass(frozen=True)
class Owed:
    """One term of a written agreement (`owed` of a settlement): its last day and its whole sum come with it."""

    text: str
    amount_yuan: Decimal | None = None
    due_on: date | None = None
    is_watched: bool = False


SETTLEMENT = ("settled_by", "settled_how", "settled_on")
# facts of a settlement that fell: they must not count for the next one
FALLEN = {
    "settled_by": "",
    "settled_how": "",
    "settled_on": None,
    "terms_text": "",
    "terms_broken": False,
    "callback_at": None,
    "callback_reached": False,
    "callback_dissatisfied": False,
    "leader_signed_at": None,
    "leader_signed_by": None,
    "linked_incident_after": False,
    "application_approved": False,
}


def told(action: Action, given: Mapping[str, Any]) -> dict[str, object]:
    """The inputs as the event keeps them: people by name, cases by number."""
    plain: dict[str, object] = {}
    for name, value in given.items():
        if name not in INPUTS.get(action, ()):
            continue
        if isinstance(value, Account):
            plain[name] = value.name
        elif isinstance(value, Dispute):
            plain[name] = value.number
        elif isinstance(value, (str, int, bool, date)) and value not in ("", None):
            plain[name] = value
    return plain


def write_down(
    action: Action, dispute: Dispute, standing: Standing, given: Mapping[str, Any], *, by: int | None, at: datetime
) -> dict[str, Any]:
    """Put the form's facts on record within the move's transaction; refused moves leave none of it.

    Gives the columns of the dispute that are to be written with its step.
    """
    given = {name: value for name, value in given.items() if name in INPUTS.get(action, ())}
    columns: dict[str, Any] = {}
    if action is Action.SORT:
        columns = _sort(dispute, given, by, at)
    if action in (Action.SETTLE, Action.AGREE):
        _settle(dispute, standing, given, at)
    for name in ("transfer_receipt", "decision"):
        if given.get(name):
            setattr(standing, name, given[name])
            standing.save(update_fields=[name])
    if action is Action.MERGE and given.get("target") is not None:
        dispute.merged_into = given["target"]
    return columns


def _sort(dispute: Dispute, given: Mapping[str, Any], by: int | None, at: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if given.get("type_code"):
        columns["type_code"] = given["type_code"]
    if given.get("level"):
        columns |= {
            "level": int(given["level"]),
            "level_confirmed_by_id": by,
            "level_expires_on": at.date() + timedelta(days=90),
        }
    for name, value in columns.items():
        setattr(dispute, name, value)
    return columns | _answering(dispute, on=at.astimezone(CHINA).date())


def _settle(dispute: Dispute, standing: Standing, given: Mapping[str, Any], at: datetime) -> None:
    for name in SETTLEMENT:
        if given.get(name):
            setattr(standing, name, given[name])
    lines = [line for line in (half_width(str(given.get("terms", ""))).splitlines()) if line.strip()]
    if lines:
        standing.terms_text = "\n".join(lines)
        Term.objects.filter(dispute=dispute, dropped_at__isnull=True).update(dropped_at=at)
        if lines != ["无"]:  # nothing owed is said, not left out
            owed: Sequence[Owed] = given.get("owed") or [Owed(line.strip()) for line in lines]
            Term.objects.bulk_create(
                Term(
                    dispute=dispute,
                    number=n,
                    text=one.text[:200],
                    amount_yuan=one.amount_yuan,
                    due_on=one.due_on,
                    is_watched=one.is_watched,
                )
                for n, one in enumerate(owed, 1)
            )
    standing.save(update_fields=[*SETTLEMENT, "terms_text"])


def follow(
    dispute: Dispute,
    standing: Standing,
    action: Action,
    given: Mapping[str, Any],
    *,
    before: State,
    by: int | None,
    at: datetime,
    why: str,
    about: Mapping[str, Any],
) -> Order | None:
    """Consequences that need nobody: orders, clocks, the fallen settlement; gives the order that went out.

    `dispute` is as it is now, `before` its state until now, `about` what else an order says (`incident`, `why`).
    """
    made = _give_order(dispute, given, about, by=by, at=at) if action is Action.ORDER else None
    _orders(dispute, standing, action, at=at, why=why)
    if dispute.state == State.SETTLED and dispute.level:
        rule = RuleCode(f"callback_level_{dispute.level}")
        clocking.open_clock(rule, dispute=dispute, owner=dispute.owner_id, by=None, at=at, may_wait=True)
    if action is Action.REOPEN:
        _fall(standing, at)
    if action is Action.OPEN_PENALTY:
        _open_penalty(dispute, at)
    elif before == State.PENALTY and dispute.state == State.SETTLED:
        clocking.drop_clocks((RuleCode.PENALTY, RuleCode.PENALTY_EXTENDED), dispute=dispute.pk, at=at, why="settled")
    if action is Action.REPORT_UNSETTLED:
        Standing.objects.filter(pk=standing.pk).update(first_unsettled=True)
    if action is Action.FAIL_MEDIATION:
        Standing.objects.filter(pk=standing.pk).update(sessions_failed=standing.sessions_failed + 1)
    if action is Action.OPEN_REVIEW:  # each round is analysed anew
        Standing.objects.filter(pk=standing.pk).update(review="", order_returned=False)
    if dispute.state in (State.CLOSED, State.MERGED, State.TRANSFERRED):
        _end_clocks(dispute, at=at)
    return made


ENDS_ORDER = {
    Action.RETURN_ORDER: "returned",
    Action.RECALL_ORDER: "recalled",
    Action.TRANSFER: "recalled",
    Action.SETTLE: "done",
    Action.REPORT_UNSETTLED: "done",
    Action.OPEN_REVIEW: "done",
    Action.OPEN_MEDIATION: "done",  # what was to be done on the spot has led on; the sitting has clocks of its own
    Action.OPEN_PENALTY: "done",
}

OF_ORDERS = (
    RuleCode.ORDER_SIGNED, RuleCode.ON_SCENE_TOWN, RuleCode.ON_SCENE_OUTSKIRTS, RuleCode.ON_SCENE_VILLAGE,
    RuleCode.FIRST_FEEDBACK, RuleCode.FINAL_FEEDBACK,
)  # fmt: skip


def _give_order(
    dispute: Dispute, given: Mapping[str, Any], about: Mapping[str, Any], *, by: int | None, at: datetime
) -> Order:
    """The taker sees the dispute from now on, and two clocks run."""
    taker, about = given["taker"], dict(about)
    asked = about.pop("asked", None)
    involved = Involvement(dispute=dispute, account=taker, part="handler", since=at)
    Involvement.objects.bulk_create([involved], ignore_conflicts=True)  # perhaps from an earlier round
    if asked is not None:  # its clocks run since the unit was asked
        Order.objects.filter(pk=asked.pk).update(dispute=dispute, to_account=taker, round=dispute.round)
        asked.refresh_from_db()
        return asked  # type: ignore[no-any-return]
    order = Order.objects.create(
        dispute=dispute,
        to_account=taker,
        text=str(given.get("text", "")),
        round=dispute.round,
        sent_by_id=by,
        sent_at=at,
        **about,
    )
    rules = (RuleCode.ORDER_SIGNED, RuleCode.FINAL_FEEDBACK)
    clocking.open_clocks(rules, dispute=dispute, order=order, owner=taker, by=None, at=at)
    return order


def _orders(dispute: Dispute, standing: Standing, action: Action, *, at: datetime, why: str) -> None:
    """The order that a move carries out or ends."""
    open_ = Order.objects.filter(dispute=dispute, state__in=ORDER_OPEN)
    if action is Action.START:
        open_.update(state="arrived", signed_at=Coalesce("signed_at", Value(at)), arrived_at=at)
        clocking.stop_clocks((RuleCode.ORDER_SIGNED,), dispute=dispute.pk, by=None, at=at)
    if action in ENDS_ORDER:
        open_.update(state=ENDS_ORDER[action], ended_at=at, ended_why=why[:200])
        clocking.stop_clocks(OF_ORDERS, orders_of=dispute.pk, by=None, at=at)  # those of its call too
    if action is Action.RETURN_ORDER:
        Standing.objects.filter(pk=standing.pk).update(order_returned=True)


FAILED = ("fail_mediation", "term_broken", "noted_terms_broken")  # from that day the procedure's days are counted


def _open_penalty(dispute: Dispute, at: datetime) -> None:
    """Its clock counts from the day on which mediation failed or the terms were broken (程序规定 165, 185)."""
    failed = Event.objects.filter(stream=dispute.stream, verb__in=FAILED, is_look=False, at__lte=at)
    since = failed.order_by("-seq").values_list("at", flat=True).first()
    penalty = (RuleCode.PENALTY, RuleCode.PENALTY_EXTENDED)
    clocking.drop_clocks(penalty, dispute=dispute.pk, at=at, why="restarted")
    Standing.objects.filter(dispute=dispute).update(decision="", application_approved=False)
    clocking.open_clock(
        RuleCode.PENALTY, dispute=dispute, owner=dispute.owner_id, by=None, at=at, since=since, may_wait=True
    )


def _answering(dispute: Dispute, *, on: date) -> dict[str, Any]:
    """Who answers where nobody does yet: the community's officer, the chief at level 2, the bureau at level 1."""
    columns: dict[str, Any] = {}
    if dispute.owner_id is None and dispute.place_id is not None:
        columns["owner"] = queries.community_officer(dispute.place_id, on=on)
    if dispute.leader_id is None and dispute.level in (1, 2):
        columns["leader"] = queries.leader_for(dispute, on=on)
    return {name: person for name, person in columns.items() if person is not None}


CALLBACKS = tuple(rule for rule in RuleCode if rule.startswith("callback_"))


def _fall(standing: Standing, at: datetime) -> None:
    Standing.objects.filter(pk=standing.pk).update(**FALLEN)
    Term.objects.filter(dispute=standing.dispute_id, dropped_at__isnull=True).update(dropped_at=at)
    clocking.drop_clocks(CALLBACKS, dispute=standing.dispute_id, at=at, why="reopened")


def _end_clocks(dispute: Dispute, *, at: datetime) -> None:
    """Closed is called back; whatever else ran is no longer owed."""
    if dispute.state == State.CLOSED:
        clocking.stop_clocks(CALLBACKS, dispute=dispute.pk, by=None, at=at)
    clocking.drop_clocks((), dispute=dispute.pk, at=at, why=dispute.state)

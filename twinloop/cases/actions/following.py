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
from twinloop.cases.models import ORDER_OPEN, Clock, Dispute, Involvement, Order, Standing, Term
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
    action: Action, dispute: Dispute, standing: Standing, given: dict[str, Any], *, by: int | None, at: datetime
) -> None:
    """Put the form's facts on record within the move's transaction; refused moves leave none of it."""
    given = {name: value for name, value in given.items() if name in INPUTS.get(action, ())}
    if action is Action.SORT:
        _sort(dispute, given, by, at)
    if action in (Action.SETTLE, Action.AGREE):
        _settle(dispute, standing, given, at)
    for name in ("transfer_receipt", "decision"):
        if given.get(name):
            setattr(standing, name, given[name])
            standing.save(update_fields=[name])
    if action is Action.MERGE and given.get("target") is not None:
        dispute.merged_into = given["target"]


def _sort(dispute: Dispute, given: Mapping[str, Any], by: int | None, at: datetime) -> None:
    columns: dict[str, Any] = {}
    if given.get("type_code"):
        columns["type_code"] = given["type_code"]
    if given.get("level"):
        columns |= {
            "level": int(given["level"]),
            "level_confirmed_by_id": by,
            "level_expires_on": at.date() + timedelta(days=90),
        }
    if columns:
        Dispute.objects.filter(pk=dispute.pk).update(**columns)
        for name, value in columns.items():
            setattr(dispute, name, value)


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
    by: int | None,
    at: datetime,
    why: str,
) -> None:
    """Consequences that need nobody: orders, clocks, the fallen settlement. `dispute` is as it was before."""
    now = Dispute.objects.get(pk=dispute.pk)
    _orders(now, standing, action, given, by=by, at=at, why=why)
    if action is Action.SORT:
        _assign(now, on=at.astimezone(CHINA).date())
    if now.state == State.SETTLED and now.level:
        clocking.open_clock(
            RuleCode(f"callback_level_{now.level}"), dispute=now, owner=now.owner, by=None, at=at, may_wait=True
        )
    if action is Action.REOPEN:
        _fall(standing, at)
    if action is Action.OPEN_PENALTY:
        _open_penalty(now, at)
    elif dispute.state == State.PENALTY and now.state == State.SETTLED:
        _drop(now, at, str(now.state), RuleCode.PENALTY, RuleCode.PENALTY_EXTENDED)
    if action is Action.REPORT_UNSETTLED:
        Standing.objects.filter(pk=standing.pk).update(first_unsettled=True)
    if action is Action.FAIL_MEDIATION:
        Standing.objects.filter(pk=standing.pk).update(sessions_failed=standing.sessions_failed + 1)
    if action is Action.OPEN_REVIEW:  # each round is analysed anew
        Standing.objects.filter(pk=standing.pk).update(review="", order_returned=False)
    if now.state in (State.CLOSED, State.MERGED, State.TRANSFERRED):
        _end_clocks(now, met=now.state == State.CLOSED, at=at)


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


def _orders(
    dispute: Dispute,
    standing: Standing,
    action: Action,
    given: Mapping[str, Any],
    *,
    by: int | None,
    at: datetime,
    why: str,
) -> None:
    """The order that a move gives, carries out or ends. The taker sees the dispute from now on."""
    open_ = Order.objects.filter(dispute=dispute, state__in=ORDER_OPEN)
    if action is Action.ORDER:
        taker = given["taker"]
        order = Order.objects.create(
            dispute=dispute,
            to_account=taker,
            text=str(given.get("text", "")),
            round=dispute.round,
            sent_by_id=by,
            sent_at=at,
        )
        Involvement.objects.get_or_create(
            dispute=dispute, account=taker, part="handler", until=None, defaults={"since": at}
        )
        clocking.open_clock(RuleCode.ORDER_SIGNED, dispute=dispute, order=order, owner=taker, by=None, at=at)
        clocking.open_clock(RuleCode.FINAL_FEEDBACK, dispute=dispute, order=order, owner=taker, by=None, at=at)
    if action is Action.START:
        open_.update(state="arrived", signed_at=Coalesce("signed_at", Value(at)), arrived_at=at)
        _stop(dispute, at, RuleCode.ORDER_SIGNED)
    if action in ENDS_ORDER:
        open_.update(state=ENDS_ORDER[action], ended_at=at, ended_why=why[:200])
        _stop(dispute, at, RuleCode.ORDER_SIGNED, RuleCode.FINAL_FEEDBACK)
    if action is Action.RETURN_ORDER:
        Standing.objects.filter(pk=standing.pk).update(order_returned=True)


FAILED = ("fail_mediation", "term_broken", "noted_terms_broken")  # from that day the procedure's days are counted


def _open_penalty(dispute: Dispute, at: datetime) -> None:
    """Its clock counts from the day on which mediation failed or the terms were broken (程序规定 165, 185)."""
    failed = Event.objects.filter(stream=dispute.stream, verb__in=FAILED, is_look=False, at__lte=at)
    since = failed.order_by("-seq").values_list("at", flat=True).first()
    _drop(dispute, at, "restarted", RuleCode.PENALTY, RuleCode.PENALTY_EXTENDED)
    Standing.objects.filter(dispute=dispute).update(decision="", application_approved=False)
    clocking.open_clock(
        RuleCode.PENALTY, dispute=dispute, owner=dispute.owner, by=None, at=at, since=since, may_wait=True
    )


def _drop(dispute: Dispute, at: datetime, why: str, *rules: RuleCode) -> None:
    for clock in Clock.objects.filter(clocking.RUNNING, dispute=dispute, rule__in=rules):
        clocking.drop_clock(clock, by=None, at=at, why=why)


def _stop(dispute: Dispute, at: datetime, *rules: RuleCode) -> None:
    for clock in Clock.objects.filter(clocking.RUNNING, dispute=dispute, rule__in=rules):
        clocking.stop_clock(clock, by=None, at=at)


def _assign(dispute: Dispute, *, on: date) -> None:
    """Who answers where nobody does yet: the community's officer, the chief at level 2, the bureau at level 1."""
    columns: dict[str, Any] = {}
    if dispute.owner is None and dispute.place is not None:
        columns["owner"] = queries.community_officer(dispute.place, on=on)
    if dispute.leader is None and dispute.level in (1, 2):
        columns["leader"] = queries.leader_for(dispute, on=on)
    columns = {name: person for name, person in columns.items() if person is not None}
    if columns:
        Dispute.objects.filter(pk=dispute.pk).update(**columns)


def _fall(standing: Standing, at: datetime) -> None:
    Standing.objects.filter(pk=standing.pk).update(**FALLEN)
    Term.objects.filter(dispute=standing.dispute_id, dropped_at__isnull=True).update(dropped_at=at)
    for clock in Clock.objects.filter(
        dispute=standing.dispute_id, rule__startswith="callback_", met_at__isnull=True, dropped_at__isnull=True
    ):
        clocking.drop_clock(clock, by=None, at=at, why="reopened")


def _end_clocks(dispute: Dispute, *, met: bool, at: datetime) -> None:
    for clock in Clock.objects.filter(dispute=dispute, met_at__isnull=True, dropped_at__isnull=True):
        if met and clock.rule.startswith("callback_"):
            clocking.stop_clock(clock, by=None, at=at)
        else:
            clocking.drop_clock(clock, by=None, at=at, why=dispute.state)

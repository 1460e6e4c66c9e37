"""What the officer reports back: several feedbacks, one of them final. A final one moves the dispute where it may."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from twinloop.cases import actions as cases
from twinloop.cases.held import settings_held
from twinloop.cases.models import ORDER_OPEN, Dispute, Feedback, Order, Standing
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.decide.workflow import Action, How, State
from twinloop.dispatch.orders import words
from twinloop.dispatch.orders.actions import stepping
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole

MOST = 999
SWORN = frozenset({"officer", "community_officer"})  # who may record a settlement (decide.workflow says the same)


@dataclass(frozen=True)
class Report:
    """Codes of `words.OUTCOMES` ("progress" is not final), `words.UNSETTLED_WHYS` and `words.FOUND`."""

    outcome: str
    text: str = ""
    why: str = ""
    found: tuple[str, ...] = ()
    helped: int = 0
    injured: int = 0
    dead: int = 0
    recording_no: str = field(default="", repr=False)

    @property
    def is_final(self) -> bool:
        return self.outcome != "progress"

    def said(self) -> str:
        """The taps and the sentence as one text, for everybody who reads the feedback later."""
        parts = [str(words.OUTCOMES[self.outcome])]
        if self.why:
            parts[0] += "：" + str(words.UNSETTLED_WHYS[self.why])
        if self.found:
            parts.append("、".join(str(words.FOUND[code]) for code in self.found))
        if self.recording_no:
            parts.append(f"录音 {self.recording_no}")
        return "；".join([*parts, *filter(None, [self.text.strip()])])


def check(report: Report) -> None:
    """Raises `Refused` with what is missing."""
    if report.outcome not in words.OUTCOMES:
        raise Refused("order_outcome_missing")
    if len(report.text) > stepping.TEXT_LONGEST:
        raise Refused("order_text_long", most=stepping.TEXT_LONGEST)
    if report.outcome == "progress" and not report.text.strip():
        raise Refused("order_text_missing")
    if report.outcome == "agreed" and not report.text.strip():
        raise Refused("order_terms_missing")
    if report.outcome == "unsettled":
        if report.why not in words.UNSETTLED_WHYS:
            raise Refused("order_unsettled_why_missing")
        if report.why == "other" and not report.text.strip():
            raise Refused("order_text_missing")
    if any(not 0 <= count <= MOST for count in (report.helped, report.injured, report.dead)):
        raise Refused("order_count_wrong")


@settings_held()
@whole()
def feedback(order: Order, report: Report, *, by: int, scope: Scope, at: datetime) -> Feedback:
    """Write it down; a final one ends the order and moves the dispute to 已化解 or 未化解."""
    check(report)
    order = stepping.locked(order)
    stepping.check_mine(order, scope.accounts)
    if order.state == "done":
        raise Refused("order_final_given")
    if order.state not in ORDER_OPEN:
        raise Refused("order_over", state=stepping.state_word(order))
    if order.state != "arrived":
        raise Refused("order_not_arrived")
    made = Feedback.objects.create(
        order=order, incident=order.incident, by_id=by, at=at, text=report.said(), is_final=report.is_final,
        is_settled=words.SETTLED[report.outcome], helped=report.helped, injured=report.injured, dead=report.dead,
    )  # fmt: skip
    stepping.stop_clocks(order, RuleCode.FIRST_FEEDBACK, at=at)
    stepping.told(
        order, "order_fed_back", by=by, at=at, outcome=report.outcome, final=report.is_final, found=report.found,
        helped=report.helped, injured=report.injured, dead=report.dead,
    )  # fmt: skip
    if report.is_final:
        _end(order, report, by=by, scope=scope, at=at)
    return made


def _end(order: Order, report: Report, *, by: int, scope: Scope, at: datetime) -> None:
    dispute = order.dispute
    if dispute is not None and dispute.state == State.HANDLING:
        action, given = _moves(report, dispute, scope, at=at, name=str(order.to_account))
        if action is not None:  # which ends the order too, and its clocks
            why = "" if given else report.said()[:200]
            cases.move(dispute, action, by=by, roles=scope.roles, at=at, why=why, given=given)
            return
    stepping.step(order, ORDER_OPEN, state="done", ended_at=at)
    stepping.stop_clocks(order, RuleCode.FINAL_FEEDBACK, at=at)


def _moves(
    report: Report, dispute: Dispute, scope: Scope, *, at: datetime, name: str
) -> tuple[Action | None, dict[str, Any]]:
    """An auxiliary reports, a sworn officer records the settlement: until then the dispute stays in handling.

    Violence at home is settled by the warning letter, once that is served (反家庭暴力法 16, 17).
    """
    if not words.SETTLED[report.outcome]:
        return Action.REPORT_UNSETTLED, {}
    if SWORN.isdisjoint(scope.roles):
        return None, {}
    return Action.SETTLE, {
        "settled_by": name,
        "settled_how": How.WARNING_LETTER if _is_warned(dispute) else How.RECONCILIATION,
        "settled_on": timezone.localdate(at),
        "terms": report.text.strip() if report.outcome == "agreed" else "无",
    }


def _is_warned(dispute: Dispute) -> bool:
    return Standing.objects.filter(dispute=dispute, domestic_violence=True, letter_served=True).exists()

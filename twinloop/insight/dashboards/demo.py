"""The demo district has a plan for the year, set by its leader at the start of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from twinloop.insight.dashboards import actions
from twinloop.insight.dashboards.models import Plan
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account

PLAN = {
    "resolution": "85", "first_time": "70", "durable_90": "80", "repeat_rate": "15", "second_handling": "95",
    "backlog_success": "80", "clocks_met": "90", "callbacks_reached": "95", "callbacks_satisfied": "90",
    "agency_answered": "90", "hazards_righted": "95", "escalations": "0",
}  # fmt: skip


def fill(at: datetime) -> None:
    """Does nothing where a plan was set."""
    leader = Account.objects.filter(username="bureau").first()
    if leader is None or Plan.objects.exists():
        return
    began = at.replace(month=1, day=1, hour=9, minute=0, second=0, microsecond=0)
    for indicator, value in PLAN.items():
        actions.set_plan(
            indicator, Decimal(value), None, since=began.date(), why="全年目标", by=leader.pk,
            scope=Scope(account=leader.pk, roles=frozenset({"bureau"}), sees_all=True), at=began,
        )  # fmt: skip

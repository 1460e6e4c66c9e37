"""Setting a plan: from today or later, by a named leader, with a reason."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.insight.dashboards.models import Plan
from twinloop.insight.figures.rules import COUNTS, RULES
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.people.models import Unit


@transaction.atomic
def set_plan(
    indicator: str, value: Decimal | None, station: Unit | None, *, since: date, why: str, by: int, scope: Scope,
    at: datetime,
) -> Plan:  # fmt: skip
    """A figure's plan from a day on; `value` None takes it away. Raises `Refused` with what is wrong."""
    if not (scope.has("bureau") or (scope.has("chief") and station is not None and station.pk in scope.stations)):
        raise Refused("plan_area")
    if since < at.astimezone(CHINA).date():
        raise Refused("plan_past")
    if indicator not in {*RULES, *COUNTS} or (
        value is not None and not 0 <= value <= (100 if indicator in RULES else 100_000)
    ):
        raise Refused("plan_value")
    if not why.strip():
        raise Refused("plan_why")
    made = Plan.objects.create(
        indicator=indicator, station=station, since=since, value=value, why=why.strip()[:200], by_id=by, at=at
    )
    record(
        "setting:plan", "plan_set", by=by, at=at, why=made.why, indicator=indicator, since=since,
        value="" if value is None else str(value), station=station.pk if station else None,
    )  # fmt: skip
    return made

"""First reports of the demo district: last week's, of the whole and of the chief's station."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.decide.periods import ReportKind
from twinloop.insight.figures import actions as figures
from twinloop.insight.reports import actions
from twinloop.ledger.sight import SYSTEM
from twinloop.people.models import Account


def fill(at: datetime) -> None:
    """The worker makes the others within the hour."""
    figures.catch_up(at=at)
    last_week = (at - timedelta(days=7)).date()
    chief = Account.objects.filter(username="chief").select_related("unit__parent").first()
    for station in (None, chief.unit.station if chief and chief.unit else None):
        actions.make(ReportKind.WEEK, last_week, station, None, scope=SYSTEM, by=None, at=at)

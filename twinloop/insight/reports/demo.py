"""First reports of the demo district: last week's, of the whole and of the chief's station; of a lived year its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from twinloop.decide.periods import ReportKind
from twinloop.insight.figures import actions as figures
from twinloop.insight.reports import actions
from twinloop.ledger.sight import SYSTEM
from twinloop.people.models import Account


def fill(at: datetime, lived: Sequence[date] = ()) -> None:
    """The worker makes the others within the hour. `lived`: first days of whole months."""
    figures.catch_up(at=at)
    last_week = (at - timedelta(days=7)).date()
    chief = Account.objects.filter(username="chief").select_related("unit__parent").first()
    for station in (None, chief.unit.station if chief and chief.unit else None):
        actions.make(ReportKind.WEEK, last_week, station, None, scope=SYSTEM, by=None, at=at)
    for month in lived:
        figures.freeze(month, at=at)
    if lived:
        actions.make(ReportKind.MONTH, lived[-1], None, None, scope=SYSTEM, by=None, at=at)
        if len(lived) >= 11:
            actions.make(ReportKind.TWELVE, lived[-1], None, None, scope=SYSTEM, by=None, at=at)

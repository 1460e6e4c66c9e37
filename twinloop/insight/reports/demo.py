"""A first report of the demo district: last week's, counted like every other."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.decide.periods import ReportKind
from twinloop.insight.figures import actions as figures
from twinloop.insight.reports import actions
from twinloop.ledger.sight import SYSTEM


def fill(at: datetime) -> None:
    """The worker makes the others within the hour."""
    figures.catch_up(at=at)
    last_week = (at - timedelta(days=7)).date()
    actions.make(ReportKind.WEEK, last_week, None, None, scope=SYSTEM, by=None, at=at)

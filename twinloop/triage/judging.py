"""Asking what a report is, for whoever writes one down: it stands whether or not anybody can say that."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from twinloop.cases.models import Incident
from twinloop.triage import actions, together
from twinloop.triage.ahead import Ahead

log = logging.getLogger(__name__)


def judge(
    incident: Incident, *, by: int | None, at: datetime, marked: Sequence[str] = (), ahead: Ahead | None = None
) -> dict[str, Any] | None:
    """The suggestion of triage, kept there; None where it failed. A report is never lost over a guess.

    `marked`: what the desk ticked while listening; it counts for the level at once.
    """
    try:
        return actions.weigh(incident, by=by, at=at, marked=marked, ahead=ahead)  # all of it or nothing
    except Exception:
        log.exception("no suggestion for %s", incident.number)
        return None


def judge_beside(
    incident: Incident, newer: Sequence[int], *, at: datetime, marked: Sequence[str], ahead: Ahead
) -> actions.Judged | None:
    """As `judge`, of a report that is about to be written down, for whoever stores it; None where that failed.

    What the database refuses is raised: the transaction is over then, and whoever has it must begin anew.
    """
    try:
        return actions.beside(incident, newer, at=at, marked=marked, ahead=ahead)
    except DatabaseError:
        raise
    except Exception:
        log.exception("no suggestion for %s", incident.number)
        return None


def judge_many(incidents: Sequence[Incident], *, by: int | None, at: datetime) -> int:
    """As `judge` of each stored incident, together; where that fails, one by one. How many were judged."""
    try:
        return together.weigh_many(incidents, by=by, at=at)
    except Exception:
        log.exception("no suggestion for %d reports together", len(incidents))
        return sum(judge(one, by=by, at=at) is not None for one in incidents)

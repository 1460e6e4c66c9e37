"""Asking triage what a report is. A report is written down whether or not anybody can say that."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from twinloop.cases.models import Incident
from twinloop.triage import actions as triage
from twinloop.triage import queries

log = logging.getLogger(__name__)


def judge(incident: Incident, *, by: int | None, at: datetime, marked: Sequence[str] = ()) -> dict[str, Any] | None:
    """The suggestion of triage, kept there; None where it failed. A call is never lost over a guess.

    `marked`: what the desk ticked while listening; it counts for the level at once.
    """
    try:
        with transaction.atomic():
            return triage.weigh(incident, by=by, at=at, marked=marked)
    except Exception:
        log.exception("no suggestion for %s", incident.number)
        return None


def suggestion_of(incident: Incident) -> dict[str, Any] | None:
    """What triage said of the report: kind, type, confidence, alternatives, abstained, flags, reasons; level."""
    newest = queries.newest(incident, ("sorting", "level"))
    kept, level = newest.get("sorting"), newest.get("level")
    if kept is None:
        return None
    names = ("kind", "type", "confidence", "alternatives", "abstained", "flags")
    said = {name: kept.answer[name] for name in names}
    return {**said, "reasons": list(kept.reasons), "level": level.answer["level"] if level else None}

"""Asking triage what a report is. A report is written down whether or not anybody can say that."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from twinloop.cases.models import Incident
from twinloop.triage import actions as triage
from twinloop.triage import queries

log = logging.getLogger(__name__)


def judge(incident: Incident, *, by: int | None, at: datetime) -> dict[str, Any] | None:
    """The suggestion of triage, kept there; None where it failed. A call is never lost over a guess."""
    try:
        with transaction.atomic():
            return triage.judge(incident, by=by, at=at)
    except Exception:
        log.exception("no suggestion for %s", incident.number)
        return None


def suggestion_of(incident: Incident) -> dict[str, Any] | None:
    """What triage said of the report: kind, type, confidence, alternatives, abstained, flags, reasons; level."""
    kept = queries.latest(incident, "sorting")
    if kept is None:
        return None
    level = queries.latest(incident, "level")
    names = ("kind", "type", "confidence", "alternatives", "abstained", "flags")
    said = {name: kept.answer[name] for name in names}
    return {**said, "reasons": list(kept.reasons), "level": level.answer["level"] if level else None}

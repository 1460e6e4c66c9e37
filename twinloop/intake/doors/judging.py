"""Asking triage what a report is. A report is written down whether or not anybody can say that."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from twinloop.cases import sealing
from twinloop.cases.models import Incident
from twinloop.intake.doors.checking import Checked
from twinloop.triage import ahead, queries, spoken
from twinloop.triage.ahead import Ahead
from twinloop.triage.repeats_finding import asked_new

log = logging.getLogger(__name__)


def look_ahead(given: Checked, *, at: datetime) -> Ahead | None:
    """What can be said before a number is drawn; None where that failed: whoever judges then tries in its own time."""
    caller = sealing.Identity() if given.is_confidential else given.caller
    try:
        # what fails must not end the transaction of whoever asks; outside of one a failure ends nothing
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return ahead.look_ahead(asked_new(given.text, at, caller, given.place, given.address), at=at)
    except Exception:
        log.exception("nothing said ahead of a report")
        return None


def suggested(said: dict[str, Any]) -> dict[str, Any]:
    """Of what `triage.judging.judge` gave: kind, type, confidence, alternatives, abstained, flags, reasons; level."""
    return _told(said["sorting"], said["sorting"]["reasons"], said["level"])


def suggestion_of(incident: Incident) -> dict[str, Any] | None:
    """What triage said of the report: kind, type, confidence, alternatives, abstained, flags, reasons; level."""
    newest = queries.newest(incident, ("sorting", "level"))
    kept, level = newest.get("sorting"), newest.get("level")
    if kept is None:
        return None
    return _told(kept.answer, kept.reasons, level.answer if level else None)


def _told(
    sorting: dict[str, Any], reasons: Sequence[spoken.Kept | str], level: dict[str, Any] | None
) -> dict[str, Any]:
    names = ("kind", "type", "confidence", "alternatives", "abstained", "flags")
    whole = spoken.told(sorting)
    said = {name: whole[name] for name in names}
    return {**said, "reasons": spoken.all_said(reasons), "level": level["level"] if level else None}

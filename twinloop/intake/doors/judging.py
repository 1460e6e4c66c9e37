"""Asking triage what a report is. A report is written down whether or not anybody can say that."""

from __future__ import annotations

import logging
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.db import transaction

from twinloop.cases.models import Incident

log = logging.getLogger(__name__)
ROOM = "twinloop.triage.actions"


def _room() -> Any:
    return import_module(ROOM) if find_spec(ROOM) else None


def judge(incident: Incident, *, by: int | None, at: datetime) -> Any:
    """The suggestion of triage, kept there; None where that room cannot judge. A call is never lost over a guess."""
    room = _room()
    if room is None or not hasattr(room, "judge"):
        return None
    try:
        with transaction.atomic():
            return room.judge(incident, by=by, at=at)
    except Exception:
        log.exception("no suggestion for %s", incident.number)
        return None

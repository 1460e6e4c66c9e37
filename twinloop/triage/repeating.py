"""Asks `triage.repeats` for earlier quarrels where it is built in."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def candidates(text: str, **known: Any) -> Sequence[Any]:
    """Earlier incidents that may be the same quarrel, likeliest first; empty where nothing looks for them."""
    return _asked("candidates", text, **known) or ()


def judged(incident: Any, *, by: int | None, at: Any) -> Any:
    """What `triage.repeats.find` says of a stored incident; None where nothing looks."""
    return _asked("find", incident, by=by, at=at)


def _asked(verb: str, *given: Any, **known: Any) -> Any:
    if find_spec("twinloop.triage.repeats") is None:
        return None
    found = getattr(import_module("twinloop.triage.repeats"), verb, None)
    return found(*given, **known) if found else None

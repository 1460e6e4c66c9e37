"""Which sorter answers here: the district's own, where one was learnt and not rolled back, else the shipped one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from twinloop.cases.held import held
from twinloop.cases.parameters import InForce
from twinloop.decide import sorting
from twinloop.decide.sorting.model import Model, unpack


def file_of(version: str) -> Path:
    """Where a learnt model is kept. It holds strings of words out of reports: as secret as the reports."""
    folder: Path = settings.ENV.data / "models"
    return folder / f"{version}.npz"


def sorted_by(sets: InForce, text: str) -> sorting.Sorted:
    """One narrative, sorted by the model in use under the thresholds and types of the day."""
    return sorting.sort(text, current(), least=sets.thresholds.sorting_least, closed=sets.types.closed)


def current() -> Model | None:
    """The learnt model in use; None means the shipped one. A file that is gone or broken is passed over."""
    version = held("model", _version)
    return _read(version) if version else None


# also for whoever asks the database something else anyhow, and then calls `tell`
VERSION = "SELECT version FROM triage_learnedmodel WHERE state = 'used' ORDER BY id DESC LIMIT 1"


def _version() -> str | None:
    with connection.cursor() as cursor:  # asked by every report: written out
        cursor.execute(VERSION)
        row = cursor.fetchone()
    return row[0] if row else None


def tell(version: str | None) -> None:
    """Within `settings_held`: the model in use, as `VERSION` said it."""
    held("model", lambda: version)


@lru_cache(maxsize=2)
def _read(version: str) -> Model | None:
    try:
        return unpack(file_of(version).read_bytes())
    except (OSError, ValueError, KeyError):
        return None

"""Advisory locks of the database: one number a purpose, all of them here, so that no two share one.

The triggers that chain and seal events (`migrations/0002_append_only.py`) name theirs by number: SEAL and CHAIN.
"""

from __future__ import annotations

from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """What only one does at a time."""

    SEAL = 7102001  # writers share it, who seals has it alone
    CHAIN = 7102002  # with a stream's hash: who writes to that stream
    SHIFTS = 7102010  # shifts of duty: two at once would both find somebody free
    ACCOUNTS = 7102011  # an import of people: two at once would both find a number free
    ROTAS = 7102012  # publishing a rota: the district's and a station's must not plan the same weeks
    FIGURES = 7102020  # who keeps the projections


def alone(lock: Lock) -> None:
    """Until the end of the transaction nobody else has it; waits for who does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock.value])

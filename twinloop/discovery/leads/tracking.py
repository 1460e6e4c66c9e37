"""A resident's tracking code: 80 bits in four groups (7K3P-9XQ2-M4TD-HV6A). Whoever holds it sees that one lead."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

KEPT = timedelta(days=180)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
BITS, LENGTH = 80, 16
_READ_AS = str.maketrans("ILO", "110")


def code_for(once: str) -> str:
    """The code that belongs to one sending. Sent again (a lost answer) it is the same; nothing is kept.

    `once` is a random UUID of 122 bits; without the installation's secret nobody gets from it to the code.
    """
    seed = salted_hmac("twinloop.leads.tracking", str(uuid.UUID(once)), algorithm="sha256").digest()
    number = int.from_bytes(seed[: BITS // 8], "big")
    figures = [ALPHABET[number >> shift & 31] for shift in range(BITS - 5, -1, -5)]
    return "-".join("".join(figures[at : at + 4]) for at in range(0, LENGTH, 4))


def normal(typed: str) -> str:
    """What somebody typed or was read out, as the code is written; "" where it cannot be one."""
    text = "".join(c for c in unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS) if c.isalnum())
    if len(text) != LENGTH or not set(text) <= set(ALPHABET):
        return ""
    return "-".join(text[at : at + 4] for at in range(0, LENGTH, 4))


def digest(code: str) -> bytes:
    """What is stored. 80 random bits need no slow hash: nobody can try them all."""
    return hashlib.sha256(code.encode()).digest()


@contextmanager
def holding(code: str) -> Iterator[None]:
    """Within the block the database shows the lead of `code` too (migration 0002), whoever is signed in or nobody."""
    _tell(digest(code).hex())
    try:
        yield
    finally:
        # in a transaction that must roll back the setting goes with it
        if connection.connection is not None and not connection.needs_rollback:
            _tell("")


def _tell(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('twinloop.lead_code', %s, false)", [value])

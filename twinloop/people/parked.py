"""A file between looking and bringing in: sealed, under a random name, forgotten after an hour."""

from __future__ import annotations

import base64
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from twinloop.decide import Refused
from twinloop.edge.tables import Table, read
from twinloop.edge.uploads import clean_name
from twinloop.ledger.ring import ring

LIMIT = 20 * 2**20
KEPT = 3600  # seconds


def _folder() -> Path:
    folder = Path(settings.ENV.data / "parked")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def park(given: bytes, name: str) -> str:
    """A ticket for `taken`; files whose hour is over go."""
    for old in _folder().iterdir():
        if time.time() - old.stat().st_mtime > KEPT:  # the file system's clock, nobody's decision
            old.unlink(missing_ok=True)
    suffix = Path(clean_name(name, (Path(name).suffix.lower()[:8],))).suffix
    ticket = secrets.token_hex(16) + suffix
    text = base64.b64encode(given).decode()
    path = _folder() / ticket
    path.touch(0o600)
    path.write_bytes(ring().encrypt(text, f"parked:{ticket}"))
    return ticket


def content(ticket: str) -> bytes:
    """The parked file itself. Raises `Refused` when its hour is over."""
    try:
        sealed = (_folder() / Path(ticket).name).read_bytes()
    except FileNotFoundError:
        raise Refused("import_expired") from None
    return base64.b64decode(ring().decrypt(sealed, f"parked:{ticket}"))


@contextmanager
def taken(ticket: str) -> Iterator[Table]:
    """The table of a parked file. Raises `Refused` when its hour is over, `Unreadable` when it is none."""
    held = content(ticket)
    with tempfile.NamedTemporaryFile(dir=_folder(), suffix=Path(ticket).suffix) as plain:
        plain.write(held)
        plain.flush()
        yield read(Path(plain.name))


def drop(ticket: str) -> None:
    (_folder() / Path(ticket).name).unlink(missing_ok=True)

"""Records between reading and writing: in a file of this process alone, sealed with a key that dies with it.

A million rows do not fit into memory, and a table in the database would hold names and numbers in clear.
"""

from __future__ import annotations

import marshal
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from twinloop.intake.batches.records import Facts

CHUNK = 1000  # records written in one transaction


class Kept(NamedTuple):
    """`n` counts rows over all files, `part` the forms on one row."""

    n: int
    part: int
    row: int
    facts: Facts


class Spool:
    """Append, then iterate chunk by chunk, in order."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by __exit__
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._waiting: list[Kept] = []
        self._pieces: list[tuple[int, int]] = []  # where, how long

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, kept: Kept) -> None:
        self._waiting.append(kept)
        if len(self._waiting) >= CHUNK:
            self._put()

    def _put(self) -> None:
        nonce = os.urandom(12)
        # four times as quick as JSON; only this process can have written what its key opens
        plain = marshal.dumps([tuple(kept) for kept in self._waiting])
        piece = nonce + self._cipher.encrypt(nonce, plain, None)
        self._pieces.append((self._file.seek(0, os.SEEK_END), len(piece)))
        self._file.write(piece)
        self._waiting = []

    def chunks(self) -> Iterator[Sequence[Kept]]:
        if self._waiting:
            self._put()
        for at, length in self._pieces:
            self._file.seek(at)
            piece = self._file.read(length)
            plain = self._cipher.decrypt(piece[:12], piece[12:], None)
            yield [Kept._make(one) for one in marshal.loads(plain)]  # noqa: S302

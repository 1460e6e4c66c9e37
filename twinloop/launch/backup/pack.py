"""Files one after another in a stream whose lengths nobody knows before: a dump comes out of a pipe.

A file is the length of its name (4 bytes, big-endian), its name, then pieces (length, bytes) up to a piece of length 0.
A name of length 0 ends the pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final, Protocol

from twinloop.launch.words import Trouble

MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
FILES: Final = ("keys.json", "secret-key")
FOLDERS: Final = ("attachments", "models")
_PIECE: Final = 1 << 20
_LONGEST_NAME: Final = 4096


class Sink(Protocol):
    """Where a pack is written to."""

    def write(self, data: bytes) -> None: ...


def put(sink: Sink, name: str, pieces: Iterable[bytes]) -> int:
    """Write one file and answer with its bytes."""
    told = name.encode()
    sink.write(len(told).to_bytes(4, "big") + told)
    count = 0
    for piece in pieces:
        if piece:
            sink.write(len(piece).to_bytes(4, "big"))
            sink.write(piece)
            count += len(piece)
    sink.write(bytes(4))
    return count


def end(sink: Sink) -> None:
    """Write the end of the pack."""
    sink.write(bytes(4))


def files(chunks: Iterable[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every file's name and its pieces, in their order; what a caller leaves of a file is passed over.

    Raises Trouble for a name that does not belong into a backup and for a pack without its end.
    """
    reader = _Reader(chunks)
    while length := reader.number():
        if length > _LONGEST_NAME:
            raise Trouble("backup_altered", place="?")
        name = reader.take(length).decode()
        _refuse_stranger(name)
        pieces = _pieces(reader)
        yield name, pieces
        for _ in pieces:
            pass
    if reader.more():
        raise Trouble("backup_altered", place="?")


def _pieces(reader: _Reader) -> Iterator[bytes]:
    while left := reader.number():
        while left:
            piece = reader.take(min(left, _PIECE))
            left -= len(piece)
            yield piece


def _refuse_stranger(name: str) -> None:
    """A backup writes into the data folder, never beside it, whoever made it."""
    parts = PurePosixPath(name).parts
    plain = name in (MANIFEST, DUMP, *FILES) or (len(parts) > 1 and parts[0] in FOLDERS)
    if not plain or ".." in parts or name.startswith("/") or "\x00" in name or "/".join(parts) != name:
        raise Trouble("backup_stranger", name=name)


class _Reader:
    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._have, self._at = iter(chunks), b"", 0

    def number(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def take(self, count: int) -> bytes:
        """Exactly `count` bytes."""
        parts = []
        while count:
            if not self.more():
                raise Trouble("backup_altered", place="?")
            part = self._have[self._at : self._at + count]
            self._at += len(part)
            count -= len(part)
            parts.append(part)
        return b"".join(parts)

    def more(self) -> bool:
        while self._at >= len(self._have):
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._have, self._at = chunk, 0
        return True

"""The sums of the ledger, computed here and not by the database, and what does not fit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Written:
    """An event as it stands in the table."""

    id: int
    stream: str
    seq: int
    verb: str
    by: int | None
    at: datetime
    recorded_at: datetime
    why: str
    body: str
    is_look: bool
    previous: bytes
    hash: bytes


@dataclass(frozen=True)
class Broken:
    """What does not fit: `code` is changed, removed, inserted, reordered, seal or unsealed; `where` names the place."""

    code: str
    where: str
    event: int | None = None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(event: Written, previous: bytes) -> bytes:
    """SHA-256 over the hash before and the event's own text (the same as trigger `ledger_chain`)."""
    text = SEPARATOR.join(
        [
            event.stream,
            str(event.seq),
            event.verb,
            "" if event.by is None else str(event.by),
            _stamp(event.at),
            _stamp(event.recorded_at),
            event.why,
            event.body,
            "look" if event.is_look else "",
        ]
    )
    return hashlib.sha256(previous + text.encode()).digest()


def check_stream(events: Iterable[Written]) -> Iterator[Broken]:
    """`events` of one stream by `seq`: each must follow the one before, in number, hash and own text."""
    seq, previous = 0, b""
    for event in events:
        where = f"{event.stream}#{event.seq}"
        if event.seq != seq + 1:
            yield Broken("removed", f"{event.stream}#{seq + 1}", event.id)
        elif event.previous != previous:
            yield Broken("inserted", where, event.id)
        if event.hash != digest(event, event.previous):
            yield Broken("changed", where, event.id)
        seq, previous = event.seq, event.hash


def fold(previous: bytes, events: Iterable[tuple[int, bytes | memoryview]]) -> tuple[bytes, int, int]:
    """Sum of a seal over (id, hash) in order of id: (hash, last id, number of events)."""
    total, last, count = hashlib.sha256(previous), 0, 0
    for last, value in events:
        total.update(last.to_bytes(8, "big") + bytes(value))
        count += 1
    return total.digest(), last, count

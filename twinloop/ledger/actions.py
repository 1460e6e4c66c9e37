"""Writing to the ledger. Every action of every room ends here, inside its own transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from twinloop.ledger import chain, many
from twinloop.ledger.locks import Lock, alone
from twinloop.ledger.models import Event, Seal
from twinloop.ledger.whole import Written, write

_INSERT_MANY = f"""{many.CHAINS}
    INSERT INTO ledger_event (stream, seq, verb, by_id, at, why, body, data, is_look, previous, hash)
    SELECT new.stream, 0, %s, %s, %s, %s, new.body, '{{}}', false, '', ''
    FROM ours, unnest(%s::text[], %s::text[]) AS new (stream, body)"""  # noqa: S608 - our own text


def _plain(value: object) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def canonical(data: Mapping[str, object]) -> str:
    """One text for one content: sorted keys, no spaces, Chinese as it is."""
    return _ENCODER.encode(data)


def record(
    stream: str,
    verb: str,
    *,
    by: int | None,
    at: datetime,
    why: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    is_look: bool = False,
    **facts: object,
) -> None:
    """Append one event. `by` is an account's id, None for the system. Identity data never goes in: masks only."""
    body: dict[str, object] = dict(facts)
    if before:
        body["before"] = before
    if after:
        body["after"] = after
    write(Written(stream, str(verb), by, at, why, canonical(body), is_look))


def record_many(
    events: Iterable[tuple[str, Mapping[str, object]]], verb: str, *, by: int | None, at: datetime, why: str = ""
) -> None:
    """Append one event a stream, set-wise: (stream, facts). Keep to some 1,000 a transaction: each holds a lock."""
    streams: list[str] = []
    bodies: list[str] = []
    for stream, facts in events:
        streams.append(stream)
        bodies.append(canonical(facts))
    told = many.texts(streams)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_MANY, [told, verb, by, at, why, told, many.texts(bodies)])


def seal(*, at: datetime) -> Seal | None:
    """Fold all events since the last seal into one hash; None when there is nothing new."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # waits for writers under way, so that every id up to the newest is settled (migration 0002)
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        alone(Lock.SEAL)
        newest = Seal.objects.order_by("-id").first()
        events = Event.objects.filter(id__gt=newest.last if newest else 0).order_by("id")
        first = events.values_list("id", flat=True).first()
        if first is None:
            return None
        previous = bytes(newest.hash) if newest else b""
        digest, last, count = chain.fold(previous, events.values_list("id", "hash").iterator(chunk_size=5000))
        return Seal.objects.create(first=first, last=last, events=count, at=at, previous=previous, hash=digest)

"""Reading the ledger: a stream's history, and the audit of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.db.models import QuerySet

from twinloop.ledger.chain import Broken, Written, check_stream, fold
from twinloop.ledger.models import Event, Seal


def history(stream: str, *, looks: bool = False) -> QuerySet[Event]:
    """Events of one stream, newest first; looks (reads, unmaskings, exports) only when asked for."""
    events = Event.objects.filter(stream=stream).select_related("by").order_by("-seq")
    return events if looks else events.filter(is_look=False)


def _written() -> Iterator[Written]:
    fields = (
        "id", "stream", "seq", "verb", "by_id", "at", "recorded_at", "why", "body", "is_look", "previous", "hash",
    )  # fmt: skip
    for row in Event.objects.order_by("stream", "seq").values(*fields).iterator(chunk_size=5000):
        row["by"] = row.pop("by_id")
        yield Written(**row | {"previous": bytes(row["previous"]), "hash": bytes(row["hash"])})


def broken() -> Iterator[Broken]:
    """Everything in the ledger that does not fit, with its place. Reads all events; memory is bounded."""
    for _stream, events in groupby(_written(), key=lambda e: e.stream):
        yield from check_stream(events)
    yield from _broken_seals()


def _broken_seals() -> Iterator[Broken]:
    previous, after = b"", 0
    for seal in Seal.objects.order_by("id").iterator():
        where = f"{seal.first}–{seal.last}"
        events = Event.objects.filter(id__gt=after, id__lte=seal.last).order_by("id")
        digest, _last, count = fold(previous, events.values_list("id", "hash").iterator(chunk_size=5000))
        if bytes(seal.previous) != previous or digest != bytes(seal.hash):
            code = "removed" if count < seal.events else "inserted" if count > seal.events else "seal"
            yield Broken(code, where)
        previous, after = bytes(seal.hash), seal.last

"""One act: whole or not at all, however many actions it is made of, and its events written together.

    @whole()
    def sign(order, …):        # locks, changes, calls other acts; each calls `record`

The outermost act is a transaction, or a savepoint where somebody else's transaction goes on after it. An act within an
act has none of its own: what it raises ends the outer one too. Who catches a refusal and goes on opens a
`transaction.atomic()` around what may be refused.

Events wait until the outermost act ends and are then written by one statement, in the order in which they were
recorded. They are written sooner where anything asks the ledger, and at the borders of a savepoint, so that they go
where it goes: nobody can read the ledger without them, and none outlives what was undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from twinloop.ledger import many


class Written(NamedTuple):
    """An event as its columns; the chain's own are the trigger's."""

    stream: str
    verb: str
    by: int | None
    at: datetime
    why: str
    body: str
    is_look: bool


# no RETURNING: whoever writes an event need not be allowed to read it (a failed sign-in, a lead)
_ONE = """INSERT INTO ledger_event (stream, seq, verb, by_id, at, why, body, data, is_look, previous, hash)
    VALUES (%s, 0, %s, %s, %s, %s, %s, '{}', %s, '', '')"""
_SOME = """INSERT INTO ledger_event (stream, seq, verb, by_id, at, why, body, data, is_look, previous, hash)
    SELECT e.stream, 0, e.verb, e.by_id, e.at, e.why, e.body, '{}', e.is_look, '', ''
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::boolean[])
        WITH ORDINALITY AS e (stream, verb, by_id, at, why, body, is_look, n) ORDER BY e.n"""

_waiting: ContextVar[list[Written] | None] = ContextVar("waiting", default=None)


def write(event: Written) -> None:
    """Now, or with the others of the act that runs."""
    waiting = _waiting.get()
    if waiting is None:
        _insert([event])
    else:
        waiting.append(event)


@contextmanager
def whole() -> Iterator[None]:
    """See the module; also a decorator (`@whole()`)."""
    if _waiting.get() is not None:
        with transaction.atomic(savepoint=False):
            yield
        return
    waiting: list[Written] = []
    with transaction.atomic():
        token = _waiting.set(waiting)
        try:
            with connection.execute_wrapper(_before(waiting)):
                yield
                _flush(waiting)
        finally:
            _waiting.reset(token)


def _before(waiting: list[Written]) -> Callable[..., Any]:
    """What waits is written before whatever could show that it was not; what is undone is forgotten."""

    def ask(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if waiting:
            said = sql if isinstance(sql, str) else str(sql)
            if said.startswith("ROLLBACK TO"):
                waiting.clear()
            elif said.startswith(("SAVEPOINT", "RELEASE")) or "ledger_event" in said:
                _flush(waiting)
        return execute(sql, params, many, context)

    return ask


def _flush(waiting: list[Written]) -> None:
    if waiting and not connection.needs_rollback:  # else all of it is undone in a moment
        events = list(waiting)
        waiting.clear()  # first: the insert is a statement about the ledger itself
        _insert(events)


def _insert(events: Sequence[Written]) -> None:
    with connection.cursor() as cursor:
        if len(events) == 1:
            cursor.execute(_ONE, events[0])
            return
        streams, verbs, by, at, whys, bodies, looks = map(list, zip(*events, strict=True))
        cursor.execute(
            _SOME, [many.texts(streams), many.texts(verbs), by, at, many.texts(whys), many.texts(bodies), looks]
        )

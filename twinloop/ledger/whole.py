"""One act: whole or not at all, however many actions it is made of, and its events written together.

    @whole()
    def sign(order, …):        # locks, changes, calls other acts; each calls `record`

The outermost act is a transaction, or a savepoint where somebody else's transaction goes on after it. An act within an
act has none of its own: what it raises ends the outer one too. Who catches a refusal and goes on opens a
`transaction.atomic()` around what may be refused.

Events wait until the outermost act ends and are then written by one statement, in the order in which they were
recorded. They are written sooner where anything asks the ledger. A savepoint that is undone takes its own events with
it, written or not, and none of those before it: nobody can read the ledger without them, and none outlives what was
undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
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
_SOME = f"""{many.CHAINS}
    INSERT INTO ledger_event (stream, seq, verb, by_id, at, why, body, data, is_look, previous, hash)
    SELECT e.stream, 0, e.verb, e.by_id, e.at, e.why, e.body, '{{}}', e.is_look, '', ''
    FROM ours, unnest(%s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::boolean[])
        WITH ORDINALITY AS e (stream, verb, by_id, at, why, body, is_look, n) ORDER BY e.n"""  # noqa: S608 - our own text


@dataclass
class _Act:
    """What the outermost act has recorded, how much of it is written, and both as they were at each open savepoint."""

    events: list[Written] = field(default_factory=list)
    written: int = 0
    marks: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        return self.written < len(self.events)

    def saved(self, name: str) -> None:
        self.marks.append((name, len(self.events), self.written))

    def released(self, name: str) -> None:
        del self.marks[self._at(name) :]

    def undone(self, name: str) -> None:
        """Back to the savepoint, which stays: what was written since is not there any more."""
        at = self._at(name)
        _name, kept, self.written = self.marks[at]
        del self.events[kept:], self.marks[at + 1 :]

    def _at(self, name: str) -> int:
        return next(n for n, (mark, _kept, _written) in enumerate(self.marks) if mark == name)


_act: ContextVar[_Act | None] = ContextVar("act", default=None)


def write(event: Written) -> None:
    """Now, or with the others of the act that runs."""
    act = _act.get()
    if act is None:
        _insert([event])
    else:
        act.events.append(event)


def is_acting() -> bool:
    """Whether an act runs: what fails now ends all of it."""
    return _act.get() is not None


@contextmanager
def whole() -> Iterator[None]:
    """See the module; also a decorator (`@whole()`)."""
    if _act.get() is not None:
        with transaction.atomic(savepoint=False):
            yield
        return
    act = _Act()
    with transaction.atomic():
        token = _act.set(act)
        try:
            with connection.execute_wrapper(_before(act)):
                yield
                _flush(act)
        finally:
            _act.reset(token)


def _before(act: _Act) -> Callable[..., Any]:
    """What waits is written before whatever could show that it was not; what is undone is forgotten."""
    borders = {"SAVEPOINT": act.saved, "RELEASE SAVEPOINT": act.released, "ROLLBACK TO SAVEPOINT": act.undone}

    def ask(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        said = sql if isinstance(sql, str) else str(sql)
        if "SAVEPOINT" in said[:21]:
            border, _space, name = said.rpartition(" ")
            borders[border](name)
        elif act.is_waiting and "ledger_event" in said:
            _flush(act)
        return execute(sql, params, many, context)

    return ask


def _flush(act: _Act) -> None:
    if act.is_waiting and not connection.needs_rollback:  # else all of it is undone in a moment
        events = act.events[act.written :]
        act.written = len(act.events)  # first: the insert is a statement about the ledger itself
        _insert(events)


def _insert(events: Sequence[Written]) -> None:
    with connection.cursor() as cursor:
        if len(events) == 1:
            cursor.execute(_ONE, events[0])
            return
        streams, verbs, by, at, whys, bodies, looks = map(list, zip(*events, strict=True))
        told = many.texts(streams)
        cursor.execute(_SOME, [told, told, many.texts(verbs), by, at, many.texts(whys), many.texts(bodies), looks])

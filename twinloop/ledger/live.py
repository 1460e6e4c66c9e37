"""Hearing at once that something happened: one thread a process listens to PostgreSQL and wakes whoever waits.

Notices come from a trigger on the ledger (migration 0005) and from `tell`. They say *that* something happened, never
what: a page that hears one asks again with its viewer's own rights. A reader keeps a set of names and no queue, so
that a slow one costs nothing and loses nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakSet

import psycopg
import structlog
from django.db import connection

CHANNEL = "twinloop_live"
TICK = 1.0  # how soon the thread notices that it should stop
KEEP_ALIVE = 20  # ticks without a notice until the connection is asked whether it still lives
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # between attempts to reach the server again; the last one for ever
EVERYTHING = "*"

Notice = Mapping[str, Any]
Wants = Callable[[Notice], set[str]]
log = structlog.get_logger()


def tell(kind: str) -> None:
    """A notice of something that is no event (a call is being looked at); told at commit like every other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"of": kind})])


def tell_account(account: int) -> None:
    """A notice to one person's pages, at commit: something of theirs came."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"of": "notice", "account": account})])


class Reader:
    """What one page has not been told yet. `wants` turns a notice into the names that this reader asked for."""

    def __init__(self, names: set[str], wants: Wants) -> None:
        self.names, self._wants = names, wants
        self._pending: set[str] = set()
        self._news = threading.Condition()

    def hear(self, notice: Notice) -> None:
        found = self.names if notice.get("of") == EVERYTHING else self._wants(notice)
        if found:
            with self._news:
                self._pending |= found
                self._news.notify()

    def wait(self, seconds: float) -> set[str]:
        """Names told since the last time; empty where nothing was said for so long."""
        with self._news:
            if not self._pending:
                self._news.wait(seconds)
            told, self._pending = self._pending, set()
        return told


class Listener:
    """One connection outside the pool, in autocommit, with LISTEN; started by the first reader, made anew when lost."""

    def __init__(self) -> None:
        self._readers: WeakSet[Reader] = WeakSet()  # one that nobody waits on is forgotten
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._hears = threading.Event()

    def add(self, reader: Reader) -> None:
        with self._guard:
            self._readers.add(reader)
            if self._thread is None or not self._thread.is_alive():
                self._stopping = threading.Event()
                self._thread = threading.Thread(target=self._run, args=(self._stopping,), name="live", daemon=True)
                self._thread.start()

    def remove(self, reader: Reader) -> None:
        with self._guard:
            self._readers.discard(reader)

    def hears(self, seconds: float = 0) -> bool:
        """Whether notices reach this process, now or within so many seconds."""
        return self._hears.wait(seconds)

    def stop(self) -> None:
        """End the thread and its connection; a new reader starts it again."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5 * TICK)

    def publish(self, notice: Notice) -> None:
        with self._guard:
            readers = list(self._readers)
        for reader in readers:
            reader.hear(notice)

    def _run(self, stopping: threading.Event) -> None:
        failed = 0
        while not stopping.is_set():
            try:
                with self._connected() as there:
                    failed = 0
                    self._hears.set()
                    self.publish({"of": EVERYTHING})  # whatever happened while nobody listened
                    self._listen(there, stopping)
            except psycopg.Error as error:
                log.warning("live_lost", error=type(error).__name__, again=PAUSES[min(failed, len(PAUSES) - 1)])
                self._hears.clear()
                stopping.wait(PAUSES[min(failed, len(PAUSES) - 1)])
                failed += 1
        self._hears.clear()

    @staticmethod
    def _connected() -> psycopg.Connection[Any]:
        wanted = connection.get_connection_params() | {
            "autocommit": True, "application_name": "twinloop live", "connect_timeout": 5, "keepalives_idle": 30,
            "cursor_factory": psycopg.Cursor,
        }  # fmt: skip
        made: psycopg.Connection[Any] = psycopg.connect(**wanted)
        made.execute(f"LISTEN {CHANNEL}")
        return made

    def _listen(self, there: psycopg.Connection[Any], stopping: threading.Event) -> None:
        quiet = 0
        while not stopping.is_set():
            quiet += 1
            for note in there.notifies(timeout=TICK):
                self.publish(json.loads(note.payload))
                quiet = 0
            if quiet >= KEEP_ALIVE:
                there.execute("SELECT 1")  # a connection that a firewall dropped says nothing by itself
                quiet = 0


LISTENER = Listener()

"""The ledger refuses to be changed, and a change past it is found."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from twinloop.ledger import actions, queries
from twinloop.ledger.models import Event, Seal
from twinloop.ledger.sight import NOBODY, SYSTEM, Scope, see_as

AT = datetime(2026, 4, 16, 9, 30, tzinfo=UTC)


def write(stream: str = "place:1", verb: str = "noted", **more: object) -> None:
    actions.record(stream, verb, by=None, at=AT, **more)  # type: ignore[arg-type]


@pytest.fixture
def everything(db: None):
    with see_as(SYSTEM):
        yield


@pytest.mark.usefixtures("everything")
def test_events_of_a_stream_are_numbered_and_chained():
    for n in range(3):
        write(note=n)
    write("place:2")
    rows = list(Event.objects.filter(stream="place:1"))
    assert [e.seq for e in rows] == [1, 2, 3]
    assert [bytes(e.previous) for e in rows[1:]] == [bytes(e.hash) for e in rows[:-1]]
    assert list(queries.broken()) == []


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("why", ["", "查看原因：核对身份\n第二行", "emoji 🙂 与 𠮷", "tab\tand \x1e"])
def test_the_database_and_python_sum_alike(why):
    write(why=why, before={"level": 3}, after={"level": 2})
    assert list(queries.broken()) == []
    event = Event.objects.get(stream="place:1")
    assert (event.before, event.after) == ({"level": 3}, {"level": 2})


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_event SET why = 'x'", "DELETE FROM ledger_event", "TRUNCATE ledger_event"]
)
def test_the_application_may_not_touch_an_event(statement):
    write()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def _as_thief(name: str, owner_url: str, *statements: str) -> None:
    """The owner of the tables switches the triggers off, as somebody with the database in hand could."""
    with psycopg.connect(owner_url, autocommit=True) as thief:
        thief.execute("ALTER TABLE ledger_event DISABLE TRIGGER USER")
        for statement in statements:
            thief.execute(statement)
        thief.execute("ALTER TABLE ledger_event ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("theft", "code", "where"),
    [
        ("UPDATE ledger_event SET why = 'another' WHERE stream = 'place:1' AND seq = 2", "changed", "place:1#2"),
        ("UPDATE ledger_event SET at = at + '1s' WHERE stream = 'place:1' AND seq = 3", "changed", "place:1#3"),
        ("DELETE FROM ledger_event WHERE stream = 'place:1' AND seq = 2", "removed", "place:1#2"),
        ("DELETE FROM ledger_event WHERE stream = 'place:1' AND seq = 4", "removed", "the seal"),
        ("DELETE FROM ledger_event WHERE stream = 'place:2'", "removed", "the seal"),
        (
            "INSERT INTO ledger_event (stream, seq, verb, at, recorded_at, why, body, data, is_look, previous, hash)"
            " SELECT stream, 5, verb, at, recorded_at, why, body, data, is_look, previous, hash"
            " FROM ledger_event WHERE stream = 'place:1' AND seq = 3",
            "inserted",
            "place:1#5",
        ),
    ],
)
def test_tampering_is_found_with_its_place(fresh_db, owner_url, theft, code, where):
    with see_as(SYSTEM):
        actions.seal(at=AT)  # whatever the demo district wrote
        for _ in range(4):
            write(why="as it was")
        write("place:2")
        seal = actions.seal(at=AT)
        assert seal is not None
        assert list(queries.broken()) == []
        _as_thief(fresh_db, owner_url, theft)
        found = {(b.code, b.where) for b in queries.broken()}
    assert (code, f"{seal.first}–{seal.last}" if where == "the seal" else where) in found


def test_a_rewritten_stream_breaks_its_seal(fresh_db, owner_url):
    """Who can recompute hashes can rewrite one stream; the seals over all streams still tell."""
    with see_as(SYSTEM):
        write(why="true")
        actions.seal(at=AT)
        _as_thief(
            fresh_db,
            owner_url,
            "UPDATE ledger_event SET why = 'false' WHERE stream = 'place:1'",
            """UPDATE ledger_event SET hash = sha256(previous || convert_to(concat_ws(chr(31),
               stream, seq::text, verb, '',
               to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
               to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), why, body, ''), 'UTF8'))
               WHERE stream = 'place:1'""",
        )
        assert [b.code for b in queries.broken()] == ["seal"]


def test_writers_at_once_leave_one_chain(fresh_db):
    def work() -> None:
        with see_as(SYSTEM):
            for _ in range(20):
                write()
        connection.close()

    with see_as(SYSTEM):
        threads = [threading.Thread(target=work) for _ in range(4)]
        [t.start() for t in threads]
        while any(t.is_alive() for t in threads):
            actions.seal(at=AT)
        [t.join() for t in threads]
        actions.seal(at=AT)
        assert Event.objects.filter(stream="place:1").count() == 80
        assert list(queries.broken()) == []
        assert Seal.objects.order_by("-id")[0].last == Event.objects.order_by("-id")[0].id


@pytest.mark.usefixtures("everything")
def test_nothing_new_gives_no_seal():
    actions.seal(at=AT)
    assert actions.seal(at=AT) is None


def test_a_stranger_reads_nothing_but_may_be_written_about(db):
    with see_as(NOBODY):
        write("account:900077", "sign_in_failed")
        assert Event.objects.count() == 0
    with see_as(Scope(account=900077)):
        assert [e.verb for e in Event.objects.all()] == ["sign_in_failed"]
    with see_as(Scope(account=900078)):
        assert Event.objects.count() == 0
    with see_as(Scope(account=900078, roles=frozenset({"security_admin"}))):
        assert Event.objects.filter(stream="account:900077").count() == 1

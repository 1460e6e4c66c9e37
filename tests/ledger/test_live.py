"""Whoever listens hears that something was written, at commit, without a name; also after the server was away."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import transaction

from tests.world import NOW
from twinloop.ledger.actions import record, record_many
from twinloop.ledger.live import Listener, Reader, tell


@pytest.fixture
def ear(fresh_db: str) -> Iterator[psycopg.Connection]:
    """A plain connection that listens."""
    from django.db import connection

    settings = connection.get_connection_params() | {"autocommit": True, "cursor_factory": psycopg.Cursor}
    with psycopg.connect(**settings) as there:
        there.execute("LISTEN twinloop_live")
        yield there


@pytest.fixture
def listener(fresh_db: str) -> Iterator[Listener]:
    made = Listener()
    yield made
    made.stop()


def heard(ear: psycopg.Connection) -> list[dict[str, object]]:
    return [json.loads(note.payload) for note in ear.notifies(timeout=0.5)]


def test_an_event_is_told_at_commit_and_a_look_is_not(ear):
    with transaction.atomic():
        record("incident:7", "order_sent", by=None, at=NOW, order=3, to_account=12, to="周明远", phone="13900001234")
        record("incident:7", "looked", by=None, at=NOW, is_look=True)
        assert heard(ear) == []
    assert heard(ear) == [{"of": "incident", "id": 7, "verb": "order_sent", "account": 12}]


def test_what_is_rolled_back_is_not_told(ear):
    with transaction.atomic():
        record("incident:7", "order_sent", by=None, at=NOW)
        transaction.set_rollback(True)
    assert heard(ear) == []


def test_a_notice_holds_no_name_whatever_the_event_says(ear):
    record("setting:李建国", "zhou", by=None, at=NOW, to_account="周明远", to_unit={"name": "x"}, why="吵架")
    assert heard(ear) == [{"of": "setting", "verb": "zhou"}]


def test_many_events_of_one_statement_are_one_notice_a_kind(ear):
    record_many([(f"incident:{n}", {}) for n in range(200)] + [("dispute:1", {})], "brought", by=None, at=NOW)
    told = sorted(heard(ear), key=str)
    assert told == [{"of": "dispute"}, {"of": "incident"}]


def test_few_events_of_one_statement_are_told_each(ear):
    record_many([("incident:1", {}), ("incident:2", {})], "brought", by=None, at=NOW)
    assert [(n["of"], n["id"]) for n in heard(ear)] == [("incident", 1), ("incident", 2)]


def everything(notice: object) -> set[str]:
    assert isinstance(notice, dict)
    return {str(notice["of"])}


def test_every_reader_hears_and_one_that_left_does_not(listener):
    one, other = Reader({"watching"}, everything), Reader({"watching"}, everything)
    listener.add(one), listener.add(other)
    assert listener.hears(5)
    one.wait(1), other.wait(1)  # the first word: whatever happened before
    listener.remove(other)
    tell("watching")
    assert one.wait(2) == {"watching"}
    assert other.wait(0.2) == set()


def test_a_reader_that_does_not_come_back_keeps_names_and_no_queue():
    reader = Reader({"incident"}, everything)
    for _ in range(10_000):
        reader.hear({"of": "incident"})
    assert reader.wait(0) == {"incident"}
    assert reader.wait(0) == set()


def test_a_lost_connection_is_made_anew_and_everything_counts_as_changed(listener, owner_url):
    reader = Reader({"incident", "mine"}, lambda notice: {"incident"} if notice["of"] == "incident" else set())
    listener.add(reader)
    assert listener.hears(5)
    reader.wait(1)
    assert _ended() == 1
    assert reader.wait(5) == {"incident", "mine"}
    record("incident:7", "order_sent", by=None, at=NOW)
    assert reader.wait(2) == {"incident"}


def _ended() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = 'twinloop live' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def test_stopping_ends_the_thread_and_a_new_reader_starts_it(listener):
    listener.add(Reader(set(), everything))
    assert listener.hears(5)
    thread = listener._thread
    listener.stop()
    assert not listener.hears()
    assert thread is not None
    assert not thread.is_alive()  # its own: another test's server may listen in this process
    reader = Reader({"a"}, everything)
    listener.add(reader)
    assert listener.hears(5)


def test_a_server_that_is_away_is_asked_again_and_again(listener, monkeypatch):
    tries: list[float] = []

    def away() -> psycopg.Connection:
        tries.append(time.monotonic())
        raise psycopg.OperationalError("away")

    monkeypatch.setattr(listener, "_connected", away)
    listener.add(Reader(set(), everything))
    assert not listener.hears(1.0)
    assert 2 <= len(tries) <= 4  # after 0.2, 0.5, 1 … seconds

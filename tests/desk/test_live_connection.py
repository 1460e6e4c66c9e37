"""A stream that waits holds no connection to the database: the pool is small, the streams are many."""

from django.db import connection
from django.test import Client

from tests.people.signing import person
from twinloop.desk import live
from twinloop.ledger.live import LISTENER


def test_a_stream_holds_no_connection_while_it_waits(fresh_db, monkeypatch):
    monkeypatch.setattr(live, "BEAT", 0.05)
    client = Client()
    client.force_login(person("z1", "officer"), backend="twinloop.people.backend.AccountBackend")
    try:
        said = iter(client.get("/live/").streaming_content)
        assert next(said).endswith(b"event: hello\ndata:\n\n")
        assert connection.connection is None
        assert [next(said) for _ in range(3)][-1].startswith(b": beat")  # with a look at the session in between
        assert connection.connection is None
    finally:
        LISTENER.stop()

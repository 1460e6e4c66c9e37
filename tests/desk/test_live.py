"""/live/: who may listen to what, how a stream begins, beats and ends, and that it holds nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from weakref import WeakSet

import pytest
from django.test import Client
from django.utils import timezone

from tests.people.signing import person
from twinloop.desk import live
from twinloop.ledger.live import EVERYTHING, LISTENER
from twinloop.people.models import Account

pytestmark = pytest.mark.django_db
MINE = "/live/?of=mine"


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread: what PostgreSQL would tell, the test says; beats are short."""
    monkeypatch.setattr(LISTENER, "_readers", WeakSet())
    monkeypatch.setattr(LISTENER, "add", LISTENER._readers.add)
    monkeypatch.setattr(LISTENER, "hears", lambda seconds=0: True)
    monkeypatch.setattr(live, "SEATS", live.Seats())
    monkeypatch.setattr(live, "BEAT", 0.05)


def as_(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


def words(answer: Any) -> Iterator[str]:
    assert answer.status_code == 200, answer.status_code
    return (str(part, "utf-8") for part in answer.streaming_content)


def leave(answer: Any) -> None:
    """What `close()` does, without the signal that would close the test's own connection."""
    for close in answer._resource_closers:
        close()


def test_a_stream_says_hello_what_was_told_and_that_it_lives():
    answer = as_(person("z1", "officer")).get("/live/?of=mine,incident")
    assert answer["Content-Type"] == "text/event-stream"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Accel-Buffering"] == "no"
    said = words(answer)
    assert next(said) == "retry: 2000\n\nevent: hello\ndata:\n\n"
    LISTENER.publish({"of": "incident", "id": 7, "verb": "order_sent", "account": 99})
    assert next(said) == "data: incident\n\n"
    assert next(said) == ": beat\nevent: beat\ndata:\n\n"


def test_an_order_is_told_to_whose_it_is_and_without_saying_more():
    me, other = person("z1", "officer", name="周明远"), person("z2", "officer")
    mine, theirs = words(as_(me).get(MINE)), words(as_(other).get(MINE))
    next(mine), next(theirs)
    LISTENER.publish({"of": "incident", "id": 7, "verb": "order_sent", "account": me.pk})
    assert next(mine) == "data: mine\n\n"
    assert next(theirs).startswith(": beat")


def test_an_order_to_a_unit_is_told_to_its_people():
    me = person("z1", "officer")
    mine = words(as_(me).get(MINE))
    next(mine)
    LISTENER.publish({"of": "incident", "unit": (me.unit_id or 0) + 1})
    assert next(mine).startswith(": beat")
    if me.unit_id:
        LISTENER.publish({"of": "incident", "unit": me.unit_id})
        assert next(mine) == "data: mine\n\n"


def test_after_a_break_everything_that_the_page_asked_for_is_told():
    said = words(as_(person("z1", "dispatcher")).get("/live/?of=incident,watching"))
    next(said)
    LISTENER.publish({"of": EVERYTHING})
    assert next(said) == "data: incident\n\ndata: watching\n\n"


@pytest.mark.parametrize(
    ("role", "of", "status"),
    [("volunteer", "mine", 200), ("volunteer", "incident", 403), ("auditor", "dispute", 403),
     ("officer", "watching", 403), ("chief", "watching", 200), ("dispatcher", "account", 403),
     ("dispatcher", "incident,nothing", 403), ("officer", "", 403)],
)  # fmt: skip
def test_who_may_listen_to_what(role, of, status):
    assert as_(person("z1", role)).get(f"/live/?of={of}").status_code == status


def test_beyond_the_seats_the_page_is_told_to_ask_by_itself(monkeypatch):
    monkeypatch.setattr(live.settings, "ENV", SimpleNamespace(**{**live.settings.ENV.__dict__, "live_streams": 2}))
    held = [as_(person(f"z{n}", "officer")).get(MINE) for n in range(2)]
    late = as_(person("z9", "officer"))
    answer = late.get(MINE)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    leave(held[0])
    assert late.get(MINE).status_code == 200


def test_one_account_holds_a_few_seats_only():
    client = as_(person("z1", "officer"))
    held = [client.get(MINE) for _ in range(live.EACH)]
    assert client.get(MINE).status_code == 503
    leave(held[0]), leave(held[0])  # twice gives back one seat
    assert len(live.SEATS.taken()) == live.EACH - 1


def test_a_stream_that_nobody_closed_gives_its_seat_back():
    client = as_(person("z1", "officer"))
    answer = client.get(MINE)
    assert len(live.SEATS.taken()) == 1
    del answer
    gc.collect()
    assert live.SEATS.taken() == []


def test_without_a_listener_there_is_no_stream(monkeypatch):
    monkeypatch.setattr(LISTENER, "hears", lambda seconds=0: False)
    assert as_(person("z1", "officer")).get(MINE).status_code == 503
    assert live.SEATS.taken() == []


def test_a_stream_ends_with_the_session():
    client = as_(person("z1", "officer"))
    said = words(client.get(MINE))
    next(said)
    client.session.delete()
    assert list(said) == ["event: over\ndata:\n\n"]


def test_a_stream_ends_when_nobody_is_at_the_desk():
    client = as_(person("z1", "officer"))
    said = words(client.get(MINE))
    next(said)
    session = client.session
    session["seen"] = (timezone.now() - timedelta(hours=2)).isoformat()
    session.save()
    assert list(said) == ["event: over\ndata:\n\n"]


def test_listening_does_not_keep_the_session_alive():
    client = as_(person("z1", "officer"))
    session = client.session
    session["seen"] = before = (timezone.now() - timedelta(minutes=20)).isoformat()
    session.save()
    client.get(MINE)
    assert client.session["seen"] == before
    client.get("/more/")
    assert client.session["seen"] > before


def test_signing_out_elsewhere_is_noticed_at_once(monkeypatch):
    me = person("z1", "officer")
    said = words(as_(me).get(MINE))
    next(said)
    monkeypatch.setattr(live, "BEAT", 60)
    Account.objects.filter(pk=me.pk).update(is_active=False)
    LISTENER.publish({"of": "account", "id": me.pk, "verb": "sessions_ended"})
    assert next(said) == "event: over\ndata:\n\n"


def test_after_some_minutes_the_page_asks_anew(monkeypatch):
    monkeypatch.setattr(live, "LONGEST", 0.0)
    said = words(as_(person("z1", "officer")).get(MINE))
    next(said)
    assert list(said) == ["event: turn\ndata:\n\n"]

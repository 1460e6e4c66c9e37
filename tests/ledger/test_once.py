"""Done once, however often and at whatever moment it is sent."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tests.world import NOW
from twinloop.decide import Refused
from twinloop.ledger import once
from twinloop.ledger.models import Once

WHO = {"who": "account:1", "what": "lead", "at": NOW}


def send(key: str, sent: str, done: list[str], **more: object) -> object:
    with once.taken(key, sent=sent, **{**WHO, **more}) as turn:
        if turn.before is None:
            done.append(sent)
            turn.answer = {"number": len(done)}
    return turn.said


def test_a_second_sending_gets_the_first_answer_and_does_nothing(db):
    done: list[str] = []
    assert send("12345678", "a", done) == send("12345678", "a", done) == {"number": 1}
    assert done == ["a"]


def test_without_a_key_each_sending_acts(db):
    done: list[str] = []
    send("", "a", done), send("", "a", done)
    assert done == ["a", "a"]
    assert not Once.objects.exists()


def test_a_key_belongs_to_its_sender(db):
    done: list[str] = []
    send("12345678", "a", done), send("12345678", "b", done, who="account:2")
    assert done == ["a", "b"]


@pytest.mark.parametrize(("sent", "more"), [("b", {}), ("a", {"what": "visit"})])
def test_the_same_key_for_something_else_is_refused(db, sent, more):
    done: list[str] = []
    send("12345678", "a", done)
    with pytest.raises(Refused) as refused:
        send("12345678", sent, done, **more)
    assert refused.value.code == "once_other"
    assert done == ["a"]


@pytest.mark.parametrize("key", ["short", "x" * 81, "has space", "键键键键键键键键"])
def test_what_is_no_key_is_refused(db, key):
    with pytest.raises(Refused) as refused:
        send(key, "a", [])
    assert refused.value.code == "once_key"


def test_after_a_failure_the_next_may_act(db):
    def failing() -> None:
        with once.taken("12345678", sent="a", **WHO):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    done: list[str] = []
    assert send("12345678", "a", done) == {"number": 1}


def test_keys_are_forgotten_after_a_week(db):
    send("12345678", "a", [])
    assert once.forget(at=NOW + once.KEPT) == 0
    assert once.forget(at=NOW + once.KEPT + timedelta(seconds=1)) == 1


def test_two_at_the_same_moment_act_once(fresh_db):
    from django.db import connections

    done: list[str] = []
    said: list[object] = []
    gate = threading.Barrier(4)

    def one() -> None:
        gate.wait()
        said.append(send("12345678", "a", done))
        connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["a"]
    assert said == [{"number": 1}] * 4

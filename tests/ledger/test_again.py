"""Two acts at once: none waits for a row that it only points at, chains are locked in one order, a job tries again."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import Error, OperationalError, connection, transaction
from django.test import RequestFactory

import twinloop
from tests import world
from tests.world import NOW
from twinloop.cases.models import Dispute, Note
from twinloop.desk import views
from twinloop.exchange.middleware import problem_answers
from twinloop.ledger.actions import record, record_many
from twinloop.ledger.again import TIMES, again, collided
from twinloop.ledger.locks import Lock
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.ledger.whole import whole

SOURCES = sorted(Path(twinloop.__file__).parent.rglob("*.py"))


class Deadlock(Exception):  # noqa: N818 - PostgreSQL's own word
    sqlstate = "40P01"


def met() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = Deadlock()
    return error


def together(*acts: Callable[[threading.Barrier], None]) -> list[Error]:
    """Each act in a thread and a connection of its own; what they raised."""
    meeting, raised = threading.Barrier(len(acts), timeout=20), list[Error]()

    def work(act: Callable[[threading.Barrier], None]) -> None:
        try:
            with see_as(SYSTEM):
                act(meeting)
        except Error as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def test_who_points_at_a_locked_dispute_does_not_wait_for_it_at_the_commit(fresh_db: str) -> None:
    with see_as(SYSTEM):
        one = world.dispute(world.district().near)

    def points(meeting: threading.Barrier) -> None:  # an event of its chain, and a row that points at it
        with transaction.atomic():
            record(one.stream, "told", by=None, at=NOW)
            Note.objects.create(dispute=one, text="看过", at=NOW)
            meeting.wait()

    def changes(meeting: threading.Barrier) -> None:  # the row first, then the chain
        with transaction.atomic():
            Dispute.objects.select_for_update(no_key=True).get(pk=one.pk)
            meeting.wait()
            record(one.stream, "told", by=None, at=NOW)

    assert together(points, changes) == []
    with see_as(SYSTEM):
        assert Event.objects.filter(stream=one.stream, verb="told").count() == 2


@pytest.mark.parametrize("many", [False, True])
def test_chains_are_locked_in_one_order_whatever_the_order_of_events(fresh_db: str, many: bool) -> None:
    streams = [f"place:90{number:04}" for number in range(60)]

    def act(told: list[str]) -> Callable[[threading.Barrier], None]:
        def do(meeting: threading.Barrier) -> None:
            for _ in range(6):
                meeting.wait()
                if many:
                    with transaction.atomic():
                        record_many([(stream, {}) for stream in told], "told", by=None, at=NOW)
                    continue
                with whole():
                    for stream in told:
                        record(stream, "told", by=None, at=NOW)

        return do

    assert together(act(streams), act(streams[::-1])) == []
    with see_as(SYSTEM):
        assert Event.objects.filter(verb="told").count() == 2 * 6 * len(streams)
        assert list(broken()) == []


def test_every_lock_is_without_the_rows_key_and_every_job_tries_again() -> None:
    for path in SOURCES:
        source = path.read_text("utf-8")
        for given in re.findall(r"select_for_update\(([^\n]*)", source):
            assert "no_key=True" in given, path
        for after in re.findall(r"@app\.task\([^\n]*\n(.*)\n", source):
            assert after == "@again", path


def test_each_purpose_has_a_lock_of_its_own_and_its_number_stands_in_one_place() -> None:
    numbers = [lock.value for lock in Lock.__members__.values()]
    assert len(numbers) == len(set(numbers))
    named = {path.name for path in SOURCES if re.search(r"\b7102\d{3}\b", path.read_text("utf-8"))}
    assert named <= {"locks.py", "0002_append_only.py"}, named


def test_a_job_goes_on_after_a_collision_and_gives_up_at_last() -> None:
    asked: list[int] = []

    @again
    def job(fails: int) -> str:
        asked.append(fails)
        if len(asked) <= fails:
            raise met()
        return "done"

    assert job(2) == "done"
    asked.clear()
    with pytest.raises(OperationalError):
        job(TIMES)
    assert len(asked) == TIMES


def test_what_is_no_collision_is_not_tried_again() -> None:
    asked: list[int] = []

    @again
    def job() -> None:
        asked.append(1)
        raise OperationalError("the disk is full")

    with pytest.raises(OperationalError):
        job()
    assert len(asked) == 1
    assert not collided(None)


@pytest.mark.parametrize(("address", "said"), [("/board/", "再提交一次"), ("/api/v1/disputes", '"code": "met"')])
def test_a_person_and_a_program_are_told_that_nothing_was_done(address: str, said: str) -> None:
    request = RequestFactory().post(address)
    try:
        raise met()
    except OperationalError:
        answer = problem_answers(views.server_error)(request)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert said in answer.content.decode()


def test_any_other_failure_is_our_own() -> None:
    assert sys.exc_info()[1] is None
    assert views.server_error(RequestFactory().get("/")).status_code == 500

"""One act is whole or not at all, and its events are written together, in their order, and go where it goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.world import NOW
from twinloop.decide import Refused
from twinloop.ledger import queries
from twinloop.ledger.actions import record
from twinloop.ledger.models import Event, Once
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.ledger.whole import whole


@pytest.fixture(autouse=True)
def everything(db: None) -> Iterator[None]:
    with see_as(SYSTEM):
        yield


def told(verb: str, stream: str = "place:900001") -> None:
    record(stream, verb, by=None, at=NOW, why='a "quoted" \\ word')


def verbs() -> list[str]:
    return list(Event.objects.filter(stream__startswith="place:90000").order_by("id").values_list("verb", flat=True))


@whole()
def inner(verb: str, *, refused: bool = False) -> None:
    told(verb)
    if refused:
        raise Refused("once_key")


@whole()
def outer(*, refused: bool = False) -> None:
    told("first")
    inner("second")
    told("elsewhere", "place:900002")
    inner("third", refused=refused)


@transaction.atomic
def twice() -> None:
    told("undone")
    Once.objects.bulk_create([Once(who="a", key="k", what="w", digest=b"", at=NOW) for _ in range(2)])


@transaction.atomic
def read_and_refused() -> None:
    told("within")
    assert verbs() == ["before", "within"]  # reading has written both, and both are undone
    with transaction.atomic():
        told("deeper")
    raise Refused("once_key")


@whole()
def gone_on() -> None:
    told("first")
    with suppress(Refused):
        inner("second", refused=True)
    verbs()


def test_events_of_an_act_are_one_statement_in_their_order():
    with CaptureQueriesContext(
        connection,
    ) as asked:
        outer()
    assert [q["sql"].split()[0] for q in asked] == ["SAVEPOINT", "WITH", "RELEASE"]
    assert verbs() == ["first", "second", "elsewhere", "third"]
    rows = list(Event.objects.filter(stream="place:900001").order_by("seq"))
    assert [e.seq for e in rows] == [1, 2, 3]
    assert rows[0].why == 'a "quoted" \\ word'
    assert list(queries.broken()) == []


def test_a_refusal_leaves_nothing_of_any_part():
    with pytest.raises(Refused):
        outer(refused=True)
    assert verbs() == []
    told("later")
    assert verbs() == ["later"]


def test_outside_an_act_an_event_is_written_at_once():
    with transaction.atomic():
        told("first")
        assert verbs() == ["first"]


def test_whoever_reads_the_ledger_within_an_act_finds_what_was_recorded():
    with whole():
        told("first")
        assert verbs() == ["first"]
        told("second")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_event WHERE stream = 'place:900001'")
            assert cursor.fetchone() == (2,)


def test_events_go_with_the_savepoint_in_which_they_were_recorded():
    with whole():
        told("before")
        with pytest.raises(IntegrityError):
            twice()
        told("between")
        with transaction.atomic():
            told("kept")
        with pytest.raises(Refused), transaction.atomic():
            inner("refused", refused=True)
        told("after")
    assert verbs() == ["before", "between", "kept", "after"]


def test_a_savepoint_by_itself_writes_no_events_and_they_stay_one_statement():
    with CaptureQueriesContext(connection) as asked, whole():
        told("before")
        with transaction.atomic():
            told("within")
        told("after")
    inserts = [q["sql"] for q in asked if "INSERT INTO ledger_event" in q["sql"]]
    assert len(inserts) == 1
    assert verbs() == ["before", "within", "after"]


def test_events_written_within_a_savepoint_that_is_undone_are_written_again_if_they_were_older():
    with whole():
        told("before")
        with pytest.raises(Refused):
            read_and_refused()
        told("after")
    assert verbs() == ["before", "after"]
    assert list(queries.broken()) == []


def test_an_act_within_an_act_has_no_savepoint_and_ends_the_outer_one():
    with pytest.raises(transaction.TransactionManagementError):
        gone_on()
    assert verbs() == []


def test_somebody_elses_transaction_goes_on_after_an_act_was_refused():
    with transaction.atomic():
        with pytest.raises(Refused):
            outer(refused=True)
        told("after")
    assert verbs() == ["after"]

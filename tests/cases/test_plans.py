"""What is asked often is planned once: statements are prepared, and long conditions stand behind a function."""

from __future__ import annotations

from django.db import connection

from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute
from twinloop.ledger.sight import SYSTEM, see_as


def test_a_statement_asked_often_is_prepared(fresh_db):
    with see_as(SYSTEM):
        for order in range(8):
            assert not Clock.objects.filter(RUNNING, order=order).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            prepared = [text for (text,) in cursor.fetchall()]
    assert [text for text in prepared if '"cases_clock"."order_id" = $' in text]


def test_more_values_than_postgresql_takes_beside_a_statement(fresh_db):
    with see_as(SYSTEM), connection.cursor() as cursor:
        assert Clock.objects.filter(pk__in=range(70_000)).count() == 0
        cursor.execute("SELECT max(length(statement)) FROM pg_prepared_statements")
        (longest,) = cursor.fetchone()
        cursor.execute("SELECT %s || '%%' WHERE 1 IN (" + ", ".join(["%s"] * 300) + ")", ["五%s", *range(300)])
        assert cursor.fetchone() == ("五%s%",)
    assert (longest or 0) < 20_000


def test_the_condition_of_a_clock_does_not_carry_that_of_an_incident(fresh_db):
    """200 lines and 4 ms to plan before; the function answers by the incident's own policy."""
    with see_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (COSTS OFF) SELECT id FROM cases_clock WHERE order_id = 1")
        plan = [line for (line,) in cursor.fetchall()]
    assert any("cases_incident_seen" in line for line in plan)
    assert not [line for line in plan if "cases_incidentlink" in line]
    assert len(plan) < 60


def test_where_there_is_nothing_to_look_up_no_function_is_asked(fresh_db):
    """A chief's figures of a month asked it of each clock that belongs to no incident: nine tenths of the page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'cases%%seen' AND proisstrict ORDER BY 1")
        assert [name for (name,) in cursor.fetchall()] == [
            "cases_dispute_seen", "cases_incident_seen", "cases_order_seen",
        ]  # fmt: skip


def test_a_bounded_count_is_planned_for_its_values(fresh_db):
    """One plan for all values reads a million rows for ten thousand: such a count is never prepared."""
    for text in ("handling", "settled") * 5:
        Dispute.objects.filter(state__in=[text])[:10_001].count()
        list(Dispute.objects.filter(state__in=[text])[:3])
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        told = [statement for (statement,) in cursor.fetchall()]
    assert any('FROM "cases_dispute"' in one for one in told)
    assert not any(one.startswith("SELECT COUNT") and "LIMIT 10001" in one for one in told)

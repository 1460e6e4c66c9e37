"""Policies make arrays of the scope once a query: see migration ledger/0007, and write new policies like that."""

from __future__ import annotations

import pytest
from django.db import connection

# a text of the scope, cast for every row: '((SELECT coalesce(…)))::bigint[]'
STORED = '::text\\) AS "coalesce"\\)\\)::\\w+\\[\\]'
WRITTEN = "SELECT coalesce\\(nullif\\(current_setting\\([^)]*\\), ''\\), '\\{\\}'\\)\\)::\\w+\\[\\]"


def names(sql: str, pattern: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [pattern])
        return [name for (name,) in cursor.fetchall()]


def test_no_policy_parses_the_scope_for_every_row(db):
    shown = "SELECT tablename || '.' || policyname FROM pg_policies WHERE concat(qual, with_check) ~ %s ORDER BY 1"
    assert names(shown, STORED) == []
    assert len(names(shown, 'AS "coalesce"\\)::bigint\\[\\]')) > 50, "they are there, and read it once"


def test_no_function_parses_the_scope_for_every_row(db):
    written = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc ~ %s ORDER BY 1"
    assert names(written, WRITTEN) == []
    assert "cases_find_disputes" in names(written, WRITTEN.replace("'\\)\\)::", "'\\)::")), "it reads the scope once"


@pytest.mark.parametrize(
    ("table", "first", "then"), [("ledger_event", "InitPlan", "split_part"), ("cases_clock", "InitPlan", "~ ")]
)
def test_what_answers_for_most_is_asked_first(db, table, first, then):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT id FROM {table}")
        plan = [line for (line,) in cursor.fetchall()]
    condition = next(line for line in plan if "Filter:" in line and then in line)
    assert first in condition, condition
    assert condition.index(first) < condition.index(then)

"""Policies make arrays of the scope once a query: see migration ledger/0007, and write new policies like that."""

from __future__ import annotations

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

"""The cursor of every connection: short statements are prepared, long ones carry their values in their text.

A statement with a few values is asked again and again and is worth preparing. One with hundreds (rows brought in at
once, a page of numbers) is asked once in that length, and PostgreSQL takes at most 65,535 values beside a statement.
A statement that begins with `FRESH` is planned for its values each time: one plan for all spans of days is wrong for
most of them. So is a count that stops at some thousands: under one plan for all values it would read all rows for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import psycopg
from psycopg import _queries
from psycopg.rows import TupleRow

MOST = 200  # values that go beside a statement
# psycopg remembers how it took a statement apart up to 50 values; a report with what is said of it has 97. Where the
# name is gone one day, taking apart costs 0.2 ms again
_queries.MAX_CACHED_STATEMENT_PARAMS = MOST
FRESH = "/* fresh */"
COUNTED = ('SELECT COUNT("__col1") FROM (', "SELECT COUNT(*) FROM (")  # as Django counts so many rows at most


class Cursor(psycopg.Cursor[TupleRow]):
    """As psycopg's own, for Django (`OPTIONS["cursor_factory"]`)."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Self:
        if isinstance(params, Sequence) and len(params) > MOST:
            query, params = psycopg.ClientCursor(self.connection).mogrify(query, params), None
            more["prepare"] = False
        elif isinstance(query, str) and query.startswith((FRESH, *COUNTED)):
            more["prepare"] = False
        return super().execute(query, params, **more)

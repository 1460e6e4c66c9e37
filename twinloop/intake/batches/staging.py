"""What stands against a row beside its own cells: a number twice, a number known already, a call that is missing.

Asked of PostgreSQL over a table of this session: numbers and digests of all rows, no contents. A million rows take the
memory of one chunk here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db import connection

Reason = tuple[str, str]  # column, sentence


class Staged(NamedTuple):
    n: int
    part: int
    file: int
    form: str
    number: str
    digest: bytes | None
    moment: str | None
    call: str
    order: str
    fault: str  # JSON of [column, sentence] pairs, or a code of words.FAULTS


_TABLE = """CREATE TEMP TABLE IF NOT EXISTS batches_row (n int, part smallint, file smallint, form text, number text,
    digest bytea, moment timestamptz, call text, "order" text, fault text, again boolean DEFAULT false)"""
_COPY = 'COPY pg_temp.batches_row (n, part, file, form, number, digest, moment, call, "order", fault) FROM STDIN'
_JUDGE = (
    # a number names one record: rows that share it and differ are all set aside
    """UPDATE pg_temp.batches_row r SET fault = 'number_shared' FROM (
        SELECT form, number FROM pg_temp.batches_row WHERE fault = ''
        GROUP BY form, number HAVING count(DISTINCT digest) > 1) d
        WHERE r.fault = '' AND r.form = d.form AND r.number = d.number""",
    # identical ones count once
    """UPDATE pg_temp.batches_row r SET again = true FROM (
        SELECT n, part, row_number() OVER (PARTITION BY form, number ORDER BY n, part) AS place
        FROM pg_temp.batches_row WHERE fault = '') d
        WHERE d.place > 1 AND r.n = d.n AND r.part = d.part""",
    """UPDATE pg_temp.batches_row r SET again = true FROM batches_item i
        WHERE r.fault = '' AND i.form = r.form AND i.number = r.number AND i.digest = r.digest""",
    """UPDATE pg_temp.batches_row r SET fault = 'number_known' FROM batches_item i
        WHERE r.fault = '' AND i.form = r.form AND i.number = r.number AND i.digest <> r.digest""",
)
# needs the verdict on the call first; the call may stand in the same files or be known already
_PARENTS = (
    """UPDATE pg_temp.batches_row r SET fault = 'orphan' WHERE r.fault = '' AND r.call <> ''
        AND NOT EXISTS (SELECT 1 FROM pg_temp.batches_row c
            WHERE c.form = 'call' AND c.number = r.call AND c.fault = '')
        AND NOT EXISTS (SELECT 1 FROM cases_incident i WHERE i.outside_number = r.call)""",
    """UPDATE pg_temp.batches_row r SET fault = 'before_call' FROM pg_temp.batches_row c
        WHERE r.fault = '' AND c.form = 'call' AND c.number = r.call AND c.fault = '' AND r.moment < c.moment""",
    """UPDATE pg_temp.batches_row r SET fault = 'before_call' FROM cases_incident i
        WHERE r.fault = '' AND r.call <> '' AND i.outside_number = r.call AND r.moment < i.reported_at""",
    """UPDATE pg_temp.batches_row r SET fault = 'order_elsewhere' FROM pg_temp.batches_row o
        WHERE r.fault = '' AND r."order" <> '' AND o.form = 'order' AND o.number = r."order" AND o.call <> r.call""",
    """UPDATE pg_temp.batches_row r SET fault = 'order_elsewhere' FROM cases_order o JOIN cases_incident i
        ON i.id = o.incident_id WHERE r.fault = '' AND r."order" <> '' AND o.outside_number = r."order"
        AND i.outside_number <> r.call""",
)
_COUNT = """SELECT count(*) FILTER (WHERE NOT bad AND fresh), count(*) FILTER (WHERE bad),
        count(*) FILTER (WHERE NOT bad AND NOT fresh)
    FROM (SELECT bool_or(fault <> '') AS bad, bool_or(NOT again) AS fresh
          FROM pg_temp.batches_row GROUP BY n) AS rows"""
_LOST_ORDERS = """SELECT count(*) FROM pg_temp.batches_row r WHERE r.fault = '' AND NOT r.again AND r."order" <> ''
    AND NOT EXISTS (SELECT 1 FROM pg_temp.batches_row o
        WHERE o.form = 'order' AND o.number = r."order" AND o.fault = '')
    AND NOT EXISTS (SELECT 1 FROM cases_order o WHERE o.outside_number = r."order")"""


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        cursor.execute("DROP INDEX IF EXISTS pg_temp.batches_row_number")
        cursor.execute("DROP INDEX IF EXISTS pg_temp.batches_row_n")
        cursor.execute("TRUNCATE pg_temp.batches_row")


def put(rows: Iterable[Staged]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)


def drop_file(index: int) -> None:
    """The file turned out to be unreadable: nothing of it stands."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pg_temp.batches_row WHERE file = %s", [index])


def judge() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX batches_row_number ON pg_temp.batches_row (form, number)")
        cursor.execute("CREATE INDEX batches_row_n ON pg_temp.batches_row (n, part)")
        cursor.execute("ANALYZE pg_temp.batches_row")
        for statement in _JUDGE:
            cursor.execute(statement)


def judge_parents() -> None:
    """After the calls themselves are judged to the end."""
    with connection.cursor() as cursor:
        for statement in _PARENTS:
            cursor.execute(statement)


def fresh(form: str, first: int, last: int) -> dict[tuple[int, int], bytes]:
    """(n, part) → digest of the records between two rows that are good and new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n, part, digest FROM pg_temp.batches_row "
            "WHERE n BETWEEN %s AND %s AND form = %s AND fault = '' AND NOT again",
            [first, last, form],
        )
        return {(n, part): digest for n, part, digest in cursor.fetchall()}


def reasons(pairs: Sequence[Reason]) -> str:
    return json.dumps(pairs, ensure_ascii=False)


def set_fault(n: int, part: int, pairs: Sequence[Reason]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_temp.batches_row SET fault = %s WHERE n = %s AND part = %s",
            [reasons(pairs), n, part],
        )


def counts() -> tuple[int, int, int]:
    """Rows: (new, bad, there already). A row with several forms is bad if one of them is."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        accepted, rejected, unchanged = cursor.fetchone()
        return accepted, rejected, unchanged


def lost_orders() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOST_ORDERS)
        return int(cursor.fetchone()[0])


def faulty() -> Iterator[tuple[int, str, str]]:
    """(n, form, fault) of bad records, in the order of the files."""
    last = (0, -1)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT n, part, form, fault FROM pg_temp.batches_row WHERE fault <> '' AND (n, part) > (%s, %s) "
                "ORDER BY n, part LIMIT 5000", last,
            )  # fmt: skip
            page = cursor.fetchall()
        if not page:
            return
        yield from ((n, form, fault) for n, _part, form, fault in page)
        last = page[-1][:2]

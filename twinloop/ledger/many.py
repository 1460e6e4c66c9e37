"""Many rows of a table at once: COPY into a table of this session, then one INSERT.

COPY straight into a table with row-level security is not allowed; the way round costs about a tenth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models

from twinloop.ledger.locks import Lock

# The locks of an insert's chains, taken in one order whatever the order of its events: two inserts never wait for each
# other. `ours` belongs before the INSERT and into its FROM, so that it is asked first; its parameter is the streams.
CHAINS = f"""WITH ours AS MATERIALIZED (SELECT count(*) AS n FROM (
        SELECT pg_advisory_xact_lock({Lock.CHAIN.value}, chain) FROM (
            SELECT DISTINCT hashtext(stream) AS chain FROM unnest(%s::text[]) AS of (stream) ORDER BY chain) AS sorted
    ) AS locked)"""  # noqa: S608 - our own number


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids drawn from the table's own sequence, for tokens that are tied to their row."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f"public.{table}", count]
        )
        return [found for (found,) in cursor.fetchall()]


def texts(values: Iterable[str]) -> str:
    """A text[] in PostgreSQL's own writing; psycopg's takes longer than the insert where texts hold quotes."""
    return "{" + ",".join('"' + v.replace("\\", r"\\").replace('"', r"\"") + '"' for v in values) + "}"


def put(rows: Sequence[models.Model]) -> None:
    """Insert a few new rows of one table without reading them back.

    Their RETURNING would be read under the table's policies, and planning those takes longer than the row. A row that
    must know its number (a token is tied to it) brings it from `new_ids`; the others stay without.
    """
    asked, given = _insert(rows)
    with connection.cursor() as cursor:
        cursor.execute(asked, given)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def put_together(*tables: Sequence[models.Model]) -> None:
    """As `put`, of several tables in one statement; a table without rows is passed over.

    For rows that name one another by numbers drawn before: foreign keys are looked at when the transaction ends.
    """
    parts = [_insert(rows) for rows in tables if rows]
    *first, (last, values) = parts
    named = ", ".join(f"part{n} AS ({asked})" for n, (asked, _given) in enumerate(first))
    with connection.cursor() as cursor:
        given = [one for _asked, some in first for one in some] + values
        cursor.execute(f"WITH {named} {last}" if named else last, given)
    for row in (row for rows in tables for row in rows):
        row._state.adding, row._state.db = False, connection.alias


def put_new(rows: Sequence[models.Model], told_by: str) -> list[bool]:
    """Insert those of a few rows that no unique constraint finds there already, and say which; they get their numbers.

    `told_by`: the column by which the rows differ from one another.
    """
    asked, given = _insert(rows)
    with connection.cursor() as cursor:
        cursor.execute(f'{asked} ON CONFLICT DO NOTHING RETURNING "{told_by}", id', given)
        made = dict(cursor.fetchall())
    for row in rows:
        if getattr(row, told_by) in made:
            row.pk = made[getattr(row, told_by)]
            row._state.adding, row._state.db = False, connection.alias
    return [row.pk is not None for row in rows]


def _insert(rows: Sequence[models.Model]) -> tuple[str, list[Any]]:
    begun, one, fields = _columns(type(rows[0]), rows[0].pk is not None)
    return begun + ", ".join([one] * len(rows)), [_given(row, field, plain) for row in rows for field, plain in fields]


# what a field gives to the database as it is. Django comes to the same value, in most of the time that a row takes
_PLAIN: dict[type, type] = {
    models.CharField: str, models.TextField: str, models.BooleanField: bool, models.FloatField: float,
    models.DateTimeField: datetime, models.BigAutoField: int, models.ForeignKey: int, models.OneToOneField: int,
}  # fmt: skip
Column = tuple["models.Field[Any, Any]", type | None]


@cache
def _columns(model: type[models.Model], with_id: bool) -> tuple[str, str, list[Column]]:
    """The statement up to its values, the places of one row, and each field with the type that it gives as it is."""
    fields = [field for field in model._meta.concrete_fields if with_id or not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    begun = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES '  # noqa: S608 - our own names
    return begun, "(" + ", ".join(["%s"] * len(fields)) + ")", [(field, _plain(field)) for field in fields]


def _plain(field: models.Field[Any, Any]) -> type | None:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return None  # fills itself in
    if isinstance(field, models.ForeignKey) and type(field.target_field) is not models.BigAutoField:
        return None
    return _PLAIN.get(type(field))


def _given(row: models.Model, field: models.Field[Any, Any], plain: type | None) -> Any:
    if plain is not None:
        value: Any = getattr(row, field.attname)
        kind: type = type(value)
        if value is None or (kind is plain and (kind is not datetime or value.tzinfo is not None)):
            return value
    return field.get_db_prep_save(field.pre_save(row, True), connection)


def add(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows` in order; what the database does not fill in by itself must be named, always the same columns."""
    table, names = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
    waiting = f"pg_temp.incoming_{table}"
    with connection.cursor() as cursor:
        # without the table's own rules: they are asked when the rows go into it
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS incoming_{table} AS SELECT {names} FROM {table} LIMIT 0")  # noqa: S608 - our own names
        cursor.execute(f"TRUNCATE {waiting}")
        with cursor.copy(f"COPY {waiting} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"INSERT INTO public.{table} ({names}) SELECT {names} FROM {waiting}")  # noqa: S608
        cursor.execute(f"TRUNCATE {waiting}")

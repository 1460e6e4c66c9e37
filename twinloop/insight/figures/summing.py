"""Keeping the sums of the projections: corrected with them, made anew, folded; months of clocks summed when over."""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from twinloop.insight.figures import windows
from twinloop.insight.figures.models import Course
from twinloop.insight.figures.rules import BY, RULES, behind
from twinloop.insight.figures.tallies import CLOCKS
from twinloop.insight.figures.windows import Window

COLUMNS = "code, station_id, by, part, month, turned, verdict, n"
KEY = "code, station_id, by, part, month, turned, verdict"
CHUNK = 20_000  # disputes a statement
_SUM = (
    f"INSERT INTO figures_tally ({COLUMNS}) SELECT {KEY}, sum(n) FROM ({{rows}}) AS r GROUP BY {KEY} HAVING sum(n) <> 0"
)
_PLACE = "coalesce(d.place_id::text, '')"  # names may change, what is summed under a number stays


@contextmanager
def corrected(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The sums lose what these disputes were before the block and gain what they are after it. In a transaction.

    Their rows are held: the trigger that follows a dispute to another station waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM figures_course WHERE dispute_id = ANY (%s) ORDER BY dispute_id FOR UPDATE", [list(ids)]
        )
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS figures_was AS SELECT {COLUMNS} FROM figures_tally LIMIT 0")
        cursor.execute("TRUNCATE pg_temp.figures_was")
        cursor.execute("INSERT INTO pg_temp.figures_was SELECT * FROM figures_tallied(%s)", [list(ids)])
        yield ids
        rows = f"SELECT {KEY}, -n AS n FROM pg_temp.figures_was UNION ALL SELECT * FROM figures_tallied(%s)"
        cursor.execute(_SUM.format(rows=rows), [list(ids)])


@transaction.atomic
def anew() -> None:
    """All sums of the projections from what the projections say now. Whoever would correct them meanwhile waits."""
    ids = list(Course.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE figures_tally IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM figures_tally")
        cursor.execute("DELETE FROM figures_kept")
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            cursor.execute(f"INSERT INTO figures_tally ({COLUMNS}) SELECT * FROM figures_tallied(%s)", [part])
    fold(0)


def fold(most: int) -> None:
    """Add up what stands in several rows, once there are more than `most` of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) - count(DISTINCT ({KEY})) FROM figures_tally")
        if cursor.fetchone()[0] <= most:
            return
        cursor.execute(f"WITH r AS (DELETE FROM figures_tally RETURNING *) {_SUM.format(rows='SELECT * FROM r')}")


def keep_months(until: datetime) -> None:
    """Sum the clocks of each month that was over at `until` and is not summed yet, or was torn open since."""
    with connection.cursor() as cursor:
        cursor.execute(_LACKING, {"until": until})
        for (month,) in cursor.fetchall():
            _keep(windows.month(month.date()))


# the last month that was over at `until` is the one before its own
_LACKING = """SELECT m FROM (SELECT min(due_at) AS first FROM cases_clock WHERE dropped_at IS NULL) c,
    generate_series(figures_month(c.first), figures_month(%(until)s) - interval '1 day', interval '1 month') m
    WHERE NOT EXISTS (SELECT 1 FROM figures_kept k WHERE k.month = m::date)
        OR EXISTS (SELECT 1 FROM figures_torn t WHERE t.month = m::date)"""


@transaction.atomic
def _keep(month: Window) -> None:
    """What tears the month open after the first statement is seen the next time."""
    told = {"start": month.start, "end": month.end, "at": month.end, "month": month.start.date()}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM figures_torn WHERE month = %(month)s", told)
        cursor.execute("DELETE FROM figures_tally WHERE code = ANY (%(codes)s) AND month = %(month)s",
                       {**told, "codes": sorted(CLOCKS)})  # fmt: skip
        for code in sorted(CLOCKS):
            for by in ("", "place", "type", "month"):
                part = {"": "''", "place": _PLACE}.get(by) or BY[by]
                cursor.execute(f"""INSERT INTO figures_tally ({COLUMNS})
                    SELECT '{code}', NULL, '{by}', {part}, %(month)s, %(month)s, rows.verdict, count(*)
                    FROM ({RULES[code]}) AS rows {behind(code) if by else ""} GROUP BY 4, 7""", told)  # fmt: skip
        cursor.execute("INSERT INTO figures_kept (month) VALUES (%(month)s) ON CONFLICT DO NOTHING", told)

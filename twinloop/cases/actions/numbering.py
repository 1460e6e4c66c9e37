"""Numbers of cases, drawn per day without gaps in normal life: JF260209-004."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

WIDTH = {"JF": 3, "JQ": 4, "XS": 3, "TS": 3, "YH": 3, "CS": 3, "HZ": 3}
_DRAW = """INSERT INTO cases_number (kind, day, last)
    SELECT %s, new.day, new.count FROM unnest(%s::date[], %s::int[]) AS new (day, count) ORDER BY new.day
    ON CONFLICT (kind, day) DO UPDATE SET last = cases_number.last + excluded.last RETURNING day, last"""
_CHINA = ZoneInfo("Asia/Shanghai")


def draw(kind: str, at: datetime) -> str:
    """The next number of `kind` on the day of `at` in +08:00.

    JF dispute, JQ incident, XS lead, TS push, YH hazard, CS whistle, HZ joint session.

    The row is locked until the transaction ends,
    so that two calls at one moment never share a number.
    """
    return draw_many(kind, [at])[0]


def draw_report(at: datetime, upto: int | None = None) -> tuple[str, int, list[int]]:
    """The next number of a report, after it the id of its row: ids of a day rise as its rows come to stand.

    Then the ids of the newest reports that stand by now and did not at the id `upto`; none where that is None.
    """
    day = at.astimezone(_CHINA).date()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_draw_report(%s::date, %s::bigint)", [day, upto])
        last, pk, newer = cursor.fetchone()
    return _said("JQ", day, last), pk, newer


def _said(kind: str, day: date, last: int) -> str:
    return f"{kind}{day:%y%m%d}-{last:0{WIDTH[kind]}d}"


def draw_many(kind: str, moments: Sequence[datetime]) -> list[str]:
    """A number for each moment, on its own day. Days are locked in order, so that two imports never wait crosswise."""
    days = [moment.astimezone(_CHINA).date() for moment in moments]
    counts = Counter(days)
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [kind, list(counts), list(counts.values())])
        last: dict[date, int] = {day: drawn - counts[day] for day, drawn in cursor.fetchall()}
    numbers = []
    for day in days:
        last[day] += 1
        numbers.append(_said(kind, day, last[day]))
    return numbers

"""Numbers of cases, drawn per day without gaps in normal life: JF260209-004."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

WIDTH = {"JF": 3, "JQ": 4, "XS": 3, "TS": 3}
_DRAW = """INSERT INTO cases_number (kind, day, last) VALUES (%s, %s, 1)
    ON CONFLICT (kind, day) DO UPDATE SET last = cases_number.last + 1 RETURNING last"""
_CHINA = ZoneInfo("Asia/Shanghai")


def draw(kind: str, at: datetime) -> str:
    """The next number of `kind` (JF dispute, JQ incident, XS lead, TS push) on the day of `at` in +08:00.

    The row is locked until the transaction ends, so that two calls at one moment never share a number.
    """
    day = at.astimezone(_CHINA).date()
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [kind, day])
        (last,) = cursor.fetchone()
    return f"{kind}{day:%y%m%d}-{last:0{WIDTH[kind]}d}"

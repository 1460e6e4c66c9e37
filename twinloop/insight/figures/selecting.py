"""How a reading is told to the database: of the sums, or of the rows by a figure's own rule.

Each is a SELECT of (n, part, verdict, found): `n` is the number of the question that it helps to answer.
"""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from twinloop.insight.figures import windows
from twinloop.insight.figures.known import area
from twinloop.insight.figures.parts import parting_alone
from twinloop.insight.figures.picking import CHANGED, CHANGED_BEGAN, CHANGED_HEARD, CHANGED_MEDIATED, TOUCHED
from twinloop.insight.figures.rules import (
    ALL,
    Family,
    every,
    of_few,
    within,
)
from twinloop.ledger.cursor import FRESH

# Over a longer window most rows count. The policies' guards look so dear to the planner that it would rather look each
# dispute up by itself; reading the tables once and hashing them is twenty times faster (docs/performance.md, P4)
LONG = timedelta(days=120)
ALWAYS = "9999-12-01"  # the month of what counts whenever the window began
# by when a row belongs to the window: there alone a part of the window may stand for the whole
_MEMBERS = ("c.registered_at", "c.second_at", "s.at", "s.until", "k.due_at", "i.received_at", "v.at")
_PART = {"place": "coalesce((SELECT p.short FROM places_place p WHERE p.id = nullif(t.part, '')::bigint), '')"}


@dataclass(frozen=True)
class Run:
    """Days that are answered alike: `code` names the sums that say it (by day where `is_daily`), '' asks the rows."""

    code: str
    first: datetime
    after: datetime
    is_daily: bool = False


@dataclass(frozen=True)
class Reading:
    """What questions must share to be answered by one reading."""

    family: Family | str | None  # None: of the sums; a code: of that figure's own rows
    by: str
    run: Run
    end: datetime
    is_spanning: bool = False
    is_district: bool = False  # of the sums those of no station
    is_placed: bool = False  # those of the viewer's communities
    beyond: str = ""  # of the rows what this says lies outside the own station
    changed: tuple[datetime, datetime] | None = None  # of the rows those to which something happened then
    touched: tuple[datetime, datetime] | None = None  # of the rows those that count otherwise from after it on
    is_less: bool = False  # what it finds is taken away
    turned: datetime | None = None  # of the sums what turned from this day on, by day


def fetch(sql: str, told: Mapping[str, Any], *, is_long: bool) -> list[tuple[Any, ...]]:
    """Ask one statement; `is_long`: most rows of the tables are read."""
    if not is_long:
        with connection.cursor() as cursor:
            cursor.execute(f"{FRESH} {sql}", told)
            return list(cursor.fetchall())
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(f"{FRESH} {sql}", told)
        found = list(cursor.fetchall())
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def select(key: str, reading: Reading, asked: Sequence[tuple[int, str, int]], told: dict[str, Any]) -> str:
    """A SELECT of (n, part, verdict, found); what it is told goes to `told`. `asked`: the questions, 1 or -1."""
    told |= {f"first{key}": reading.run.first, f"after{key}": reading.run.after, f"end{key}": reading.end}
    if reading.family is None:
        return _sums(key, reading, [(number, code) for number, code, _sign in asked], told)
    where = ""
    if reading.beyond:
        told |= area()
        where = f"AND {reading.beyond}"
    if reading.is_placed:
        told |= area()
    if not reading.beyond:  # those are few: what nothing happened to is told and taken away again
        where += _picked(key, reading, told)
    return _rows(key, reading, [(number, code.partition(":")[0], sign) for number, code, sign in asked], where)


def _picked(key: str, reading: Reading, told: dict[str, Any]) -> str:
    """Which disputes are asked for, where only those count that something happened to."""
    where, span = "", reading.changed or reading.touched
    if span is None:
        return where
    told |= {f"since{key}": span[0], f"until{key}": span[1]}
    if reading.changed:
        more = CHANGED_BEGAN if reading.is_spanning else ""
        more += CHANGED_HEARD if reading.family == "repeat_rate" else ""
        more += CHANGED_MEDIATED if reading.by == "method" else ""
        where += f"AND {CHANGED.format(more=more)}"
    if reading.touched:
        where += f"AND {TOUCHED[str(reading.family)]}"
    return where.replace("%(since)s", f"%(since{key})s").replace("%(until)s", f"%(until{key})s")


def _sums(key: str, reading: Reading, asked: Sequence[tuple[int, str]], told: dict[str, Any]) -> str:
    run, last = reading.run, reading.run.after - timedelta(microseconds=1)
    last = last if run.is_daily else windows.month_start(last)  # the last day, or month, of the run
    told |= {
        f"codes{key}": sorted({code for _number, code in asked}),
        f"by{key}": _by(reading, is_placed=reading.is_placed or bool(reading.by)),
    }
    told |= {f"since{key}": run.first.date(), f"until{key}": last.date(), f"before{key}": reading.end.date()}
    when = f"t.by = %(by{key})s AND t.month >= %(since{key})s"
    if not reading.is_spanning:  # of the others some count whenever the window began
        when += f" AND t.month <= %(until{key})s"
    elif run.is_daily:  # and those are of no day
        when = f"({when} OR t.by = '' AND t.month = '{ALWAYS}')"
    where = f"t.code = ANY (%(codes{key})s) AND {when}"
    if reading.is_district:
        where += " AND t.station_id IS NULL"
    if reading.is_placed:
        where += " AND t.part = ANY (%(parts)s)"
        told["parts"] = [str(place) for place in area()["places"]]
    elif stations := area()["stations"]:  # and not of a community that reaches beyond them
        where += " AND t.station_id = ANY (%(own_stations)s)"
        told["own_stations"] = stations
    if reading.turned or windows.month_start(reading.end) == reading.end:
        where += f" AND t.turned < %(before{key})s"
    if reading.turned:
        where += f" AND t.turned >= %(turned{key})s"
        told[f"turned{key}"] = reading.turned.date()
    numbered = ", ".join(f"({number}, '{code}')" for number, code in asked)
    kept = "t.part" if reading.by or not reading.is_placed else "''"
    return f"""SELECT x.n, {_PART.get(reading.by, "t.part")} AS part, t.verdict, t.found
        FROM (SELECT t.code, {kept} AS part, t.verdict, sum(t.n) AS found FROM figures_tally t WHERE {where}
            GROUP BY 1, 2, 3) AS t JOIN (VALUES {numbered}) AS x(n, code) ON x.code = t.code"""


def _by(reading: Reading, *, is_placed: bool) -> str:
    if reading.turned:
        return "turn"
    if reading.run.is_daily:
        return "dplace" if is_placed else "day"
    return "place" if reading.is_placed else reading.by


def _rows(key: str, reading: Reading, asked: Sequence[tuple[int, str, int]], where: str) -> str:
    """Of one figure by its own rule, of several by what they share."""
    family, code = reading.family, asked[0][1]
    alone = not isinstance(family, Family) or len({code for _number, code, _sign in asked}) == 1
    codes = sorted({code for _number, code, _sign in asked})
    rule = ALL[code] if alone or not isinstance(family, Family) else family.together(codes)
    is_long = reading.run.after - reading.run.first > LONG
    is_picked = bool(reading.changed or reading.touched or reading.beyond)
    if is_long or is_picked:
        rule = every(rule)
    if is_picked or not is_long:
        rule = of_few(rule)
    for column in _MEMBERS:
        rule = rule.replace(f"{column} < %(end)s", f"{column} < %(after{key})s")
    part, join = parting_alone(code, reading.by) if reading.by else ("''", "")
    verdicts = ["verdict"] if alone else [f"v{place}" for place in range(len(codes))]
    named = dict(zip(codes, verdicts, strict=True))
    numbered = ", ".join(f"({number}, r.{named[code]}, {sign})" for number, code, sign in asked)
    # rows of the same verdicts are counted before they are told as so many answers
    kept, several = ", ".join(f"rows.{name}" for name in verdicts), ", ".join(str(2 + n) for n in range(len(verdicts)))
    sql = f"""SELECT x.n, r.part, x.verdict, sum(r.found * x.sign) AS found
        FROM (SELECT {part} AS part, {kept}, count(*) AS found FROM ({rule}) AS rows {join} WHERE true {where}
            GROUP BY 1, {several}) AS r
        CROSS JOIN LATERAL (VALUES {numbered}) AS x(n, verdict, sign) WHERE x.verdict IS NOT NULL GROUP BY 1, 2, 3"""
    sql = within(sql, is_near=reading.is_placed)
    for name, told in (("start", "first"), ("after", "after"), ("end", "end")):
        sql = sql.replace(f"%({name})s", f"%({told}{key})s")
    return sql

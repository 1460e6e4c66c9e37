"""A report's facts: counted anew from recorded events each time, then judged by `decide.report`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from twinloop.decide.periods import Period, ReportKind, a_year_before, before, usual_since
from twinloop.decide.report import PARAMS, Part, Share, Side, Standing, outlook, suggest
from twinloop.discovery.posts import visibility as posts
from twinloop.insight.figures import queries as figures
from twinloop.insight.figures import windows
from twinloop.insight.figures.rules import RULES
from twinloop.insight.figures.windows import Window
from twinloop.insight.reports import yearly
from twinloop.insight.reports.rows import AGENCIES, CALLED, PARTED, PARTS, REPEATS, ROWS, VILLAGE_WEEKS
from twinloop.ledger.sight import SYSTEM, Scope

Facts = dict[str, Any]
NAMED = 20  # disputes reported again and again that a report lists
SIDES = {"types": Side.TYPE, "places": Side.PLACE, "slots": Side.SLOT, "weekdays": Side.WEEKDAY}
SETTLED = {"types": Side.SETTLED_TYPE, "places": Side.SETTLED_PLACE}


def scope_of(station: int | None, place: int | None) -> Scope:
    """What a report of a community, a station or the district is counted from, whoever makes it."""
    if place is not None:
        return Scope(places=frozenset({place}))
    return SYSTEM if station is None else Scope(stations=frozenset({station}))


def window_of(period: Period) -> Window:
    return windows.days(period.first, period.last)


def local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def count(period: Period, scope: Scope) -> Facts:
    """Everything that the report of a period says, within what was told to the database as `scope`."""
    window, earlier = window_of(period), window_of(before(period))
    start = _began()
    parts = {side: _parted(side, period, start) for side in PARTS}
    repeats = _ask(REPEATS, window, times=PARAMS.repeat)
    agencies = [list(row) for row in _ask(AGENCIES, window)]
    weeks = _village_weeks(period, scope)
    now = {code: total(code, window) for code in ROWS}
    usual_days = max((period.first - max(usual_since(period), start)).days, 0)
    facts: Facts = {
        "totals": [[code, count, total(code, earlier)] for code, count in now.items()],
        "indicators": _indicators(window, earlier), **parts, "agencies": agencies,
        "repeats": [[pk, number, calls, is_open] for pk, number, calls, is_open in repeats[:NAMED]],
        "repeated": [len(repeats), sum(is_open for *_rest, is_open in repeats)], "village_weeks": weeks,
        "usual_since": (period.first - timedelta(days=usual_days)).isoformat(), "usual_days": usual_days,
        "before_days": before(period).days if start <= before(period).first else 0,
        "year_ago": _year_ago(period, start), "outside": yearly.outside(period, scope),
    }  # fmt: skip
    facts |= _judged(facts, period, now)
    if period.kind in (ReportKind.YEAR, ReportKind.TWELVE):
        facts["yearly"] = yearly.count(period, scope)
    return facts


def _year_ago(period: Period, start: date) -> dict[str, int] | None:
    """The totals of the same period a year ago; None where nothing is known of then, and of a year."""
    then = a_year_before(period)
    if then is None or start > then.first:
        return None
    return {code: total(code, window_of(then)) for code in ROWS}


def total(code: str, window: Window) -> int:
    """One of the totals: the sum over its rows."""
    sql = f"SELECT coalesce(sum(amount), 0)::bigint FROM ({ROWS[code]}) AS rows"  # noqa: S608 - our own words
    return int(_ask(sql, window)[0][0])


def _ask(sql: str, window: Window, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": window.start, "end": window.end, **more})
        return list(cursor.fetchall())


def _began() -> date:
    """The first day that anything is known of: there is no 'usual' before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(registered_at AT TIME ZONE 'Asia/Shanghai')::date FROM figures_course")
        return cursor.fetchone()[0] or date.max


def _indicators(window: Window, earlier: Window) -> list[list[Any]]:
    found = []
    for code in RULES:
        now, then = (figures.measure(code, shifted(code, span), at=span.end) for span in (window, earlier))
        found.append([code, now.hits, now.of, then.hits, then.of])
    return found


def shifted(code: str, window: Window) -> Window:
    """'Held N days' is told of the settlements whose N days ended within the period: all of them can be judged."""
    days = timedelta(days=int(code.removeprefix("durable_")) if code.startswith("durable_") else 0)
    return Window(window.start - days, window.end - days)


def _parted(side: str, period: Period, start: date) -> list[list[Any]]:
    """[part, new, before, settled, usual, calls], in order of the clock, else the most first."""
    window = window_of(period)
    moments = {"before": window_of(before(period)).start, "usual": _midnight(max(usual_since(period), start), window)}
    rows = _ask(PARTED.format(part=PARTS[side]), window, **moments)
    calls: dict[str, int] = {}
    if side in CALLED:
        sql = f"""SELECT {CALLED[side]}, count(*) FROM cases_incident i
            WHERE i.received_at >= %(start)s AND i.received_at < %(end)s GROUP BY 1"""  # noqa: S608 - our own words
        calls = dict(_ask(sql, window))
    found = {part: [part, now, then, settled, usual] for part, now, then, usual, settled in rows}
    names = {"slots": [f"{hour:02d}" for hour in range(0, 24, 2)], "weekdays": [str(n) for n in range(1, 8)]}
    if side in names:
        return [[*found.get(name, [name, 0, 0, 0, 0]), calls.get(name, 0)] for name in names[side]]
    return sorted(found.values(), key=lambda row: (-row[1], -row[2], row[0]))


def _midnight(day: date, window: Window) -> datetime:
    return min(windows.days(day, day).start, window.start) if day < date.max else window.start


def _village_weeks(period: Period, scope: Scope) -> list[int]:
    """[village weeks that lie within the period, those with two days at the post]."""
    villages = list(posts.villages(scope).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(VILLAGE_WEEKS, {"first": period.first, "last": period.last, "villages": villages})
        return list(cursor.fetchone())


def _judged(facts: Facts, period: Period, totals: Mapping[str, int]) -> Facts:
    found = outlook(_parts(facts, period), _shares(facts))
    weeks, kept = facts["village_weeks"]
    standing = Standing(repeats=facts["repeated"][1], late=totals["late"], villages=weeks - kept)
    return {
        "findings": [asdict(one) for one in found.findings], "tried": found.tried, "few": found.few,
        "suggestions": [asdict(one) for one in suggest(found, standing)],
    }  # fmt: skip


def _parts(facts: Facts, period: Period) -> list[Part]:
    days, usual_days = period.days, facts["usual_days"]
    sums = [sum(row[n] for row in facts["types"]) for n in (1, 4)]
    found = [Part(Side.TOTAL, "", sums[0], sums[1], days, usual_days)]
    for name, side in SIDES.items():
        for part, now, _earlier, _settled, usual, *_calls in facts[name]:
            mine = (days, usual_days)
            if side is Side.WEEKDAY:
                since = date.fromisoformat(facts["usual_since"])
                mine = (_weekdays(period.first, days, int(part)), _weekdays(since, usual_days, int(part)))
            if part and mine[0]:
                found.append(Part(side, part, now, usual, *mine))
    return found


def _weekdays(first: date, days: int, which: int) -> int:
    """How often an ISO weekday comes in so many days."""
    return sum((first + timedelta(days=n)).isoweekday() == which for n in range(days))


def _shares(facts: Facts) -> list[Share]:
    found = []
    for name, side in SETTLED.items():
        rows = [(part, settled, now) for part, now, _earlier, settled, _usual in facts[name]]
        found += _against_the_rest(side, rows)
    return found + _against_the_rest(Side.AGENCY, [(name, met, due) for name, _asked, due, met in facts["agencies"]])


def _against_the_rest(side: Side, rows: Sequence[tuple[str, int, int]]) -> list[Share]:
    hits, of = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return [Share(side, part, mine, whole, hits - mine, of - whole) for part, mine, whole in rows if part]

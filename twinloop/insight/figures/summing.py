"""Keeping the sums of the projections: corrected with them, made anew, folded; months of clocks summed when over.

Sums add up, so all that is ever written is a difference: nobody waits for another, and a statement that is cut off
leaves what was there. Whoever makes sums anew must be alone at it (`actions.alone`), for two would correct twice.
"""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from twinloop.insight.figures import lots
from twinloop.insight.figures.pieces import SPAN, VISITS, WITH_CLOCKS
from twinloop.insight.figures.rules import CLOCK_VERDICTS, KIND
from twinloop.ledger.cursor import FRESH

COLUMNS = "code, station_id, by, part, month, turned, verdict, n"
KEY = "code, station_id, by, part, month, turned, verdict"
_BY_DAYS = "by IN ('day', 'dplace', 'dslot')"
_SUM = (
    f"INSERT INTO figures_tally ({COLUMNS}) SELECT {KEY}, sum(n) FROM ({{rows}}) AS r GROUP BY {KEY} HAVING sum(n) <> 0"
)


@contextmanager
def corrected(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The sums lose what these disputes were before the block and gain what they are after it. In a transaction.

    Their rows are held: the trigger that follows a dispute to another station waits.
    """
    told = {"ids": list(ids)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM figures_course WHERE dispute_id = ANY (%(ids)s) ORDER BY dispute_id FOR UPDATE", told
        )
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS figures_was AS SELECT {COLUMNS} FROM figures_tally LIMIT 0")
        cursor.execute("TRUNCATE pg_temp.figures_was")
        with _by_hashing():
            cursor.execute(f"{FRESH} INSERT INTO pg_temp.figures_was {lots.of(len(ids))}", told)
        yield ids
        rows = f"SELECT {KEY}, -n AS n FROM pg_temp.figures_was UNION ALL {lots.of(len(ids))}"
        with _by_hashing():
            cursor.execute(f"{FRESH} {_SUM.format(rows=rows)}", told)


def add(ids: Sequence[int]) -> None:
    """The sums gain disputes that were not in them. In the transaction that writes their rows."""
    with connection.cursor() as cursor, _by_hashing():
        cursor.execute(f"{FRESH} INSERT INTO figures_tally ({COLUMNS}) {lots.of(len(ids))}", {"ids": list(ids)})


@transaction.atomic
def clear() -> None:
    """Nothing is summed: there is nothing to sum yet."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM figures_tally")
        cursor.execute("DELETE FROM figures_kept")
        cursor.execute("DELETE FROM figures_keptday")


@transaction.atomic
def anew() -> None:
    """What the sums of the projections lack, or have too much, put right. One statement: what is corrected meanwhile
    by others stands beside it."""
    was = f"SELECT {KEY}, -n AS n FROM figures_tally WHERE NOT code = ANY (%(codes)s)"
    with connection.cursor() as cursor, _by_hashing():
        cursor.execute(f"{FRESH} {_SUM.format(rows=f'{lots.EVERY} UNION ALL {was}')}", {"codes": sorted(WITH_CLOCKS)})


@contextmanager
def _by_hashing() -> Iterator[None]:
    """Counts are few and rows many: never sorted. In a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL work_mem = '64MB'")
        yield
        cursor.execute("SET LOCAL enable_sort = on; SET LOCAL work_mem TO DEFAULT")


@transaction.atomic
def fold(most: int, *, since: int = 0) -> int:
    """Add up what stands in several rows, once there are more than `most` of them; gives the last row afterwards.

    `since`: the last row when it was folded before. Then only figures that were corrected since are touched. What
    somebody was writing meanwhile stays beside them, counted, until one of the same figure is folded again.
    """
    told = {"since": since}
    with connection.cursor() as cursor:
        cursor.execute(_NEW if since else _SEVERAL, told)
        if cursor.fetchone()[0] > most:
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute(f"{FRESH} {_FOLD if since else _FOLD_ALL}", told)
            cursor.execute("SET LOCAL work_mem TO DEFAULT")
        elif since:
            return since
        cursor.execute("SELECT coalesce(max(id), 0) FROM figures_tally")
        return int(cursor.fetchone()[0])


_SEVERAL = f"SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM figures_tally GROUP BY {KEY}) r"
_NEW = "SELECT count(*) FROM figures_tally WHERE id > %(since)s"
_FOLD_ALL = f"WITH r AS (DELETE FROM figures_tally RETURNING *) {_SUM.format(rows='SELECT * FROM r')}"
_FOLD = f"""WITH n AS MATERIALIZED (SELECT DISTINCT {KEY} FROM figures_tally WHERE id > %(since)s),
    r AS (DELETE FROM figures_tally t USING n WHERE t.code = n.code AND t.by = n.by AND t.month = n.month
        AND t.turned = n.turned AND t.part = n.part AND t.verdict = n.verdict
        AND t.station_id IS NOT DISTINCT FROM n.station_id RETURNING t.*) {_SUM.format(rows="SELECT * FROM r")}"""


@transaction.atomic
def keep_months(until: datetime, *, again: bool = False) -> None:
    """Sum clocks and calls of each month that was over at `until` and is not summed yet, or was torn open since;
    `again`: of every one. What tears a month open after the first statement is seen the next time."""
    _keep(MONTHS, until, again=again)


@transaction.atomic
def keep_days(until: datetime, *, again: bool = False) -> None:
    """The same of each day since figures are summed by day."""
    _keep(DAYS, until, again=again)


@transaction.atomic
def move_days(at: datetime) -> None:
    """Once a month the oldest days are let go. Those that somebody may still be reading go the next time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE figures_days n SET since = figures_month(%s) FROM figures_days o
            WHERE n.since < figures_month(%s) RETURNING o.since""",
            [at - SPAN, at - SPAN],
        )
        for (before,) in cursor.fetchall():
            cursor.execute(
                f"DELETE FROM figures_tally WHERE {_BY_DAYS} AND month < %s OR by = 'turn' AND turned < %s",
                [before, before],
            )
            for table in ("figures_keptday", "figures_tornday"):
                cursor.execute(f"DELETE FROM {table} WHERE day < %s", [before])


@dataclass(frozen=True)
class Spans:
    """What of clocks is summed: months, or days."""

    kept: str
    torn: str
    name: str  # of the column of both
    by: str  # whether its sums are told apart by `by`
    lacking: str
    clocks: str


def _keep(spans: Spans, until: datetime, *, again: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(spans.lacking, {"until": until, "again": again})
        firsts: list[date] = [first for (first,) in cursor.fetchall()]
        if not firsts:
            return
        told: dict[str, Any] = {
            "firsts": firsts,
            "codes": sorted(WITH_CLOCKS),
            "first": firsts[0],
            "last": firsts[-1],
            "at": until,
        }
        cursor.execute(f"DELETE FROM {spans.torn} WHERE {spans.name} = ANY (%(firsts)s)", told)
        was = f"""SELECT {KEY}, -n AS n FROM figures_tally
            WHERE code = ANY (%(codes)s) AND month = ANY (%(firsts)s) AND {spans.by}"""
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(f"{FRESH} {_SUM.format(rows=f'{spans.clocks} UNION ALL {was}')}", told)
        cursor.execute("SET LOCAL work_mem TO DEFAULT")
        cursor.execute(
            f"INSERT INTO {spans.kept} ({spans.name}) SELECT unnest(%(firsts)s) ON CONFLICT DO NOTHING", told
        )


# the last month that was over at `until` is the one before its own
_LACKING_MONTHS = """SELECT m::date FROM (SELECT least((SELECT min(due_at) FROM cases_clock),
        (SELECT min(received_at) FROM cases_incident)) AS first) c,
    generate_series(figures_month(c.first), figures_month(%(until)s) - interval '1 day', interval '1 month') m
    WHERE %(again)s OR NOT EXISTS (SELECT 1 FROM figures_kept k WHERE k.month = m::date)
        OR EXISTS (SELECT 1 FROM figures_torn t WHERE t.month = m::date) ORDER BY 1"""
_LACKING_DAYS = """SELECT d::date FROM figures_days s,
    generate_series(s.since, figures_day(%(until)s) - interval '1 day', interval '1 day') d
    WHERE %(again)s OR NOT EXISTS (SELECT 1 FROM figures_keptday k WHERE k.day = d::date)
        OR EXISTS (SELECT 1 FROM figures_tornday t WHERE t.day = d::date) ORDER BY 1"""
_VERDICTS = ", ".join(f"{verdict} AS {code}" for code, verdict in CLOCK_VERDICTS.items())
_CODES = ", ".join(f"('{code}', k.{code})" for code in CLOCK_VERDICTS)
# who counts a clock: the district, and each station that sees it (of the dispute, of the call, of the disputes of the
# call); whether as its own dispute's
_SEEING = """SELECT NULL::bigint AS station_id, true AS is_own
    UNION ALL SELECT d.station_id, true WHERE d.station_id IS NOT NULL
    UNION ALL SELECT DISTINCT o.station_id, false FROM (
        SELECT i.station_id FROM cases_incident i WHERE i.id = k.incident_id
        UNION ALL SELECT e.station_id FROM cases_incidentlink l JOIN cases_dispute e ON e.id = l.dispute_id
        WHERE l.incident_id = k.incident_id AND l.unlinked_at IS NULL) o
    WHERE k.incident_id IS NOT NULL AND o.station_id IS DISTINCT FROM d.station_id AND o.station_id IS NOT NULL"""


# of a call its weekday (1 Monday) and the first of its two hours, at +08:00. It counts for the station in which it lies
SLOT_OF = "k.weekday || ':' || lpad((k.pair * 2)::text, 2, '0')"


def _within(moment: str, bucket: str, length: str) -> str:
    return f"""{moment} >= timezone(interval '8 hours', %(first)s::timestamp)
        AND {moment} < timezone(interval '8 hours', %(last)s::timestamp + interval '{length}')
        AND {bucket}({moment}) = ANY (%(firsts)s)"""


def _clocks(bucket: str, length: str) -> str:
    """Clocks of some months or days, all of them due."""
    return f"""SELECT {bucket}(k.due_at) AS first, d.id IS NOT NULL AND a.is_own AS known, a.station_id, d.place_id,
            d.type_code, figures_month(d.registered_at) AS began, x.code, x.verdict
        FROM (SELECT k.*, {_VERDICTS} FROM cases_clock k WHERE k.dropped_at IS NULL
            AND {_within("k.due_at", bucket, length)} OFFSET 0) k
        LEFT JOIN cases_dispute d ON d.id = k.dispute_id CROSS JOIN LATERAL ({_SEEING}) a
        CROSS JOIN LATERAL (VALUES {_CODES}) x(code, verdict) WHERE x.verdict IS NOT NULL"""


def _totals(bucket: str, length: str, by: str) -> str:
    """What of those fell late, until it was met or dropped; and the calls of some months or days."""
    late = f"""(SELECT k.*, least(k.met_at, k.dropped_at) AS ended FROM cases_clock k
            WHERE {_within("k.due_at", bucket, length)} OFFSET 0) k"""
    turns = """CROSS JOIN LATERAL (VALUES (k.due_at, 1), (k.ended, -1)) x(t, d)
        WHERE (k.ended IS NULL OR k.ended > k.due_at) AND x.t IS NOT NULL"""
    place, slot = ("dplace", "dslot") if by else ("place", "slot")
    return f"""SELECT 'late', a.station_id, '{by}', '', {bucket}(k.due_at), figures_month(x.t), 'in', sum(x.d)
        FROM {late} LEFT JOIN cases_dispute d ON d.id = k.dispute_id CROSS JOIN LATERAL ({_SEEING}) a
        {turns} GROUP BY 2, 5, 6
    UNION ALL SELECT 'late', NULL, '{place}', coalesce(d.place_id::text, ''), {bucket}(k.due_at), figures_month(x.t),
            'in', sum(x.d)
        FROM {late} JOIN cases_dispute d ON d.id = k.dispute_id {turns} GROUP BY 4, 5, 6
    UNION ALL SELECT x.code, k.station_id, '{by}', '', {bucket}(k.received_at), figures_month(k.received_at), 'in',
            count(*)
        FROM (SELECT i.received_at, {KIND} AS kind, a.station_id FROM cases_incident i
            CROSS JOIN LATERAL (VALUES (NULL::bigint, true), (i.station_id, i.station_id IS NOT NULL))
                a(station_id, is_seen)
            WHERE a.is_seen AND {_within("i.received_at", bucket, length)}
            UNION ALL SELECT o.received_at, o.kind, o.station_id FROM (
                SELECT DISTINCT i.id, i.received_at, {KIND} AS kind, e.station_id FROM cases_incident i
                JOIN cases_incidentlink l ON l.incident_id = i.id AND l.unlinked_at IS NULL
                JOIN cases_dispute e ON e.id = l.dispute_id AND e.station_id IS NOT NULL
                WHERE e.station_id IS DISTINCT FROM i.station_id AND {_within("i.received_at", bucket, length)}) o) k
        CROSS JOIN LATERAL (VALUES ('calls', true), ('dispute_calls', k.kind = 'dispute')) x(code, counts)
        WHERE x.counts GROUP BY 1, 2, 5, 6
    UNION ALL SELECT x.code, k.station_id, '{slot}', {SLOT_OF}, k.first, date_trunc('month', k.first)::date, 'in', x.n
        FROM (SELECT i.station_id, extract(isodow FROM l.at)::int AS weekday, extract(hour FROM l.at)::int / 2 AS pair,
                {bucket}(i.received_at) AS first, count(*) AS n, count(*) FILTER (WHERE {KIND} = 'dispute') AS disputes
            FROM cases_incident i CROSS JOIN LATERAL (SELECT timezone(interval '8 hours', i.received_at) AS at) l
            WHERE {_within("i.received_at", bucket, length)} GROUP BY 1, 2, 3, 4) k
        CROSS JOIN LATERAL (VALUES ('calls', k.n), ('dispute_calls', k.disputes)) x(code, n) WHERE x.n > 0
    UNION ALL SELECT '{VISITS}', NULL, '{place}', coalesce(d.place_id::text, ''), {bucket}(v.at), figures_month(v.at),
            'in', count(*)
        FROM visits_callback v JOIN cases_dispute d ON d.id = v.dispute_id
        WHERE v.state = 'done' AND {_within("v.at", bucket, length)} GROUP BY 4, 5, 6"""


# as a whole and by community, type and month of registration
_BY_MONTH = f"""SELECT f.code, f.station_id, f.by, f.part, f.month, f.month AS turned, f.verdict, f.n FROM (
    SELECT r.code, r.station_id, r.first AS month, r.verdict, count(*) AS n,
        CASE WHEN grouping(r.place_id) = 0 THEN 'place' WHEN grouping(r.type_code) = 0 THEN 'type'
            WHEN grouping(r.began) = 0 THEN 'month' ELSE '' END AS by,
        CASE WHEN grouping(r.place_id) = 0 THEN coalesce(r.place_id::text, '')
            WHEN grouping(r.type_code) = 0 THEN coalesce(r.type_code, '') WHEN grouping(r.began) = 0
            THEN to_char(r.began, 'YYYY-MM') ELSE '' END AS part,
        grouping(r.place_id, r.type_code, r.began) = 7 AS whole, bool_and(r.known) AS known
    FROM ({_clocks("figures_month", "1 month")}) r
    GROUP BY GROUPING SETS ((r.code, r.station_id, r.first, r.verdict),
        (r.code, r.station_id, r.first, r.verdict, r.known, r.place_id),
        (r.code, r.station_id, r.first, r.verdict, r.known, r.type_code),
        (r.code, r.station_id, r.first, r.verdict, r.known, r.began))) f
    WHERE f.whole OR f.known UNION ALL {_totals("figures_month", "1 month", "")}"""
# as a whole and by community
_BY_DAY = f"""SELECT f.code, f.station_id, f.by, f.part, f.first AS month,
        date_trunc('month', f.first)::date AS turned, f.verdict, f.n FROM (
    SELECT r.code, r.station_id, r.first, r.verdict, count(*) AS n, grouping(r.place_id) = 1 AS whole,
        bool_and(r.known) AS known, CASE WHEN grouping(r.place_id) = 0 THEN 'dplace' ELSE 'day' END AS by,
        CASE WHEN grouping(r.place_id) = 0 THEN coalesce(r.place_id::text, '') ELSE '' END AS part
    FROM ({_clocks("figures_day", "1 day")}) r
    GROUP BY GROUPING SETS ((r.code, r.station_id, r.first, r.verdict),
        (r.code, r.station_id, r.first, r.verdict, r.known, r.place_id))) f
    WHERE f.whole OR f.known
    UNION ALL {_totals("figures_day", "1 day", "day")}"""
MONTHS = Spans("figures_kept", "figures_torn", "month", f"NOT {_BY_DAYS}", _LACKING_MONTHS, _BY_MONTH)
DAYS = Spans("figures_keptday", "figures_tornday", "day", _BY_DAYS, _LACKING_DAYS, _BY_DAY)

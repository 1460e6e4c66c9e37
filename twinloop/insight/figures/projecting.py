"""The statements that write the projections: events of many disputes become their rows without leaving the database.

What the rows should be is put into temporary tables first and compared with what is there; only what differs is
written, so that reading everything anew costs no more than reading it, and nobody waits for rows that were right.
"""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from twinloop.ledger.cursor import FRESH

COURSE = """dispute_id, registered_at, second_at, merged_at, transferred_at, is_backlog, is_domestic_violence,
    station_id, place_id, type_code, heard, opened, methods, is_open, is_grave"""
SETTLED = "dispute_id, number, at, until, mode, round, flared_at, station_id, place_id"
_TABLES = (
    """figures_moves (id bigint, seq int, at timestamptz, verb text, before text, after text, round int, next int,
        mode text)""",
    "figures_spells (id bigint, number int, at timestamptz, until timestamptz, mode text, round int)",
    f"figures_new_course AS SELECT {COURSE} FROM figures_course LIMIT 0",
    f"figures_new_settled AS SELECT {SETTLED} FROM figures_settled LIMIT 0",
)
_EMPTY = (
    "TRUNCATE pg_temp.figures_moves, pg_temp.figures_spells, pg_temp.figures_new_course, pg_temp.figures_new_settled"
)

# Moves of the disputes asked for: `before` and `after` are states, the round is that of the handling; and by which
# method a mediation is tried (`mode`)
_MOVES = """INSERT INTO pg_temp.figures_moves
    SELECT substr(e.stream, 9)::bigint, e.seq, e.at, e.verb,
        coalesce(e.data #>> '{before,state}', ''), e.data #>> '{after,state}',
        coalesce(nullif((e.data #>> '{before,round}')::int, 0), 1),
        coalesce(nullif(coalesce(e.data #>> '{after,round}', e.data #>> '{before,round}')::int, 0), 1),
        CASE WHEN e.verb NOT IN ('mediation_chosen', 'mediation_strengthened') THEN NULL
            WHEN e.data ->> 'track' = 'police' AND e.data ->> 'strength' IS DISTINCT FROM 'joint' THEN 'mode_police'
            WHEN e.data ->> 'strength' IN ('seek', 'follow', 'joint') THEN 'mode_' || (e.data ->> 'strength')
            ELSE 'mode_other' END
    FROM ledger_event e WHERE e.stream = ANY (%(streams)s) AND NOT e.is_look
        AND (e.data -> 'after' ? 'state' OR e.verb IN ('mediation_chosen', 'mediation_strengthened'))"""

# A settlement begins with a step to `settled` from a state that is neither rest nor away, and ends with the next step
# to such a state. A clock that was set back must not let one begin before the last one ended: times never go back.
# By agreement the method is that of the mediation chosen last before it; agencies at the table outrank the police
_AWAY = "('settled', 'closed', 'merged', 'transferred')"
_SPELLS = f"""INSERT INTO pg_temp.figures_spells
WITH turns AS (SELECT *, after = 'settled' AS starts FROM pg_temp.figures_moves
        WHERE (after = 'settled' AND before NOT IN {_AWAY}) OR after NOT IN {_AWAY}),
    kept AS (SELECT * FROM (SELECT *, lag(starts, 1, false) OVER (PARTITION BY id ORDER BY seq) AS was FROM turns) t
        WHERE starts <> was),
    spells AS (SELECT *, row_number() OVER (PARTITION BY id, starts ORDER BY seq) AS number,
            lead(since) OVER (PARTITION BY id ORDER BY seq) AS until
        FROM (SELECT *, max(at) OVER (PARTITION BY id ORDER BY seq) AS since FROM kept) k),
    told AS (SELECT DISTINCT ON (s.id, s.seq) s.id, s.seq, m.mode FROM spells s
        JOIN pg_temp.figures_moves m ON m.id = s.id AND m.mode IS NOT NULL AND m.at <= s.at
        WHERE s.starts AND s.verb = 'agree' ORDER BY s.id, s.seq, m.seq DESC)
SELECT s.id, s.number, s.since, s.until, CASE WHEN s.verb = 'agree' THEN coalesce(t.mode, 'mode_other')
        WHEN s.before = 'penalty' THEN 'mode_penalty'
        WHEN s.before = 'handling' AND s.round = 1 THEN 'mode_spot' ELSE 'mode_other' END, s.round
FROM spells s LEFT JOIN told t ON t.id = s.id AND t.seq = s.seq WHERE s.starts"""

# When it left us and has not come back: the first step into the state since the last one out of it. Out of both states
# counts alone: what is merged after it was transferred keeps what it was
_GONE = """SELECT DISTINCT ON (m.id, m.after) m.id, m.after, m.at FROM pg_temp.figures_moves m
    LEFT JOIN (SELECT id, before, max(seq) AS seq FROM pg_temp.figures_moves
        WHERE before IN ('merged', 'transferred') AND after NOT IN ('merged', 'transferred') GROUP BY id, before) b
        ON b.id = m.id AND b.before = m.after
    WHERE m.after IN ('merged', 'transferred') AND m.seq > coalesce(b.seq, 0) ORDER BY m.id, m.after, m.seq"""
_COURSE = f"""INSERT INTO pg_temp.figures_new_course
WITH gone AS MATERIALIZED ({_GONE}),
    second AS (SELECT DISTINCT ON (id) id, at FROM pg_temp.figures_moves WHERE next > 1 AND after IS NOT NULL
        ORDER BY id, seq),
    heard AS (SELECT l.dispute_id AS id, array_agg(DISTINCT i.received_at ORDER BY i.received_at) AS at
        FROM cases_incidentlink l JOIN cases_incident i ON i.id = l.incident_id
        WHERE l.dispute_id = ANY (%(ids)s) AND l.unlinked_at IS NULL GROUP BY l.dispute_id),
    opened AS (SELECT m.dispute_id AS id, array_agg(m.opened_at ORDER BY m.opened_at, m.id) AS at,
            array_agg(CASE WHEN m.track = 'police' AND m.strength <> 'joint' THEN 'mode_police'
                ELSE 'mode_' || m.strength END ORDER BY m.opened_at, m.id) AS methods
        FROM mediation_mediation m WHERE m.dispute_id = ANY (%(ids)s) GROUP BY m.dispute_id)
SELECT d.id, d.registered_at, r.at, gm.at, gt.at, d.origin = 'backlog', coalesce(s.domestic_violence, false),
    d.station_id, d.place_id, d.type_code, coalesce(h.at, '{{}}'), coalesce(o.at, '{{}}'), coalesce(o.methods, '{{}}'),
    gm.at IS NULL AND gt.at IS NULL AND p.id IS NULL, coalesce(d.level IN (1, 2), false)
FROM cases_dispute d LEFT JOIN cases_standing s ON s.dispute_id = d.id LEFT JOIN second r ON r.id = d.id
    LEFT JOIN gone gm ON gm.id = d.id AND gm.after = 'merged'
    LEFT JOIN gone gt ON gt.id = d.id AND gt.after = 'transferred'
    LEFT JOIN heard h ON h.id = d.id LEFT JOIN opened o ON o.id = d.id
    LEFT JOIN pg_temp.figures_spells p ON p.id = d.id AND p.until IS NULL  -- at most one holds
WHERE d.id = ANY (%(ids)s)"""
_SETTLED = """INSERT INTO pg_temp.figures_new_settled
SELECT s.id, s.number, s.at, s.until, s.mode, s.round, least(s.until, (SELECT min(r) FROM unnest(c.heard) AS r
    WHERE r > s.at)), c.station_id, c.place_id
FROM pg_temp.figures_spells s JOIN pg_temp.figures_new_course c ON c.dispute_id = s.id"""

_DIFFERING = f"""SELECT dispute_id, bool_or(is_missing) FROM (
    SELECT n.dispute_id, c.dispute_id IS NULL AS is_missing FROM pg_temp.figures_new_course n
    LEFT JOIN (SELECT {COURSE} FROM figures_course WHERE dispute_id = ANY (%(ids)s)) c ON c.dispute_id = n.dispute_id
    WHERE n IS DISTINCT FROM c
    UNION ALL SELECT coalesce(n.dispute_id, s.dispute_id), false FROM pg_temp.figures_new_settled n
    FULL JOIN (SELECT {SETTLED} FROM figures_settled WHERE dispute_id = ANY (%(ids)s)) s
        ON s.dispute_id = n.dispute_id AND s.number = n.number
    WHERE n IS DISTINCT FROM s) d GROUP BY 1 ORDER BY 1"""
_WRITE = (
    "DELETE FROM figures_settled WHERE dispute_id = ANY (%(ids)s)",
    f"""INSERT INTO figures_course ({COURSE}) SELECT {COURSE} FROM pg_temp.figures_new_course
    WHERE dispute_id = ANY (%(ids)s) ORDER BY dispute_id
    ON CONFLICT (dispute_id) DO UPDATE SET registered_at = excluded.registered_at, second_at = excluded.second_at,
        merged_at = excluded.merged_at, transferred_at = excluded.transferred_at, is_backlog = excluded.is_backlog,
        is_domestic_violence = excluded.is_domestic_violence, station_id = excluded.station_id,
        place_id = excluded.place_id, type_code = excluded.type_code, heard = excluded.heard, opened = excluded.opened,
        methods = excluded.methods, is_open = excluded.is_open, is_grave = excluded.is_grave""",
    f"""INSERT INTO figures_settled ({SETTLED}) SELECT {SETTLED} FROM pg_temp.figures_new_settled
    WHERE dispute_id = ANY (%(ids)s) ORDER BY dispute_id, number""",
)


def project(ids: Sequence[int]) -> None:
    """Write the rows of these disputes anew from their events and the reports and mediations on record."""
    with connection.cursor() as cursor:
        _read(cursor, ids)
    write(ids)


def differing(ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """Of these disputes those without rows, and those whose rows are not what their events say; to be written next."""
    with connection.cursor() as cursor:
        _read(cursor, ids)
        cursor.execute(f"{FRESH} {_DIFFERING}", {"ids": list(ids)})
        found = cursor.fetchall()
    return [pk for pk, is_missing in found if is_missing], [pk for pk, is_missing in found if not is_missing]


def write(ids: Sequence[int]) -> None:
    """Put down what was read of these disputes."""
    with connection.cursor() as cursor:
        for sql in _WRITE:
            cursor.execute(f"{FRESH} {sql}", {"ids": list(ids)})


def _read(cursor: CursorWrapper, ids: Sequence[int]) -> None:
    told: dict[str, Any] = {"ids": list(ids), "streams": [f"dispute:{pk}" for pk in ids]}
    for table in _TABLES:
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table}")
    cursor.execute(_EMPTY)
    for sql in (_MOVES, _SPELLS, _COURSE, _SETTLED):
        cursor.execute(f"{FRESH} {sql}", told)

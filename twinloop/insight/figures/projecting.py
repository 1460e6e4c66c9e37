"""The statements that write the projections: events of many disputes become their rows without leaving the database."""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

# Moves of the disputes asked for; `before` and `after` are states, the round is that of the handling
_MOVES = """moves AS MATERIALIZED (
    SELECT substr(e.stream, 9)::bigint AS id, e.seq, e.at, e.verb,
        coalesce(e.data #>> '{before,state}', '') AS before, e.data #>> '{after,state}' AS after,
        coalesce(nullif((e.data #>> '{before,round}')::int, 0), 1) AS round,
        coalesce(nullif(coalesce(e.data #>> '{after,round}', e.data #>> '{before,round}')::int, 0), 1) AS next
    FROM ledger_event e WHERE e.stream = ANY (%(streams)s) AND NOT e.is_look AND e.data -> 'after' ? 'state')"""

# When it left us and has not come back: the first step into the state since the last one out of it. Out of both states
# counts alone: what is merged after it was transferred keeps what it was
_GONE = """(array_agg(m.at ORDER BY m.seq) FILTER (WHERE m.after = '{state}' AND m.seq > coalesce(b.{state}, 0)))[1]"""
_COURSE = f"""WITH {_MOVES},
    back AS (SELECT id, max(seq) FILTER (WHERE before = 'merged') AS merged,
            max(seq) FILTER (WHERE before = 'transferred') AS transferred
        FROM moves WHERE before IN ('merged', 'transferred') AND after NOT IN ('merged', 'transferred') GROUP BY id),
    lives AS (SELECT m.id, (array_agg(m.at ORDER BY m.seq) FILTER (WHERE m.next > 1))[1] AS second_at,
            {_GONE.format(state="merged")} AS merged_at, {_GONE.format(state="transferred")} AS transferred_at
        FROM moves m LEFT JOIN back b ON b.id = m.id GROUP BY m.id),
    heard AS (SELECT l.dispute_id AS id, array_agg(DISTINCT i.received_at ORDER BY i.received_at) AS at
        FROM cases_incidentlink l JOIN cases_incident i ON i.id = l.incident_id
        WHERE l.dispute_id = ANY (%(ids)s) AND l.unlinked_at IS NULL GROUP BY l.dispute_id),
    opened AS (SELECT m.dispute_id AS id, array_agg(m.opened_at ORDER BY m.opened_at, m.id) AS at,
            array_agg(CASE WHEN m.track = 'police' AND m.strength <> 'joint' THEN 'mode_police'
                ELSE 'mode_' || m.strength END ORDER BY m.opened_at, m.id) AS methods
        FROM mediation_mediation m WHERE m.dispute_id = ANY (%(ids)s) GROUP BY m.dispute_id)
INSERT INTO figures_course (dispute_id, registered_at, second_at, merged_at, transferred_at, is_backlog,
    is_domestic_violence, station_id, place_id, type_code, heard, opened, methods)
SELECT d.id, d.registered_at, l.second_at, l.merged_at, l.transferred_at, d.origin = 'backlog',
    coalesce(s.domestic_violence, false), d.station_id, d.place_id, d.type_code, coalesce(h.at, '{{}}'),
    coalesce(o.at, '{{}}'), coalesce(o.methods, '{{}}')
FROM cases_dispute d LEFT JOIN cases_standing s ON s.dispute_id = d.id LEFT JOIN lives l ON l.id = d.id
    LEFT JOIN heard h ON h.id = d.id LEFT JOIN opened o ON o.id = d.id
WHERE d.id = ANY (%(ids)s) ORDER BY d.id
ON CONFLICT (dispute_id) DO UPDATE SET registered_at = excluded.registered_at, second_at = excluded.second_at,
    merged_at = excluded.merged_at, transferred_at = excluded.transferred_at, is_backlog = excluded.is_backlog,
    is_domestic_violence = excluded.is_domestic_violence, station_id = excluded.station_id,
    place_id = excluded.place_id, type_code = excluded.type_code, heard = excluded.heard, opened = excluded.opened,
    methods = excluded.methods, is_open = false"""

# A settlement begins with a step to `settled` from a state that is neither rest nor away, and ends with the next step
# to such a state. A clock that was set back must not let one begin before the last one ended: times never go back.
# By agreement the method is that of the mediation chosen last before it; agencies at the table outrank the police
_AWAY = "('settled', 'closed', 'merged', 'transferred')"
_SETTLED = f"""WITH {_MOVES},
    turns AS (SELECT *, after = 'settled' AS starts FROM moves
        WHERE (after = 'settled' AND before NOT IN {_AWAY}) OR after NOT IN {_AWAY}),
    kept AS (SELECT * FROM (SELECT *, lag(starts, 1, false) OVER (PARTITION BY id ORDER BY seq) AS was FROM turns) t
        WHERE starts <> was),
    spells AS (SELECT *, row_number() OVER (PARTITION BY id, starts ORDER BY seq) AS number,
            lead(since) OVER (PARTITION BY id ORDER BY seq) AS until
        FROM (SELECT *, max(at) OVER (PARTITION BY id ORDER BY seq) AS since FROM kept) k),
    told AS MATERIALIZED (SELECT substr(e.stream, 9)::bigint AS id, e.seq, e.at,
            CASE WHEN e.data ->> 'track' = 'police' AND e.data ->> 'strength' IS DISTINCT FROM 'joint'
                THEN 'mode_police'
                WHEN e.data ->> 'strength' IN ('seek', 'follow', 'joint') THEN 'mode_' || (e.data ->> 'strength')
                ELSE 'mode_other' END AS mode
        FROM ledger_event e WHERE e.stream = ANY (%(streams)s) AND NOT e.is_look
            AND e.verb IN ('mediation_chosen', 'mediation_strengthened'))
INSERT INTO figures_settled (dispute_id, number, at, until, mode, round, flared_at, station_id, place_id)
SELECT s.id, s.number, s.since, s.until, CASE
        WHEN s.verb = 'agree' THEN coalesce((SELECT t.mode FROM told t WHERE t.id = s.id AND t.at <= s.at
            ORDER BY t.seq DESC LIMIT 1), 'mode_other')
        WHEN s.before = 'penalty' THEN 'mode_penalty'
        WHEN s.before = 'handling' AND s.round = 1 THEN 'mode_spot' ELSE 'mode_other' END, s.round,
    least(s.until, (SELECT min(r) FROM unnest(c.heard) AS r WHERE r > s.since)), c.station_id, c.place_id
FROM spells s JOIN figures_course c ON c.dispute_id = s.id WHERE s.starts ORDER BY s.id, s.number"""

_OPEN = """UPDATE figures_course c SET is_open = true WHERE c.dispute_id = ANY (%(ids)s) AND c.merged_at IS NULL
    AND c.transferred_at IS NULL AND NOT EXISTS (SELECT 1 FROM figures_settled s
        WHERE s.dispute_id = c.dispute_id AND s.until IS NULL)"""


def project(ids: Sequence[int]) -> None:
    """Write the rows of these disputes anew from their events and the reports and mediations on record."""
    told: dict[str, Any] = {"ids": list(ids), "streams": [f"dispute:{pk}" for pk in ids]}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM figures_settled WHERE dispute_id = ANY (%(ids)s)", told)
        cursor.execute(_COURSE, told)
        cursor.execute(_SETTLED, told)
        cursor.execute(_OPEN, told)

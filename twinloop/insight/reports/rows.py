"""What a report counts, as SELECTs of (name, dispute_id, amount): a count is the sum, a click opens the rows.

Row-level security cuts each down to a station, a community or what the viewer may see. Everything is as it stood at
the period's end (`%(end)s`), so that a rerun differs only by what was corrected since.
"""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Mapping

from twinloop.insight.figures.rules import HELD, KIND, LIVE, OPEN_AT_END, OURS, OWN, SECOND

_OF = "(SELECT l.dispute_id FROM cases_incidentlink l WHERE l.incident_id = i.id AND l.unlinked_at IS NULL)"
_CALL = f"SELECT i.number AS name, {_OF} AS dispute_id, 1 AS amount FROM cases_incident i"
_NEW = "SELECT c.dispute_id::text AS name, c.dispute_id, 1 AS amount FROM figures_course c"


def _within(column: str) -> str:
    return f"{column} >= %(start)s AND {column} < %(end)s"


ROWS: Mapping[str, str] = {
    "calls": f"{_CALL} WHERE {_within('i.received_at')}",
    "dispute_calls": f"{_CALL} WHERE {_within('i.received_at')} AND {KIND} = 'dispute'",
    "new": f"{_NEW} WHERE {OWN} AND {LIVE}",
    "grave": f"{_NEW} WHERE {OWN} AND {LIVE} AND c.is_grave",
    "settled": f"""SELECT s.dispute_id || '/' || s.number AS name, s.dispute_id, 1 AS amount FROM figures_settled s
        WHERE {_within("s.at")} AND (s.until IS NULL OR s.until >= %(end)s)""",
    "reopened": f"""SELECT s.dispute_id || '/' || s.number AS name, s.dispute_id, 1 AS amount FROM figures_settled s
        WHERE {_within("s.until")}""",
    "second": f"{_NEW} WHERE {SECOND} AND {LIVE}",
    "open": f"{_NEW} {HELD} WHERE {OPEN_AT_END} AND c.registered_at < %(end)s AND {OURS} AND h.id IS NULL",
    "late": """SELECT 'clock:' || k.id AS name, k.dispute_id, 1 AS amount FROM cases_clock k
        WHERE ((k.met_at IS NULL AND k.dropped_at IS NULL) OR k.met_at >= %(end)s OR k.dropped_at >= %(end)s)
        AND k.due_at < %(end)s AND (k.met_at IS NULL OR k.met_at >= %(end)s)
        AND (k.dropped_at IS NULL OR k.dropped_at >= %(end)s)""",
    "callbacks": f"""SELECT 'visit:' || v.id AS name, v.dispute_id, 1 AS amount FROM visits_callback v
        WHERE v.state = 'done' AND {_within("v.at")}/* near visits */""",
    "pushes": f"""SELECT p.number AS name, p.dispute_id, 1 AS amount FROM pushes_push p
        WHERE {_within("p.sent_at")}""",
    "whistles": f"""SELECT 'answer:' || a.id AS name, a.dispute_id, 1 AS amount FROM joint_answer a
        WHERE {_within("a.sent_at")} AND a.state NOT IN ('moved', 'recalled')""",
    "leads": f"""SELECT e.number AS name, e.dispute_id, 1 AS amount FROM leads_lead e
        WHERE e.kind = 'dispute' AND {_within("e.reported_at")}""",
    "hazards": f"""SELECT z.number AS name, NULL::bigint AS dispute_id, 1 AS amount FROM patrols_hazard z
        WHERE {_within("z.at")}""",
    "activities": f"""SELECT 'activity:' || y.id AS name, NULL::bigint AS dispute_id, 1 AS amount
        FROM volunteers_activity y WHERE y.withdrawn_at IS NULL AND {_within("y.starts_at")}""",
    "helped_volunteers": f"""SELECT 'activity:' || y.id AS name, NULL::bigint AS dispute_id, y.helped AS amount
        FROM volunteers_activity y WHERE y.withdrawn_at IS NULL AND y.helped > 0
        AND {_within("y.starts_at")}""",
    "helped_posts": f"""SELECT 'help:' || g.id AS name, NULL::bigint AS dispute_id, g.people AS amount
        FROM posts_helpgiven g WHERE g.withdrawn_at IS NULL AND {_within("g.at")}""",
    "helped_patrols": f"""SELECT 'service:' || g.id AS name, NULL::bigint AS dispute_id, g.people AS amount
        FROM patrols_helpservice g WHERE {_within("g.at")}""",
    "crimes": f"""SELECT 'crime:' || x.id AS name, x.dispute_id, 1 AS amount FROM rounds_escalation x
        WHERE x.finding IN ('', 'escalated') AND {_within("x.at")}""",
}

# two of these by one reading of the calls
TWO = ("calls", "dispute_calls")
BOTH = f"""SELECT x.code, x.amount FROM (
        SELECT count(*) AS calls, count(*) FILTER (WHERE {KIND} = 'dispute') AS disputes
        FROM cases_incident i WHERE {_within("i.received_at")}) c
    CROSS JOIN LATERAL (VALUES ('calls', c.calls), ('dispute_calls', c.disputes)) x(code, amount)"""

# by what disputes registered in the span are parted; the local hour and day are those of +08:00
LOCAL = "(c.registered_at AT TIME ZONE 'Asia/Shanghai')"
PARTS: Mapping[str, str] = {
    "types": "coalesce(d.type_code, '')",
    "places": "coalesce((SELECT p.short FROM places_place p WHERE p.id = d.place_id), '')",
    "slots": f"lpad((extract(hour FROM {LOCAL})::int / 2 * 2)::text, 2, '0')",
    "weekdays": f"extract(isodow FROM {LOCAL})::int::text",
}
PARTED = (
    """SELECT {part} AS part,
    count(*) FILTER (WHERE c.registered_at >= %(start)s) AS now,
    count(*) FILTER (WHERE c.registered_at < %(start)s AND c.registered_at >= %(before)s) AS earlier,
    count(*) FILTER (WHERE c.registered_at < %(start)s AND c.registered_at >= %(usual)s) AS usual,
    count(*) FILTER (WHERE c.registered_at >= %(start)s AND h.id IS NOT NULL) AS settled
    FROM figures_course c JOIN cases_dispute d ON d.id = c.dispute_id """
    + f"""{HELD}
    WHERE c.registered_at >= least(%(before)s, %(usual)s) AND c.registered_at < %(end)s AND {LIVE} GROUP BY 1"""
)
CALLED = {
    "slots": "lpad((extract(hour FROM i.received_at AT TIME ZONE 'Asia/Shanghai')::int / 2 * 2)::text, 2, '0')",
    "weekdays": "extract(isodow FROM i.received_at AT TIME ZONE 'Asia/Shanghai')::int::text",
}
# disputes reported again and again within the period: those that stay open first
REPEATS = f"""SELECT c.dispute_id, d.number, count(*) AS calls, (h.id IS NULL AND {OURS}) AS is_open
    FROM figures_course c JOIN cases_dispute d ON d.id = c.dispute_id
    JOIN cases_incidentlink l ON l.dispute_id = c.dispute_id AND l.unlinked_at IS NULL
    JOIN cases_incident i ON i.id = l.incident_id AND {_within("i.received_at")} {HELD}
    WHERE {LIVE} GROUP BY c.dispute_id, d.number, h.id, c.merged_at, c.transferred_at HAVING count(*) >= %(times)s
    ORDER BY 4 DESC, 3 DESC, 1"""
# a feedback that fell due in the period: given in time or not
AGENCIES = f"""SELECT u.name, count(DISTINCT a.id), count(DISTINCT k.id),
    count(DISTINCT k.id) FILTER (WHERE k.met_at <= k.due_at)
    FROM joint_answer a JOIN people_unit u ON u.id = a.unit_id
    LEFT JOIN cases_clock k ON k.subject = 'answer:' || a.id AND k.rule LIKE 'whistle_feedback%%'
        AND k.dropped_at IS NULL AND {_within("k.due_at")}
    WHERE a.state NOT IN ('moved', 'recalled') AND ({_within("a.sent_at")} OR k.id IS NOT NULL)
    GROUP BY u.name ORDER BY 2 DESC, 1"""
# a week before anybody was ever on post here, or before there were posts at all, is nobody's fault
VILLAGE_WEEKS = """SELECT count(*), count(*) FILTER (WHERE kept >= 2) FROM (
    SELECT w.monday, v.place, (SELECT count(DISTINCT s."on") FROM posts_shift s WHERE s.place_id = v.place
        AND s.dropped_at IS NULL AND s.in_at IS NOT NULL AND s."on" >= w.monday AND s."on" < w.monday + 7) AS kept
    FROM (SELECT d::date AS monday FROM generate_series(%(first)s::date, %(last)s::date - 6, interval '1 day') d
        WHERE extract(isodow FROM d) = 1
            AND d >= (SELECT date_trunc('week', min(s."on")) FROM posts_shift s WHERE s.dropped_at IS NULL)) w
    CROSS JOIN unnest(%(villages)s::bigint[]) AS v(place)) AS weeks"""
AGENCY_ROWS = f"""SELECT 'answer:' || a.id AS name, a.dispute_id, 1 AS amount FROM joint_answer a
    JOIN people_unit u ON u.id = a.unit_id AND u.name = %(part)s
    JOIN cases_clock k ON k.subject = 'answer:' || a.id AND k.rule LIKE 'whistle_feedback%%'
        AND k.dropped_at IS NULL AND {_within("k.due_at")}
    WHERE a.state NOT IN ('moved', 'recalled')"""
# tables beside those of `PARTS`: what of them was settled, and the calls of an hour or a weekday
SETTLED_OF, CALLS_OF = "-settled", "-calls"
PART_ROWS = _NEW + " JOIN cases_dispute d ON d.id = c.dispute_id {join} WHERE {where}"


def rows_of(table: str, code: str) -> str:
    """The SELECT behind one number of a table; `%(part)s` where it is parted. Raises `KeyError` for no such number."""
    if table == "totals":
        return ROWS[code]
    if table == "agencies":
        return AGENCY_ROWS
    if table.endswith(CALLS_OF):
        return f"{_CALL} WHERE {_within('i.received_at')} AND {CALLED[table.removesuffix(CALLS_OF)]} = %(part)s"
    side = table.removesuffix(SETTLED_OF)
    where = f"{OWN} AND {LIVE} AND {PARTS[side]} = %(part)s"
    return PART_ROWS.format(
        join=HELD if side != table else "", where=f"{where} AND h.id IS NOT NULL" if side != table else where
    )

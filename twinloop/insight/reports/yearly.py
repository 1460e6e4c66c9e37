"""What the yearly bulletin needs beyond a report: counts along the three channels and the three kinds of mediation.

A figure that no row carries is None, and the bulletin says so instead of printing it.
"""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from twinloop.decide.periods import Period, before
from twinloop.insight.figures import windows
from twinloop.ledger.sight import Scope

_AT = "{0} >= %(start)s AND {0} < %(end)s"
_ACTIVITY = f"volunteers_activity y WHERE y.withdrawn_at IS NULL AND {_AT.format('y.starts_at')}"
_SHIFT = f"posts_shift s WHERE s.dropped_at IS NULL AND s.in_at IS NOT NULL AND {_AT.format('s.in_at')}"
_SETTLED = f"figures_settled s WHERE {_AT.format('s.at')} AND (s.until IS NULL OR s.until >= %(end)s)"
_LEADS = f"leads_lead e WHERE e.kind = 'dispute' AND {_AT.format('e.reported_at')}"
_VISITS = f"visits_callback v WHERE {_AT.format('v.at')}"
_PUSHES = f"pushes_push p WHERE {_AT.format('p.sent_at')}"
_HAZARDS = f"patrols_hazard z WHERE {_AT.format('z.at')}"
_CAMPAIGNS = f"follow_campaign f WHERE {_AT.format('f.ended_at')}"

NUMBERS: Mapping[str, str] = {
    "volunteers": f"""count(DISTINCT q.account_id) FROM volunteers_part q WHERE q.is_live
        AND q.activity_id IN (SELECT y.id FROM {_ACTIVITY})""",
    "activities": f"count(*) FROM {_ACTIVITY}",
    "reached": f"sum(y.reached) FROM {_ACTIVITY}",
    "auxiliaries": f"count(DISTINCT s.account_id) FROM {_SHIFT}",
    "villages": f"count(DISTINCT s.place_id) FROM {_SHIFT}",
    "post_minutes": f"sum(extract(epoch FROM s.out_at - s.in_at)) / 60 FROM {_SHIFT} AND s.out_at IS NOT NULL",
    "checks": f"""count(*) FROM posts_jointcheck j WHERE j.withdrawn_at IS NULL AND {_AT.format("j.at")}""",
    "patrols": f"count(*) FROM patrols_visit g WHERE {_AT.format('g.at')}",
    "hazards": f"count(*) FROM {_HAZARDS}",
    "hazards_closed": f"count(*) FROM {_HAZARDS} AND z.closed_at < %(end)s",
    "pushes": f"count(*) FROM {_PUSHES} AND p.level IN (1, 2)",
    "pushes_replied": f"count(*) FROM {_PUSHES} AND p.level IN (1, 2) AND p.replied_at < %(end)s",
    "settled": f"count(*) FROM {_SETTLED}",
    "settled_seek": f"count(*) FROM {_SETTLED} AND s.mode = 'mode_seek'",
    "settled_joint": f"count(*) FROM {_SETTLED} AND s.mode = 'mode_joint'",
    "settled_old": f"""count(DISTINCT d.id) FROM cases_dispute d JOIN (SELECT s.dispute_id, s.at FROM {_SETTLED}) s
        ON s.dispute_id = d.id WHERE d.started_on <= (s.at - interval '3 years')::date""",
    "settled_backlog": f"""count(DISTINCT s.dispute_id) FROM {_SETTLED} AND s.dispute_id IN
        (SELECT c.dispute_id FROM figures_course c WHERE c.is_backlog)""",
    "campaigns": f"count(*) FROM {_CAMPAIGNS} AND f.outcome <> ''",
    "campaigns_settled": f"count(*) FROM {_CAMPAIGNS} AND f.outcome = 'settled'",
    "whistled": f"count(DISTINCT a.whistle_id) FROM joint_answer a WHERE {_AT.format('a.sent_at')}",
    "visits": f"count(*) FROM {_VISITS} AND v.state = 'done'",
    "visits_missed": f"count(*) FROM {_VISITS} AND v.state = 'missed'",
    "visits_satisfied": f"count(*) FROM {_VISITS} AND v.state = 'done' AND v.satisfaction >= 4",
    "visits_disputes": f"count(DISTINCT v.dispute_id) FROM {_VISITS} AND v.state = 'done'",
    "crimes_open": f"count(*) FROM rounds_escalation x WHERE x.finding = '' AND {_AT.format('x.at')}",
}
_TEAMS = """SELECT kind, count(*) FROM people_team WHERE kind IN ('neighbour', 'two_plus_two')
    AND (closed_on IS NULL OR closed_on > %(last)s) AND (%(stations)s::bigint[] IS NULL
        OR station_id = ANY (%(stations)s)) GROUP BY 1"""
_OUTSIDE = """SELECT o.code, o.numerator, o.denominator, o.source, e.numerator
    FROM batches_outsidefigure o LEFT JOIN batches_outsidefigure e ON e.code = o.code AND e.place_id IS NULL
        AND e.first_on = %(before)s AND e.after_on = %(first)s
    WHERE o.place_id IS NULL AND o.first_on = %(first)s AND o.after_on = %(last)s + 1 ORDER BY o.code"""


def count(period: Period, scope: Scope) -> dict[str, Any]:
    window = windows.days(period.first, period.last)
    moments = {"start": window.start, "end": window.end}
    columns = ", ".join(f"(SELECT {sql}) AS {code}" for code, sql in NUMBERS.items())
    stations = None if scope.sees_all else sorted(scope.stations)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", moments)
        found: dict[str, Any] = {code: int(value or 0) for code, value in zip(NUMBERS, cursor.fetchone(), strict=True)}
        cursor.execute(f"SELECT e.source, count(*) FROM {_LEADS} GROUP BY 1", moments)
        found["leads"] = dict(cursor.fetchall())
        cursor.execute(_TEAMS, {"last": period.last, "stations": stations})
        found["teams"] = dict(cursor.fetchall())
    return found


def outside(period: Period, scope: Scope) -> list[list[Any]] | None:
    """[name, number, of how many, source, number a period before] of other offices' figures of just this period.

    They are of the district as a whole: None for a station or a community.
    """
    if not scope.sees_all:
        return None
    told = {"first": period.first, "last": period.last, "before": before(period).first}
    with connection.cursor() as cursor:
        cursor.execute(_OUTSIDE, told)
        return [
            [code, float(above), None if below is None else float(below), source, None if was is None else float(was)]
            for code, above, below, source, was in cursor.fetchall()
        ]

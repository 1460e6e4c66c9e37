"""Each indicator once more, as the database counts it: a SELECT of (name, dispute_id, url, verdict).

`verdict` is 'in' (numerator), 'of' (denominator only), or why a row is left out. The words of a rule stand in
`decide.figures`, and a property test compares the two on random districts. Row-level security cuts each SELECT down
to what the viewer may see, so that a count is never more than the rows that can be opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GONE = """WHEN c.merged_at < %(end)s THEN 'out_merged' WHEN c.transferred_at < %(end)s THEN 'out_transferred'"""
# not ours to settle: gone, or domestic violence, which is never counted as settled by mediation
APART = f"{GONE} WHEN c.is_domestic_violence THEN 'out_violence'"
# at most one spell holds at a moment (exclusion constraint), so the join adds no rows
HELD = """LEFT JOIN figures_settled h ON h.dispute_id = c.dispute_id AND h.at < %(end)s
          AND (h.until IS NULL OR h.until >= %(end)s)/* near h */"""
# the same of few disputes: in the order of a plain index, which the planner would else leave for that of the constraint
HELD_OF_FEW = """LEFT JOIN LATERAL (SELECT x.* FROM figures_settled x WHERE x.dispute_id = c.dispute_id
          AND x.at < %(end)s AND (x.until IS NULL OR x.until >= %(end)s) ORDER BY x.number LIMIT 1) h ON true"""
_SPELLS = "figures_settled b WHERE b.dispute_id = c.dispute_id"
_SPELLS_OF_FEW = """(SELECT x.* FROM figures_settled x WHERE x.dispute_id = c.dispute_id ORDER BY x.number OFFSET 0) b
          WHERE true"""
# what a remark `near` stands behind may be told the viewer's communities, where they alone are asked: `within` says so
OWN = "c.registered_at >= %(start)s AND c.registered_at < %(end)s/* near c */"
SECOND = "c.second_at >= %(start)s AND c.second_at < %(end)s/* near c */"


@dataclass(frozen=True, eq=False)
class Family:
    """Figures over the same rows, so that one reading answers several: the verdict of each, NULL where a row is none
    of its own."""

    columns: str
    source: str
    verdicts: Mapping[str, str]

    def together(self, codes: Sequence[str]) -> str:
        """A SELECT of the columns and the verdict of each code, as v0, v1 …"""
        verdicts = ", ".join(f"{self.verdicts[code]} AS v{place}" for place, code in enumerate(codes))
        return f"SELECT {self.columns}, {verdicts} FROM {self.source}"  # noqa: S608 - our own words


# a course knows itself by what its rows are parted
COURSE = "c.dispute_id, c.place_id, c.type_code, c.registered_at, c.opened, c.methods"


def _course(verdict: str, where: str = OWN, join: str = HELD) -> str:
    return f"""SELECT c.dispute_id::text AS name, {COURSE}, CASE {verdict} END AS verdict
        FROM figures_course c {join} WHERE {where}"""  # noqa: S608 - our own words


def _held(days: int) -> str:
    until = f"s.at + interval '{days} days'"
    return f"""CASE WHEN c.merged_at < {until} THEN 'out_merged' WHEN {until} > %(at)s THEN 'out_too_young'
            WHEN s.flared_at < {until} THEN 'of' ELSE 'in' END"""


# of the course only whether it was merged, and few are
_SETTLEMENTS = """figures_settled s LEFT JOIN figures_course c ON c.dispute_id = s.dispute_id
            AND c.merged_at IS NOT NULL
        WHERE s.at >= %(start)s AND s.at < %(end)s/* near s */"""


_SPELL = "s.dispute_id, s.mode, s.place_id"


def _durable(days: int) -> str:
    return f"""SELECT s.dispute_id || '/' || s.number AS name, {_SPELL}, {_held(days)} AS verdict
        FROM {_SETTLEMENTS}"""  # noqa: S608 - our own words


# first report of all and last of the window
_HEARD = """CROSS JOIN LATERAL (SELECT c.heard[1] AS first, max(h) AS last FROM unnest(c.heard) h
        WHERE h >= %(start)s AND h < %(end)s) r"""
_IN_IT = "c.last_heard >= %(start)s AND c.heard[1] < %(end)s AND r.last IS NOT NULL/* near c */"
# who was open since some moment is open still, was settled later or left us later: each by an index
_LATER = """({alias}.is_open OR {alias}.merged_at >= {since} OR {alias}.transferred_at >= {since}
        OR {alias}.dispute_id = ANY (ARRAY(SELECT later.dispute_id FROM figures_settled later
            WHERE later.at >= {since})))"""
OPEN_SINCE_START, OPEN_AT_END = (_LATER.format(alias="c", since=moment) for moment in ("%(start)s", "%(end)s"))
_WAS_OPEN = f"""c.is_backlog/* near c */ AND {OPEN_SINCE_START} AND c.registered_at < %(end)s
        AND (c.merged_at IS NULL OR c.merged_at >= %(start)s)
        AND (c.transferred_at IS NULL OR c.transferred_at >= %(start)s)
        AND (EXISTS (SELECT 1 FROM {_SPELLS}
                AND b.until >= %(start)s AND b.until < %(end)s)
            OR NOT EXISTS (SELECT 1 FROM {_SPELLS}
                AND b.at < %(start)s AND (b.until IS NULL OR b.until >= %(start)s)))"""  # noqa: S608 - our own words

# an agency answers a whistle by signing it; what was recalled or passed on is the next agency's
_ANSWERED = """SELECT 'answer:' || a.id AS name, a.dispute_id, a.sent_at AS moment, CASE
            WHEN a.signed_at IS NULL AND k.due_at > %(at)s THEN 'out_not_due'
            WHEN a.signed_at <= k.due_at THEN 'in' ELSE 'of' END AS verdict
        FROM joint_answer a JOIN cases_clock k ON k.subject = 'answer:' || a.id AND k.rule = 'whistle_signed'
        WHERE a.state NOT IN ('moved', 'recalled') AND a.sent_at >= %(start)s AND a.sent_at < %(end)s"""
# median hours from whistle to answer, and of how many: agency by agency, '' for all of them
AGENCY_TIMES = """SELECT coalesce(u.name, '') AS agency, count(*),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.signed_at - a.sent_at) / 3600.0)
    FROM joint_answer a JOIN people_unit u ON u.id = a.unit_id
    WHERE a.signed_at IS NOT NULL AND a.state NOT IN ('moved', 'recalled')
        AND a.sent_at >= %(start)s AND a.sent_at < %(end)s
    GROUP BY GROUPING SETS ((u.name), ())"""

_DUE = "k.dropped_at IS NULL AND k.due_at >= %(start)s AND k.due_at < %(end)s/* near due */"
_CALLBACK = "k.rule IN ('callback_level_1', 'callback_level_2', 'callback_level_3')"
# what the party said when they were reached; nobody asked: not known to be satisfied
_CONTENT = """k.met_at IS NOT NULL AND coalesce((SELECT v.satisfaction >= 4 AND v.outcome <> 'unsettled'
            AND v.terms <> 'broken' FROM visits_callback v WHERE v.dispute_id = k.dispute_id AND v.state = 'done'
            AND v.at >= k.started_at AND v.at <= k.met_at ORDER BY v.at DESC, v.id DESC LIMIT 1), false)"""


def _in_time(hit: str) -> str:
    return f"""CASE WHEN k.met_at IS NULL AND k.due_at > %(at)s THEN 'out_not_due'
            WHEN {hit} THEN 'in' ELSE 'of' END"""


def _clock(hit: str, where: str = _DUE) -> str:
    return f"""SELECT 'clock:' || k.id AS name, k.dispute_id,
            k.incident_id, k.due_at AS moment, {_in_time(hit)} AS verdict
        FROM cases_clock k WHERE {where}"""  # noqa: S608 - our own words


_MET = "k.met_at <= k.due_at"
# one settlement owes one callback; whose clock was dropped (reopened before it was due) owes none any more
_OWED = f"{_CALLBACK} AND {_DUE}"
_SETTLED = {
    "resolution": f"{APART} WHEN h.id IS NOT NULL THEN 'in' ELSE 'of'",
    "on_the_spot": f"{APART} WHEN h.mode = 'mode_spot' THEN 'in' ELSE 'of'",
    "settled_by_elders": f"{APART} WHEN h.mode = 'mode_seek' THEN 'in' ELSE 'of'",
}
_FIRST = f"{APART} WHEN h.number = 1 AND h.round = 1 THEN 'in' ELSE 'of'"  # settlements are numbered in their order
_SETTLED_ONCE = """(h.id IS NOT NULL OR c.merged_at < %(end)s OR c.transferred_at < %(end)s
            OR c.is_domestic_violence)"""

RULES: Mapping[str, str] = {
    **{code: _course(verdict) for code, verdict in _SETTLED.items()},
    "first_time": _course(_FIRST, f"{OWN} AND {_SETTLED_ONCE}"),
    "second_handling": _course(
        f"{APART} WHEN h.id IS NOT NULL THEN 'in' ELSE 'of'",
        SECOND,
    ),
    "backlog_success": _course(f"{APART} WHEN h.id IS NOT NULL THEN 'in' ELSE 'of'", _WAS_OPEN),
    "repeat_rate": _course(f"{GONE} WHEN r.first < r.last THEN 'in' ELSE 'of'", _IN_IT, _HEARD),
    "durable_30": _durable(30),
    "durable_90": _durable(90),
    "durable_180": _durable(180),
    "clocks_met": _clock(_MET),
    "callbacks_reached": _clock("k.met_at IS NOT NULL", _OWED),
    "callbacks_satisfied": _clock(_CONTENT, _OWED),
    "agency_answered": _ANSWERED,
    "hazards_righted": """SELECT z.number AS name, NULL::bigint AS dispute_id, CASE
            WHEN z.closed_at IS NULL AND z.deadline + 1 > (%(at)s AT TIME ZONE 'Asia/Shanghai') THEN 'out_not_due'
            WHEN (z.closed_at AT TIME ZONE 'Asia/Shanghai')::date <= z.deadline THEN 'in' ELSE 'of' END AS verdict
        FROM patrols_hazard z WHERE z.deadline >= (%(start)s AT TIME ZONE 'Asia/Shanghai')::date
            AND z.deadline < (%(end)s AT TIME ZONE 'Asia/Shanghai')::date""",
}

FAMILIES: tuple[Family, ...] = (
    Family(
        COURSE, f"figures_course c {HELD} WHERE {OWN}",
        {code: f"CASE {verdict} END" for code, verdict in _SETTLED.items()}
        | {"first_time": f"CASE WHEN {_SETTLED_ONCE} IS NOT TRUE THEN NULL {_FIRST} END"},
    ),
    Family(_SPELL, _SETTLEMENTS, {f"durable_{days}": _held(days) for days in (30, 90, 180)}),
    Family(
        "k.dispute_id, k.incident_id", f"cases_clock k WHERE {_DUE}",
        {"clocks_met": _in_time(_MET)}
        | {code: f"CASE WHEN {_CALLBACK} THEN {_in_time(hit)} END" for code, hit in (
            ("callbacks_reached", "k.met_at IS NOT NULL"), ("callbacks_satisfied", _CONTENT))},
    ),
)  # fmt: skip
CLOCK_VERDICTS = FAMILIES[-1].verdicts

# sums: every row is 'in', there is nothing to divide by. A crime counts on the day of its report, once a person found
# that it grew from the quarrel
COUNTS: Mapping[str, str] = {
    "escalations": """SELECT 'escalation:' || x.id AS name, x.dispute_id, 'in' AS verdict FROM rounds_escalation x
        WHERE x.finding = 'escalated' AND x.at >= %(start)s AND x.at < %(end)s""",
}
# what dashboards sum beside: how many as it stood at the window's end
LIVE = "(c.merged_at IS NULL OR c.merged_at >= %(end)s)"  # still a dispute of its own
OURS = f"{LIVE} AND (c.transferred_at IS NULL OR c.transferred_at >= %(end)s)"
KIND = "coalesce(nullif(i.confirmed_kind, ''), i.reported_kind)"
_ONE = "SELECT s.dispute_id || '/' || s.number AS name, s.dispute_id, 'in' AS verdict FROM figures_settled s"
_RANG = "cases_incident i WHERE i.received_at >= %(start)s AND i.received_at < %(end)s"
_CALL = f"SELECT i.number AS name, NULL::bigint AS dispute_id, i.id AS incident_id, 'in' AS verdict FROM {_RANG}"  # noqa: S608
TOTALS: Mapping[str, str] = {
    "new": _course("WHEN true THEN 'in'", f"{OWN} AND {LIVE}", ""),
    "grave": _course("WHEN true THEN 'in'", f"{OWN} AND {LIVE} AND c.is_grave", ""),
    "second": _course("WHEN true THEN 'in'", f"{SECOND} AND {LIVE}", ""),
    "settled": f"""{_ONE} WHERE s.at >= %(start)s AND s.at < %(end)s AND (s.until IS NULL OR s.until >= %(end)s)
        /* near s */""",
    "reopened": f"{_ONE} WHERE s.until >= %(start)s AND s.until < %(end)s/* near s */",
    "open": _course(
        "WHEN true THEN 'in'",
        f"{OPEN_AT_END} AND c.registered_at < %(end)s AND {OURS} AND h.id IS NULL/* near c */",
    ),
    # due in the window and neither met nor dropped at its end
    "late": """SELECT 'clock:' || k.id AS name, k.dispute_id, k.incident_id, 'in' AS verdict FROM cases_clock k
        WHERE k.due_at >= %(start)s AND k.due_at < %(end)s AND (k.met_at IS NULL OR k.met_at >= %(end)s)
        AND (k.dropped_at IS NULL OR k.dropped_at >= %(end)s)/* near due */""",
    "callbacks": """SELECT 'visit:' || v.id AS name, v.dispute_id, v.id AS visit_id, 'in' AS verdict
        FROM visits_callback v WHERE v.state = 'done' AND v.at >= %(start)s AND v.at < %(end)s/* near visits */""",
    "calls": _CALL,
    "dispute_calls": f"{_CALL} AND {KIND} = 'dispute'",
}
FAMILIES += (
    Family(
        "NULL::bigint AS dispute_id, i.id AS incident_id", _RANG,
        {"calls": "'in'", "dispute_calls": f"CASE WHEN {KIND} = 'dispute' THEN 'in' END"},
    ),
)  # fmt: skip
# fell due before a window and ended in it: late until then
LATE_ENDED = "late_ended"
_ENDED = """SELECT 'clock:' || k.id AS name, k.dispute_id, k.incident_id, 'in' AS verdict FROM cases_clock k
    WHERE k.due_at < %(start)s AND (k.met_at >= %(start)s AND k.met_at < %(end)s
        OR k.dropped_at >= %(start)s AND k.dropped_at < %(end)s)
    AND (k.met_at IS NULL OR k.met_at >= %(start)s) AND (k.dropped_at IS NULL OR k.dropped_at >= %(start)s)
    /* near ended */"""
ALL = {**RULES, **COUNTS, **TOTALS, LATE_ENDED: _ENDED}


def is_near(code: str) -> bool:
    """Whether its rows stand in a community."""
    return "/* near " in ALL[code]


def within(sql: str, *, is_near: bool, has_own: bool = False) -> str:
    """What remarks `near` stand behind, told the viewer's communities; or no more than it says.

    A clock and a visit know no community: a function names those of a span. `has_own`: and what is theirs elsewhere.
    """

    def told(found: re.Match[str]) -> str:
        of = found[1]
        if of == "visits":
            return " AND v.id = ANY (ARRAY(SELECT figures_visits(%(start)s, %(end)s)))"
        if of in ("due", "ended"):
            return f" AND k.id = ANY (ARRAY(SELECT figures_clocks(%(start)s, %(after)s, {of == 'ended'})))"
        near = f"{of}.place_id = ANY (%(places)s)"
        return f" AND ({near} OR {of}.dispute_id = ANY (ARRAY(SELECT figures_own())))" if has_own else f" AND {near}"

    return re.sub(r"/\* near (\w+) \*/", told if is_near else "", sql)


def of_few(rule: str) -> str:
    """The same where few rows count: their settlements are read in the order of a plain index."""
    return rule.replace(HELD, HELD_OF_FEW).replace(_SPELLS, _SPELLS_OF_FEW)


def every(rule: str) -> str:
    """The same where most rows count, or they are picked already: to pick them by index first would only cost."""
    return rule.replace(OPEN_SINCE_START, "true").replace(OPEN_AT_END, "true")

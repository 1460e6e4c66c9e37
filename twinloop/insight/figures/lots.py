"""The sums of many disputes at once: what `figures_tallied` says of each (migration 0004), counted before it is told.

There every step of a dispute is a row. Here disputes that began in one month and settlements that began or ended in one
are counted first, by community, type and month, and each count is then told as the steps of every figure: a district
in a tenth of the time. Disputes that left us are few and are asked of the function. A property test compares the two:
sums that kept up with sums made anew.
"""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

FEW = 200  # disputes that the function sums sooner
_OURS = "{which} AND c.merged_at IS NULL AND c.transferred_at IS NULL"
_OF = (
    "c.station_id, c.place_id, c.type_code, figures_month(c.registered_at) AS began, cardinality(c.opened) = 0 AS plain"
)
_HELD = "JOIN figures_settled s ON s.dispute_id = c.dispute_id"
_TURNS = "CROSS JOIN LATERAL (VALUES (s.at, 1), (s.until, -1)) x(t, d)"


# days are summed since the first of some month (`models.Days`)
_SINCE = "(SELECT timezone(interval '8 hours', since::timestamp) FROM figures_days)"


def _day(moment: str) -> str:
    return f"CASE WHEN {moment} >= {_SINCE} THEN figures_day({moment}) END"


def _parted(
    rows: str, counts: tuple[str, ...], told: str, *, by_method: bool = False, by_turn: bool = True
) -> str:  # fmt: skip
    """`rows` (area, month of registration, m, its day, t, its day, …) counted by each part, and every count told as a
    verdict of a code.

    By method: of those that were never mediated, whose method is ''. By day, by turn: of the days that are summed.
    """
    sums = ", ".join(f"sum({name}) AS {name}" for name in counts)
    another, plain, only, having = "", "1", "", "HAVING (grouping(day) = 1 OR day IS NOT NULL)"
    turn, turned = "", "f.t"
    if by_turn:
        another, turn, turned = (
            ", (station_id, m, turn)",
            "WHEN grouping(turn) = 0 THEN 'turn'",
            "coalesce(f.t, f.turn)",
        )
        having += " AND (grouping(turn) = 1 OR turn IS NOT NULL)"
    if by_method:
        another, plain = f"{another}, (station_id, m, t, plain)", "grouping(plain)"
        having += " AND (grouping(plain) = 1 OR plain)"
        only = "AND (f.by <> 'method' OR y.code IN ('resolution', 'repeat_rate'))"
    return f"""SELECT y.code, f.station_id, f.by, f.part, coalesce(f.m, f.day) AS month, {turned} AS turned, y.verdict,
        y.n::bigint AS n
    FROM (
        SELECT station_id, m, day, t{", turn" if by_turn else ""}, {sums}, CASE WHEN grouping(place_id) = 0 THEN 'place'
                WHEN grouping(type_code) = 0 THEN 'type' WHEN grouping(began) = 0 THEN 'month'
                WHEN grouping(day) = 0 THEN 'day' WHEN {plain} = 0 THEN 'method' {turn} ELSE '' END AS by,
            CASE WHEN grouping(place_id) = 0 THEN coalesce(place_id::text, '')
                WHEN grouping(type_code) = 0 THEN type_code
                WHEN grouping(began) = 0 THEN to_char(began, 'YYYY-MM') ELSE '' END AS part
        FROM ({rows}) r GROUP BY GROUPING SETS ((station_id, m, t), (station_id, m, t, place_id),
            (station_id, m, t, type_code), (station_id, m, t, began), (station_id, day, t){another}) {having}) f
    CROSS JOIN LATERAL (VALUES {told}) y(code, verdict, n) WHERE y.n <> 0 {only}"""


_SETTLING = _parted(
    f"""SELECT {_OF}, figures_month(c.registered_at) AS m, {_day("c.registered_at")} AS day,
        figures_month(c.registered_at) AS t, {_day("c.registered_at")} AS turn,
        (NOT c.is_domestic_violence)::int AS base,
        c.is_domestic_violence::int AS violence, 0 AS n, 0 AS spot, 0 AS seek, 0 AS first, 0 AS later
    FROM figures_course c WHERE {_OURS}
    UNION ALL SELECT {_OF}, figures_month(c.registered_at), {_day("c.registered_at")},
        figures_month(greatest(x.t, c.registered_at)), {_day("greatest(x.t, c.registered_at)")}, 0, 0, x.d,
        CASE WHEN s.mode = 'mode_spot' THEN x.d ELSE 0 END, CASE WHEN s.mode = 'mode_seek' THEN x.d ELSE 0 END,
        CASE WHEN s.number = 1 AND s.round = 1 THEN x.d ELSE 0 END,
        CASE WHEN s.number = 1 AND s.round = 1 THEN 0 ELSE x.d END
    FROM figures_course c {_HELD} {_TURNS} WHERE {_OURS} AND NOT c.is_domestic_violence AND x.t IS NOT NULL""",
    ("base", "violence", "n", "spot", "seek", "first", "later"),
    """('resolution', 'in', n), ('resolution', 'of', base - n), ('resolution', 'out_violence', violence),
    ('on_the_spot', 'in', spot), ('on_the_spot', 'of', base - spot), ('on_the_spot', 'out_violence', violence),
    ('settled_by_elders', 'in', seek), ('settled_by_elders', 'of', base - seek),
    ('settled_by_elders', 'out_violence', violence),
    ('first_time', 'in', first), ('first_time', 'of', later), ('first_time', 'out_violence', violence)""",
    by_method=True,
)
_SECOND = _parted(
    f"""SELECT {_OF}, figures_month(c.second_at) AS m, {_day("c.second_at")} AS day, figures_month(c.second_at) AS t,
        {_day("c.second_at")} AS turn, (NOT c.is_domestic_violence)::int AS base,
        c.is_domestic_violence::int AS violence, 0 AS n
    FROM figures_course c WHERE {_OURS} AND c.second_at IS NOT NULL
    UNION ALL SELECT {_OF}, figures_month(c.second_at), {_day("c.second_at")},
        figures_month(greatest(x.t, c.second_at)), {_day("greatest(x.t, c.second_at)")}, 0, 0, x.d
    FROM figures_course c {_HELD} {_TURNS}
    WHERE {_OURS} AND c.second_at IS NOT NULL AND NOT c.is_domestic_violence AND x.t IS NOT NULL""",
    ("base", "violence", "n"),
    """('second_handling', 'in', n), ('second_handling', 'of', base - n),
    ('second_handling', 'out_violence', violence)""",
)
# a report is the first of a window that begins after the one before; the first of all alone is no repeat
_HEARD = """CROSS JOIN LATERAL unnest(c.heard) WITH ORDINALITY r(at, n)
    CROSS JOIN LATERAL (VALUES (r.at, CASE WHEN r.n = 1 THEN 'of' ELSE 'in' END, 1),
        (c.heard[r.n - 1], CASE WHEN r.n = 2 THEN 'of' ELSE 'in' END, -1)) x(m, v, d)"""
_REPEATS = _parted(
    f"""SELECT {_OF}, figures_month(x.m) AS m, {_day("x.m")} AS day, figures_month(r.at) AS t, {_day("r.at")} AS turn,
        CASE WHEN x.v = 'of' THEN x.d ELSE 0 END AS once, CASE WHEN x.v = 'in' THEN x.d ELSE 0 END AS again
    FROM figures_course c {_HEARD} WHERE {_OURS} AND x.m IS NOT NULL""",
    ("once", "again"),
    "('repeat_rate', 'of', once), ('repeat_rate', 'in', again)",
    by_method=True,
)
# open at the end, whenever the window began (of no day); or settled in it
_BACKLOG = _parted(
    f"""SELECT {_OF}, x.m, NULL::date AS day, x.t, {_day("c.registered_at")} AS turn,
        CASE WHEN c.is_domestic_violence THEN 0 ELSE x.hit END AS hit,
        CASE WHEN c.is_domestic_violence THEN 0 ELSE x.rest END AS rest,
        CASE WHEN c.is_domestic_violence THEN x.hit + x.rest ELSE 0 END AS violence
    FROM figures_course c CROSS JOIN LATERAL (
        SELECT '9999-12-01'::date, figures_month(c.registered_at), 0, 1) x(m, t, hit, rest)
    WHERE {_OURS} AND c.is_backlog
    UNION ALL SELECT {_OF}, y.m, y.day, figures_month(x.t), {_day("x.t")},
        CASE WHEN c.is_domestic_violence THEN 0 ELSE y.hit END,
        CASE WHEN c.is_domestic_violence THEN 0 ELSE y.rest END,
        CASE WHEN c.is_domestic_violence THEN y.hit + y.rest ELSE 0 END
    FROM figures_course c {_HELD} {_TURNS}
    CROSS JOIN LATERAL (VALUES (figures_month(s.at), {_day("s.at")}, x.d, 0),
        ('9999-12-01', NULL, 0, -x.d)) y(m, day, hit, rest)
    WHERE {_OURS} AND c.is_backlog AND x.t IS NOT NULL""",
    ("hit", "rest", "violence"),
    "('backlog_success', 'in', hit), ('backlog_success', 'of', rest), ('backlog_success', 'out_violence', violence)",
)
_DURABLE_ROWS = f"""SELECT {_OF}, s.mode, figures_month(s.at) AS m, {_day("s.at")} AS day,
        figures_month(s.at) AS t, 1 AS n,
        (s.flared_at < s.at + interval '30 days')::int AS flared_30,
        (s.flared_at < s.at + interval '90 days')::int AS flared_90,
        (s.flared_at < s.at + interval '180 days')::int AS flared_180
    FROM figures_course c {_HELD} WHERE {_OURS}"""
_DURABLE = ", ".join(
    f"""('durable_{days}', 'in', n - coalesce(flared_{days}, 0)), ('durable_{days}', 'of', flared_{days}),
    ('durable_{days}:young', 'out_too_young', n)"""
    for days in (30, 90, 180)
)
_HOLDING = _parted(_DURABLE_ROWS, ("n", "flared_30", "flared_90", "flared_180"), _DURABLE, by_turn=False)
_HOLDING_BY_METHOD = f"""SELECT y.code, f.station_id, 'method', f.mode, f.m, f.t, y.verdict, y.n FROM (
        SELECT station_id, mode, m, t, sum(n) AS n, sum(flared_30) AS flared_30, sum(flared_90) AS flared_90,
            sum(flared_180) AS flared_180 FROM ({_DURABLE_ROWS}) r GROUP BY 1, 2, 3, 4) f
    CROSS JOIN LATERAL (VALUES {_DURABLE}) y(code, verdict, n) WHERE y.n <> 0"""
# of a mediated dispute the mediation that was opened last before the window's end: it counts under each from its day on
_MEDIATED = f"""SELECT s.code, s.station_id, 'method', o.method, figures_month(s.m), figures_month(x.t), s.v, sum(x.d)
    FROM (SELECT c.*, 'resolution' AS code, c.registered_at AS m, c.registered_at AS t,
            CASE WHEN c.is_domestic_violence THEN 'out_violence' ELSE 'of' END AS v, 1 AS d
        FROM figures_course c WHERE {_OURS} AND cardinality(c.opened) > 0
        UNION ALL SELECT c.*, 'resolution', c.registered_at, greatest(x.t, c.registered_at), x.v, x.d
        FROM figures_course c {_HELD} CROSS JOIN LATERAL (VALUES (s.at, 'of', -1), (s.at, 'in', 1), (s.until, 'in', -1),
            (s.until, 'of', 1)) x(t, v, d)
        WHERE {_OURS} AND cardinality(c.opened) > 0 AND NOT c.is_domestic_violence AND x.t IS NOT NULL
        UNION ALL SELECT c.*, 'repeat_rate', x.m, r.at, x.v, x.d
        FROM figures_course c {_HEARD} WHERE {_OURS} AND cardinality(c.opened) > 0 AND x.m IS NOT NULL) s
    CROSS JOIN LATERAL (SELECT coalesce(s.methods[n], '') AS method, s.opened[n] AS since, s.opened[n + 1] AS until
        FROM generate_series(0, cardinality(s.opened)) n) o
    CROSS JOIN LATERAL (VALUES (greatest(s.t, o.since), s.d),
        (greatest(s.t, o.until) + (o.until - o.until), -s.d)) x(t, d)
    WHERE x.t IS NOT NULL GROUP BY 1, 2, 4, 5, 6, 7 HAVING sum(x.d) <> 0"""
# what dashboards sum: registered, of these grave ones, in second handling, settled until it ended, ended, and open
# whenever the window began
_TOTALS = f"""SELECT y.code, f.station_id, f.by, f.part, coalesce(f.m, f.day), coalesce(f.t, f.turn), 'in', y.n::bigint
    FROM (
        SELECT station_id, m, day, t, turn, sum(new) AS new,
            sum(grave) AS grave, sum(second) AS second, sum(settled) AS settled, sum(reopened) AS reopened,
            sum(open) AS open,
            CASE WHEN grouping(place_id) = 0 THEN 'place' WHEN grouping(day) = 0 THEN 'day'
                WHEN grouping(turn) = 0 THEN 'turn' ELSE '' END AS by,
            CASE WHEN grouping(place_id) = 0 THEN coalesce(place_id::text, '') ELSE '' END AS part
        FROM (SELECT c.station_id, c.place_id, figures_month(x.m) AS m, CASE WHEN x.m < '9999-01-01' THEN {_day("x.m")}
                END AS day, figures_month(x.t) AS t, {_day("x.t")} AS turn, x.new,
                x.new * c.is_grave::int AS grave, x.second, 0 AS settled, 0 AS reopened, x.open
            FROM figures_course c CROSS JOIN LATERAL (VALUES (c.registered_at, c.registered_at, 1, 0, 0),
                (c.second_at, c.second_at, 0, 1, 0), ('9999-12-01+08'::timestamptz, c.registered_at, 0, 0, 1))
                x(m, t, new, second, open) WHERE {_OURS} AND x.t IS NOT NULL
            UNION ALL SELECT c.station_id, c.place_id, figures_month(x.m), CASE WHEN x.m < '9999-01-01' THEN
                {_day("x.m")} END, figures_month(x.t), {_day("x.t")}, 0, 0, 0, x.settled, x.reopened, x.open
            FROM figures_course c {_HELD} CROSS JOIN LATERAL (VALUES (s.at, s.at, 1, 0, 0), (s.at, s.until, -1, 0, 0),
                (s.until, s.until, 0, 1, 0),
                ('9999-12-01+08'::timestamptz, greatest(s.at, c.registered_at), 0, 0, -1),
                ('9999-12-01+08', CASE WHEN s.until IS NOT NULL THEN greatest(s.until, c.registered_at) END, 0, 0, 1))
                x(m, t, settled, reopened, open) WHERE {_OURS} AND x.t IS NOT NULL) r
        GROUP BY GROUPING SETS ((station_id, m, t), (station_id, m, t, place_id), (station_id, day, t),
            (station_id, m, turn))
        HAVING (grouping(day) = 1 OR day IS NOT NULL) AND (grouping(turn) = 1 OR turn IS NOT NULL)) f
    CROSS JOIN LATERAL (VALUES ('new', new), ('grave', grave), ('second', second),
        ('settled', settled), ('reopened', reopened), ('open', open)) y(code, n)
    WHERE y.n <> 0"""
_GONE = """SELECT * FROM figures_tallied(ARRAY(SELECT c.dispute_id FROM figures_course c
    WHERE {which} AND (c.merged_at IS NOT NULL OR c.transferred_at IS NOT NULL)))"""
_ALL = " UNION ALL ".join(
    (_SETTLING, _SECOND, _REPEATS, _BACKLOG, _HOLDING, _HOLDING_BY_METHOD, _MEDIATED, _TOTALS, _GONE)
)

# of the disputes of `%(ids)s`: one by one, and many; of every dispute
ONE_BY_ONE = "SELECT * FROM figures_tallied(%(ids)s)"
MANY = _ALL.format(which="c.dispute_id = ANY (%(ids)s)")
EVERY = _ALL.format(which="true")


def of(count: int) -> str:
    """A SELECT of the sums of `count` disputes, `%(ids)s`."""
    return MANY if count > FEW else ONE_BY_ONE

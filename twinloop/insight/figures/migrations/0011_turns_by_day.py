"""By which day a step turns, beside the month from which it counts: windows that ended in the midst of a past month.

`by` 'turn' holds the month of m and the day of t, since days are summed (migration 0006): such a window is the sums up
to its last month's begin and these days. Durable figures do not depend on a window's end.

What is one's own is kept as long as nothing was committed: beside the snapshot of the statement instead of the moment
at which it began. A transaction that writes sees more than its snapshot says and asks each statement anew.
"""

from importlib import import_module

from django.db import migrations

first = import_module("twinloop.insight.figures.migrations.0004_rollups")
days = import_module("twinloop.insight.figures.migrations.0006_by_day")
own = import_module("twinloop.insight.figures.migrations.0008_own_by_index")
totals = import_module("twinloop.insight.figures.migrations.0009_totals")

BY_TURN = f"""UNION ALL SELECT s.code, s.station_id, 'turn', '', figures_month(s.m), figures_day(s.t), s.verdict, sum(s.d)
FROM steps s WHERE s.t >= {days.SINCE} AND s.code NOT LIKE 'durable%' GROUP BY 1, 2, 5, 6, 7 HAVING sum(s.d) <> 0
$tallied$;"""


def tallied() -> str:
    head, _end, tail = totals.tallied().rpartition("$tallied$;")
    assert not tail
    return head + BY_TURN


# of what stands already: whatever something happened to since
FILL = f"""INSERT INTO figures_tally ({first.COLUMNS})
SELECT t.code, t.station_id, t.by, t.part, t.month, t.turned, t.verdict, sum(t.n)::bigint
FROM generate_series(0, (SELECT max(dispute_id) FROM figures_course), 20000) first CROSS JOIN LATERAL (
    SELECT s.code, c.station_id, 'turn'::text AS by, ''::text AS part, figures_month(s.m) AS month,
        figures_day(s.t) AS turned, s.verdict, sum(s.d) AS n
    FROM figures_steps(ARRAY(SELECT c.dispute_id FROM figures_course c
        WHERE c.dispute_id >= first AND c.dispute_id < first + 20000 AND (c.registered_at >= {days.SINCE}
            OR c.second_at >= {days.SINCE} OR c.last_heard >= {days.SINCE} OR c.merged_at >= {days.SINCE}
            OR c.transferred_at >= {days.SINCE} OR EXISTS (SELECT 1 FROM figures_settled s
                WHERE s.dispute_id = c.dispute_id AND (s.at >= {days.SINCE} OR s.until >= {days.SINCE}))))) s
    JOIN figures_course c ON c.dispute_id = s.dispute_id
    WHERE s.t >= {days.SINCE} AND s.code NOT LIKE 'durable%' GROUP BY 1, 2, 5, 6, 7 HAVING sum(s.d) <> 0) t
GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(t.n) <> 0;"""
EMPTY = "DELETE FROM figures_tally WHERE by = 'turn'"
OWN = own.OWN.replace(
    "concat_ws(' ', statement_timestamp(), mine",
    """concat_ws(' ', CASE WHEN pg_current_xact_id_if_assigned() IS NULL
        THEN pg_current_snapshot()::text ELSE statement_timestamp()::text END, mine""",
)
assert OWN != own.OWN


class Migration(migrations.Migration):
    dependencies = [("figures", "0010_by_community")]
    operations = [
        migrations.RunSQL(f"{tallied()}\n{OWN}", f"{totals.tallied()}\n{own.OWN}"),
        migrations.RunSQL(FILL, EMPTY),
    ]

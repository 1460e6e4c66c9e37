"""What a dashboard sums is summed too: new, settled, reopened, open; and with the clocks what is late, and calls.

`new`, `settled`, `reopened` and `open` are steps of a dispute like every figure (decision 0015), by community and day
beside the month; what is open counts whenever the window began. What is late and calls are no projection: they are
summed with the days and months of clocks, and whoever changes a call of a day that is over, moves or links it, tears
that day open (decision 0018). Clocks of a day are summed by community for the weeks whose month is not summed yet.
"""

from importlib import import_module

from django.db import migrations, models

first = import_module("twinloop.insight.figures.migrations.0004_rollups")
days = import_module("twinloop.insight.figures.migrations.0006_by_day")

ALWAYS = "'9999-12-01+08'::timestamptz"
TODAY = days.TODAY
# of disputes `c` (with `gone`: when it left us) and their settlements `s`: (code, dispute, m, t, d), each row 'in'
STEPS = f"""SELECT 'new' AS code, c.dispute_id, c.registered_at AS m, x.t, x.d
FROM c CROSS JOIN LATERAL (VALUES (c.registered_at, 1),
    (CASE WHEN c.merged_at IS NOT NULL THEN greatest(c.merged_at, c.registered_at) END, -1)) x(t, d)
WHERE x.t IS NOT NULL
UNION ALL SELECT x.code, s.dispute_id, x.m, x.t, x.d
FROM s CROSS JOIN LATERAL (VALUES ('settled', s.at, s.at, 1), ('settled', s.at, s.until, -1),
    ('reopened', s.until, s.until, 1)) x(code, m, t, d) WHERE x.t IS NOT NULL
-- ours, and no settlement holds
UNION ALL SELECT 'open', o.dispute_id, {ALWAYS}, x.t, x.d
FROM (SELECT c.dispute_id, c.gone, c.registered_at AS t, 1 AS d FROM c
    UNION ALL SELECT c.dispute_id, c.gone, greatest(x.t, c.registered_at), x.d FROM c
    JOIN s ON s.dispute_id = c.dispute_id CROSS JOIN LATERAL (VALUES (s.at, -1), (s.until, 1)) x(t, d)
    WHERE x.t IS NOT NULL) o
CROSS JOIN LATERAL (VALUES (o.t, o.d), (o.gone, -o.d)) x(t, d)
WHERE (o.gone IS NULL OR o.t < o.gone) AND x.t IS NOT NULL"""
CODES = "('new', 'settled', 'reopened', 'open')"


def steps() -> str:
    head, _end, tail = first.STEPS.rpartition("$steps$;")
    assert not tail
    return days.replaced(
        f"{head}UNION ALL SELECT o.code, o.dispute_id, o.m, o.t, 'in', o.d, NULL FROM (\n{STEPS}) o\n$steps$;"
    )


def tallied() -> str:
    """By type and month of registration nobody asks for these."""
    whole = "GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(s.n) <> 0\n"
    made = days.by_day()
    assert made.count(whole) == 1
    return made.replace(whole, f"WHERE x.by IN ('', 'place') OR s.code NOT IN {CODES}\n{whole}")


# of what stands already
FILL = f"""INSERT INTO figures_tally ({first.COLUMNS})
WITH c AS MATERIALIZED (SELECT dispute_id, registered_at, merged_at, station_id, place_id,
        least(merged_at, transferred_at) AS gone FROM figures_course),
    s AS (SELECT dispute_id, at, until FROM figures_settled),
    counted AS MATERIALIZED (SELECT o.code, c.station_id, c.place_id, figures_day(o.m) AS m, figures_month(o.t) AS t,
        sum(o.d) AS n FROM ({STEPS}) o JOIN c ON c.dispute_id = o.dispute_id GROUP BY 1, 2, 3, 4, 5 HAVING sum(o.d) <> 0)
SELECT r.code, r.station_id, x.by, x.part, x.m, r.t, 'in', sum(r.n)::bigint FROM counted r
CROSS JOIN LATERAL (VALUES ('', '', date_trunc('month', r.m)::date),
    ('place', coalesce(r.place_id::text, ''), date_trunc('month', r.m)::date),
    ('day', '', CASE WHEN r.m >= (SELECT since FROM figures_days) AND r.m < '9999-01-01' THEN r.m END)) x(by, part, m)
WHERE x.m IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(r.n) <> 0;
UPDATE figures_days SET placed = figures_month(now() - interval '76 days');
DELETE FROM figures_kept;
DELETE FROM figures_keptday;
"""

# which mediations opened lately: they part a figure anew
MEDIATED = "CREATE INDEX figures_mediated ON mediation_mediation (opened_at);"
_CLOCKS, _END, _REST = days.TEAR.partition(");\n    PERFORM figures_tear_at(dues);")
OF = (_CLOCKS + f"""
        UNION ALL SELECT i.received_at FROM cases_incident i WHERE i.id = incident AND i.received_at < {TODAY}
        UNION ALL SELECT i.received_at FROM cases_incidentlink l JOIN cases_incident i ON i.id = l.incident_id
        WHERE l.dispute_id = dispute AND rules = '%' AND i.received_at < {TODAY}""" + _END + """
END $tear$;""").replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")  # fmt: skip
BEFORE_OF = (_CLOCKS + _END + "\nEND $tear$;").replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
CALLS = f"""CREATE FUNCTION figures_rang() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $rang$
BEGIN
    PERFORM figures_tear_at(ARRAY[OLD.received_at, NEW.received_at]);
    RETURN NULL;
END $rang$;
CREATE TRIGGER figures_rang AFTER INSERT ON cases_incident FOR EACH ROW WHEN (NEW.received_at < {TODAY})
    EXECUTE FUNCTION figures_rang();
CREATE TRIGGER figures_sorted AFTER UPDATE OF received_at, confirmed_kind, reported_kind ON cases_incident FOR EACH ROW
    WHEN ((OLD.received_at < {TODAY} OR NEW.received_at < {TODAY})
        AND (OLD.received_at, OLD.confirmed_kind, OLD.reported_kind)
        IS DISTINCT FROM (NEW.received_at, NEW.confirmed_kind, NEW.reported_kind)) EXECUTE FUNCTION figures_rang();
CREATE TRIGGER figures_withdrawn AFTER DELETE ON cases_incident FOR EACH ROW WHEN (OLD.received_at < {TODAY})
    EXECUTE FUNCTION figures_rang();
CREATE TRIGGER figures_withdrawn AFTER DELETE ON cases_clock FOR EACH ROW WHEN (OLD.due_at < {TODAY})
    EXECUTE FUNCTION figures_tear();"""
BEFORE = f"""DROP TRIGGER figures_rang ON cases_incident; DROP TRIGGER figures_sorted ON cases_incident;
DROP TRIGGER figures_withdrawn ON cases_incident; DROP TRIGGER figures_withdrawn ON cases_clock;
DROP FUNCTION figures_rang;
DELETE FROM figures_tally WHERE code IN ('new', 'settled', 'reopened', 'open', 'late', 'calls', 'dispute_calls');
DELETE FROM figures_tally WHERE by = 'dplace';"""


class Migration(migrations.Migration):
    dependencies = [("figures", "0008_own_by_index")]
    operations = [
        migrations.AddField("reach", "folded", models.BigIntegerField(default=0, db_default=0)),
        migrations.AddField("days", "placed", models.DateField(null=True)),
        migrations.RunSQL(
            "\n".join([steps(), tallied(), OF, CALLS, MEDIATED]),
            "\n".join(["DROP INDEX figures_mediated;", BEFORE, BEFORE_OF, days.by_day(), days.replaced(first.STEPS)]),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

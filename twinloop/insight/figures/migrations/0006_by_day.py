"""Sums by day beside those by month, for the last two years; and of clocks for each station too.

A window that begins in the midst of a month (the weeks before this month, the months before this year) is days and months: `by` 'day'
holds the first day from which a step counts, and still the month in which it turns. A day of clocks is summed when it
is over. Who changes one of its clocks later tears the day open, as is done with months. A clock counts for each station
that sees it: that of its dispute, of its call, and of the disputes to which the call belongs.
"""

from importlib import import_module

from django.db import migrations, models

cases = import_module("twinloop.cases.migrations.0003_policies")
old = import_module("twinloop.insight.figures.migrations.0004_rollups")

NEW = ("figures_days", "figures_keptday", "figures_tornday")
DAY = """CREATE FUNCTION figures_day(moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $day$
    SELECT timezone(interval '8 hours', moment)::date
$day$;"""
SINCE = "(SELECT timezone(interval '8 hours', since::timestamp) FROM figures_days)"
TODAY = "timezone(interval '8 hours', date_trunc('day', timezone(interval '8 hours', now())))"
BY_DAY = f"""UNION ALL SELECT s.code, s.station_id, 'day', '', figures_day(s.m), figures_month(s.t), s.verdict, sum(s.d)
FROM steps s WHERE s.m >= {SINCE} AND s.m < '9999-01-01' GROUP BY 1, 2, 5, 6, 7 HAVING sum(s.d) <> 0
$tallied$;"""


def replaced(made: str) -> str:
    return made.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def by_day() -> str:
    head, _end, tail = old.TALLIED.rpartition("$tallied$;")
    assert not tail
    return replaced(head + BY_DAY)


# clocks of a dispute, of a call, and of the calls of a dispute
TEAR = f"""CREATE FUNCTION figures_tear_of(dispute bigint, incident bigint, rules text) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $tear$
DECLARE dues timestamptz[];
BEGIN
    dues := ARRAY(SELECT k.due_at FROM cases_clock k WHERE k.dispute_id = dispute AND k.due_at < {TODAY}
            AND k.rule LIKE rules
        UNION ALL SELECT k.due_at FROM cases_clock k WHERE k.incident_id = incident AND k.due_at < {TODAY}
        UNION ALL SELECT k.due_at FROM cases_incidentlink l JOIN cases_clock k ON k.incident_id = l.incident_id
        WHERE l.dispute_id = dispute AND rules = '%' AND k.due_at < {TODAY});
    PERFORM figures_tear_at(dues);
END $tear$;
CREATE FUNCTION figures_tear_at(dues timestamptz[]) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $tear$
BEGIN
    INSERT INTO figures_torn (month) SELECT DISTINCT figures_month(due) FROM unnest(dues) due WHERE due < {old.OVER};
    INSERT INTO figures_tornday (day) SELECT DISTINCT figures_day(due) FROM unnest(dues) due
        WHERE due < {TODAY} AND due >= {SINCE};
END $tear$;
CREATE OR REPLACE FUNCTION figures_tear() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $tear$
BEGIN
    PERFORM figures_tear_at(ARRAY[OLD.due_at, NEW.due_at]);
    RETURN NULL;
END $tear$;
CREATE OR REPLACE FUNCTION figures_heard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $heard$
BEGIN
    PERFORM figures_tear_of(NEW.dispute_id, NULL, 'callback%');
    RETURN NULL;
END $heard$;
CREATE FUNCTION figures_called() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $called$
BEGIN
    PERFORM figures_tear_of(NULL, NEW.id, '%');
    RETURN NULL;
END $called$;
CREATE FUNCTION figures_linked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $linked$
BEGIN
    PERFORM figures_tear_of(NULL, NEW.incident_id, '%');
    RETURN NULL;
END $linked$;
DROP TRIGGER figures_late ON cases_clock;
DROP TRIGGER figures_changed ON cases_clock;
CREATE TRIGGER figures_late AFTER INSERT ON cases_clock FOR EACH ROW WHEN (NEW.due_at < {TODAY})
    EXECUTE FUNCTION figures_tear();
CREATE TRIGGER figures_changed AFTER UPDATE ON cases_clock FOR EACH ROW
    WHEN ((OLD.due_at < {TODAY} OR NEW.due_at < {TODAY})
        AND (OLD.rule, OLD.dispute_id, OLD.incident_id, OLD.started_at, OLD.due_at, OLD.met_at, OLD.dropped_at)
        IS DISTINCT FROM (NEW.rule, NEW.dispute_id, NEW.incident_id, NEW.started_at, NEW.due_at, NEW.met_at, NEW.dropped_at))
    EXECUTE FUNCTION figures_tear();
CREATE TRIGGER figures_called AFTER UPDATE OF station_id ON cases_incident FOR EACH ROW
    WHEN (OLD.station_id IS DISTINCT FROM NEW.station_id) EXECUTE FUNCTION figures_called();
CREATE TRIGGER figures_linked AFTER INSERT OR UPDATE ON cases_incidentlink FOR EACH ROW EXECUTE FUNCTION figures_linked();"""


def moved() -> str:
    head, _torn, tail = old.MOVED.partition("    INSERT INTO figures_torn")
    tail = tail.partition("    RETURN NULL;\nEND $moved$;")[0] and "    RETURN NULL;\nEND $moved$;"
    return replaced(f"{head}    PERFORM figures_tear_of(NEW.id, NULL, '%');\n{tail}")


# days of what stands already; months of clocks are summed anew, with their stations, by whoever keeps the figures next
FILL = f"""
INSERT INTO figures_days (id, since) VALUES (1, figures_month(now() - interval '740 days'));
INSERT INTO figures_tally ({old.COLUMNS}) SELECT {old.COLUMNS}
    FROM generate_series(0, (SELECT max(dispute_id) FROM figures_course), 20000) first CROSS JOIN LATERAL
    figures_tallied(ARRAY(SELECT c.dispute_id FROM figures_course c
        WHERE c.dispute_id >= first AND c.dispute_id < first + 20000 AND (c.registered_at >= {SINCE}
            OR c.second_at >= {SINCE} OR c.last_heard >= {SINCE} OR EXISTS (SELECT 1 FROM figures_settled s
                WHERE s.dispute_id = c.dispute_id AND s.at >= {SINCE})))) WHERE by = 'day';
DELETE FROM figures_kept;
"""


def forward() -> str:
    told = []
    for table in NEW:
        told.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        told.append(f"CREATE POLICY see ON {table} FOR SELECT USING (true);")
        told.append(f"CREATE POLICY write ON {table} FOR ALL USING ({cases.SEES_ALL}) WITH CHECK ({cases.SEES_ALL});")
    return "\n".join([*told, DAY, by_day(), TEAR, moved()])


def backward() -> str:
    told = ["DROP TRIGGER figures_linked ON cases_incidentlink; DROP TRIGGER figures_called ON cases_incident;",
            "DROP TRIGGER figures_changed ON cases_clock; DROP TRIGGER figures_late ON cases_clock;",
            "DROP TRIGGER figures_heard ON visits_callback; DROP FUNCTION figures_heard; DROP FUNCTION figures_tear;",
            replaced(old.MOVED.partition("CREATE TRIGGER")[0]), old.TEAR, replaced(old.TALLIED),
            "DROP FUNCTION figures_linked; DROP FUNCTION figures_called; DROP FUNCTION figures_tear_of;",
            "DROP FUNCTION figures_tear_at; DROP FUNCTION figures_day;",
            "DELETE FROM figures_tally WHERE by = 'day'; DELETE FROM figures_tally WHERE station_id IS NOT NULL",
            "AND code IN ('clocks_met', 'callbacks_reached', 'callbacks_satisfied');"]  # fmt: skip
    for table in NEW:
        told += [f"DROP POLICY write ON {table};", f"DROP POLICY see ON {table};",
                 f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"]  # fmt: skip
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("figures", "0005_asked_by_index"), ("cases", "0017_nobody_is_not_looked_up"), ("visits", "0003_met_at")]
    operations = [
        migrations.CreateModel(
            name="Days",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField()),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="figures_days_single")]},
        ),
        migrations.CreateModel(name="KeptDay", fields=[("day", models.DateField(primary_key=True, serialize=False))]),
        migrations.CreateModel(
            name="TornDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
            ],
        ),
        migrations.RunSQL(forward(), backward()),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

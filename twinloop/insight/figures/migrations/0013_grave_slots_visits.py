"""What dashboards and the heat table still counted row by row: grave ones and second handlings as steps of a dispute;
calls by slot and visits made, with the days and months of clocks.

Whether a dispute is grave stands on its course and follows it by the trigger that its community follows by. Who writes
down, moves or withdraws a visit of a day that is over tears that day open. What a viewer of communities visits elsewhere is named by `figures_visits_away`, and the calls of
clocks that ended in a span by those clocks alone. Settlements that broke are found by index. Days of clocks by community are kept as long
as all days (`Days.placed` is gone): a month that is cut is no longer asked of the rows. Months and days of clocks are
summed anew by whoever keeps the figures next.
"""

from importlib import import_module

from django.db import migrations, models

first = import_module("twinloop.insight.figures.migrations.0004_rollups")
days = import_module("twinloop.insight.figures.migrations.0006_by_day")
totals = import_module("twinloop.insight.figures.migrations.0009_totals")
placed = import_module("twinloop.insight.figures.migrations.0010_by_community")
turns = import_module("twinloop.insight.figures.migrations.0011_turns_by_day")
near = import_module("twinloop.insight.figures.migrations.0012_near")


def exchanged(told: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert told.count(old) == 1, old
        told = told.replace(old, new)
    return told


_HEAD, _REST, _TAIL = totals.STEPS.partition("WHERE x.t IS NOT NULL\nUNION ALL")
DISPUTES = """SELECT y.code, c.dispute_id, y.m, x.t, x.d
FROM c CROSS JOIN LATERAL (VALUES ('new', c.registered_at), ('grave', CASE WHEN c.is_grave THEN c.registered_at END),
    ('second', c.second_at)) y(code, m)
CROSS JOIN LATERAL (VALUES (y.m, 1), (CASE WHEN c.merged_at IS NOT NULL THEN greatest(c.merged_at, y.m) END, -1)) x(t, d)
WHERE y.m IS NOT NULL AND """
STEPS = exchanged(totals.steps(), (_HEAD.replace(" AS code", " AS code") + "WHERE ", DISPUTES))
TALLIED = exchanged(turns.tallied(), (totals.CODES, "('new', 'grave', 'second', 'settled', 'reopened', 'open')"))

GRAVE = "coalesce({}.level IN (1, 2), false)"
_FUNCTION, _TRIGGER, _WHEN = days.moved().partition("CREATE TRIGGER")
AREA = "(OLD.station_id, OLD.place_id, OLD.type_code) IS DISTINCT FROM (NEW.station_id, NEW.place_id, NEW.type_code)"
MOVED = exchanged(
    days.moved(),
    ("type_code = NEW.type_code\n", f"type_code = NEW.type_code,\n        is_grave = {GRAVE.format('NEW')}\n"),
    ("    PERFORM figures_tear_of(NEW.id, NULL, '%');", f"    IF {AREA} THEN\n        PERFORM figures_tear_of(NEW.id, NULL, '%');\n    END IF;"),
)  # fmt: skip
MOVES = f"""DROP TRIGGER figures_moved ON cases_dispute;
CREATE TRIGGER figures_moved AFTER UPDATE OF station_id, place_id, type_code, level ON cases_dispute FOR EACH ROW
    WHEN ({AREA} OR {GRAVE.format("OLD")} IS DISTINCT FROM {GRAVE.format("NEW")}) EXECUTE FUNCTION figures_moved();"""
BEFORE_MOVES = f"""DROP TRIGGER figures_moved ON cases_dispute;
{first.MOVED[first.MOVED.index("CREATE TRIGGER"):]}"""

OF = exchanged(totals.OF, ("\n        UNION ALL SELECT i.received_at FROM cases_incident i WHERE", f"""
        UNION ALL SELECT v.at FROM visits_callback v WHERE v.dispute_id = dispute AND rules = '%' AND v.at < {days.TODAY}
        UNION ALL SELECT i.received_at FROM cases_incident i WHERE"""))  # fmt: skip
HEARD = f"""CREATE OR REPLACE FUNCTION figures_heard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $heard$
BEGIN
    PERFORM figures_tear_of(coalesce(NEW.dispute_id, OLD.dispute_id), NULL, 'callback%');
    PERFORM figures_tear_at(ARRAY[OLD.at, NEW.at]);
    RETURN NULL;
END $heard$;
CREATE TRIGGER figures_withdrawn AFTER DELETE ON visits_callback FOR EACH ROW WHEN (OLD.at < {days.TODAY})
    EXECUTE FUNCTION figures_heard();"""
BEFORE_HEARD = """DROP TRIGGER figures_withdrawn ON visits_callback;
CREATE OR REPLACE FUNCTION figures_heard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $heard$
BEGIN
    PERFORM figures_tear_of(NEW.dispute_id, NULL, 'callback%');
    RETURN NULL;
END $heard$;"""

# of some calls those that a viewer sees
_SEEN = placed.CALLS[placed.CALLS.index("(i.station_id = ANY") : placed.CALLS.index(";\nEND $calls$")]
CALLS_OF = f"""CREATE FUNCTION figures_calls_of(ids bigint[]) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $calls$
DECLARE
    mine bigint[] := {near.own.told("accounts")}::bigint[];
    stations bigint[] := {near.own.told("stations")}::bigint[];
    places bigint[] := {near.own.told("places")}::bigint[];
BEGIN
    RETURN QUERY SELECT i.id FROM cases_incident i WHERE i.id = ANY (ids) AND {_SEEN};
END $calls$;"""
CLOCKS = exchanged(
    days.replaced(near.CLOCKS),
    ("ARRAY(SELECT figures_calls('-infinity', since, since))", """ARRAY(SELECT figures_calls_of(ARRAY(
            SELECT k.incident_id FROM cases_clock k WHERE k.incident_id IS NOT NULL AND k.due_at < since
                AND (k.met_at >= since AND k.met_at < until OR k.dropped_at >= since AND k.dropped_at < until))))"""),
)  # fmt: skip
AWAY = f"""CREATE INDEX figures_visited ON visits_callback (owner_id, at) INCLUDE (id, dispute_id) WHERE state = 'done';
CREATE FUNCTION figures_visits_away(since timestamptz, until timestamptz) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $away$
DECLARE
    mine bigint[] := {near.own.told("accounts")}::bigint[];
    places bigint[] := {near.own.told("places")}::bigint[];
    theirs bigint[] := ARRAY(SELECT figures_own());
BEGIN
    RETURN QUERY SELECT v.id FROM visits_callback v JOIN cases_dispute d ON d.id = v.dispute_id
        WHERE v.owner_id = ANY (mine) AND v.state = 'done' AND v.at >= since AND v.at < until
            AND NOT coalesce(d.place_id = ANY (places), false)
        UNION SELECT v.id FROM visits_callback v
        WHERE v.dispute_id = ANY (theirs) AND v.state = 'done' AND v.at >= since AND v.at < until;
END $away$;"""

# of what stands already
FILL = f"""UPDATE figures_course c SET is_grave = true FROM cases_dispute d WHERE d.id = c.dispute_id AND d.level IN (1, 2);
INSERT INTO figures_tally ({first.COLUMNS})
WITH c AS MATERIALIZED (SELECT * FROM figures_course),
    counted AS MATERIALIZED (SELECT o.code, c.station_id, c.place_id, figures_day(o.m) AS m, figures_day(o.t) AS t,
        sum(o.d) AS n FROM ({DISPUTES} x.t IS NOT NULL AND y.code <> 'new') o JOIN c ON c.dispute_id = o.dispute_id
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(o.d) <> 0)
SELECT r.code, r.station_id, x.by, x.part, x.m, x.t, 'in', sum(r.n)::bigint
FROM (SELECT k.*, date_trunc('month', k.m)::date AS began, date_trunc('month', k.t)::date AS turned,
        (SELECT since FROM figures_days) AS since FROM counted k) r
CROSS JOIN LATERAL (VALUES ('', '', r.began, r.turned), ('place', coalesce(r.place_id::text, ''), r.began, r.turned),
    ('day', '', CASE WHEN r.m >= r.since THEN r.m END, r.turned),
    ('turn', '', r.began, CASE WHEN r.t >= r.since THEN r.t END)) x(by, part, m, t)
WHERE x.m IS NOT NULL AND x.t IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(r.n) <> 0;
DELETE FROM figures_kept;
DELETE FROM figures_keptday;
SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
"""
GONE = f"DROP FUNCTION figures_visits_away; DROP INDEX figures_visited; {days.replaced(near.CLOCKS)} DROP FUNCTION figures_calls_of;"
EMPTY = """DELETE FROM figures_tally WHERE code IN ('grave', 'second', 'callbacks') OR by IN ('slot', 'dslot');
DELETE FROM figures_keptday;
UPDATE figures_days SET placed = figures_month(now() - interval '76 days');"""


class Migration(migrations.Migration):
    dependencies = [("figures", "0012_near"), ("visits", "0003_met_at")]
    operations = [
        migrations.AddField("course", "is_grave", models.BooleanField(default=False, db_default=False)),
        migrations.RunSQL(
            "\n".join([STEPS, TALLIED, MOVED, MOVES, OF, HEARD, CALLS_OF, CLOCKS, AWAY]),
            "\n".join([GONE, BEFORE_HEARD, totals.OF, BEFORE_MOVES, days.moved(), turns.tallied(), totals.steps()]),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("DROP INDEX figures_grave", near.GRAVE),
        migrations.RunSQL(migrations.RunSQL.noop, EMPTY),
        migrations.RemoveField("days", "placed"),
        migrations.AddIndex(
            "settled",
            models.Index(
                condition=models.Q(("flared_at__isnull", False)), fields=["at"], name="figures_settled_flared",
                include=["mode", "flared_at", "dispute", "station", "place"],
            ),
        ),  # fmt: skip
    ]

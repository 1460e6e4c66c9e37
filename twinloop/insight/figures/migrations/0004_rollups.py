"""Roll-ups: by month what each figure counts, kept with the projections; and policies that ask no other table.

`figures_steps` tells a dispute's verdict as steps: from `t` on it counts `d` more as `verdict` in every window that
begins at `m` or before and ends after `t`. Summed by months they answer any window of whole months (decision 0015,
docs/methods/figures.md).

Station and community stand on the projections themselves, kept by a trigger in the transaction that changes them: a
row is seen where its dispute is, without a look at the dispute. A roll-up is seen by who sees the whole district, or
the station that it counts.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
old = import_module("twinloop.insight.figures.migrations.0002_policies")
behind = import_module("twinloop.cases.migrations.0005_policies_by_row")

MONTH = """CREATE FUNCTION figures_month(moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $month$
    -- +08:00 as an interval: looking the zone up by its name takes four times as long
    SELECT date_trunc('month', timezone(interval '8 hours', moment))::date
$month$;"""

STEPS = """CREATE FUNCTION figures_steps(ids bigint[])
RETURNS TABLE (code text, dispute_id bigint, m timestamptz, t timestamptz, verdict text, d int, mode text)
LANGUAGE sql STABLE ROWS 100000 SET search_path = public, pg_temp SET work_mem = '64MB' AS $steps$
WITH c AS MATERIALIZED (SELECT k.*, least(merged_at, transferred_at) AS gone, CASE
            WHEN merged_at <= coalesce(transferred_at, 'infinity') THEN 'out_merged'
            WHEN transferred_at IS NOT NULL THEN 'out_transferred' END AS way
        FROM figures_course k WHERE k.dispute_id = ANY (ids)),
    s AS MATERIALIZED (SELECT * FROM figures_settled f WHERE f.dispute_id = ANY (ids)),
    -- as long as it is ours: what it is at first, and each settlement that begins or ends
    base AS (
        SELECT k.code, c.dispute_id, k.m, k.m AS t,
            CASE WHEN c.is_domestic_violence THEN 'out_violence' ELSE k.v END AS v, 1 AS d
        FROM c CROSS JOIN LATERAL (VALUES ('resolution', c.registered_at, 'of'), ('on_the_spot', c.registered_at, 'of'),
            ('settled_by_elders', c.registered_at, 'of'), ('first_time', c.registered_at, 'none'),
            ('second_handling', c.second_at, 'of')) k(code, m, v) WHERE k.m IS NOT NULL
        UNION ALL SELECT k.code, c.dispute_id, k.m, greatest(x.t, k.m), x.v, x.d
        FROM c JOIN s ON s.dispute_id = c.dispute_id AND NOT c.is_domestic_violence
        CROSS JOIN LATERAL (VALUES ('resolution', c.registered_at, 'of', 'in', true),
            ('on_the_spot', c.registered_at, 'of', 'in', s.mode = 'mode_spot'),
            ('settled_by_elders', c.registered_at, 'of', 'in', s.mode = 'mode_seek'),
            ('first_time', c.registered_at, 'none', CASE WHEN s.number = 1 AND s.round = 1 THEN 'in' ELSE 'of' END, true),
            ('second_handling', c.second_at, 'of', 'in', true)) k(code, m, v0, v1, applies)
        CROSS JOIN LATERAL (VALUES (s.at, k.v0, -1), (s.at, k.v1, 1), (s.until, k.v1, -1), (s.until, k.v0, 1)) x(t, v, d)
        WHERE k.applies AND k.m IS NOT NULL AND x.t IS NOT NULL
        -- a report is the first of a window that begins after the one before; the first of all alone is no repeat
        UNION ALL SELECT 'repeat_rate', c.dispute_id, x.m, r.at, x.v, x.d
        FROM c CROSS JOIN LATERAL unnest(c.heard) WITH ORDINALITY r(at, n)
        CROSS JOIN LATERAL (VALUES (r.at, CASE WHEN r.n = 1 THEN 'of' ELSE 'in' END, 1),
            (c.heard[r.n - 1], CASE WHEN r.n = 2 THEN 'of' ELSE 'in' END, -1)) x(m, v, d) WHERE x.m IS NOT NULL),
    -- backlog: open at the end, whenever the window began; or settled in it
    b AS (SELECT c.dispute_id, '9999-12-01+08'::timestamptz AS m, c.registered_at AS t, 'of' AS v, 1 AS d
        FROM c WHERE c.is_backlog
        UNION ALL SELECT c.dispute_id, x.m, x.t, x.v, x.d
        FROM c JOIN s ON s.dispute_id = c.dispute_id AND c.is_backlog
        CROSS JOIN LATERAL (VALUES (s.at, s.at, 'in', 1), (s.at, s.until, 'in', -1),
            ('9999-12-01+08', s.at, 'of', -1), ('9999-12-01+08', s.until, 'of', 1)) x(m, t, v, d) WHERE x.t IS NOT NULL)
SELECT b.code, b.dispute_id, b.m, b.t, b.v, b.d, NULL FROM base b JOIN c ON c.dispute_id = b.dispute_id
WHERE (c.gone IS NULL OR b.t < c.gone) AND b.v <> 'none'
UNION ALL SELECT b.code, b.dispute_id, b.m, x.t, x.v, x.d, NULL  -- gone: from then on it is left out instead
FROM base b JOIN c ON c.dispute_id = b.dispute_id AND c.gone IS NOT NULL
CROSS JOIN LATERAL (VALUES (c.gone, b.v, CASE WHEN b.t < c.gone THEN -b.d END), (greatest(b.t, c.gone), c.way, b.d),
    (CASE WHEN c.transferred_at < c.merged_at THEN greatest(b.t, c.merged_at) END, 'out_transferred', -b.d),
    (CASE WHEN c.transferred_at < c.merged_at THEN greatest(b.t, c.merged_at) END, 'out_merged', b.d)) x(t, v, d)
WHERE x.t IS NOT NULL AND x.d IS NOT NULL AND x.v <> 'none'
UNION ALL SELECT 'backlog_success', b.dispute_id, b.m, x.t,
    CASE WHEN c.is_domestic_violence THEN 'out_violence' ELSE b.v END, x.d, NULL
FROM b JOIN c ON c.dispute_id = b.dispute_id CROSS JOIN LATERAL (VALUES (b.t, b.d), (c.gone, -b.d)) x(t, d)
WHERE (c.gone IS NULL OR b.t < c.gone) AND x.t IS NOT NULL
UNION ALL SELECT 'backlog_success', c.dispute_id, coalesce(s.at, c.gone), x.t, x.v, x.d, NULL
FROM c LEFT JOIN s ON s.dispute_id = c.dispute_id AND s.at <= c.gone AND (s.until IS NULL OR s.until > c.gone)
CROSS JOIN LATERAL (VALUES (c.gone, c.way, 1),
    (CASE WHEN c.transferred_at < c.merged_at THEN c.merged_at END, 'out_transferred', -1),
    (CASE WHEN c.transferred_at < c.merged_at THEN c.merged_at END, 'out_merged', 1)) x(t, v, d)
WHERE c.is_backlog AND x.t IS NOT NULL
-- whether a settlement held can be said once it is old enough; until then it is too young, or merged
UNION ALL SELECT k.code || x.more, s.dispute_id, s.at, s.at, CASE
        WHEN c.merged_at < s.at + k.held THEN 'out_merged' WHEN x.more <> '' THEN 'out_too_young'
        WHEN s.flared_at < s.at + k.held THEN 'of' ELSE 'in' END, 1, s.mode
FROM s JOIN c ON c.dispute_id = s.dispute_id
CROSS JOIN (VALUES ('durable_30', interval '30 days'), ('durable_90', interval '90 days'),
    ('durable_180', interval '180 days')) k(code, held) CROSS JOIN (VALUES (''), (':young')) x(more)
$steps$;"""

# by what the steps are summed: nothing, community, type, month of registration; how it was mediated where that is asked
TALLIED = """CREATE FUNCTION figures_tallied(ids bigint[])
RETURNS TABLE (code text, station_id bigint, by text, part text, month date, turned date, verdict text, n bigint)
LANGUAGE sql STABLE ROWS 100000 SET search_path = public, pg_temp SET enable_sort = off SET work_mem = '64MB' AS $tallied$
WITH steps AS MATERIALIZED (SELECT s.*, c.station_id, c.place_id, c.type_code, c.registered_at, c.opened, c.methods
        FROM figures_steps(ids) s JOIN figures_course c ON c.dispute_id = s.dispute_id),
    sums AS (SELECT s.code, s.station_id, s.place_id, s.type_code, figures_month(s.registered_at) AS registered,
            figures_month(s.m) AS month, figures_month(s.t) AS turned, s.verdict, sum(s.d) AS n
        FROM steps s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(s.d) <> 0)
SELECT s.code, s.station_id, x.by, x.part, s.month, s.turned, s.verdict, sum(s.n)::bigint FROM sums s
CROSS JOIN LATERAL (VALUES ('', ''), ('place', coalesce(s.place_id::text, '')), ('type', s.type_code),
    ('month', to_char(s.registered, 'YYYY-MM'))) x(by, part)
GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(s.n) <> 0
UNION ALL SELECT s.code, s.station_id, 'method', s.mode, figures_month(s.m), figures_month(s.t), s.verdict, sum(s.d)
FROM steps s WHERE s.mode IS NOT NULL GROUP BY 1, 2, 4, 5, 6, 7 HAVING sum(s.d) <> 0
-- of a dispute the mediation that was opened last before the window's end: it counts under each from its day on
UNION ALL SELECT s.code, s.station_id, 'method', o.method, figures_month(s.m), figures_month(x.t), s.verdict, sum(x.d)
FROM steps s CROSS JOIN LATERAL (SELECT coalesce(s.methods[n], '') AS method, s.opened[n] AS since, s.opened[n + 1] AS until
    FROM generate_series(0, cardinality(s.opened)) n) o
CROSS JOIN LATERAL (VALUES (greatest(s.t, o.since), s.d), (greatest(s.t, o.until) + (o.until - o.until), -s.d)) x(t, d)
WHERE s.code IN ('resolution', 'repeat_rate') AND x.t IS NOT NULL GROUP BY 1, 2, 4, 5, 6, 7 HAVING sum(x.d) <> 0
$tallied$;"""

COLUMNS = "code, station_id, by, part, month, turned, verdict, n"
MOVED = f"""CREATE FUNCTION figures_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $moved$
BEGIN
    PERFORM 1 FROM figures_course WHERE dispute_id = NEW.id FOR UPDATE;
    IF NOT FOUND THEN RETURN NULL; END IF;  -- not counted yet
    INSERT INTO figures_tally ({COLUMNS}) SELECT code, station_id, by, part, month, turned, verdict, -n
        FROM figures_tallied(ARRAY[NEW.id]);
    UPDATE figures_course SET station_id = NEW.station_id, place_id = NEW.place_id, type_code = NEW.type_code
        WHERE dispute_id = NEW.id;
    UPDATE figures_settled SET station_id = NEW.station_id, place_id = NEW.place_id WHERE dispute_id = NEW.id;
    INSERT INTO figures_tally ({COLUMNS}) SELECT {COLUMNS} FROM figures_tallied(ARRAY[NEW.id]);
    INSERT INTO figures_torn (month) SELECT DISTINCT figures_month(k.due_at) FROM cases_clock k
        WHERE k.dispute_id = NEW.id AND k.due_at < now() - interval '45 days';
    RETURN NULL;
END $moved$;
CREATE TRIGGER figures_moved AFTER UPDATE OF station_id, place_id, type_code ON cases_dispute FOR EACH ROW
    WHEN (OLD.station_id IS DISTINCT FROM NEW.station_id OR OLD.place_id IS DISTINCT FROM NEW.place_id
        OR OLD.type_code IS DISTINCT FROM NEW.type_code) EXECUTE FUNCTION figures_moved();"""
# a month of clocks is summed once it is long over; who changes one of them afterwards tears it open again
OVER = "now() - interval '45 days'"
TEAR = f"""CREATE FUNCTION figures_tear() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $tear$
BEGIN
    INSERT INTO figures_torn (month) SELECT DISTINCT figures_month(v.due) FROM (VALUES (OLD.due_at), (NEW.due_at)) v(due)
        WHERE v.due < {OVER};
    RETURN NULL;
END $tear$;
CREATE TRIGGER figures_late AFTER INSERT ON cases_clock FOR EACH ROW WHEN (NEW.due_at < {OVER})
    EXECUTE FUNCTION figures_tear();
CREATE TRIGGER figures_changed AFTER UPDATE ON cases_clock FOR EACH ROW
    WHEN (OLD.due_at < {OVER} OR NEW.due_at < {OVER}) EXECUTE FUNCTION figures_tear();
CREATE FUNCTION figures_heard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $heard$
BEGIN
    INSERT INTO figures_torn (month) SELECT DISTINCT figures_month(k.due_at) FROM cases_clock k
        WHERE k.dispute_id = NEW.dispute_id AND k.rule LIKE 'callback%' AND k.due_at < {OVER};
    RETURN NULL;
END $heard$;
CREATE TRIGGER figures_heard AFTER INSERT OR UPDATE ON visits_callback FOR EACH ROW EXECUTE FUNCTION figures_heard();"""

# when each dispute was heard of last
LAST = "CREATE INDEX figures_course_last ON figures_course ((heard[cardinality(heard)]));"
# one's own wherever they lie. A function, because the planner must see the accounts to look them up by index, and must
# not think that they are many
OWN = """CREATE FUNCTION figures_own() RETURNS SETOF bigint LANGUAGE plpgsql STABLE ROWS 100
    SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $own$
DECLARE mine bigint[] := coalesce(nullif(current_setting('twinloop.accounts', true), ''), '{}')::bigint[];
BEGIN
    RETURN QUERY SELECT d.id FROM cases_dispute d
        WHERE d.owner_id = ANY (mine) OR d.leader_id = ANY (mine) OR d.registered_by_id = ANY (mine)
        UNION ALL SELECT i.dispute_id FROM cases_involvement i WHERE i.until IS NULL AND i.account_id = ANY (mine);
END $own$;"""
AREA = f"{cases.SEES_ALL} OR station_id = ANY ({cases.ids('stations')})"
SEEN = f"{AREA} OR place_id = ANY ({cases.ids('places')}) OR dispute_id IN (SELECT figures_own())"
NEW = ("figures_tally", "figures_kept", "figures_torn")


def forward() -> str:
    told = [f"ALTER POLICY see ON {table} USING ({SEEN});" for table in old.TABLES]
    for table in NEW:
        told.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        told.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({AREA if table == 'figures_tally' else 'true'});")
        told.append(f"CREATE POLICY write ON {table} FOR ALL USING ({cases.SEES_ALL}) WITH CHECK ({cases.SEES_ALL});")
    return "\n".join([MONTH, STEPS, TALLIED, MOVED, TEAR, LAST, OWN, *told])


def backward() -> str:
    told = [f"ALTER POLICY see ON {table} USING ({behind.of_dispute(table)});" for table in old.TABLES]
    for table in NEW:
        told += [f"DROP POLICY write ON {table};", f"DROP POLICY see ON {table};",
                 f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"]  # fmt: skip
    told += ["DROP TRIGGER figures_heard ON visits_callback; DROP FUNCTION figures_heard;",
             "DROP TRIGGER figures_changed ON cases_clock; DROP TRIGGER figures_late ON cases_clock;",
             "DROP FUNCTION figures_tear; DROP TRIGGER figures_moved ON cases_dispute; DROP FUNCTION figures_moved;",
             "DROP INDEX figures_course_last; DROP FUNCTION figures_own; DROP FUNCTION figures_tallied; DROP FUNCTION figures_steps; DROP FUNCTION figures_month;"]  # fmt: skip
    return "\n".join(told)


# what stands already gets its area and its sums; the next look at the ledger reads nothing twice
FILL = f"""
UPDATE figures_course c SET station_id = d.station_id, place_id = d.place_id, type_code = d.type_code,
    heard = coalesce((SELECT array_agg(DISTINCT i.received_at ORDER BY i.received_at) FROM cases_incidentlink l
        JOIN cases_incident i ON i.id = l.incident_id WHERE l.dispute_id = d.id AND l.unlinked_at IS NULL), '{{}}'),
    opened = coalesce((SELECT array_agg(m.opened_at ORDER BY m.opened_at, m.id) FROM mediation_mediation m
        WHERE m.dispute_id = d.id), '{{}}'),
    methods = coalesce((SELECT array_agg(CASE WHEN m.track = 'police' AND m.strength <> 'joint' THEN 'mode_police'
        ELSE 'mode_' || m.strength END ORDER BY m.opened_at, m.id) FROM mediation_mediation m
        WHERE m.dispute_id = d.id), '{{}}') FROM cases_dispute d WHERE d.id = c.dispute_id;
UPDATE figures_settled s SET station_id = c.station_id, place_id = c.place_id FROM figures_course c
    WHERE c.dispute_id = s.dispute_id;
INSERT INTO figures_tally ({COLUMNS}) SELECT {COLUMNS}
    FROM generate_series(0, (SELECT max(dispute_id) FROM figures_course), 20000) first CROSS JOIN LATERAL
    figures_tallied(ARRAY(SELECT dispute_id FROM figures_course WHERE dispute_id >= first AND dispute_id < first + 20000));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0003_kept_torn_tally"), ("cases", "0016_clock_due"), ("mediation", "0004_wish_policies"),
        ("visits", "0003_met_at"),
    ]  # fmt: skip
    operations = [migrations.RunSQL(forward(), backward()), migrations.RunSQL(FILL, migrations.RunSQL.noop)]

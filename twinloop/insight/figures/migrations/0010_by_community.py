"""Who sees communities reads their sums; what fell late is summed by community too.

A dispute lies in one community, so its sums by community are of disputes that whoever sees the community sees. A clock
of a call stands there under its dispute's community alone, or under none: those that a viewer sees by the call are few
and are asked of the rows. `figures_calls` names their calls; it reads as the tables' owner and gives only what the
policies show, which stand behind.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
own = import_module("twinloop.insight.figures.migrations.0007_own_elsewhere")
first = import_module("twinloop.insight.figures.migrations.0004_rollups")

PLACES = "((SELECT coalesce(nullif(current_setting('twinloop.places', true), ''), '{}'))::text[])"
SEEN = f"{first.AREA} OR (by IN ('place', 'dplace') AND part = ANY {PLACES})"
CALLS = f"""CREATE FUNCTION figures_calls(since timestamptz, until timestamptz, owed timestamptz) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $calls$
DECLARE
    mine bigint[] := {own.told("accounts")}::bigint[];
    stations bigint[] := {own.told("stations")}::bigint[];
    places bigint[] := {own.told("places")}::bigint[];
BEGIN
    -- of clocks that fall due in a span and were neither met nor dropped before `owed`
    RETURN QUERY SELECT DISTINCT i.id FROM cases_clock k JOIN cases_incident i ON i.id = k.incident_id
    WHERE k.incident_id IS NOT NULL AND k.due_at >= since AND k.due_at < until
        AND (k.met_at IS NULL OR k.met_at >= owed) AND (k.dropped_at IS NULL OR k.dropped_at >= owed)
        AND (i.station_id = ANY (stations) OR i.place_id = ANY (places) OR i.registered_by_id = ANY (mine)
            OR EXISTS (SELECT 1 FROM cases_order o WHERE o.incident_id = i.id AND o.to_account_id = ANY (mine))
            OR EXISTS (SELECT 1 FROM cases_incidentlink l JOIN cases_dispute d ON d.id = l.dispute_id
                WHERE l.incident_id = i.id AND l.unlinked_at IS NULL AND (d.station_id = ANY (stations)
                    OR d.place_id = ANY (places) OR d.owner_id = ANY (mine) OR d.leader_id = ANY (mine)
                    OR d.registered_by_id = ANY (mine) OR EXISTS (SELECT 1 FROM cases_involvement v
                        WHERE v.dispute_id = d.id AND v.until IS NULL AND v.account_id = ANY (mine)))));
END $calls$;"""
INDEX = "CREATE INDEX figures_clock_of_call ON cases_clock (due_at) WHERE incident_id IS NOT NULL;"

# of what is summed already and was not torn open since; what is not, whoever keeps the figures next sums with the rest
FILL = f"""INSERT INTO figures_tally ({first.COLUMNS})
WITH late AS MATERIALIZED (SELECT coalesce(d.place_id::text, '') AS part, figures_day(k.due_at) AS day,
        figures_month(x.t) AS turned, sum(x.d)::bigint AS n
    FROM (SELECT dispute_id, due_at, least(met_at, dropped_at) AS ended FROM cases_clock) k
    JOIN cases_dispute d ON d.id = k.dispute_id CROSS JOIN LATERAL (VALUES (k.due_at, 1), (k.ended, -1)) x(t, d)
    WHERE (k.ended IS NULL OR k.ended > k.due_at) AND x.t IS NOT NULL GROUP BY 1, 2, 3)
SELECT 'late', NULL::bigint, 'place', l.part, k.month, l.turned, 'in', sum(l.n) FROM late l
JOIN figures_kept k ON k.month = date_trunc('month', l.day)::date GROUP BY 4, 5, 6 HAVING sum(l.n) <> 0
UNION ALL SELECT 'late', NULL, 'dplace', l.part, k.day, l.turned, 'in', l.n FROM late l
JOIN figures_keptday k ON k.day = l.day WHERE l.n <> 0 AND l.day >= (SELECT placed FROM figures_days)"""
EMPTY = "DELETE FROM figures_tally WHERE code = 'late' AND by IN ('place', 'dplace')"


class Migration(migrations.Migration):
    dependencies = [("figures", "0009_totals")]
    operations = [
        migrations.RunSQL(
            f"{INDEX} {CALLS} ALTER POLICY see ON figures_tally USING ({SEEN});",
            f"ALTER POLICY see ON figures_tally USING ({first.AREA}); DROP FUNCTION figures_calls; DROP INDEX figures_clock_of_call;",
        ),
        migrations.RunSQL(FILL, EMPTY),
    ]

"""What is somebody's own outside their area, as a function of the tables' owner: mostly nothing, or a few.

Who looks after communities sees what lies in them, and what is theirs anywhere: five conditions joined by OR, of which
one asks for all that they ever worked on. An officer with 55,000 disputes, all but five of them in their communities,
made two sets of 55,000 for each of the five statements of a list. Named beforehand, the few are found by their number
and the rest by the area's index. It gives back numbers; whoever reads the rows behind them meets the policies.
"""

from django.db import migrations

OUTSIDE = "NOT coalesce({0}.station_id = ANY (stations), false) AND NOT coalesce({0}.place_id = ANY (places), false)"
OWN = " UNION ALL ".join(
    f"SELECT id, station_id, place_id FROM cases_dispute WHERE {column} = ANY (accounts)"
    for column in ("owner_id", "leader_id", "registered_by_id")
)
FORWARD = f"""CREATE FUNCTION cases_own_elsewhere(accounts bigint[], stations bigint[], places bigint[], most int)
    RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $own$
BEGIN
    RETURN QUERY WITH own AS MATERIALIZED ({OWN}),
        others AS (SELECT dispute_id FROM cases_involvement WHERE until IS NULL AND account_id = ANY (accounts)
            EXCEPT SELECT id FROM own)
        SELECT d.id FROM own d WHERE {OUTSIDE.format("d")}
        UNION SELECT d.id FROM others o CROSS JOIN LATERAL (
            SELECT id, station_id, place_id FROM cases_dispute WHERE id = o.dispute_id OFFSET 0) d
        WHERE {OUTSIDE.format("d")} LIMIT most;
END $own$;"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0024_unlinked")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION cases_own_elsewhere")]

"""The search of a report is one statement: the newest id, the candidates, and the rows behind them as plain values.

Whoever asked told the database before and after that it looks at the whole district: two statements more. The function
says so itself, for as long as it runs, and under the policies as before. People come as one text, opened only where the
report is not known yet: rows of plain values are their own key.
"""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.triage.migrations.0006_quick_policies")
ROW = """id bigint, received bigint, dispute bigint, narrative text, address text, place text, caller_name bytea,
    caller_phone bytea, people text"""
PLAN = "SET plan_cache_mode = force_generic_plan SET search_path = public, pg_temp"
# microseconds of the moment, and of each party [id, name, identity number, telephone], sealed
READ = f"""
CREATE FUNCTION triage_repeat_read(wanted bigint[]) RETURNS TABLE ({ROW})
    LANGUAGE plpgsql STABLE {PLAN} AS $read$
BEGIN
    RETURN QUERY SELECT i.id, (extract(epoch FROM i.received_at) * 1000000)::bigint, coalesce(d.merged_into_id, d.id),
        i.narrative, i.address::text, coalesce(p.code, '')::text,
        CASE WHEN NOT i.caller_is_confidential THEN i.caller_name_sealed END,
        CASE WHEN NOT i.caller_is_confidential THEN i.caller_phone_sealed END,
        CASE WHEN l.dispute_id IS NOT NULL THEN (SELECT json_agg(json_build_array(y.id, encode(y.name_sealed, 'hex'),
            encode(y.id_number_sealed, 'hex'), encode(y.phone_sealed, 'hex')) ORDER BY y.id)::text
            FROM cases_party y WHERE y.dispute_id = l.dispute_id AND y.removed_at IS NULL) END
    FROM cases_incident i LEFT JOIN places_place p ON p.id = i.place_id
    LEFT JOIN cases_incidentlink l ON l.incident_id = i.id AND l.unlinked_at IS NULL
    LEFT JOIN cases_dispute d ON d.id = l.dispute_id
    WHERE i.id = ANY (wanted);
END $read$;
"""
# runs as whoever asks; `above`: the place whose communities are the township. Always one row, of nulls where none is met
FOUND = f"""
CREATE FUNCTION triage_repeat_found(numbers uuid[], names uuid[], here bigint, above bigint, door text, words text[],
    shares double precision[], at timestamptz, most int) RETURNS TABLE (newest bigint, {ROW})
    LANGUAGE plpgsql STABLE {PLAN} AS $found$
DECLARE
    told text := coalesce(current_setting('twinloop.sees_all', true), '');
    last bigint;
BEGIN
    PERFORM set_config('twinloop.sees_all', 'on', true);
    last := (SELECT coalesce(max(i.id), 0) FROM cases_incident i);
    RETURN QUERY SELECT last, r.* FROM (SELECT 1) AS one LEFT JOIN triage_repeat_read(ARRAY(
        SELECT DISTINCT * FROM triage_repeat_candidates(numbers, names, here,
            ARRAY(SELECT p.id FROM places_place p WHERE p.id = here OR p.parent_id = above), door, words, shares, at, most)
    )) AS r ON true;
    PERFORM set_config('twinloop.sees_all', told, true);
END $found$;
"""


class Migration(migrations.Migration):
    dependencies = [("triage", "0008_by_index")]
    operations = [
        migrations.RunSQL(READ, "DROP FUNCTION triage_repeat_read(bigint[])"),
        migrations.RunSQL(FOUND, "DROP FUNCTION triage_repeat_found"),
        migrations.RunSQL("DROP FUNCTION triage_repeat_reports(bigint[])", before.REPORTS),
    ]

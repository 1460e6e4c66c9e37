"""A pair is read by whoever may read both incidents. Candidates are looked for by a function of the tables' owner.

Row-level security lets an index be used for LEAKPROOF conditions only, and arrays have none (cases 0004): the function
gives back ids, and whoever reads the rows behind them meets the policies again. Every way in has its own limit, newest
first, so that a shop's telephone or a common word cannot make it slow.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0005_policies_by_row")
TABLE = "triage_repeatpair"
SEE = (
    f"{cases.old.SEES_ALL} OR ({cases.behind(TABLE, 'incident_id', 'cases_incident')} "
    f"AND {cases.behind(TABLE, 'earlier_id', 'cases_incident')})"
)
# $1 keys of numbers, $2 keys of names, $3 place, $4 places of the township, $5 address, $6 pairs of characters, two and
# two that must stand together, $7 not later than, $8 how many of each kind
FORWARD = f"""
ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON {TABLE} FOR SELECT USING ({SEE});
CREATE POLICY add ON {TABLE} FOR INSERT WITH CHECK (true);
CREATE POLICY change ON {TABLE} FOR UPDATE USING ({SEE}) WITH CHECK (true);
CREATE FUNCTION triage_repeat_candidates(numbers uuid[], names uuid[], here bigint, town bigint[], door text,
    pairs text[], at timestamptz, most int) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $find$
BEGIN
    RETURN QUERY WITH hit AS MATERIALIZED (SELECT id, received_at FROM cases_incident
            WHERE search_keys && (numbers || names) AND NOT caller_is_confidential)
        SELECT hit.id FROM hit WHERE received_at <= at ORDER BY received_at DESC LIMIT most;
    RETURN QUERY WITH hit AS MATERIALIZED (SELECT DISTINCT dispute_id FROM cases_party
            WHERE search_keys && (numbers || names) AND removed_at IS NULL)
        SELECT l.incident_id FROM hit JOIN cases_incidentlink l ON l.dispute_id = hit.dispute_id AND l.unlinked_at IS NULL
        JOIN cases_incident i ON i.id = l.incident_id WHERE i.received_at <= at
        ORDER BY i.received_at DESC LIMIT most;
    RETURN QUERY SELECT i.id FROM cases_incident i WHERE i.place_id = here AND i.received_at <= at
        ORDER BY i.received_at DESC LIMIT most;
    IF door <> '' THEN
        RETURN QUERY WITH hit AS MATERIALIZED (SELECT id, received_at FROM cases_incident WHERE address_key = door)
            SELECT hit.id FROM hit WHERE received_at <= at ORDER BY received_at DESC LIMIT most;
    END IF;
    FOR n IN 1 .. cardinality(pairs) / 2 LOOP
        RETURN QUERY WITH hit AS MATERIALIZED (SELECT id, place_id, received_at FROM cases_incident
                WHERE cases_pairs(narrative) @> pairs[2 * n - 1 : 2 * n] LIMIT 2000)
            SELECT hit.id FROM hit WHERE (place_id = ANY (town) OR place_id IS NULL)
            AND received_at BETWEEN at - interval '2 years' AND at ORDER BY received_at DESC LIMIT most / 2;
    END LOOP;
END $find$;
"""
BACKWARD = f"""
DROP FUNCTION triage_repeat_candidates;
DROP POLICY change ON {TABLE};
DROP POLICY add ON {TABLE};
DROP POLICY see ON {TABLE};
ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("triage", "0003_repeats"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Whose a judgement, a pair or a report is, asked of a function: planning the nested policies took longer than the row.

A policy that names another table is planned with that table's own policies, and theirs: 8 to 14 ms a query, for one row.
A plpgsql function keeps its plan for the session. It runs as whoever asks (no SECURITY DEFINER), so that the policies
of cases_incident answer as before; whoever sees everything never gets as far as the function.
"""

from importlib import import_module

from django.db import migrations

pairs = import_module("twinloop.triage.migrations.0004_repeats_policies")
judgements = import_module("twinloop.triage.migrations.0002_policies")
SEES_ALL = pairs.cases.old.SEES_ALL
RULES = {
    "triage_judgement": (
        ("see",), f"{SEES_ALL} OR cases_incident_seen(incident_id) OR cases_dispute_seen(dispute_id)", judgements.SEE
    ),
    "triage_repeatpair": (
        ("see", "change"), f"{SEES_ALL} OR (cases_incident_seen(incident_id) AND cases_incident_seen(earlier_id))",
        pairs.SEE,
    ),
}  # fmt: skip
# reports as they are compared, with the people of their disputes. Runs as whoever asks, too; one plan a session
REPORTS = """
CREATE FUNCTION triage_repeat_reports(wanted bigint[]) RETURNS TABLE (id bigint, received_at timestamptz,
    dispute bigint, narrative text, address text, place text, caller_name bytea, caller_phone bytea,
    parties bigint[], names bytea[], numbers bytea[], phones bytea[])
    LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET search_path = public, pg_temp AS $reports$
BEGIN
    RETURN QUERY SELECT i.id, i.received_at, coalesce(d.merged_into_id, d.id), i.narrative, i.address::text,
        coalesce(p.code, '')::text,
        CASE WHEN NOT i.caller_is_confidential THEN i.caller_name_sealed END,
        CASE WHEN NOT i.caller_is_confidential THEN i.caller_phone_sealed END,
        coalesce(who.parties, '{}'), coalesce(who.names, '{}'), coalesce(who.numbers, '{}'), coalesce(who.phones, '{}')
    FROM cases_incident i LEFT JOIN places_place p ON p.id = i.place_id
    LEFT JOIN cases_incidentlink l ON l.incident_id = i.id AND l.unlinked_at IS NULL
    LEFT JOIN cases_dispute d ON d.id = l.dispute_id
    LEFT JOIN LATERAL (SELECT array_agg(y.id ORDER BY y.id) AS parties, array_agg(y.name_sealed ORDER BY y.id) AS names,
            array_agg(y.id_number_sealed ORDER BY y.id) AS numbers, array_agg(y.phone_sealed ORDER BY y.id) AS phones
        FROM cases_party y WHERE y.dispute_id = l.dispute_id AND y.removed_at IS NULL) who ON true
    WHERE i.id = ANY (wanted);
END $reports$;
"""


def ruled(which: int) -> str:
    return "\n".join(
        f"ALTER POLICY {name} ON {table} USING ({rule[which]});" for table, rule in RULES.items() for name in rule[0]
    )


class Migration(migrations.Migration):
    dependencies = [("triage", "0005_learned_model"), ("cases", "0008_seen_by_row")]
    operations = [
        migrations.RunSQL(ruled(1), ruled(2)),
        migrations.RunSQL(REPORTS, "DROP FUNCTION triage_repeat_reports"),
    ]

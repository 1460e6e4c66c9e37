"""Who may read a lead, said once more in the database (`leads.visibility`): deciders those of their area, everybody
their own, and whoever holds a tracking code that one lead (`leads.tracking.holding`)."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")

READS = """(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[]
    && ARRAY['dispatcher', 'chief', 'community_officer', 'bureau'])"""
CODE = "(SELECT decode(nullif(current_setting('twinloop.lead_code', true), ''), 'hex'))"
LEAD = f"""
    {cases.SEES_ALL}
    OR {cases.own('reporter_id')} OR {cases.own('registered_by_id')}
    OR ({READS} AND (station_id = ANY ({cases.ids('stations')}) OR place_id = ANY ({cases.ids('places')})))
    OR code_digest = {CODE}
"""


def behind(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM leads_lead AS behind WHERE behind.id = {table}.lead_id)"


RULES = {"leads_lead": LEAD, "leads_leadphoto": behind("leads_leadphoto"), "leads_leadremark": behind("leads_leadremark")}

# how far the quarrel behind a lead is, for its reporter, who sees neither incident nor dispute: one word, no number
HANDLING = f"""
CREATE FUNCTION leads_handling(lead bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $handling$
    SELECT d.state FROM leads_lead AS l
    JOIN cases_incidentlink AS k ON k.incident_id = l.incident_id AND k.unlinked_at IS NULL
    JOIN cases_dispute AS d ON d.id = k.dispute_id
    WHERE l.id = lead AND ({cases.SEES_ALL} OR {cases.own('l.reporter_id')} OR l.code_digest = {CODE})
$handling$;
"""


def forward() -> str:
    parts = []
    for table, rule in RULES.items():
        parts.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        parts.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        parts.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        parts.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    parts.append(
        "CREATE POLICY event_read_lead ON ledger_event FOR SELECT USING (split_part(stream, ':', 1) = 'lead' "
        "AND NOT is_look AND EXISTS (SELECT 1 FROM leads_lead AS behind "
        "WHERE behind.id = split_part(ledger_event.stream, ':', 2)::bigint));"
    )
    return "\n".join(parts)


def backward() -> str:
    parts = ["DROP POLICY event_read_lead ON ledger_event;"]
    for table in reversed(RULES):
        parts += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        parts.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial"), ("cases", "0005_policies_by_row"), ("ledger", "0004_once")]
    operations = [
        migrations.RunSQL(forward(), backward()),
        migrations.RunSQL(HANDLING, "DROP FUNCTION leads_handling"),
    ]

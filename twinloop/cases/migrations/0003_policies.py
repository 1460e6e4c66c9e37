"""Who may read a case, said once more in the database: a query that forgets `visible_to` shows nothing foreign.

The conditions are those of `cases.visibility`; a property test compares the two. Settings are told by `ledger.sight`.
Subselects around current_setting are evaluated once a query, not once a row. Tables below a dispute ask for the
dispute, whose own policy answers.
"""

from django.db import migrations

SEES_ALL = "(SELECT current_setting('twinloop.sees_all', true) = 'on')"


def ids(name: str) -> str:
    # the outer cast makes it one value: = ANY (SELECT …) would compare with rows
    return f"(SELECT coalesce(nullif(current_setting('twinloop.{name}', true), ''), '{{}}'))::bigint[]"


def own(column: str) -> str:
    return f"{column} = ANY ({ids('accounts')})"


DISPUTE = f"""
    {SEES_ALL}
    OR station_id = ANY ({ids('stations')})
    OR place_id = ANY ({ids('places')})
    OR {own('owner_id')} OR {own('leader_id')} OR {own('registered_by_id')}
    OR id IN (SELECT dispute_id FROM cases_involvement WHERE until IS NULL AND {own('account_id')})
"""
INCIDENT = f"""
    {SEES_ALL}
    OR station_id = ANY ({ids('stations')})
    OR place_id = ANY ({ids('places')})
    OR {own('registered_by_id')}
    OR id IN (SELECT incident_id FROM cases_order WHERE {own('to_account_id')} AND incident_id IS NOT NULL)
    OR id IN (SELECT l.incident_id FROM cases_incidentlink l JOIN cases_dispute d ON d.id = l.dispute_id
              WHERE l.unlinked_at IS NULL)
"""
OF_DISPUTE = f"{SEES_ALL} OR dispute_id IN (SELECT id FROM cases_dispute)"
OF_EITHER = f"""{SEES_ALL} OR dispute_id IN (SELECT id FROM cases_dispute)
    OR incident_id IN (SELECT id FROM cases_incident)"""
# order and incident ask for one another: the order's own rule must not ask for the incident
ORDER = f"{SEES_ALL} OR {own('to_account_id')} OR {own('sent_by_id')} OR dispute_id IN (SELECT id FROM cases_dispute)"
FEEDBACK = f"{SEES_ALL} OR {own('by_id')} OR order_id IN (SELECT id FROM cases_order) OR incident_id IN (SELECT id FROM cases_incident)"
# of a caucus note: unless one was sent by another side
NOTE = f"""({OF_DISPUTE}) AND (caucus_side = '' OR NOT EXISTS (
    SELECT 1 FROM cases_involvement i WHERE i.dispute_id = cases_note.dispute_id AND i.until IS NULL
    AND i.account_id = ANY ({ids('accounts')}) AND i.side NOT IN ('', cases_note.caucus_side)))"""

RULES = {
    "cases_dispute": DISPUTE,
    "cases_incident": INCIDENT,
    "cases_standing": OF_DISPUTE,
    "cases_term": OF_DISPUTE,
    "cases_party": OF_DISPUTE,
    "cases_note": NOTE,
    "cases_attachment": OF_DISPUTE,
    "cases_merge": f"{SEES_ALL} OR source_id IN (SELECT id FROM cases_dispute) OR target_id IN (SELECT id FROM cases_dispute)",
    "cases_incidentlink": OF_DISPUTE,
    "cases_order": ORDER,
    "cases_feedback": FEEDBACK,
    "cases_clock": OF_EITHER,
}
EVENTS = {
    "dispute": "cases_dispute",
    "incident": "cases_incident",
}


def forward() -> str:
    parts = []
    for table, rule in RULES.items():
        parts.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        parts.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        # writing is decided by the actions; what cannot be seen cannot be changed
        parts.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        parts.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    for kind, table in EVENTS.items():
        parts.append(
            f"CREATE POLICY event_read_{kind} ON ledger_event FOR SELECT USING (split_part(stream, ':', 1) = '{kind}' "
            f"AND NOT is_look AND split_part(stream, ':', 2)::bigint IN (SELECT id FROM {table}));"
        )
    return "\n".join(parts)


def backward() -> str:
    parts = [f"DROP POLICY event_read_{kind} ON ledger_event;" for kind in EVENTS]
    for table in RULES:
        parts += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        parts.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_types"), ("ledger", "0003_policies")]
    operations = [migrations.RunSQL(forward(), backward())]

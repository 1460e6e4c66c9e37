"""Who sees imports, and what an import may take back.

A batch and its items are seen by the district (dispatchers, bureau), jobs and commands; a system administrator sees
batches without case data. Rows of cases can be deleted by nobody but the system, and only those that a batch made.
"""

from django.db import migrations

SYSTEM = "(SELECT current_setting('twinloop.sees_all', true) = 'on' AND current_setting('twinloop.account', true) = '')"
SEES_ALL = "(SELECT current_setting('twinloop.sees_all', true) = 'on')"
ADMIN = "(SELECT 'system_admin' = ANY (coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[]))"
BATCH = f"{SEES_ALL} OR ({ADMIN} AND kind IN ('volunteers', 'indicators', 'people', 'places'))"
OF_BATCH = f"{SEES_ALL} OR EXISTS (SELECT 1 FROM batches_batch b WHERE b.id = batch_id)"
FIGURE = "true"  # an outside figure is published; it names nobody
RULES = {"batches_batch": BATCH, "batches_item": OF_BATCH, "batches_mapping": BATCH, "batches_outsidefigure": FIGURE}


def made(form: str, column: str) -> str:
    return f"EXISTS (SELECT 1 FROM batches_item i WHERE i.form IN ({form}) AND i.made = {column})"


WITHDRAWN = {
    "cases_incident": made("'call', 'message'", "cases_incident.id"),
    "cases_order": made("'order'", "cases_order.id"),
    "cases_feedback": made("'feedback'", "cases_feedback.id") + " OR " + made("'message'", "cases_feedback.incident_id"),
    "cases_dispute": made("'petition'", "cases_dispute.id"),
    "cases_standing": made("'petition'", "cases_standing.dispute_id"),
    "cases_party": made("'petition'", "cases_party.dispute_id"),
    "cases_clock": made("'petition'", "cases_clock.dispute_id"),
}


def forward() -> str:
    parts = []
    for table, rule in RULES.items():
        parts.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        parts.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        parts.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK ({rule});")
        parts.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK ({rule});")
    for table in ("batches_item", "batches_outsidefigure"):
        parts.append(f"CREATE POLICY withdraw ON {table} FOR DELETE USING ({SYSTEM});")
    for table, rule in WITHDRAWN.items():
        parts.append(f"CREATE POLICY withdraw ON {table} FOR DELETE USING ({SYSTEM} AND ({rule}));")
    parts.append(
        "CREATE POLICY event_read_batch ON ledger_event FOR SELECT USING (split_part(stream, ':', 1) = 'batch' "
        "AND EXISTS (SELECT 1 FROM batches_batch b WHERE b.id = split_part(ledger_event.stream, ':', 2)::bigint));"
    )
    return "\n".join(parts)


def backward() -> str:
    parts = ["DROP POLICY event_read_batch ON ledger_event;"]
    parts += [f"DROP POLICY withdraw ON {table};" for table in (*WITHDRAWN, "batches_item", "batches_outsidefigure")]
    for table in RULES:
        parts += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        parts.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("batches", "0001_initial"), ("cases", "0005_policies_by_row"), ("ledger", "0003_policies")]
    operations = [migrations.RunSQL(forward(), backward())]

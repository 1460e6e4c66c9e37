"""Who may read what dispatch knows: whoever sees the case behind it, one's own, and the command room its handovers.

Also: an order to a unit that nobody has signed yet is seen by the people of that unit, or nobody could take it.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")


def behind(table: str, column: str, of: str) -> str:
    return f"EXISTS (SELECT 1 FROM {of} AS behind WHERE behind.id = {table}.{column})"


RULES = {
    "orders_recusal": f"{cases.SEES_ALL} OR {cases.own('account_id')} "
                      f"OR {behind('orders_recusal', 'incident_id', 'cases_incident')} "
                      f"OR {behind('orders_recusal', 'dispute_id', 'cases_dispute')}",
    "orders_silence": f"{cases.SEES_ALL} OR {behind('orders_silence', 'order_id', 'cases_order')}",
    "orders_dismissal": f"{cases.SEES_ALL} OR {behind('orders_dismissal', 'incident_id', 'cases_incident')}",
    "orders_watching": f"{cases.SEES_ALL} OR {cases.own('account_id')} "
                       f"OR {behind('orders_watching', 'incident_id', 'cases_incident')}",
    "orders_handover": f"{cases.SEES_ALL} OR {cases.own('given_by_id')}",
}  # fmt: skip
OF_UNIT = f"""to_unit_id IS NOT NULL AND to_account_id IS NULL AND state = 'sent'
    AND to_unit_id IN (SELECT unit_id FROM people_account WHERE id = ANY ({cases.ids('accounts')}))"""


def forward() -> str:
    parts = []
    for table, rule in RULES.items():
        parts.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        parts.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        parts.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        parts.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    parts.append(f"CREATE POLICY see_of_unit ON cases_order FOR SELECT USING ({OF_UNIT});")
    parts.append(f"CREATE POLICY take_of_unit ON cases_order FOR UPDATE USING ({OF_UNIT}) WITH CHECK (true);")
    parts.append(
        "CREATE POLICY event_read_handover ON ledger_event FOR SELECT USING (split_part(stream, ':', 1) = 'handover' "
        "AND NOT is_look AND EXISTS (SELECT 1 FROM orders_handover AS behind "
        "WHERE behind.id = split_part(ledger_event.stream, ':', 2)::bigint));"
    )
    return "\n".join(parts)


def backward() -> str:
    parts = ["DROP POLICY event_read_handover ON ledger_event;"]
    parts += ["DROP POLICY take_of_unit ON cases_order;", "DROP POLICY see_of_unit ON cases_order;"]
    for table in reversed(RULES):
        parts += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        parts.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("cases", "0005_policies_by_row"), ("ledger", "0004_once")]
    operations = [migrations.RunSQL(forward(), backward())]

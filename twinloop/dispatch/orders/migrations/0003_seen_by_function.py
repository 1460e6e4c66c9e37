"""As in cases 0013: what belongs to an order or an incident asks the function, which is planned once a session."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
old = import_module("twinloop.dispatch.orders.migrations.0002_policies")

RULES = {
    "orders_recusal": f"{cases.SEES_ALL} OR {cases.own('account_id')} "
                      f"OR {old.behind('orders_recusal', 'dispute_id', 'cases_dispute')} "
                      "OR cases_incident_seen(incident_id)",
    "orders_silence": f"{cases.SEES_ALL} OR cases_order_seen(order_id)",
    "orders_dismissal": f"{cases.SEES_ALL} OR cases_incident_seen(incident_id)",
    "orders_watching": f"{cases.SEES_ALL} OR {cases.own('account_id')} OR cases_incident_seen(incident_id)",
}  # fmt: skip


def ruled(rules: dict[str, str]) -> str:
    return "\n".join(f"ALTER POLICY {name} ON {table} USING ({rules[table]});" for table in RULES for name in ("see", "change"))


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_policies"), ("cases", "0013_seen_by_function")]
    operations = [migrations.RunSQL(ruled(RULES), ruled(old.RULES))]

"""What a door adds to an incident asks a function whose that is: planned once a session (triage 0006 says why)."""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.intake.doors.migrations.0002_policies")


def ruled(rules: dict[str, str]) -> str:
    return "\n".join(
        f"ALTER POLICY {name} ON {table} USING ({rule});" for table, rule in rules.items() for name in ("see", "change")
    )


BY_FUNCTION = {table: f"{before.sight.old.SEES_ALL} OR cases_incident_seen(incident_id)" for table in before.TABLES}
NESTED = {table: before.rule(table) for table in before.TABLES}


class Migration(migrations.Migration):
    dependencies = [("doors", "0002_policies"), ("cases", "0008_seen_by_row")]
    operations = [migrations.RunSQL(ruled(BY_FUNCTION), ruled(NESTED))]

"""What a door adds to an incident is seen by whoever sees the incident; its own policies answer."""

from importlib import import_module

from django.db import migrations

sight = import_module("twinloop.cases.migrations.0005_policies_by_row")
TABLES = ("doors_report", "doors_named", "doors_notice", "doors_handover")


def rule(table: str) -> str:
    return f"{sight.old.SEES_ALL} OR {sight.behind(table, 'incident_id', 'cases_incident')}"


def forward() -> str:
    parts = []
    for table in TABLES:
        parts.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        parts.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule(table)});")
        parts.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        parts.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule(table)}) WITH CHECK (true);")
    return "\n".join(parts)


def backward() -> str:
    parts = []
    for table in TABLES:
        parts += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        parts.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("doors", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

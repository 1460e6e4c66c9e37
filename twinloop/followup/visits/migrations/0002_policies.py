"""Visits are seen with the dispute behind them, or by whoever makes them; links by those who see the dispute."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
behind = import_module("twinloop.cases.migrations.0005_policies_by_row")

TABLES = ("visits_watch", "visits_callback", "visits_link")
OWN = f"visits_callback.owner_id = ANY ({cases.ids('accounts')})"


def _rule(table: str) -> str:
    seen = behind.of_dispute(table)
    return f"{seen} OR {OWN}" if table == "visits_callback" else seen


def forward() -> str:
    told = []
    for table in TABLES:
        told.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        told.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({_rule(table)});")
        told.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        told.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({_rule(table)}) WITH CHECK (true);")
    return "\n".join(told)


def backward() -> str:
    told = []
    for table in TABLES:
        told += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

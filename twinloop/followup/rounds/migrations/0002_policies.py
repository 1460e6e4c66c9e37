"""Penalty procedures, appraisals and escalations are seen with the dispute behind them."""

from importlib import import_module

from django.db import migrations

behind = import_module("twinloop.cases.migrations.0005_policies_by_row")

TABLES = ("rounds_penalty", "rounds_escalation")
APPRAISED = f"""EXISTS (SELECT 1 FROM rounds_penalty WHERE rounds_penalty.id = rounds_appraisal.penalty_id
    AND ({behind.of_dispute("rounds_penalty")}))"""


def _rules() -> dict[str, str]:
    return {table: behind.of_dispute(table) for table in TABLES} | {"rounds_appraisal": APPRAISED}


def forward() -> str:
    told = []
    for table, rule in _rules().items():
        told.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        told.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        told.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        told.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    return "\n".join(told)


def backward() -> str:
    told = []
    for table in _rules():
        told += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("rounds", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

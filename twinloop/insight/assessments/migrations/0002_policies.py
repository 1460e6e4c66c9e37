"""Who reads a score: who was assessed, the chief of the station, the bureau; contests and nominations with it."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
LEADS = f"{ROLES} && ARRAY['chief', 'bureau']"
SCORE = f"{cases.SEES_ALL} OR {cases.own('account_id')} OR ({LEADS})"


def _behind(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM assessments_score s WHERE s.id = {table}.score_id)"


RULES = {
    "assessments_score": SCORE,
    "assessments_contest": _behind("assessments_contest"),
    "assessments_nomination": _behind("assessments_nomination"),
}


def forward() -> str:
    told = []
    for table, rule in RULES.items():
        told.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        told.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        told.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        told.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    return "\n".join(told)


def backward() -> str:
    told = []
    for table in RULES:
        told += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial"), ("cases", "0003_policies")]
    operations = [migrations.RunSQL(forward(), backward())]

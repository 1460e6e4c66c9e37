"""Who reads a joint session: police and mediators who see its dispute; an agency the session, its own seat and tasks.

A body and a task carry their dispute and their unit, so that no policy asks the table that asks it. The conditions are
those of `queries`; a test compares them.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
READERS = "ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'mediator', 'chief', 'bureau']"
MINE = f"(SELECT unit_id FROM people_account WHERE {cases.own('id')})"
AGENCY = f"{ROLES} && ARRAY['agency']"


def seen(table: str) -> str:
    return f"""{cases.SEES_ALL} OR ({ROLES} && {READERS}
        AND EXISTS (SELECT 1 FROM cases_dispute AS behind WHERE behind.id = {table}.dispute_id))"""


RULES = {
    "consults_body": f"{seen('consults_body')} OR ({AGENCY} AND kind = 'agency' AND unit_id IN {MINE})",
    "consults_task": f"{seen('consults_task')} OR ({AGENCY} AND unit_id IN {MINE})",
    "consults_consult": f"""{seen('consults_consult')} OR ({AGENCY} AND EXISTS (
        SELECT 1 FROM consults_body AS mine WHERE mine.consult_id = consults_consult.id AND mine.kind = 'agency'
        AND mine.unit_id IN {MINE}))""",
}


def forward() -> str:
    told = []
    for table, rule in RULES.items():
        told += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});",
            f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);",
            f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);",
        ]
    return "\n".join(told)


def backward() -> str:
    told = []
    for table in RULES:
        told += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("consults", "0001_initial"), ("joint", "0002_policies"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

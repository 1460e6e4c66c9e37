"""Who reads a whistle: the police who see its dispute, and of each agency the people whose item it is.

The conditions are those of `queries.answers` and `queries.whistles`; a test compares them. An agency does not see the
dispute, nor what the other agencies say; the clocks of its own item get a policy, because its answer stops them.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
POLICE = "ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'chief', 'bureau']"


def police(table: str) -> str:
    return f"""{cases.SEES_ALL} OR ({ROLES} && {POLICE}
        AND EXISTS (SELECT 1 FROM cases_dispute AS behind WHERE behind.id = {table}.dispute_id))"""


ANSWER = f"""{police('joint_answer')} OR ({ROLES} && ARRAY['agency']
    AND unit_id IN (SELECT unit_id FROM people_account WHERE {cases.own('id')}))"""
WHISTLE = f"""{police('joint_whistle')} OR ({ROLES} && ARRAY['agency'] AND EXISTS (
    SELECT 1 FROM joint_answer AS mine WHERE mine.whistle_id = joint_whistle.id
    AND mine.unit_id IN (SELECT unit_id FROM people_account WHERE {cases.own('id')})))"""
BEHIND = "EXISTS (SELECT 1 FROM joint_answer AS behind WHERE behind.id = {table}.answer_id)"
HEAT = f"{police('joint_heat')} OR (answer_id IS NOT NULL AND {BEHIND.format(table='joint_heat')})"
RULES = {
    "joint_answer": ANSWER,
    "joint_whistle": WHISTLE,
    "joint_report": f"{cases.SEES_ALL} OR {BEHIND.format(table='joint_report')}",
    "joint_objection": f"{cases.SEES_ALL} OR {BEHIND.format(table='joint_objection')}",
    "joint_heat": HEAT,
}
CLOCK = """CASE WHEN subject ~ '^answer:[0-9]+$'
    THEN EXISTS (SELECT 1 FROM joint_answer AS behind WHERE behind.id = substr(subject, 8)::bigint) ELSE false END"""


def forward() -> str:
    told = []
    for table, rule in RULES.items():
        told += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});",
            f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);",
            f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);",
        ]
    told += [
        f"CREATE POLICY see_of_answer ON cases_clock FOR SELECT USING ({CLOCK});",
        f"CREATE POLICY change_of_answer ON cases_clock FOR UPDATE USING ({CLOCK}) WITH CHECK (true);",
    ]
    return "\n".join(told)


def backward() -> str:
    told = ["DROP POLICY change_of_answer ON cases_clock;", "DROP POLICY see_of_answer ON cases_clock;"]
    for table in RULES:
        told += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("joint", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

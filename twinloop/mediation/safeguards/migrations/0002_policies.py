"""Who may read what is done for a victim: police who see the dispute, nobody from outside."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
READERS = "ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'chief', 'bureau']"
RULES = {
    "safeguards_safeguard": f"""{cases.SEES_ALL} OR ({ROLES} && {READERS}
        AND EXISTS (SELECT 1 FROM cases_dispute AS behind WHERE behind.id = safeguards_safeguard.dispute_id))""",
    "safeguards_step": f"""{cases.SEES_ALL} OR EXISTS (SELECT 1 FROM safeguards_safeguard AS behind
        WHERE behind.dispute_id = safeguards_step.safeguard_id)""",
}


def forward() -> str:
    told = []
    for table, rule in RULES.items():
        told.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        told.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        told.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
    table, rule = next(iter(RULES.items()))  # a step is never changed
    told.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    return "\n".join(told)


def backward() -> str:
    told = ["DROP POLICY change ON safeguards_safeguard;"]
    for table in RULES:
        told += [f"DROP POLICY add ON {table};", f"DROP POLICY see ON {table};"]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("safeguards", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

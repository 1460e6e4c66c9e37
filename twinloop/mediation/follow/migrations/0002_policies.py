"""Who reads nominations and campaigns: police who see the dispute, nobody from outside."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
READERS = "ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'chief', 'bureau']"


def of_dispute(table: str) -> str:
    return f"""{cases.SEES_ALL} OR ({ROLES} && {READERS}
        AND EXISTS (SELECT 1 FROM cases_dispute AS behind WHERE behind.id = {table}.dispute_id))"""


BEHIND = "EXISTS (SELECT 1 FROM follow_campaign AS behind WHERE behind.id = {table}.campaign_id)"
RULES = {
    "follow_nomination": of_dispute("follow_nomination"),
    "follow_campaign": of_dispute("follow_campaign"),
    "follow_step": f"{cases.SEES_ALL} OR {BEHIND.format(table='follow_step')}",
    "follow_campaign_members": f"{cases.SEES_ALL} OR {BEHIND.format(table='follow_campaign_members')}",
}
CHANGED = ("follow_nomination", "follow_campaign")  # a step and a list of members are never changed


def forward() -> str:
    told = []
    for table, rule in RULES.items():
        told.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        told.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        told.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        if table in CHANGED:
            told.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    return "\n".join(told)


def backward() -> str:
    told = []
    for table in RULES:
        names = ("change", "add", "see") if table in CHANGED else ("add", "see")
        told += [f"DROP POLICY {name} ON {table};" for name in names]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("follow", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

"""A petition is seen by the police who see its dispute; nobody from outside."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
READERS = "ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'chief', 'bureau']"
RULES = {
    "petitions_petition": f"""{cases.SEES_ALL} OR ({ROLES} && {READERS}
        AND EXISTS (SELECT 1 FROM cases_dispute AS behind WHERE behind.id = petitions_petition.dispute_id))""",
    "petitions_review": f"""{cases.SEES_ALL} OR EXISTS (SELECT 1 FROM petitions_petition AS behind
        WHERE behind.dispute_id = petitions_review.petition_id)""",
}
# what stood in the clocks alone before there was a register
BEFORE = """INSERT INTO petitions_petition (dispute_id, number, source, stage, received_on, accepted_on, due_on, ground, "where",
        why, extra_days, extra_why, result, request, facts, opinion, law, ended)
    SELECT dispute_id, '', 'visit', CASE WHEN bool_or(rule <> 'petition_accept') THEN 'accepted' ELSE 'received' END,
        min(started_at AT TIME ZONE 'Asia/Shanghai')::date,
        min(started_at AT TIME ZONE 'Asia/Shanghai') FILTER (WHERE rule <> 'petition_accept')::date,
        max(due_at AT TIME ZONE 'Asia/Shanghai') FILTER (WHERE met_at IS NULL AND dropped_at IS NULL)::date,
        '', '', '', 0, '', '', '', '', '', '', ''
    FROM cases_clock WHERE rule LIKE 'petition%' AND dispute_id IS NOT NULL GROUP BY dispute_id"""


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
    dependencies = [("petitions", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(BEFORE, migrations.RunSQL.noop), migrations.RunSQL(forward(), backward())]

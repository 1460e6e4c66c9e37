"""Who may read a mediation, said in the database: police and mediators who see its dispute.

What was said in private (`mediation_caucus`) is for the mediators who sat at that session: not for the command room,
not for the chief, not for a mediator whom the other side sent. Nobody else, whatever they see otherwise.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
READERS = "ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'mediator', 'chief', 'bureau']"
SYSTEM = f"({cases.SEES_ALL} AND coalesce(current_setting('twinloop.account', true), '') = '')"
ACCOUNTS = cases.ids("accounts")


def of_dispute(table: str) -> str:
    return f"""{cases.SEES_ALL} OR ({ROLES} && {READERS}
        AND EXISTS (SELECT 1 FROM cases_dispute AS behind WHERE behind.id = {table}.dispute_id))"""


def behind(table: str, column: str, of: str) -> str:
    return f"{cases.SEES_ALL} OR EXISTS (SELECT 1 FROM {of} AS behind WHERE behind.id = {table}.{column})"


CAUCUS = f"""{SYSTEM} OR (
    EXISTS (SELECT 1 FROM mediation_seat AS s JOIN mediators_mediator AS m ON m.id = s.mediator_id
        WHERE s.session_id = mediation_caucus.session_id AND m.account_id = ANY ({ACCOUNTS}))
    AND NOT EXISTS (SELECT 1 FROM mediation_session AS n JOIN mediation_mediation AS d ON d.id = n.mediation_id
        JOIN cases_involvement AS i ON i.dispute_id = d.dispute_id
        WHERE n.id = mediation_caucus.session_id AND i.until IS NULL AND i.account_id = ANY ({ACCOUNTS})
        AND i.side NOT IN ('', mediation_caucus.side)))"""
RULES = {
    **{f"mediation_{name}": of_dispute(f"mediation_{name}") for name in ("choice", "unwilling", "mediation")},
    "mediation_session": behind("mediation_session", "mediation_id", "mediation_mediation"),
    "mediation_seat": behind("mediation_seat", "session_id", "mediation_session"),
    "mediation_attendee": behind("mediation_attendee", "session_id", "mediation_session"),
    "mediation_caucus": CAUCUS,
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
        told += [f"DROP POLICY {policy} ON {table};" for policy in ("change", "add", "see")]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("mediation", "0001_initial"), ("mediators", "0002_policies"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

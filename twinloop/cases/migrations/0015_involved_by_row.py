"""Whether somebody works on a dispute is asked of the dispute, not of all their disputes.

The policy held the set of everything that one works on. With a million disputes the planner thought that set so dear
that a page of fifty reports read the whole table rather than look fifty disputes up. Asked by row it costs one step in
an index; where many rows are asked PostgreSQL still makes the set. The search of those without an area reads their own
rows: gathered first and by accounts that the planner sees, for guessed ones every second row was somebody's own.
"""

from importlib import import_module

from django.db import migrations

policies = import_module("twinloop.cases.migrations.0003_policies")
find = import_module("twinloop.cases.migrations.0004_find_words")
OF_ALL = f"id IN (SELECT dispute_id FROM cases_involvement WHERE until IS NULL AND {policies.own('account_id')})"
OF_ONE = f"""EXISTS (SELECT 1 FROM cases_involvement
        WHERE dispute_id = cases_dispute.id AND until IS NULL AND {policies.own('account_id')})"""
POLICIES = "\n".join(f"ALTER POLICY {name} ON cases_dispute USING ({{}});" for name in ("see", "change"))
BEFORE = find.FIND.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
MINE = {
    "cases_dispute": "SELECT id FROM cases_dispute WHERE owner_id = ANY ($1) UNION SELECT id FROM cases_dispute "
    "WHERE leader_id = ANY ($1) UNION SELECT id FROM cases_dispute WHERE registered_by_id = ANY ($1) UNION "
    "SELECT dispute_id FROM cases_involvement WHERE until IS NULL AND account_id = ANY ($1)",
    "cases_incident": "SELECT id FROM cases_incident WHERE registered_by_id = ANY ($1) UNION "
    "SELECT incident_id FROM cases_order WHERE incident_id IS NOT NULL AND to_account_id = ANY ($1)",
}


def mine(table: str, own: str) -> tuple[str, str]:
    """How the search of those without an area began, and how it begins now."""
    ask = "        RETURN QUERY EXECUTE $ask$ WITH own AS MATERIALIZED (SELECT * FROM {table} WHERE {which})"
    gathered = f"        EXECUTE $ask$ SELECT ARRAY({MINE[table]}) $ask$ INTO found USING {policies.ids('accounts')};\n"
    return ask.format(table=table, which=own), gathered + ask.format(table=table, which="id = ANY ($4)")


def now() -> str:
    made = BEFORE.replace(OF_ALL, OF_ONE)
    for table, own in (("cases_dispute", find.OWN_DISPUTE), ("cases_incident", find.OWN_INCIDENT)):
        before, after = mine(table, own)
        assert before in made
        head, tail = made.split(before)
        made = head + after + tail.replace("USING words, address, most;", "USING words, address, most, found;", 1)
    # each dispute of a hit is looked up: guessed, a common name were every second party
    joined = "JOIN (SELECT id, touched_at FROM cases_dispute WHERE {}) AS d ON d.id = hit.dispute_id"
    here = joined.format(policies.DISPUTE.replace(OF_ALL, OF_ONE))
    assert here in made
    looked = "CROSS JOIN LATERAL (SELECT touched_at FROM cases_dispute WHERE id = hit.dispute_id AND ({}) OFFSET 0) AS d"
    return made.replace(here, looked.format(policies.DISPUTE.replace(OF_ALL, OF_ONE)))


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_short_pending")]
    operations = [
        migrations.RunSQL(
            POLICIES.format(*[policies.DISPUTE.replace(OF_ALL, OF_ONE)] * 2), POLICIES.format(*[policies.DISPUTE] * 2)
        ),
        migrations.RunSQL(now(), BEFORE),
    ]

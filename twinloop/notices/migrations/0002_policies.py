"""One's own notices and choices, nobody else's, deputies and leaders included; letters are the system's.

`sees_all` alone is not enough: the bureau has it. Jobs have it together with `ledger` (ledger.sight.SYSTEM).
"""

from django.db import migrations

SYSTEM = """(SELECT current_setting('twinloop.sees_all', true) = 'on'
    AND current_setting('twinloop.ledger', true) = 'on')"""
OWN = "account_id = (SELECT nullif(current_setting('twinloop.account', true), ''))::bigint"
ADMIN = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[]) && ARRAY['system_admin']"
SEEN = {
    "notices_notice": f"{SYSTEM} OR {OWN}",
    "notices_preference": f"{SYSTEM} OR {OWN}",
    "notices_letter": f"{SYSTEM} OR {ADMIN}",
}
FORWARD = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON {table} FOR SELECT USING ({seen});
CREATE POLICY add ON {table} FOR INSERT WITH CHECK ({seen});
CREATE POLICY change ON {table} FOR UPDATE USING ({seen}) WITH CHECK ({seen});
"""
    for table, seen in SEEN.items()
)
BACKWARD = "".join(
    f"DROP POLICY {policy} ON {table}; " for table in SEEN for policy in ("change", "add", "see")
) + "".join(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY; " for table in SEEN)


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

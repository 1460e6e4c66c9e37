"""Who reads a push: the police who see its dispute, and the liaisons of the unit it was sent to.

The conditions are those of `queries.visible`; a test compares the two. A liaison does not see the dispute, so the
clocks of a push get a policy of their own: the unit's answer stops them.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
POLICE = "ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'chief', 'bureau']"
PUSH = f"""
    {cases.SEES_ALL}
    OR ({ROLES} && {POLICE} AND EXISTS (SELECT 1 FROM cases_dispute AS behind WHERE behind.id = pushes_push.dispute_id))
    OR ({ROLES} && ARRAY['agency'] AND sent_at IS NOT NULL
        AND to_unit_id IN (SELECT unit_id FROM people_account WHERE {cases.own('id')}))
"""
CLOCK = """CASE WHEN subject ~ '^push:[0-9]+$'
    THEN EXISTS (SELECT 1 FROM pushes_push AS behind WHERE behind.id = substr(subject, 6)::bigint) ELSE false END"""
FORWARD = f"""
ALTER TABLE pushes_push ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON pushes_push FOR SELECT USING ({PUSH});
CREATE POLICY add ON pushes_push FOR INSERT WITH CHECK (true);
CREATE POLICY change ON pushes_push FOR UPDATE USING ({PUSH}) WITH CHECK (true);
CREATE POLICY see_of_push ON cases_clock FOR SELECT USING ({CLOCK});
CREATE POLICY change_of_push ON cases_clock FOR UPDATE USING ({CLOCK}) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY change_of_push ON cases_clock;
DROP POLICY see_of_push ON cases_clock;
DROP POLICY change ON pushes_push;
DROP POLICY add ON pushes_push;
DROP POLICY see ON pushes_push;
ALTER TABLE pushes_push DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("pushes", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

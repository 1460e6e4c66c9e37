"""Who may read a bar, said in the database: those who choose mediators, and the mediator whose own it is."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
CHOOSERS = "ARRAY['dispatcher', 'officer', 'community_officer', 'chief', 'bureau']"
SEEN = f"""{cases.SEES_ALL} OR {ROLES} && {CHOOSERS} OR EXISTS (SELECT 1 FROM mediators_mediator AS behind
    WHERE behind.id = mediators_bar.mediator_id AND behind.account_id = ANY ({cases.ids('accounts')}))"""
FORWARD = f"""
ALTER TABLE mediators_bar ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON mediators_bar FOR SELECT USING ({SEEN});
CREATE POLICY add ON mediators_bar FOR INSERT WITH CHECK (true);
CREATE POLICY change ON mediators_bar FOR UPDATE USING ({SEEN}) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY change ON mediators_bar; DROP POLICY add ON mediators_bar; DROP POLICY see ON mediators_bar;
ALTER TABLE mediators_bar DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("mediators", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Who may read when a mediator is away, said in the database: who chooses mediators, and mediators."""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.mediation.mediators.migrations.0002_policies")
READERS = "ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'mediator', 'chief', 'bureau']"
SEEN = f"{before.cases.SEES_ALL} OR {before.ROLES} && {READERS}"
FORWARD = f"""
ALTER TABLE mediators_absence ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON mediators_absence FOR SELECT USING ({SEEN});
CREATE POLICY add ON mediators_absence FOR INSERT WITH CHECK (true);
CREATE POLICY change ON mediators_absence FOR UPDATE USING ({SEEN}) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY change ON mediators_absence; DROP POLICY add ON mediators_absence; DROP POLICY see ON mediators_absence;
ALTER TABLE mediators_absence DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("mediators", "0003_absences"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

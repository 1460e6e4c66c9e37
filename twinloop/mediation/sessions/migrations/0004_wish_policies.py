"""Who may read what a party said about being mediated: police and mediators who see the dispute."""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.mediation.sessions.migrations.0002_policies")
SEEN = before.of_dispute("mediation_wish")
FORWARD = f"""
ALTER TABLE mediation_wish ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON mediation_wish FOR SELECT USING ({SEEN});
CREATE POLICY add ON mediation_wish FOR INSERT WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY add ON mediation_wish; DROP POLICY see ON mediation_wish;
ALTER TABLE mediation_wish DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("mediation", "0003_wishes")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

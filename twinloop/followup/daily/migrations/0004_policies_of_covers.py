"""A cover is seen with its dispute, and by whoever stands in."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
behind = import_module("twinloop.cases.migrations.0005_policies_by_row")
RULE = f"{behind.of_dispute('daily_cover')} OR {cases.own('cover_id')}"
FORWARD = f"""
ALTER TABLE daily_cover ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON daily_cover FOR SELECT USING ({RULE});
CREATE POLICY add ON daily_cover FOR INSERT WITH CHECK (true);
CREATE POLICY change ON daily_cover FOR UPDATE USING ({RULE}) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY change ON daily_cover;
DROP POLICY add ON daily_cover;
DROP POLICY see ON daily_cover;
ALTER TABLE daily_cover DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("daily", "0003_cover"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

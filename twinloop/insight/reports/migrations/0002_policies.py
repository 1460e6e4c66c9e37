"""A report is read by who may see its area, written once and never changed."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")

AREA = f"""{cases.SEES_ALL} OR station_id = ANY ({cases.ids('stations')}) OR place_id = ANY ({cases.ids('places')})"""
FORWARD = f"""
ALTER TABLE reports_report ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON reports_report FOR SELECT USING ({AREA});
CREATE POLICY add ON reports_report FOR INSERT WITH CHECK ({AREA});
"""
BACKWARD = """
DROP POLICY add ON reports_report;
DROP POLICY see ON reports_report;
ALTER TABLE reports_report DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("cases", "0003_policies")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Who reads an item of the day: who sees its case, whose it is or was, and the chief of its station.

The conditions are those of `queries.visible`; a test compares the two. Days, confirmations and hours name no case.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ITEM = f"""
    {cases.SEES_ALL}
    OR station_id = ANY ({cases.ids('stations')})
    OR place_id = ANY ({cases.ids('places')})
    OR {cases.own('holder_id')} OR {cases.own('given_to_id')}
    OR dispute_id IN (SELECT id FROM cases_dispute)
"""
FORWARD = f"""
ALTER TABLE daily_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON daily_item FOR SELECT USING ({ITEM});
CREATE POLICY add ON daily_item FOR INSERT WITH CHECK (true);
CREATE POLICY change ON daily_item FOR UPDATE USING ({ITEM}) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY change ON daily_item;
DROP POLICY add ON daily_item;
DROP POLICY see ON daily_item;
ALTER TABLE daily_item DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("daily", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Everybody reads the sets in force (every decision does); editors add one; nobody changes or takes back a row.

The command room sees everything too; the system itself (jobs, the demo) is who sees everything and holds no role.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
TABLE = "cases_parameterset"
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
FORWARD = f"""
ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON {TABLE} FOR SELECT USING (true);
CREATE POLICY add ON {TABLE} FOR INSERT
    WITH CHECK ({ROLES} && ARRAY['system_admin', 'bureau'] OR ({cases.SEES_ALL} AND {ROLES} = '{{}}'));
CREATE TRIGGER cases_parameterset_refuse BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
"""
BACKWARD = f"""
DROP TRIGGER cases_parameterset_refuse ON {TABLE};
DROP POLICY add ON {TABLE};
DROP POLICY see ON {TABLE};
ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_parameters"), ("ledger", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""A judgement is read by whoever may read the incident or dispute behind it, and never changed by anybody."""

from django.db import migrations

from importlib import import_module

cases = import_module("twinloop.cases.migrations.0005_policies_by_row")
TABLE = "triage_judgement"
SEE = (
    f"{cases.old.SEES_ALL} OR {cases.behind(TABLE, 'incident_id', 'cases_incident')} "
    f"OR {cases.behind(TABLE, 'dispute_id', 'cases_dispute')}"
)
FORWARD = f"""
ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON {TABLE} FOR SELECT USING ({SEE});
CREATE POLICY add ON {TABLE} FOR INSERT WITH CHECK (true);
CREATE TRIGGER triage_judgement_refuse BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
"""
BACKWARD = f"""
DROP TRIGGER triage_judgement_refuse ON {TABLE};
DROP POLICY add ON {TABLE};
DROP POLICY see ON {TABLE};
ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0001_initial"),
        ("cases", "0005_policies_by_row"),
        ("ledger", "0002_append_only"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""A paper is seen with its dispute; templates and series name nobody."""

from importlib import import_module

from django.db import migrations

behind = import_module("twinloop.cases.migrations.0005_policies_by_row")

RULE = behind.of_dispute("papers_paper")
FORWARD = f"""
ALTER TABLE papers_paper ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON papers_paper FOR SELECT USING ({RULE});
CREATE POLICY add ON papers_paper FOR INSERT WITH CHECK ({RULE});
CREATE POLICY change ON papers_paper FOR UPDATE USING ({RULE});
"""
BACKWARD = """
DROP POLICY change ON papers_paper;
DROP POLICY add ON papers_paper;
DROP POLICY see ON papers_paper;
ALTER TABLE papers_paper DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Rows get the label that they are called by; and who reads a score is said as exactly as `queries.visible` says it.

A member of a team in that month, an agency's people and a chief each see their own alone: before, any chief's role
opened every score to a query that forgot its filter.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
ME = "(SELECT nullif(current_setting('twinloop.account', true), ''))::bigint"
STATIONS = cases.ids("stations")
OWN = f"""account_id = {ME} OR EXISTS (SELECT 1 FROM people_membership b
        JOIN assessments_assessment month ON month.id = assessments_score.assessment_id
        WHERE b.team_id = assessments_score.team_id AND b.account_id = {ME}
        AND b.period && daterange(month.month, (month.month + interval '1 month')::date))
    OR ({ROLES} && ARRAY['agency'] AND unit_id IN (SELECT u.id FROM people_unit u JOIN people_account p
        ON p.unit_id = u.id WHERE u.kind = 'agency' AND p.id = {ME}))"""
CHIEF = f"""{ROLES} && ARRAY['chief'] AND (unit_id = ANY ({STATIONS})
    OR team_id IN (SELECT id FROM people_team WHERE station_id = ANY ({STATIONS}))
    OR account_id IN (SELECT p.id FROM people_account p JOIN people_unit u ON u.id = p.unit_id
        WHERE u.id = ANY ({STATIONS}) OR u.parent_id = ANY ({STATIONS}))
    OR place_id IN (SELECT p.id FROM places_place p JOIN people_unit_places near ON near.place_id IN (p.id, p.parent_id)
        WHERE near.unit_id = ANY ({STATIONS})))"""
SCORE = f"""({cases.SEES_ALL} AND {ROLES} = '{{}}') OR {ROLES} && ARRAY['bureau'] OR {OWN} OR ({CHIEF})"""
BEFORE = import_module("twinloop.insight.assessments.migrations.0002_policies").SCORE


def policies(rule: str) -> str:
    return f"""DROP POLICY change ON assessments_score; DROP POLICY see ON assessments_score;
        CREATE POLICY see ON assessments_score FOR SELECT USING ({rule});
        CREATE POLICY change ON assessments_score FOR UPDATE USING ({rule}) WITH CHECK (true);"""


def label(apps, schema_editor):
    numbers = dict(apps.get_model("cases", "Dispute").objects.values_list("pk", "number"))
    for score in apps.get_model("assessments", "Score").objects.all():
        for parts in score.rows.values():
            for side in parts.values():
                side[:] = [[*row[:2], numbers.get(row[1], "")] for row in side]
        score.left_out = [numbers.get(pk, "") for pk in score.left_out]
        score.save(update_fields=["rows", "left_out"])


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_subjects"), ("cases", "0003_policies")]
    operations = [
        migrations.RunPython(label, migrations.RunPython.noop),
        migrations.RunSQL(policies(SCORE), policies(BEFORE)),
    ]

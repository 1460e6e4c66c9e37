"""What lies in a viewer's communities is found by index, and what was heard of again by its two reports.

Policies are asked row by row and no index knows them: a community officer's rows of a month, a thirty-sixth of the
district's, were found by reading all of them. Where a figure says the communities itself, an index finds their rows,
and the policies stand behind. A clock knows no community: `figures_clocks` names those of a span that a viewer of
communities may see, as the tables' owner, and the policies are asked of these.
"""

from importlib import import_module

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

own = import_module("twinloop.insight.figures.migrations.0007_own_elsewhere")
# clocks of their communities, of what is theirs elsewhere, of calls they see; of pushes and answers the policies tell
SEEN = """(d.place_id = ANY (places) OR k.dispute_id = ANY (theirs) OR k.incident_id = ANY (calls)
            OR k.subject LIKE 'push:%' OR k.subject LIKE 'answer:%')"""
OF = "cases_clock k LEFT JOIN cases_dispute d ON d.id = k.dispute_id"
CLOCKS = f"""CREATE FUNCTION figures_clocks(since timestamptz, until timestamptz, ended boolean) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan SET enable_hashjoin = off SET enable_mergejoin = off AS $clocks$
DECLARE
    places bigint[] := {own.told("places")}::bigint[];
    theirs bigint[] := ARRAY(SELECT figures_own());
    calls bigint[];
BEGIN
    IF ended THEN
        calls := ARRAY(SELECT figures_calls('-infinity', since, since));
        RETURN QUERY SELECT k.id FROM {OF} WHERE k.due_at < since
            AND (k.met_at >= since AND k.met_at < until OR k.dropped_at >= since AND k.dropped_at < until) AND {SEEN};
    ELSE
        calls := ARRAY(SELECT figures_calls(since, until, '-infinity'));
        RETURN QUERY SELECT k.id FROM {OF} WHERE k.due_at >= since AND k.due_at < until AND k.dropped_at IS NULL
            AND {SEEN}
        UNION ALL SELECT k.id FROM {OF} WHERE k.due_at >= since AND k.due_at < until AND k.dropped_at >= until
            AND {SEEN};
    END IF;
END $clocks$;"""

# the same of visits that were made
VISITS = f"""CREATE FUNCTION figures_visits(since timestamptz, until timestamptz) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan SET enable_hashjoin = off SET enable_mergejoin = off AS $visits$
DECLARE
    mine bigint[] := {own.told("accounts")}::bigint[];
    places bigint[] := {own.told("places")}::bigint[];
    theirs bigint[] := ARRAY(SELECT figures_own());
BEGIN
    RETURN QUERY SELECT v.id FROM visits_callback v JOIN cases_dispute d ON d.id = v.dispute_id
    WHERE v.state = 'done' AND v.at >= since AND v.at < until
        AND (d.place_id = ANY (places) OR d.id = ANY (theirs) OR v.owner_id = ANY (mine));
END $visits$;"""
# grave ones are a fifth: which they are is read from here alone
GRAVE = """CREATE INDEX figures_grave ON cases_dispute (id)
    INCLUDE (station_id, place_id, owner_id, leader_id, registered_by_id) WHERE level IN (1, 2);"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0018_pairs_are_numbers'),
        ('figures', '0011_turns_by_day'),
        ('people', '0003_tours'),
        ('places', '0002_demo_range'),
    ]

    operations = [
        migrations.RunSQL(CLOCKS, "DROP FUNCTION figures_clocks"),
        migrations.RunSQL(VISITS, "DROP FUNCTION figures_visits"),
        migrations.RunSQL(GRAVE, "DROP INDEX figures_grave"),
        migrations.AddField(
            model_name='course',
            name='first_heard',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.RawSQL('heard[1]', ()), output_field=models.DateTimeField(null=True)),
        ),
        migrations.AlterField(
            model_name='course',
            name='place',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AlterField(
            model_name='settled',
            name='place',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(fields=['place', 'registered_at'], include=['dispute', 'station', 'type_code', 'merged_at', 'transferred_at', 'is_domestic_violence'], name='figures_course_near'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(fields=['place', 'last_heard'], name='figures_course_near_heard'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(condition=models.Q(('is_backlog', True)), fields=['place'], name='figures_course_near_backlog'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(condition=models.Q(('last_heard__gt', models.F('first_heard'))), fields=['first_heard', 'last_heard'], name='figures_course_repeated'),
        ),
        migrations.AddIndex(
            model_name='settled',
            index=models.Index(fields=['place', 'at'], include=['id', 'dispute', 'station', 'number', 'until', 'mode', 'round', 'flared_at'], name='figures_settled_near'),
        ),
        migrations.AddIndex(
            model_name='tally',
            index=models.Index(condition=models.Q(('by__in', ['place', 'dplace'])), fields=['part', 'code', 'month'], name='figures_tally_near'),
        ),
    ]

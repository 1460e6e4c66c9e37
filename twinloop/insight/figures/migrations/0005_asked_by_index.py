"""What is open, late, gone or heard of again is found by an index: a page of this month no longer reads five years.

The clock's indexes serve figures alone, so they stand here; who looks up a clock by its answer reads those alone.
"""

import django.db.models.expressions
from django.db import migrations, models

CLOCKS = """CREATE INDEX figures_clock_met ON cases_clock (met_at) WHERE met_at IS NOT NULL;
CREATE INDEX figures_clock_dropped ON cases_clock (dropped_at) WHERE dropped_at IS NOT NULL;
CREATE INDEX figures_clock_answers ON cases_clock (subject) WHERE rule = 'whistle_signed';
DROP INDEX figures_course_last;"""
BACK = """DROP INDEX figures_clock_met; DROP INDEX figures_clock_dropped; DROP INDEX figures_clock_answers;
CREATE INDEX figures_course_last ON figures_course ((heard[cardinality(heard)]));"""
OPEN = """UPDATE figures_course c SET is_open = true WHERE c.merged_at IS NULL AND c.transferred_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM figures_settled s WHERE s.dispute_id = c.dispute_id AND s.until IS NULL)"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0016_clock_due"), ("figures", "0004_rollups"), ("people", "0003_tours"), ("places", "0002_demo_range"),
    ]  # fmt: skip
    operations = [
        migrations.AddField("course", "is_open", models.BooleanField(default=False, db_default=False)),
        migrations.AddField(
            "course", "last_heard",
            models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.RawSQL("heard[cardinality(heard)]", ()),
                output_field=models.DateTimeField(null=True),
            ),
        ),  # fmt: skip
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.AddIndex(
            "course", models.Index(condition=models.Q(("is_open", True)), fields=["dispute"], name="figures_course_open")
        ),
        migrations.AddIndex("course", models.Index(fields=["last_heard"], name="figures_course_heard")),
        migrations.AddIndex(
            "course",
            models.Index(
                condition=models.Q(("merged_at__isnull", False)), fields=["merged_at"], name="figures_course_merged"
            ),
        ),
        migrations.AddIndex(
            "course",
            models.Index(
                condition=models.Q(("transferred_at__isnull", False)), fields=["transferred_at"],
                name="figures_course_away",
            ),
        ),  # fmt: skip
        migrations.AddIndex(
            "settled",
            models.Index(
                condition=models.Q(("until__isnull", False)), fields=["until"], name="figures_settled_until"
            ),
        ),  # fmt: skip
        migrations.RunSQL(CLOCKS, BACK),
    ]

"""What was left out by its label is left out row by row: the measure and the row's name."""

from django.db import migrations


def key(apps, schema_editor):
    for score in apps.get_model("assessments", "Score").objects.all():
        of = {}
        for code, parts in score.rows.items():
            for side in parts.values():
                for row in side:
                    of.setdefault(row[2], []).append(f"{code} {row[0]}")
        score.left_out = [one for label in score.left_out for one in of.get(label, [])]
        score.save(update_fields=["left_out"])
        for contest in score.contests.all():
            contest.rows = [one for label in contest.rows for one in of.get(label, [])]
            contest.save(update_fields=["rows"])


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_labels_and_policies")]
    operations = [migrations.RunPython(key, migrations.RunPython.noop)]

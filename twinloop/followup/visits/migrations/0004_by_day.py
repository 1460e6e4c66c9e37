"""Callbacks of some days are found by index: the wall and a dashboard's sum read all that there ever were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_met_at")]
    operations = [
        migrations.AddIndex("callback", models.Index(fields=["due_on"], name="visits_due")),
        migrations.AddIndex(
            "callback", models.Index(condition=models.Q(("state", "done")), fields=["at"], name="visits_done")
        ),
    ]

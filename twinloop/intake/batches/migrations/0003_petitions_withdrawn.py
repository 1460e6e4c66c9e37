"""A petition goes with the dispute that its file brought, when the file is taken back."""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.intake.batches.migrations.0002_policies")
MADE = before.made("'petition'", "petitions_petition.dispute_id")
RULE = f"{before.SYSTEM} AND ({MADE})"


class Migration(migrations.Migration):
    dependencies = [("batches", "0002_policies"), ("petitions", "0002_policies")]
    operations = [
        migrations.RunSQL(
            f"CREATE POLICY withdraw ON petitions_petition FOR DELETE USING ({RULE})",
            "DROP POLICY withdraw ON petitions_petition",
        )
    ]

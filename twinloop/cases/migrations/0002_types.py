"""The district's 12 types with their codes in the outside lists; editable afterwards."""

import tomllib
from datetime import date
from pathlib import Path

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange


def fill(apps, schema_editor):
    rows = tomllib.loads((Path(__file__).parents[1] / "defaults" / "types.toml").read_text(encoding="utf-8"))["type"]
    DisputeType = apps.get_model("cases", "DisputeType")
    DisputeType.objects.bulk_create(DisputeType(period=DateRange(date(2000, 1, 1), None), **row) for row in rows)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

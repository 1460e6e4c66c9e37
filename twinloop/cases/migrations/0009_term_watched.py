"""A term that an agreement watches part by part is marked, so that nobody notes it twice in two places."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_seen_by_row'),
    ]

    operations = [
        migrations.AddField(
            model_name='term',
            name='is_watched',
            field=models.BooleanField(default=False),
        ),
    ]

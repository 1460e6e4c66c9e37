"""What waits on the board and what is under way is found by index: reports of two days, orders that are open."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0019_drawn_with_the_newest'),
        ('people', '0003_tours'),
        ('places', '0002_demo_range'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['registered_at'], name='cases_incident_registered'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('state__in', ['sent', 'signed', 'arrived'])), fields=['incident'], name='cases_order_open'),
        ),
    ]

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [
        migrations.AddField("place", "is_schematic", models.BooleanField(default=False)),
        # passed where one half was NULL, as every CHECK does that is not false
        migrations.RemoveConstraint("place", "places_position_whole"),
        migrations.AddConstraint(
            "place",
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="places_position_whole",
            ),
        ),
        migrations.AddConstraint(
            "place",
            models.CheckConstraint(
                condition=Q(kind="county", code__endswith="000000")
                | (Q(kind="township", code__endswith="000") & ~Q(code__endswith="000000"))
                | (Q(kind="community") & ~Q(code__endswith="000")),
                name="places_kind_of_code",
            ),
        ),
        migrations.AddConstraint(
            "place",
            models.CheckConstraint(condition=Q(is_demo=False) | Q(code__regex=r"^[0-9]{6}9"), name="places_demo_range"),
        ),
        migrations.AddConstraint(
            "place",
            models.CheckConstraint(
                condition=Q(is_schematic=False) | Q(latitude__isnull=False), name="places_schematic_position"
            ),
        ),
        migrations.AddConstraint(
            "place",
            models.CheckConstraint(
                condition=Q(is_served=False) | Q(retired_on__isnull=True), name="places_retired_not_served"
            ),
        ),
    ]

"""Pairs of characters are dear to make (0.04 ms for 70 characters) and cheap to look up: the planner is told so.

With the usual cost it read 2,000 narratives six times, 0.4 s, where the index answers in a millisecond. The indexes of
trigrams, which nothing asks since 0004, go: each report was written into three of them for nobody.
"""

from django.db import migrations

COST = "ALTER FUNCTION cases_pairs(text) COST {cost}"


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_policies_by_row")]
    operations = [
        migrations.RunSQL(COST.format(cost=10_000), COST.format(cost=100)),
        migrations.RemoveIndex(model_name="incident", name="cases_incident_words"),
        migrations.RemoveIndex(model_name="incident", name="cases_incident_address"),
        migrations.RemoveIndex(model_name="dispute", name="cases_dispute_words"),
    ]

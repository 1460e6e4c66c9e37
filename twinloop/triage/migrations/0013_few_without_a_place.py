"""A report without a place whose words stand everywhere meets five of the hundred newest that have none.

It met thirty of three hundred (0012). A letter signed by many finds its campaign by the first of them, and three are
shown; reading and comparing so many took an unplaced call more than twice its time. The newest are asked for in the
order of the index (`place_id IS NULL` fixes none to the planner by itself).
"""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.triage.migrations.0012_shared_is_remembered")
UNPLACED = "town = '{}' AND i.place_id IS NULL"
HEAD, TAIL = before.NOW[: before.NOW.index(UNPLACED)], before.NOW[before.NOW.index(UNPLACED) :]
CHANGES = (
    ("ORDER BY i.received_at DESC", "ORDER BY i.place_id, i.received_at DESC"),
    (f"LIMIT {before.UNPLACED}", "LIMIT 100"),
    ("counted.received_at DESC LIMIT most;", "counted.received_at DESC\n"
     "            LIMIT CASE WHEN town = '{}' THEN least(most, 5) ELSE most END;"),
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("triage", "0012_shared_is_remembered")]
    operations = [
        migrations.RunSQL(HEAD + before.rewritten(TAIL, CHANGES), before.NOW),
        migrations.RunSQL(before.shared.before.SET, before.shared.before.RESET),
    ]

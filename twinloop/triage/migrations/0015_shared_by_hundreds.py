"""A key is bounded from 300 reports or parties on, and whether a report's parties have such a key is read from them.

Of the newest reports each asked the index of keys for all who share one, and kept those of its own dispute: half a
millisecond a report among a million disputes. Its dispute's few parties are read first now; the same reports are met.
What is set apart is cheaper so than reading 2,500 rows for the thirty newest of them, among which an old report under a
rarer key of the same caller was lost. A connection remembers four times as many such keys.
"""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.triage.migrations.0014_words_are_numbers")
MANY, KEYS = 300, 256
CHANGES = (
    ("most_behind bigint := 2500;", f"most_behind bigint := {MANY};"),
    ("[:64]::text", f"[:{KEYS}]::text"),
    (
        "EXISTS (SELECT 1 FROM cases_incidentlink l",
        "EXISTS (SELECT 1 FROM (SELECT y.search_keys FROM cases_incidentlink l",
    ),
    ("AND y.search_keys && heavy)", "OFFSET 0) AS own\n                WHERE own.search_keys && heavy)"),
)
NOW = before.remembered.rewritten(before.NOW, CHANGES)


class Migration(migrations.Migration):
    dependencies = [("triage", "0014_words_are_numbers")]
    operations = [migrations.RunSQL(NOW + before.SET, before.NOW + before.SET)]

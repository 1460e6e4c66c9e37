"""Words are looked for as the numbers that the index holds since `cases/0018`; the same rows are found."""

from importlib import import_module

from django.db import migrations

remembered = import_module("twinloop.triage.migrations.0012_shared_is_remembered")
before = import_module("twinloop.triage.migrations.0013_few_without_a_place")
THEN = before.HEAD + remembered.rewritten(before.TAIL, before.CHANGES)
CHANGES = (
    ("cases_pairs(narrative) @> words[n : n]", "cases_pairs(narrative) @> cases_pairs(words[n])"),
    (
        "cases_pairs(narrative) @> ARRAY[often[one], often[two]]",
        "cases_pairs(narrative) @> (cases_pairs(often[one]) || cases_pairs(often[two]))",
    ),
)
NOW = remembered.rewritten(THEN, CHANGES)
SET = remembered.shared.before.SET


class Migration(migrations.Migration):
    dependencies = [("triage", "0013_few_without_a_place"), ("cases", "0018_pairs_are_numbers")]
    operations = [migrations.RunSQL(NOW + SET, THEN + SET)]

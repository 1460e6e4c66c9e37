"""The search reads less for the same answers.

A dispute's reports are found in two indexes alone (`cases/0021`). Behind a word only the reports of the township and of
two years are read a second time. What a connection remembers is looked up as the text that it is, and the twelve words
of a text are taken out of their array once, not at each of 900 reports. Rows go to whoever asks without a function in
between, which kept all of them once more.
"""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.triage.migrations.0015_shared_by_hundreds")
words = import_module("twinloop.triage.migrations.0007_words_bounded")
shared = import_module("twinloop.triage.migrations.0010_shared_keys")
search = import_module("twinloop.triage.migrations.0009_one_search")
remembered = before.before.remembered
NUMBERS = range(1, shared.MOST_WORDS + 1)
SHARED = " + ".join(f"CASE WHEN strpos(said, w{n}) > 0 THEN 1 ELSE 0 END" for n in NUMBERS)
ASKED = f"(SELECT {', '.join(f'words[{n}] AS w{n}' for n in NUMBERS)} OFFSET 0) AS asked CROSS JOIN "
HERE = f"(place_id = ANY (town) OR place_id IS NULL) AND {words.WITHIN}"
TOLD = "coalesce(current_setting('twinloop.{name}', true), '')"
CHANGES = (
    (
        f"old_keys {remembered.KNOWN.format(name='shared_keys', type='uuid')};",
        f"old_keys text := {TOLD.format(name='shared_keys')};",
    ),
    (
        "ARRAY(SELECT unnest(keys) INTERSECT SELECT unnest(old_keys))",
        "ARRAY(SELECT DISTINCT one FROM unnest(keys) AS one WHERE strpos(old_keys, one::text) > 0)",
    ),
    (
        f"old_words {remembered.KNOWN.format(name='often_words', type='text')};",
        f"old_words text := translate({TOLD.format(name='often_words')}, '{{}}', ',,');",
    ),
    ("(new_keys || old_keys)", "(new_keys || nullif(old_keys, '')::uuid[])"),
    ("words[n] = ANY (old_words)", "strpos(old_words, ',' || words[n] || ',') > 0"),
    (
        "(new_words || old_words)",
        "(new_words || nullif(current_setting('twinloop.often_words', true), '')::text[])",
    ),
    (
        """JOIN cases_incident i ON i.id = l.incident_id WHERE i.received_at <= at
        ORDER BY i.received_at DESC LIMIT most;""",
        # one row, but the index of id and moment is asked, which holds both, and not that of the id
        """CROSS JOIN LATERAL (SELECT i.received_at FROM cases_incident i
            WHERE i.id = l.incident_id AND i.received_at BETWEEN '-infinity' AND at
            ORDER BY i.id, i.received_at LIMIT 1) AS i
        ORDER BY i.received_at DESC LIMIT most;""",
    ),
    (
        "hits := ARRAY(SELECT id FROM cases_incident WHERE cases_pairs(narrative) @> cases_pairs(words[n]) LIMIT 300 + 1);",
        f"""SELECT count(*), array_agg(id) FILTER (WHERE {HERE}) INTO behind, hits
            FROM (SELECT id, place_id, received_at FROM cases_incident
                WHERE cases_pairs(narrative) @> cases_pairs(words[n]) LIMIT 300 + 1) AS hit;""",
    ),
    ("IF cardinality(hits) <= 300 THEN", "IF behind <= 300 THEN"),
    (f"{shared.SHARED} AS shared", f"{SHARED} AS shared"),
    ("FROM (SELECT DISTINCT unnest(found) AS id)", f"FROM {ASKED}(SELECT DISTINCT unnest(found) AS id)"),
    (
        f"{shared.SHARED} AS shared FROM (\n            SELECT of_place.*",
        f"{SHARED} AS shared FROM {ASKED}(\n            SELECT of_place.*",
    ),
)
NOW = remembered.rewritten(before.NOW, CHANGES)
SET = before.before.SET
THEN_FOUND = search.FOUND.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
ROWS = search.READ[search.READ.index("SELECT i.id") : search.READ.index("WHERE i.id = ANY (wanted)")]
FOUND = remembered.rewritten(
    THEN_FOUND,
    (
        ("    last bigint;\n", "    last bigint;\n    wanted bigint[];\n"),
        (
            THEN_FOUND[THEN_FOUND.index("    RETURN QUERY") : THEN_FOUND.index("    PERFORM set_config('twinloop.sees_all', told")],
            f"""    wanted := ARRAY(SELECT DISTINCT * FROM triage_repeat_candidates(numbers, names, here,
        ARRAY(SELECT p.id FROM places_place p WHERE p.id = here OR p.parent_id = above), door, words, shares, at, most));
    RETURN QUERY {ROWS.replace("SELECT i.id", "SELECT last, i.id", 1)}WHERE i.id = ANY (wanted);
    IF NOT FOUND THEN
        RETURN QUERY SELECT last, r.* FROM (SELECT 1) AS one LEFT JOIN triage_repeat_read('{{}}') AS r ON true;
    END IF;
""",
        ),
    ),
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("triage", "0015_shared_by_hundreds"), ("cases", "0021_covered")]
    operations = [
        migrations.RunSQL(NOW + SET, before.NOW + SET),
        migrations.RunSQL(FOUND, THEN_FOUND),
    ]

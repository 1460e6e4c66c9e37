"""What thousands share is remembered as long as a connection lives, and is not counted again at each report.

A key behind more than 2,500 reports or parties stays one, and a word behind more than 300 reports stays one of many: a
connection keeps those it has met, and neither reads 2,501 rows nor sifts twenty keys to find it out once more. Where a
shared key is met among the newest, the reading ends as soon as enough are found. Texts are not made small any more: the
words looked for are of Chinese characters. A report without a place whose words stand everywhere (a letter signed by
many) meets the newest of those that have none; before, it met nothing.
"""

from collections.abc import Iterable
from importlib import import_module

from django.db import migrations

before = import_module("twinloop.triage.migrations.0011_shared_by_thousands")
shared = import_module("twinloop.triage.migrations.0010_shared_keys")
words = import_module("twinloop.triage.migrations.0007_words_bounded")
KEYS, OFTEN = 64, 400  # that a connection remembers
UNPLACED = 300  # newest reports without a place
KNOWN = "{type}[] := coalesce(nullif(current_setting('twinloop.{name}', true), ''), '{{}}')"
KEEP = "PERFORM set_config('twinloop.{name}', ({new} || {old})[:{most}]::text, false);"
NEAR = f"""SELECT i.id, i.received_at, i.narrative AS said FROM cases_incident i
                WHERE {{where}} AND {words.WITHIN} ORDER BY i.received_at DESC LIMIT {{most}}"""
COMMON = f"""IF is_common THEN
        RETURN QUERY SELECT counted.id FROM (SELECT near.id, near.received_at, {shared.SHARED} AS shared FROM (
            SELECT of_place.* FROM unnest(town) AS place CROSS JOIN LATERAL (
                {NEAR.format(where="i.place_id = place", most=f"greatest(30, {words.READ} / cardinality(town))")}
            ) AS of_place UNION ALL (
                {NEAR.format(where="town = '{}' AND i.place_id IS NULL", most=UNPLACED)}
            )) AS near OFFSET 0) AS counted
            WHERE counted.shared > 1 ORDER BY counted.shared DESC, counted.received_at DESC LIMIT most;
"""  # noqa: S608 - our own words
CHANGES = (
    (
        "    heavy uuid[] := '{}';\n",
        f"""    old_keys {KNOWN.format(name="shared_keys", type="uuid")};
    new_keys uuid[] := '{{}}';
    heavy uuid[] := ARRAY(SELECT unnest(keys) INTERSECT SELECT unnest(old_keys));
    old_words {KNOWN.format(name="often_words", type="text")};
    new_words text[] := '{{}}';
""",
    ),
    (
        "BEGIN\n    LOOP\n",
        """BEGIN
    IF heavy <> '{}' THEN
        keys := ARRAY(SELECT unnest(keys) EXCEPT SELECT unnest(heavy));
    END IF;
    LOOP
""",
    ),
    ("heavy := heavy || key;", "new_keys := new_keys || key;"),
    (
        "        keys := ARRAY(SELECT unnest(keys) EXCEPT SELECT unnest(heavy));\n        most_behind := NULL;\n",
        f"""        keys := ARRAY(SELECT unnest(keys) EXCEPT SELECT unnest(new_keys));
        heavy := heavy || new_keys;
        {KEEP.format(name="shared_keys", new="new_keys", old="old_keys", most=KEYS)}
        most_behind := NULL;
""",
    ),
    ("met.id FROM met WHERE", "met.id FROM (SELECT * FROM met ORDER BY received_at DESC) AS met WHERE"),
    ("AND y.search_keys && heavy)\n            ORDER BY met.received_at DESC", "AND y.search_keys && heavy)\n           "),
    (
        "        hits := ARRAY(SELECT id FROM cases_incident WHERE cases_pairs",
        """        IF words[n] = ANY (old_words) THEN
            often := often || words[n];
            CONTINUE;
        END IF;
        hits := ARRAY(SELECT id FROM cases_incident WHERE cases_pairs""",
    ),
    (
        "            often := often || words[n];\n        END IF;\n    END LOOP;\n",
        f"""            often := often || words[n];
            new_words := new_words || words[n];
        END IF;
    END LOOP;
    IF new_words <> '{{}}' THEN
        {KEEP.format(name="often_words", new="new_words", old="old_words", most=OFTEN)}
    END IF;
""",
    ),
    ('lower(narrative COLLATE "C") AS said', "narrative AS said"),
    (before.NOW[before.NOW.index("IF is_common THEN\n") : before.NOW.index("    END IF;\nEND $find$")], COMMON),
)


def rewritten(text: str, changes: Iterable[tuple[str, str]]) -> str:
    for was, becomes in changes:
        if was not in text:  # a step of the past that changed would leave the function as it was
            raise ValueError(was)
        text = text.replace(was, becomes, 1)
    return text


NOW = rewritten(before.NOW, CHANGES)


class Migration(migrations.Migration):
    dependencies = [("triage", "0011_shared_by_thousands")]
    operations = [migrations.RunSQL(NOW, before.NOW), migrations.RunSQL(shared.before.SET, shared.before.RESET)]

"""A key that hundreds share is bounded, and words are counted without a query each; else the answers of 0008.

A key of a number or a name behind more than MANY reports or parties (a shop's telephone, 王芳, a hotline) made the
search read and sort all of them: 2.5 ms at 3,000, growing with every year that is kept. Such a key tells nobody apart:
it is met among the newest reports of the township, as words are that stand everywhere, and among the district's newest.

How many of the words stand in a report was asked by a query of its own for each report, with the text made small anew
for every word. Now the text is made small once and the words stand beside one another in the statement.
"""

from importlib import import_module

from django.db import migrations

words = import_module("twinloop.triage.migrations.0007_words_bounded")
before = import_module("twinloop.triage.migrations.0008_by_index")
MOST_WORDS = 12  # `repeats_finding.WORDS`
MANY = 500  # reports, or parties, behind one key
NEW = 300  # newest reports that are met by such a key, of the township evenly of its places
SHARED = " + ".join(f"CASE WHEN strpos(said, words[{n}]) > 0 THEN 1 ELSE 0 END" for n in range(1, MOST_WORDS + 1))
# what a key finds, read until it is known to be shared by many; then key by key, without those that are
BY_KEYS = """    LOOP
        WITH hit AS MATERIALIZED (SELECT id, received_at FROM cases_incident
                WHERE search_keys && keys AND NOT caller_is_confidential LIMIT most_behind + 1)
            SELECT array_agg(id ORDER BY received_at DESC) FILTER (WHERE received_at <= at), count(*)
            INTO hits, behind FROM hit;
        WITH hit AS MATERIALIZED (SELECT dispute_id FROM cases_party
                WHERE search_keys && keys AND removed_at IS NULL LIMIT most_behind + 1)
            SELECT array_agg(DISTINCT dispute_id), greatest(behind, count(*)) INTO disputes, behind FROM hit;
        EXIT WHEN most_behind IS NULL OR behind <= most_behind;
        FOREACH key IN ARRAY keys LOOP
            IF most_behind < (SELECT count(*) FROM (SELECT 1 FROM cases_incident
                    WHERE search_keys @> ARRAY[key] LIMIT most_behind + 1) AS few)
                OR most_behind < (SELECT count(*) FROM (SELECT 1 FROM cases_party
                    WHERE search_keys @> ARRAY[key] LIMIT most_behind + 1) AS few) THEN
                heavy := heavy || key;
            END IF;
        END LOOP;
        keys := ARRAY(SELECT unnest(keys) EXCEPT SELECT unnest(heavy));
        most_behind := NULL;
    END LOOP;
    RETURN QUERY SELECT unnest(hits[:most]);
    RETURN QUERY SELECT l.incident_id FROM unnest(disputes) AS dispute
        JOIN cases_incidentlink l ON l.dispute_id = dispute AND l.unlinked_at IS NULL
        JOIN cases_incident i ON i.id = l.incident_id WHERE i.received_at <= at
        ORDER BY i.received_at DESC LIMIT most;
    IF heavy <> '{}' THEN
        RETURN QUERY WITH met AS MATERIALIZED (
            (SELECT i.id, i.received_at, i.search_keys, i.caller_is_confidential FROM cases_incident i
                WHERE i.received_at <= at ORDER BY i.received_at DESC LIMIT most_new)
            UNION SELECT near.* FROM unnest(town) AS place CROSS JOIN LATERAL (
                SELECT i.id, i.received_at, i.search_keys, i.caller_is_confidential FROM cases_incident i
                WHERE i.place_id = place AND i.received_at <= at
                ORDER BY i.received_at DESC LIMIT greatest(8, most_new / cardinality(town))) AS near)
            SELECT met.id FROM met WHERE (met.search_keys && heavy AND NOT met.caller_is_confidential)
            OR EXISTS (SELECT 1 FROM cases_incidentlink l JOIN cases_party y ON y.dispute_id = l.dispute_id
                WHERE l.incident_id = met.id AND l.unlinked_at IS NULL AND y.removed_at IS NULL
                AND y.search_keys && heavy)
            ORDER BY met.received_at DESC LIMIT most;
    END IF;
"""
FOUND = f"""RETURN QUERY SELECT counted.id FROM (SELECT i.id, i.received_at, {SHARED} AS shared
            FROM (SELECT DISTINCT unnest(found) AS id) AS hit CROSS JOIN LATERAL
                (SELECT id, received_at, lower(narrative COLLATE "C") AS said FROM cases_incident
                WHERE id = hit.id AND (place_id = ANY (town) OR place_id IS NULL) AND {words.WITHIN} OFFSET 0) AS i
            OFFSET 0) AS counted ORDER BY counted.shared DESC, counted.received_at DESC LIMIT most;
"""  # noqa: S608 - our own words
COMMON = f"""RETURN QUERY SELECT counted.id FROM (SELECT near.id, near.received_at, {SHARED} AS shared
            FROM unnest(town) AS place CROSS JOIN LATERAL (
                SELECT i.id, i.received_at, lower(i.narrative COLLATE "C") AS said FROM cases_incident i
                WHERE i.place_id = place AND {words.WITHIN}
                ORDER BY i.received_at DESC LIMIT greatest(30, {words.READ} / cardinality(town))) AS near
            OFFSET 0) AS counted
            WHERE counted.shared > 1 ORDER BY counted.shared DESC, counted.received_at DESC LIMIT most;
"""  # noqa: S608 - our own words
DECLARED = f"""    keys uuid[] := numbers || names;
    heavy uuid[] := '{{}}';
    key uuid;
    disputes bigint[];
    behind bigint;
    most_behind bigint := {MANY};
    most_new CONSTANT bigint := {NEW};
BEGIN
"""


def rewritten(text: str) -> str:
    """The function of 0008 with the parts above in their places."""
    for first, after, becomes in (
        ("BEGIN\n", "    RETURN QUERY WITH hit", DECLARED),
        ("    RETURN QUERY WITH hit", "    RETURN QUERY SELECT i.id FROM cases_incident i WHERE i.place_id", BY_KEYS),
        ("RETURN QUERY SELECT i.id FROM (SELECT DISTINCT unnest(found)", "    IF is_common THEN", FOUND),
        ("RETURN QUERY SELECT near.id", "    END IF;\nEND $find$", COMMON),
    ):
        start = text.index(first)
        text = text[:start] + becomes + text[text.index(after, start) :]
    return text


NOW = rewritten(before.NOW)


class Migration(migrations.Migration):
    dependencies = [("triage", "0009_one_search")]
    operations = [migrations.RunSQL(NOW, before.NOW), migrations.RunSQL(before.SET, before.RESET)]

"""Candidates by words in bounded time, and more of them: a rare word is met by itself, a common one among the newest.

Before, two of the four rarest words had to stand together, and the index read the whole list of each however long. Now
a word of few reports is enough, words of more reports must meet another one, and words that stand everywhere are looked
for among the newest reports of every place of the township only. Who shares most words comes first. The share of a word
among the newest reports comes with the question, the number of reports from the statistics of the table. Nothing is
written for it: no report becomes dearer to take in.
"""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.triage.migrations.0004_repeats_policies")
MANY = 20_000  # reports in which a word stands; a longer list is not read
FEW = 300  # of one word: each is looked at
BOTH = 500  # of two words together
COMPANY = 4  # words of more than FEW reports that are met two by two
READ = 900  # newest reports of a township, evenly of its places
EARLIER = before.FORWARD[before.FORWARD.index("CREATE FUNCTION") :]
BY_KEYS = EARLIER[EARLIER.index("    RETURN QUERY") : EARLIER.index("    FOR n IN")]
WITHIN = "received_at BETWEEN at - interval '2 years' AND at"
SHARED = "(SELECT count(*) AS shared FROM unnest(words) AS word WHERE strpos({said}, word) > 0) AS w"
# $6 words, rarest first, $7 the share of reports in which each stands; the rest as in 0004
FIND = f"""
CREATE FUNCTION triage_repeat_candidates(numbers uuid[], names uuid[], here bigint, town bigint[], door text,
    words text[], shares double precision[], at timestamptz, most int) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $find$
DECLARE
    many bigint := (SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'cases_incident'::regclass);
    hits bigint[];
    found bigint[] := '{{}}';
    often text[] := '{{}}';
    is_common boolean := false;
BEGIN
{BY_KEYS}    FOR n IN 1 .. cardinality(words) LOOP
        IF many * shares[n] > {MANY} THEN  -- the others are no rarer
            is_common := true;
            EXIT;
        END IF;
        hits := ARRAY(SELECT id FROM cases_incident WHERE cases_pairs(narrative) @> words[n : n] LIMIT {FEW} + 1);
        IF cardinality(hits) <= {FEW} THEN
            found := found || hits;
        ELSE
            often := often || words[n];
        END IF;
    END LOOP;
    FOR one IN 1 .. least(cardinality(often), {COMPANY}) - 1 LOOP
        FOR two IN one + 1 .. least(cardinality(often), {COMPANY}) LOOP
            found := found || ARRAY(SELECT id FROM cases_incident
                WHERE cases_pairs(narrative) @> ARRAY[often[one], often[two]] LIMIT {BOTH});
        END LOOP;
    END LOOP;
    RETURN QUERY SELECT i.id FROM cases_incident i CROSS JOIN LATERAL
        {SHARED.format(said='lower(i.narrative COLLATE "C")')}
        WHERE i.id = ANY (found) AND (place_id = ANY (town) OR place_id IS NULL) AND {WITHIN}
        ORDER BY w.shared DESC, received_at DESC LIMIT most;
    IF is_common THEN
        RETURN QUERY SELECT near.id FROM unnest(town) AS place CROSS JOIN LATERAL (
                SELECT i.id, i.received_at, lower(i.narrative COLLATE "C") AS said FROM cases_incident i
                WHERE i.place_id = place AND {WITHIN}
                ORDER BY i.received_at DESC LIMIT greatest(30, {READ} / cardinality(town))) AS near
            CROSS JOIN LATERAL {SHARED.format(said="near.said")}
            WHERE w.shared > 1 ORDER BY w.shared DESC, near.received_at DESC LIMIT most;
    END IF;
END $find$;
"""
OLD = "triage_repeat_candidates(uuid[], uuid[], bigint, bigint[], text, text[], timestamptz, int)"
NEW = "triage_repeat_candidates(uuid[], uuid[], bigint, bigint[], text, text[], double precision[], timestamptz, int)"


class Migration(migrations.Migration):
    dependencies = [("triage", "0006_quick_policies"), ("cases", "0006_pairs_cost")]
    operations = [
        migrations.RunSQL(FIND, f"DROP FUNCTION {NEW}"),
        migrations.RunSQL(f"DROP FUNCTION {OLD}", EARLIER),
    ]

"""Pairs of characters are numbers in the indexes: both code points in one, instead of a text.

Text is compared by the rules of a language, a call of the C library each time; sorting the words of long letters into
the index was two thirds of what storing them took. A number stands for exactly one pair (a code point has at most 21
bits), so that whoever asks finds the same rows. What asks `cases_pairs(a) @> cases_pairs(b)` need not know of it.
"""

from importlib import import_module

from django.db import migrations

PAIRS = """
CREATE FUNCTION cases_pairs(said text) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $pairs$
DECLARE
    one text[] := string_to_array(lower(said COLLATE "C"), NULL);
    two bigint[] := '{}';
    before bigint;
    this bigint := ascii(one[1]);
BEGIN
    FOR n IN 2 .. cardinality(one) LOOP
        before := this;
        this := ascii(one[n]);
        two := two || ((before << 21) | this);
    END LOOP;
    RETURN two;
END $pairs$;
"""
earlier = import_module("twinloop.cases.migrations.0004_find_words").PAIRS
TEXTS = earlier[: earlier.index("CREATE INDEX")].replace("PARALLEL SAFE AS", "PARALLEL SAFE COST 10000 AS")
COLUMNS = (("dispute", "", "title"), ("incident", "", "narrative"), ("incident", "address_", "address_key"))
BEGIN = "\n".join(f"DROP INDEX cases_{table}_{mark}pairs;" for table, mark, _ in COLUMNS) + "DROP FUNCTION cases_pairs;"
END = "\n".join(
    f"CREATE INDEX cases_{table}_{mark}pairs ON cases_{table} USING gin (cases_pairs({column}))"
    " WITH (gin_pending_list_limit = 256);"  # as 0014 set it
    for table, mark, column in COLUMNS
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_nobody_is_not_looked_up")]
    operations = [migrations.RunSQL(BEGIN + PAIRS + END, BEGIN + TEXTS + END)]

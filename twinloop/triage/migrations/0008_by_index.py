"""Candidates by index whatever the statistics say, planned once a session.

An array of sixty keys makes the planner expect hundreds of rows and read the whole table (37 ms at 20,000 reports, more
each day) where the index answers in a fraction of one; a pair of common words likewise. No sequential scan is ever right
here. And a word that stands in every tenth report tells no quarrel apart: such words are met among the newest reports of
the township, whatever the number of reports.
"""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.triage.migrations.0007_words_bounded")
NEWEST = 30  # of the reports that came in while one was searched for
STOCK = 0.1  # share of the reports from which on a word is a stock phrase
# reports written down since a search: ids only, as those of the candidates; the rows are read under the policies
NEWER = f"""
CREATE FUNCTION triage_repeat_newer(upto bigint, own bigint) RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $newer$
    SELECT ARRAY(SELECT id FROM cases_incident WHERE id > upto AND id <> own ORDER BY id DESC LIMIT {NEWEST})
$newer$;
"""
SETTINGS = ("enable_seqscan = off", "plan_cache_mode = force_generic_plan")
THEN = before.FIND.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
NOW = THEN
for was, becomes in (
    (f"IF many * shares[n] > {before.MANY} THEN", f"IF shares[n] > {STOCK} OR many * shares[n] > {before.MANY} THEN"),
    (
        "SELECT i.id FROM cases_incident i CROSS JOIN LATERAL",
        """SELECT i.id FROM (SELECT DISTINCT unnest(found) AS id) AS hit
        CROSS JOIN LATERAL (SELECT * FROM cases_incident WHERE id = hit.id OFFSET 0) AS i CROSS JOIN LATERAL""",
    ),
    ("WHERE i.id = ANY (found) AND (place_id", "WHERE (place_id"),
):
    assert was in NOW  # noqa: S101  # a step of the past that changed would leave the function as it was
    NOW = NOW.replace(was, becomes)
SET = "\n".join(f"ALTER FUNCTION {before.NEW} SET {one};" for one in SETTINGS)
RESET = "\n".join(f"ALTER FUNCTION {before.NEW} RESET {one.split()[0]};" for one in SETTINGS)


class Migration(migrations.Migration):
    dependencies = [("triage", "0007_words_bounded")]
    operations = [
        migrations.RunSQL(NOW, THEN),  # replacing a function drops the settings it had: they follow
        migrations.RunSQL(SET, RESET),
        migrations.RunSQL(NEWER, "DROP FUNCTION triage_repeat_newer"),
    ]

"""What a viewer's scope says is made an array once a query, not once a row.

Policies compared a column with `(SELECT …)::bigint[]`: the setting was read once, as a text, and that text was parsed
for every row and every condition, half of what a long list cost whoever does not see all. With the cast inside, the
array is made once; the outer one stays, as `= ANY (SELECT …)` would compare with rows (PostgreSQL drops it again).

Every policy and function that stands is changed where it stands: this comes after those of all rooms.
"""

from django.db import migrations

ONCE = r"""DO $once$
DECLARE
    one record;
    stored CONSTANT text := $re$\(\( SELECT COALESCE\(NULLIF\(current_setting\('twinloop\.(\w+)'::text, true\), ''::text\), '\{\}'::text\) AS "coalesce"\)\)::(\w+)\[\]$re$;
    written CONSTANT text := $re$\(SELECT coalesce\(nullif\(current_setting\('twinloop\.(\w+)', true\), ''\), '\{\}'\)\)::(\w+)\[\]$re$;
    once CONSTANT text := $to$(SELECT coalesce(nullif(current_setting('twinloop.\1', true), ''), '{}')::\2[])::\2[]$to$;
BEGIN
    FOR one IN SELECT policyname, tablename, regexp_replace(qual, stored, '(' || once || ')', 'g') AS shown,
            regexp_replace(with_check, stored, '(' || once || ')', 'g') AS written FROM pg_policies
        WHERE schemaname = 'public' AND (qual ~ stored OR with_check ~ stored) LOOP
        EXECUTE format('ALTER POLICY %I ON %I', one.policyname, one.tablename)
            || coalesce(' USING (' || one.shown || ')', '') || coalesce(' WITH CHECK (' || one.written || ')', '');
    END LOOP;
    FOR one IN SELECT pg_get_functiondef(p.oid) AS body FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND p.prosrc ~ written LOOP
        EXECUTE regexp_replace(one.body, written, once, 'g');
    END LOOP;
END $once$;"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0006_looks"),
        ("cases", "0021_covered"),
        ("leads", "0002_policies"),
        ("patrols", "0002_policies"),
        ("posts", "0002_policies"),
        ("volunteers", "0002_policies"),
        ("orders", "0003_seen_by_function"),
        ("pushes", "0003_seen_by_function"),
        ("exchange", "0006_write_visits"),
        ("daily", "0005_alter_item_kind"),
        ("rounds", "0002_policies"),
        ("visits", "0004_by_day"),
        ("assessments", "0005_keys_of_rows"),
        ("figures", "0012_near"),
        ("reports", "0003_twelve"),
        ("walls", "0002_newest_signed"),
        ("batches", "0004_judged"),
        ("doors", "0003_quick_policies"),
        ("petitions", "0002_policies"),
        ("agreements", "0002_fixed"),
        ("consults", "0002_policies"),
        ("follow", "0003_next_step"),
        ("joint", "0004_seen_by_function"),
        ("mediators", "0005_sealed_identity"),
        ("safeguards", "0002_policies"),
        ("mediation", "0004_wish_policies"),
        ("notices", "0003_alter_notice_number"),
        ("papers", "0007_nomination_list"),
        ("rosters", "0004_seat_terms"),
        ("triage", "0016_read_once"),
    ]
    operations = [migrations.RunSQL(ONCE, migrations.RunSQL.noop)]

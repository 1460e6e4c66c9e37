"""PostgreSQL tells at commit what was written: which kind of stream, which one, which verb. Who listens: ledger/live.py.

One trigger a statement, not a row: an import writes thousands of events at once, and then one notice a kind is enough
(the list of notices is kept in memory until the commit). Looks are not told: they change nothing that a page shows.
A notice carries no name and no text: a key of a stream that is not a number (a user's name) stays out.
"""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION ledger_tell() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    IF (SELECT count(*) > 20 FROM (SELECT 1 FROM made WHERE NOT is_look LIMIT 21) few) THEN
        PERFORM pg_notify('twinloop_live', json_build_object('of', many.kind)::text)
        FROM (SELECT DISTINCT split_part(stream, ':', 1) AS kind FROM made WHERE NOT is_look) many;
    ELSE
        PERFORM pg_notify('twinloop_live', json_strip_nulls(json_build_object(
            'of', split_part(stream, ':', 1),
            'id', substring(stream FROM '^[^:]*:(\d{1,18})$')::bigint,
            'verb', verb,
            'account', CASE WHEN jsonb_typeof(data -> 'to_account') = 'number' THEN data -> 'to_account' END,
            'unit', CASE WHEN jsonb_typeof(data -> 'to_unit') = 'number' THEN data -> 'to_unit' END))::text)
        FROM made WHERE NOT is_look;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_tell AFTER INSERT ON ledger_event REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_tell();
"""

BACKWARD = """
DROP TRIGGER ledger_tell ON ledger_event;
DROP FUNCTION ledger_tell();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_once")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Events chain themselves when they are written and refuse to be changed, whoever asks.

The hash is SHA-256 over the event before it in the stream and this event's own text; `ledger.chain`
computes the same in Python, so that a database that lies is found out.
"""

from django.db import migrations

FORWARD = r"""
-- runs as the owner: the event before may be one that the writer may not read
CREATE FUNCTION ledger_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    last record;
BEGIN
    -- writers share this lock; the sealing job takes it alone for a moment, so that no id below its seal is still to come
    PERFORM pg_advisory_xact_lock_shared(7102001);
    PERFORM pg_advisory_xact_lock(7102002, hashtext(NEW.stream));
    -- numbered only now: a number drawn before the lock could turn up below a seal made meanwhile
    NEW.id := nextval(pg_get_serial_sequence('public.ledger_event', 'id'));
    SELECT e.seq, e.hash INTO last FROM ledger_event e WHERE e.stream = NEW.stream ORDER BY e.seq DESC LIMIT 1;
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.previous := coalesce(last.hash, '\x'::bytea);
    NEW.recorded_at := clock_timestamp();
    NEW.data := NEW.body::jsonb;
    NEW.hash := sha256(NEW.previous || convert_to(concat_ws(chr(31),
        NEW.stream, NEW.seq::text, NEW.verb, coalesce(NEW.by_id::text, ''),
        to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        to_char(NEW.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        NEW.why, NEW.body, CASE WHEN NEW.is_look THEN 'look' ELSE '' END), 'UTF8'));
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_chain BEFORE INSERT ON ledger_event FOR EACH ROW EXECUTE FUNCTION ledger_chain();

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_event_refuse BEFORE UPDATE OR DELETE ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_event_refuse_all BEFORE TRUNCATE ON ledger_event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_seal_refuse BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_seal_refuse_all BEFORE TRUNCATE ON ledger_seal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""

BACKWARD = """
DROP TRIGGER ledger_seal_refuse_all ON ledger_seal;
DROP TRIGGER ledger_seal_refuse ON ledger_seal;
DROP TRIGGER ledger_event_refuse_all ON ledger_event;
DROP TRIGGER ledger_event_refuse ON ledger_event;
DROP TRIGGER ledger_chain ON ledger_event;
DROP FUNCTION ledger_refuse();
DROP FUNCTION ledger_chain();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""What was signed stays as it was signed; who may read an agreement, said in the database."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
ROLES = "(SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])"
READERS = "ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'mediator', 'chief', 'bureau']"
SEEN = f"""{cases.SEES_ALL} OR ({ROLES} && {READERS}
    AND EXISTS (SELECT 1 FROM cases_dispute AS behind WHERE behind.id = agreements_agreement.dispute_id))"""
TABLES = ("draft", "promise", "due", "signature", "confirmation")

# An agreement that carries a signature date keeps its words; only state and end may still change.
FIXED = """
CREATE FUNCTION agreements_fixed() RETURNS trigger LANGUAGE plpgsql AS $fixed$
BEGIN
    IF OLD.signed_at IS NOT NULL AND (TG_OP = 'DELETE'
        OR (to_jsonb(NEW) - '{state,ended_at,ended_by_id,ended_why}'::text[])
           IS DISTINCT FROM (to_jsonb(OLD) - '{state,ended_at,ended_by_id,ended_why}'::text[])) THEN
        RAISE EXCEPTION 'agreement % is signed', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $fixed$;
CREATE TRIGGER fixed BEFORE UPDATE OR DELETE ON agreements_agreement
    FOR EACH ROW EXECUTE FUNCTION agreements_fixed();

CREATE FUNCTION agreements_part_fixed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $fixed$
DECLARE
    free text[] := TG_ARGV[0]::text[];
    was jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) - free END;
    becomes jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) - free END;
BEGIN
    IF was IS DISTINCT FROM becomes AND EXISTS (
        SELECT 1 FROM agreements_agreement WHERE signed_at IS NOT NULL
        AND id IN ((coalesce(was, becomes) ->> 'agreement_id')::bigint, (coalesce(becomes, was) ->> 'agreement_id')::bigint)
    ) THEN
        RAISE EXCEPTION 'the agreement of this % is signed', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $fixed$;
"""
PERFORMANCE = "{live,warned_at,due_told_at,late_at,performed_on,broken_on,recorded_by_id,recorded_at,evidence,photo_id}"
PARTS = {"draft": "{}", "promise": "{}", "signature": "{}", "due": PERFORMANCE}


def forward() -> str:
    told = [FIXED]
    told += [
        f"CREATE TRIGGER fixed BEFORE INSERT OR UPDATE OR DELETE ON agreements_{name} "
        f"FOR EACH ROW EXECUTE FUNCTION agreements_part_fixed('{free}');"
        for name, free in PARTS.items()
    ]
    rules = {"agreement": SEEN} | {
        name: f"{cases.SEES_ALL} OR EXISTS (SELECT 1 FROM agreements_agreement AS behind "
        f"WHERE behind.id = agreements_{name}.agreement_id)"
        for name in TABLES
    }
    for name, rule in rules.items():
        table = f"agreements_{name}"
        told.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        told.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        told.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        told.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
        told.append(f"CREATE POLICY remove ON {table} FOR DELETE USING ({rule});")
    return "\n".join(told)


def backward() -> str:
    told = []
    for name in ("agreement", *TABLES):
        table = f"agreements_{name}"
        told += [f"DROP POLICY {policy} ON {table};" for policy in ("remove", "change", "add", "see")]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    told += [f"DROP TRIGGER fixed ON agreements_{name};" for name in ("agreement", *PARTS)]
    told += ["DROP FUNCTION agreements_part_fixed();", "DROP FUNCTION agreements_fixed();"]
    return "\n".join(told)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

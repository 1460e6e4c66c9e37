"""As in cases 0013: the clock of an answer asks a function, planned once a session, whether the answer is seen."""

from importlib import import_module

from django.db import migrations

old = import_module("twinloop.mediation.joint.migrations.0002_policies")

SEEN = """CREATE FUNCTION joint_answer_seen(wanted bigint) RETURNS boolean LANGUAGE plpgsql STABLE COST 1000
    SET plan_cache_mode = force_generic_plan SET search_path = public, pg_temp AS $seen$
BEGIN
    RETURN EXISTS (SELECT 1 FROM joint_answer WHERE id = wanted);
END $seen$;"""
CLOCK = "CASE WHEN subject ~ '^answer:[0-9]+$' THEN joint_answer_seen(substr(subject, 8)::bigint) ELSE false END"


def ruled(condition: str) -> str:
    return "\n".join(f"ALTER POLICY {name}_of_answer ON cases_clock USING ({condition});" for name in ("see", "change"))


class Migration(migrations.Migration):
    dependencies = [("joint", "0003_seats_at_night")]
    operations = [
        migrations.RunSQL(SEEN, "DROP FUNCTION joint_answer_seen"),
        migrations.RunSQL(ruled(CLOCK), ruled(old.CLOCK)),
    ]

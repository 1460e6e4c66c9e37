"""As in cases 0013: the clock of a push asks a function, planned once a session, whether the push is seen."""

from importlib import import_module

from django.db import migrations

old = import_module("twinloop.dispatch.pushes.migrations.0002_policies")

SEEN = """CREATE FUNCTION pushes_push_seen(wanted bigint) RETURNS boolean LANGUAGE plpgsql STABLE COST 1000
    SET plan_cache_mode = force_generic_plan SET search_path = public, pg_temp AS $seen$
BEGIN
    RETURN EXISTS (SELECT 1 FROM pushes_push WHERE id = wanted);
END $seen$;"""
CLOCK = "CASE WHEN subject ~ '^push:[0-9]+$' THEN pushes_push_seen(substr(subject, 6)::bigint) ELSE false END"


def ruled(condition: str) -> str:
    return "\n".join(f"ALTER POLICY {name}_of_push ON cases_clock USING ({condition});" for name in ("see", "change"))


class Migration(migrations.Migration):
    dependencies = [("pushes", "0002_policies")]
    operations = [
        migrations.RunSQL(SEEN, "DROP FUNCTION pushes_push_seen"),
        migrations.RunSQL(ruled(CLOCK), ruled(old.CLOCK)),
    ]

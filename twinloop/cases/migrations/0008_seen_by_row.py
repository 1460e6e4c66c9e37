"""Functions for the policies of tables behind an incident or dispute: does whoever asks see this one? An index.

They run as whoever asks, so that the table's own policy answers; plpgsql plans it once a session and not once a query.
The index: repeats are looked for by address, which read the whole table (47 ms at 100,000).
"""

from django.db import migrations, models

FORWARD = "\n".join(
    f"""CREATE FUNCTION {table}_seen(wanted bigint) RETURNS boolean LANGUAGE plpgsql STABLE COST 1000
    SET plan_cache_mode = force_generic_plan SET search_path = public, pg_temp AS $seen$
BEGIN
    RETURN EXISTS (SELECT 1 FROM {table} WHERE id = wanted);
END $seen$;"""
    for table in ("cases_incident", "cases_dispute")
)
BACKWARD = "DROP FUNCTION cases_incident_seen; DROP FUNCTION cases_dispute_seen;"


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_letter_served")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddIndex(
            "incident",
            models.Index(fields=["address_key", "-received_at"], name="cases_incident_address"),
        ),
    ]

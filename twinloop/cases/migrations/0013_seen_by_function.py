"""What belongs to an incident asks a function whether it is seen, instead of carrying the incident's own policy.

The incident's policy asks for orders, links and disputes, each with a policy of its own: one clock looked up by its
order was planned as 200 lines, 4 ms to plan for 0.1 ms to run. The function runs as whoever asks, so the same policy
answers; it is planned once a session. What belongs to a dispute alone keeps its condition: that one is short.
"""

from importlib import import_module

from django.db import migrations

old = import_module("twinloop.cases.migrations.0003_policies")
row = import_module("twinloop.cases.migrations.0005_policies_by_row")

ORDER_SEEN = """CREATE FUNCTION cases_order_seen(wanted bigint) RETURNS boolean LANGUAGE plpgsql STABLE COST 1000
    SET plan_cache_mode = force_generic_plan SET search_path = public, pg_temp AS $seen$
BEGIN
    RETURN EXISTS (SELECT 1 FROM cases_order WHERE id = wanted);
END $seen$;"""
RULES = {
    "cases_feedback": f"{old.SEES_ALL} OR {old.own('by_id')} OR cases_order_seen(order_id) "
                      "OR cases_incident_seen(incident_id)",
    "cases_clock": f"{row.of_dispute('cases_clock')} OR cases_incident_seen(incident_id)",
}  # fmt: skip
EVENT = "ALTER POLICY event_read_incident ON ledger_event USING (split_part(stream, ':', 1) = 'incident' AND NOT is_look AND {});"


def ruled(rules: dict[str, str]) -> str:
    return "\n".join(f"ALTER POLICY {name} ON {table} USING ({rules[table]});" for table in RULES for name in ("see", "change"))


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_mediation_set")]
    operations = [
        migrations.RunSQL(ORDER_SEEN, "DROP FUNCTION cases_order_seen"),
        migrations.RunSQL(ruled(RULES), ruled(row.RULES)),
        migrations.RunSQL(
            EVENT.format(f"cases_incident_seen({row.NUMBER})"),
            EVENT.format(row.BY_ROW.format(table="cases_incident")),
        ),
    ]

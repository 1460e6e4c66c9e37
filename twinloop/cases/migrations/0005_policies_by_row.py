"""The policies ask for the one dispute or incident behind a row instead of gathering every visible one first.

`dispute_id IN (SELECT id FROM cases_dispute)` reads all disputes once a query: 250 ms at 200,000, for one clock. EXISTS
leaves the choice to the planner: a look by primary key for a page of rows, the gathered set for a scan.

Also: an order of an incident is seen by whoever has the incident in their area, where it belongs to no dispute too.
Order and incident ask for one another, so a function of the tables' owner answers for the order.
"""

from importlib import import_module

from django.db import migrations

old = import_module("twinloop.cases.migrations.0003_policies")


def behind(table: str, column: str, of: str) -> str:
    return f"EXISTS (SELECT 1 FROM {of} AS behind WHERE behind.id = {table}.{column})"


def of_dispute(table: str, column: str = "dispute_id") -> str:
    return f"{old.SEES_ALL} OR {behind(table, column, 'cases_dispute')}"


INCIDENT = f"""
    {old.SEES_ALL}
    OR station_id = ANY ({old.ids('stations')})
    OR place_id = ANY ({old.ids('places')})
    OR {old.own('registered_by_id')}
    OR id IN (SELECT incident_id FROM cases_order WHERE {old.own('to_account_id')} AND incident_id IS NOT NULL)
    OR EXISTS (SELECT 1 FROM cases_incidentlink l JOIN cases_dispute d ON d.id = l.dispute_id
               WHERE l.incident_id = cases_incident.id AND l.unlinked_at IS NULL)
"""
NOTE = f"""({of_dispute('cases_note')}) AND (caucus_side = '' OR NOT EXISTS (
    SELECT 1 FROM cases_involvement i WHERE i.dispute_id = cases_note.dispute_id AND i.until IS NULL
    AND i.account_id = ANY ({old.ids('accounts')}) AND i.side NOT IN ('', cases_note.caucus_side)))"""
RULES = {
    "cases_incident": INCIDENT,
    **{table: of_dispute(table) for table in ("cases_standing", "cases_term", "cases_party", "cases_attachment",
                                              "cases_incidentlink")},
    "cases_note": NOTE,
    "cases_merge": f"{of_dispute('cases_merge', 'source_id')} OR {behind('cases_merge', 'target_id', 'cases_dispute')}",
    "cases_order": f"{old.SEES_ALL} OR {old.own('to_account_id')} OR {old.own('sent_by_id')} "
                   f"OR {behind('cases_order', 'dispute_id', 'cases_dispute')} OR cases_in_area(incident_id)",
    "cases_feedback": f"{old.SEES_ALL} OR {old.own('by_id')} OR {behind('cases_feedback', 'order_id', 'cases_order')} "
                      f"OR {behind('cases_feedback', 'incident_id', 'cases_incident')}",
    "cases_clock": f"{of_dispute('cases_clock')} OR {behind('cases_clock', 'incident_id', 'cases_incident')}",
}  # fmt: skip
IN_AREA = f"""
CREATE FUNCTION cases_in_area(incident bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $area$
    SELECT EXISTS (SELECT 1 FROM cases_incident WHERE id = incident
        AND (station_id = ANY ({old.ids('stations')}) OR place_id = ANY ({old.ids('places')})))
$area$;
"""


def ruled(rules: dict[str, str]) -> str:
    return "\n".join(f"ALTER POLICY {name} ON {table} USING ({rules[table]});" for table in RULES for name in ("see", "change"))


def events(condition: str) -> str:
    return "\n".join(
        f"ALTER POLICY event_read_{kind} ON ledger_event USING (split_part(stream, ':', 1) = '{kind}' AND NOT is_look "
        f"AND {condition.format(table=table)});"
        for kind, table in old.EVENTS.items()
    )


NUMBER = "split_part(ledger_event.stream, ':', 2)::bigint"
BY_ROW = "EXISTS (SELECT 1 FROM {table} AS behind WHERE behind.id = " + NUMBER + ")"
GATHERED = "split_part(stream, ':', 2)::bigint IN (SELECT id FROM {table})"


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_find_words")]
    operations = [
        migrations.RunSQL(IN_AREA, "DROP FUNCTION cases_in_area"),
        migrations.RunSQL(ruled(RULES), ruled(old.RULES)),
        migrations.RunSQL(events(BY_ROW), events(GATHERED)),
    ]

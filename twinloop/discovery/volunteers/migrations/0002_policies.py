"""Who may read what volunteers did, said once more in the database. The conditions are those of `visibility`; a test
compares the two. Activity and part would ask for one another: a function of the tables' owner answers for the part.
"""

from django.db import migrations

SEES_ALL = "(SELECT current_setting('twinloop.sees_all', true) = 'on')"


def ids(name: str) -> str:
    # the outer cast makes it one value: = ANY (SELECT …) would compare with rows
    return f"(SELECT coalesce(nullif(current_setting('twinloop.{name}', true), ''), '{{}}'))::bigint[]"


def own(column: str) -> str:
    return f"{column} = ANY ({ids('accounts')})"


OWN = f"""
CREATE FUNCTION volunteers_own_activities() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $own$
    SELECT activity_id FROM volunteers_part WHERE is_live AND {own('account_id')}
$own$;
"""
# of the own teams: those of the day of the activity, not of today
ACTIVITY = f"""
    {SEES_ALL}
    OR station_id = ANY ({ids('stations')})
    OR place_id = ANY ({ids('places')})
    OR {own('recorded_by_id')}
    OR id IN (SELECT volunteers_own_activities())
    OR EXISTS (SELECT 1 FROM people_membership m WHERE m.team_id = volunteers_activity.team_id
               AND m.period @> volunteers_activity."on" AND m.account_id = ANY ({ids('accounts')}))
"""


def behind(table: str) -> str:
    return f"{SEES_ALL} OR EXISTS (SELECT 1 FROM volunteers_activity AS behind WHERE behind.id = {table}.activity_id)"


RULES = {
    "volunteers_activity": ACTIVITY,
    "volunteers_part": behind("volunteers_part"),
    "volunteers_photo": behind("volunteers_photo"),
}
EVENT = """
CREATE POLICY event_read_activity ON ledger_event FOR SELECT USING (split_part(stream, ':', 1) = 'activity'
    AND NOT is_look AND EXISTS (SELECT 1 FROM volunteers_activity AS behind
        WHERE behind.id = split_part(ledger_event.stream, ':', 2)::bigint));
"""


def forward() -> str:
    parts = [OWN]
    for table, rule in RULES.items():
        parts.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        parts.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        # writing is decided by the actions; what cannot be seen cannot be changed
        parts.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        parts.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    return "\n".join([*parts, EVENT])


def backward() -> str:
    parts = ["DROP POLICY event_read_activity ON ledger_event;"]
    for table in reversed(RULES):
        parts += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        parts.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join([*parts, "DROP FUNCTION volunteers_own_activities;"])


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_initial"), ("ledger", "0003_policies"), ("people", "0002_offices_apart")]
    operations = [migrations.RunSQL(forward(), backward())]

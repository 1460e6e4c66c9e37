"""Who reads patrols, hazards, help and training: the police of the area or the station, and whoever wrote it.

The conditions are those of `queries`; a test compares the two.
"""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
POLICE = """((SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[])
    && ARRAY['dispatcher', 'officer', 'community_officer', 'auxiliary', 'chief', 'bureau'])"""
# the stations that the viewer and those whom they stand in for belong to
OWN = f"""(SELECT coalesce(array_agg(CASE WHEN u.kind = 'station' THEN u.id ELSE u.parent_id END), '{{}}')
    FROM people_account a JOIN people_unit u ON u.id = a.unit_id
    WHERE {cases.own('a.id')} AND u.kind IN ('station', 'office', 'calls_team', 'community_team'))"""
STATION = f"station_id = ANY ({cases.ids('stations')}) OR station_id = ANY ({OWN}::bigint[])"
AREA = f"({STATION} OR place_id = ANY ({cases.ids('places')}))"
BY = cases.own("by_id")


def behind(table: str, column: str, of: str) -> str:
    return f"EXISTS (SELECT 1 FROM {of} AS behind WHERE behind.id = {table}.{column})"


OF_AREA = f"{cases.SEES_ALL} OR ({POLICE} AND ({AREA} OR {BY}))"
RULES = {
    "patrols_keyplace": OF_AREA,
    "patrols_visit": OF_AREA,
    "patrols_hazard": OF_AREA,
    "patrols_helpservice": OF_AREA,
    "patrols_training": f"{cases.SEES_ALL} OR ({POLICE} AND ({STATION} OR {BY}))",
    "patrols_plan": behind("patrols_plan", "spot_id", "patrols_keyplace"),
    "patrols_hazardstep": behind("patrols_hazardstep", "hazard_id", "patrols_hazard"),
    "patrols_hazardphoto": behind("patrols_hazardphoto", "hazard_id", "patrols_hazard"),
    "patrols_trainingpart": behind("patrols_trainingpart", "training_id", "patrols_training"),
}


def forward() -> str:
    parts = []
    for table, rule in RULES.items():
        parts.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        parts.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        parts.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        parts.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    return "\n".join(parts)


def backward() -> str:
    parts = []
    for table in reversed(RULES):
        parts += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        parts.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("patrols", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

"""Projections are seen with the dispute behind them and written by jobs alone; frozen figures are for who may see
the station, or the district."""

from importlib import import_module

from django.db import migrations

cases = import_module("twinloop.cases.migrations.0003_policies")
behind = import_module("twinloop.cases.migrations.0005_policies_by_row")

TABLES = ("figures_course", "figures_settled")
FROZEN = f"{cases.SEES_ALL} OR station_id = ANY ({cases.ids('stations')})"


def forward() -> str:
    parts = []
    for table in TABLES:
        parts.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        parts.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({behind.of_dispute(table)});")
        parts.append(f"CREATE POLICY write ON {table} FOR ALL USING ({cases.SEES_ALL}) WITH CHECK ({cases.SEES_ALL});")
    parts.append("ALTER TABLE figures_frozen ENABLE ROW LEVEL SECURITY;")
    parts.append(f"CREATE POLICY see ON figures_frozen FOR SELECT USING ({FROZEN});")
    parts.append(f"CREATE POLICY add ON figures_frozen FOR INSERT WITH CHECK ({cases.SEES_ALL});")
    return "\n".join(parts)


def backward() -> str:
    parts = ["DROP POLICY add ON figures_frozen;", "DROP POLICY see ON figures_frozen;"]
    parts.append("ALTER TABLE figures_frozen DISABLE ROW LEVEL SECURITY;")
    for table in TABLES:
        parts += [f"DROP POLICY write ON {table};", f"DROP POLICY see ON {table};"]
        parts.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial"), ("cases", "0005_policies_by_row")]
    operations = [migrations.RunSQL(forward(), backward())]

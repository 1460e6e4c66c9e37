"""Who is asked to swap reads the rota too, also without a day in it."""

from importlib import import_module

from django.db import migrations

first = import_module("twinloop.rosters.migrations.0002_apart_and_policies")
own = first.own
HEAD = """CREATE OR REPLACE FUNCTION rosters_mine(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $mine$"""
CELLS = f"""EXISTS (SELECT 1 FROM rosters_cell AS c JOIN rosters_version AS v ON v.id = c.version_id
        WHERE v.rota_id = which AND {own('c.account_id')})"""
SWAPS = f"EXISTS (SELECT 1 FROM rosters_swap AS s WHERE s.rota_id = which AND {own('s.partner_id')})"


class Migration(migrations.Migration):
    dependencies = [("rosters", "0002_apart_and_policies")]
    operations = [
        migrations.RunSQL(f"{HEAD} SELECT {CELLS} OR {SWAPS} $mine$;", f"{HEAD} SELECT {CELLS} $mine$;")
    ]

"""What is one's own is looked up once a statement, and only what lies outside the own area.

Each table of a statement asked for all that a viewer owns, leads, registered or works on: twenty times for a page of
indicators, 20 ms each for an officer of ten thousand disputes, nearly all of which their area shows anyhow. The answer
is kept beside the moment at which the statement began and whom it is for. The function reads as the tables' owner: it
asks for nothing but the viewer's own.
"""

from importlib import import_module

from django.db import migrations

old = import_module("twinloop.insight.figures.migrations.0004_rollups")
AWAY = "NOT coalesce(d.station_id = ANY (stations), false) AND NOT coalesce(d.place_id = ANY (places), false)"


def told(name: str) -> str:
    return f"coalesce(nullif(current_setting('twinloop.{name}', true), ''), '{{}}')"


OWN = f"""CREATE OR REPLACE FUNCTION figures_own() RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
    SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $own$
DECLARE
    mine bigint[] := {told("accounts")}::bigint[];
    stations bigint[] := {told("stations")}::bigint[];
    places bigint[] := {told("places")}::bigint[];
    asked text := concat_ws(' ', statement_timestamp(), mine, stations, places);
    found bigint[];
BEGIN
    IF current_setting('figures.own_asked', true) = asked THEN
        RETURN QUERY SELECT unnest(current_setting('figures.own')::bigint[]);
        RETURN;
    END IF;
    found := ARRAY(SELECT d.id FROM cases_dispute d
        WHERE (d.owner_id = ANY (mine) OR d.leader_id = ANY (mine) OR d.registered_by_id = ANY (mine)) AND {AWAY}
        UNION SELECT d.id FROM cases_involvement i JOIN cases_dispute d ON d.id = i.dispute_id
        WHERE i.until IS NULL AND i.account_id = ANY (mine) AND {AWAY});
    PERFORM set_config('figures.own', found::text, false), set_config('figures.own_asked', asked, false);
    RETURN QUERY SELECT unnest(found);
END $own$;"""
BEFORE = old.OWN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace("STABLE ROWS", "STABLE SECURITY INVOKER ROWS")


class Migration(migrations.Migration):
    dependencies = [("figures", "0006_by_day")]
    operations = [migrations.RunSQL(OWN, BEFORE)]

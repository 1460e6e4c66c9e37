"""Whether one's own lies in the own area is read from an index, and what one owns is not asked again as what one works on.

Of an officer's fifty thousand disputes the planner thought that a quarter lay elsewhere, and read the million.
"""

from importlib import import_module

from django.db import migrations

before = import_module("twinloop.insight.figures.migrations.0007_own_elsewhere")
INDEXES = """CREATE INDEX figures_owned ON cases_dispute (owner_id) INCLUDE (id, station_id, place_id);
CREATE INDEX figures_worked ON cases_involvement (account_id) INCLUDE (dispute_id) WHERE until IS NULL;"""
BACK = "DROP INDEX figures_owned; DROP INDEX figures_worked;"
_HEAD, _FOUND, _REST = before.OWN.partition("    found := ARRAY(")
_TAIL = _REST.partition("    PERFORM set_config")
FOUND = f"""    found := ARRAY(WITH own AS MATERIALIZED (
            SELECT id, station_id, place_id FROM cases_dispute WHERE owner_id = ANY (mine)
            UNION ALL SELECT id, station_id, place_id FROM cases_dispute WHERE leader_id = ANY (mine)
            UNION ALL SELECT id, station_id, place_id FROM cases_dispute WHERE registered_by_id = ANY (mine)),
        others AS (SELECT dispute_id FROM cases_involvement WHERE until IS NULL AND account_id = ANY (mine)
            EXCEPT SELECT id FROM own)
        SELECT d.id FROM own d WHERE {before.AWAY}
        UNION SELECT d.id FROM others o CROSS JOIN LATERAL (
            SELECT id, station_id, place_id FROM cases_dispute WHERE id = o.dispute_id OFFSET 0) d WHERE {before.AWAY});
"""
OWN = _HEAD + FOUND + _TAIL[1] + _TAIL[2]


class Migration(migrations.Migration):
    dependencies = [("figures", "0007_own_elsewhere")]
    operations = [migrations.RunSQL(INDEXES, BACK), migrations.RunSQL(OWN, before.OWN)]

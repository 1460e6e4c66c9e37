"""Finding by words and by blind keys, fast and within what the viewer may see.

Row-level security lets PostgreSQL use an index only for conditions that cannot leak (LEAKPROOF), and neither LIKE nor the
operators of arrays are. So the search asks a function of the tables' owner in which the policy stands as an ordinary
condition; it gives back ids only, and whoever reads the rows behind them meets the policies again.

Chinese words have two characters, trigrams need three: the index is of pairs of characters. A common word is met among
the newest rows, a rare one through the index. Words are looked for in one's area, as the list of incidents does.
"""

from importlib import import_module

from django.db import migrations

policies = import_module("twinloop.cases.migrations.0003_policies")
NEWEST = 3000
DISPUTE = policies.DISPUTE
NEAR = f"""
    {policies.SEES_ALL}
    OR station_id = ANY ({policies.ids('stations')})
    OR place_id = ANY ({policies.ids('places')})
    OR {policies.own('registered_by_id')}
    OR EXISTS (SELECT 1 FROM cases_order o WHERE o.incident_id = cases_incident.id AND {policies.own('o.to_account_id')})
"""
INCIDENT = f"""{NEAR}
    OR EXISTS (SELECT 1 FROM cases_incidentlink l WHERE l.incident_id = cases_incident.id AND l.unlinked_at IS NULL
               AND l.dispute_id IN (SELECT id FROM cases_dispute WHERE id = l.dispute_id AND ({DISPUTE})))
"""
HEAD = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp"

PAIRS = """
CREATE FUNCTION cases_pairs(said text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $pairs$
DECLARE
    one text[] := string_to_array(lower(said COLLATE "C"), NULL);
    two text[] := '{}';
BEGIN
    FOR n IN 1 .. cardinality(one) - 1 LOOP
        two := two || (one[n] || one[n + 1]);
    END LOOP;
    RETURN two;
END $pairs$;
CREATE INDEX cases_dispute_pairs ON cases_dispute USING gin (cases_pairs(title));
CREATE INDEX cases_incident_pairs ON cases_incident USING gin (cases_pairs(narrative));
CREATE INDEX cases_incident_address_pairs ON cases_incident USING gin (cases_pairs(address_key));
"""


def words(name: str, table: str, order: str, rule: str, own: str, near: str, far: str) -> str:
    """`$1` words, `$2` the key of an address, `$3` how many at most. Who has no area reads their own few rows."""
    return f"""
CREATE FUNCTION {name}(words text, address text, most int) RETURNS SETOF bigint {HEAD} AS $find$
DECLARE found bigint[];
BEGIN
    IF {ALONE} THEN
        RETURN QUERY EXECUTE $ask$ WITH own AS MATERIALIZED (SELECT * FROM {table} WHERE {own})
            SELECT id FROM own WHERE {near} ORDER BY {order} DESC, id DESC LIMIT $3 $ask$ USING words, address, most;
        RETURN;
    END IF;
    EXECUTE $ask$ SELECT ARRAY(SELECT id FROM (SELECT * FROM {table} ORDER BY {order} DESC, id DESC LIMIT {NEWEST}) AS {table}
        WHERE ({near}) AND ({rule}) LIMIT $3) $ask$ INTO found USING words, address, most;
    IF cardinality(found) >= most THEN
        RETURN QUERY SELECT unnest(found);
    ELSE
        RETURN QUERY EXECUTE $ask$ WITH hit AS MATERIALIZED (SELECT id, {order} FROM {table} WHERE ({far}) AND ({rule}))
            SELECT id FROM hit ORDER BY {order} DESC, id DESC LIMIT $3 $ask$ USING words, address, most;
    END IF;
END $find$;
"""


def any_of(column: str, ids: str) -> str:
    return f"{column} = ANY (ARRAY({ids}))"


EMPTY = "coalesce(nullif(current_setting('twinloop.{name}', true), ''), '{{}}') = '{{}}'"
ALONE = f"NOT {policies.SEES_ALL} AND " + " AND ".join(EMPTY.format(name=name) for name in ("stations", "places"))
INVOLVED = f"SELECT dispute_id FROM cases_involvement WHERE until IS NULL AND {policies.own('account_id')}"
OWN_DISPUTE = " OR ".join(
    [*(policies.own(column) for column in ("owner_id", "leader_id", "registered_by_id")), any_of("id", INVOLVED)]
)
SENT = f"SELECT incident_id FROM cases_order WHERE incident_id IS NOT NULL AND {policies.own('to_account_id')}"
OWN_INCIDENT = f"{policies.own('registered_by_id')} OR {any_of('id', SENT)}"
IN_TITLE = "strpos(lower(title COLLATE \"C\"), $1) > 0"
IN_NARRATIVE = "strpos(lower(narrative COLLATE \"C\"), $1) > 0"
IN_ADDRESS = "$2 <> '' AND strpos(address_key, $2) > 0"
FIND = (
    words("cases_find_disputes", "cases_dispute", "touched_at", DISPUTE, OWN_DISPUTE, IN_TITLE,
          f"cases_pairs(title) @> cases_pairs($1) AND {IN_TITLE}")
    + words("cases_find_incidents", "cases_incident", "received_at", NEAR, OWN_INCIDENT, f"{IN_NARRATIVE} OR {IN_ADDRESS}",
            f"(cases_pairs(narrative) @> cases_pairs($1) AND {IN_NARRATIVE}) "
            f"OR (cases_pairs(address_key) @> cases_pairs($2) AND {IN_ADDRESS})")
    + f"""
CREATE FUNCTION cases_find_parties(keys uuid[], most int) RETURNS SETOF bigint {HEAD} AS $find$
BEGIN
    RETURN QUERY EXECUTE $ask$ WITH hit AS MATERIALIZED (
            SELECT id, dispute_id FROM cases_party WHERE search_keys && $1 AND removed_at IS NULL)
        SELECT hit.id FROM hit JOIN (SELECT id, touched_at FROM cases_dispute WHERE {DISPUTE}) AS d ON d.id = hit.dispute_id
        ORDER BY d.touched_at DESC, hit.id LIMIT $2 $ask$ USING keys, most;
END $find$;
CREATE FUNCTION cases_find_callers(keys uuid[], confidential boolean, most int) RETURNS SETOF bigint {HEAD} AS $find$
BEGIN
    RETURN QUERY EXECUTE $ask$ WITH hit AS MATERIALIZED (SELECT id, received_at FROM cases_incident
            WHERE search_keys && $1 AND ($2 OR NOT caller_is_confidential) AND ({INCIDENT}))
        SELECT id FROM hit ORDER BY received_at DESC, id DESC LIMIT $3 $ask$ USING keys, confidential, most;
END $find$;
"""
)  # fmt: skip
BACK = """
DROP FUNCTION cases_find_disputes; DROP FUNCTION cases_find_incidents; DROP FUNCTION cases_find_parties;
DROP FUNCTION cases_find_callers;
DROP INDEX cases_dispute_pairs; DROP INDEX cases_incident_pairs; DROP INDEX cases_incident_address_pairs;
DROP FUNCTION cases_pairs;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_policies")]
    operations = [migrations.RunSQL(PAIRS, "SELECT 1"), migrations.RunSQL(FIND, BACK)]

"""Which pairs a viewer may see, the newest first, as a function of the tables' owner.

A pair is seen by whoever sees both reports. Its policy asks a function twice for each row, which costs some 0.1 ms: of
140,000 joined pairs a community officer's count took 51 s. Here the condition stands as an ordinary one, once, and the
walk stops where enough were found (`most` null: all). It gives back ids; whoever reads the pairs behind them meets the policy again.
"""

import re
from importlib import import_module

from django.db import migrations

policies = import_module("twinloop.cases.migrations.0003_policies")
find = import_module("twinloop.cases.migrations.0004_find_words")
by_row = import_module("twinloop.cases.migrations.0015_involved_by_row")


def once(rule: str) -> str:
    """The scope is made an array once, as in ledger/0007."""
    return re.sub(r"\)\)::(\w+)\[\]", r")::\1[])::\1[]", rule)


def named(rule: str, table: str) -> str:
    """Two tables stand side by side: their columns by their names."""
    return re.sub(r"(?<![.\w])(station_id|place_id|owner_id|leader_id|registered_by_id)\b", rf"{table}.\1", once(rule))


def seen(side: str) -> str:
    dispute = named(policies.DISPUTE.replace(by_row.OF_ALL, by_row.OF_ONE), "cases_dispute")
    return f"""EXISTS (SELECT 1 FROM cases_incident WHERE id = pair.{side} AND ({named(find.NEAR, "cases_incident")}
            OR EXISTS (SELECT 1 FROM cases_incidentlink l JOIN cases_dispute ON cases_dispute.id = l.dispute_id
                WHERE l.incident_id = cases_incident.id AND l.unlinked_at IS NULL AND ({dispute}))))"""


BOTH = " AND ".join(seen(side) for side in ("incident_id", "earlier_id"))
FORWARD = f"""CREATE FUNCTION triage_pairs_seen(wanted text, most int) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $seen$
BEGIN
    IF {policies.SEES_ALL} THEN
        RETURN QUERY SELECT pair.id FROM triage_repeatpair pair WHERE pair.state = wanted
            ORDER BY pair.answered_at DESC, pair.id DESC LIMIT most;
    ELSE
        RETURN QUERY SELECT pair.id FROM triage_repeatpair pair WHERE pair.state = wanted AND {BOTH}
            ORDER BY pair.answered_at DESC, pair.id DESC LIMIT most;
    END IF;
END $seen$;"""


class Migration(migrations.Migration):
    dependencies = [("triage", "0016_read_once"), ("cases", "0015_involved_by_row")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION triage_pairs_seen")]

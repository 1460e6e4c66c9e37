"""When open disputes are due, and when anybody was last in touch, as functions of the tables' owner.

The progress table looks at every open dispute. A clock or a visit is seen by whoever sees its dispute; asked of each
clock anew, its policies cost many times what the clock itself does. Here the dispute's own condition stands once, as an
ordinary one, and who sees all is asked nothing. The disputes themselves are read as everywhere: their policy answers.
"""

import re
from importlib import import_module

from django.db import migrations

policies = import_module("twinloop.cases.migrations.0003_policies")
# the scope is made an array once, as in ledger/0007
DISPUTE = re.sub(r"\)\)::(\w+)\[\]", r")::\1[])::\1[]", policies.DISPUTE)
SEEN = f"""{policies.SEES_ALL} OR dispute_id IN (SELECT id FROM cases_dispute
        WHERE state NOT IN ('closed', 'merged', 'transferred') AND ({DISPUTE}))"""
HEAD = "LANGUAGE sql STABLE SECURITY DEFINER ROWS 40000 SET search_path = public, pg_temp"
# a visit of a day is not late until that day is over in China
DUES = f"""CREATE FUNCTION daily_dues() RETURNS TABLE (dispute bigint, due timestamptz) {HEAD} AS $dues$
    SELECT dispute_id, min(due) FROM (
        SELECT dispute_id, due_at AS due FROM cases_clock
        WHERE dropped_at IS NULL AND met_at IS NULL AND dispute_id IS NOT NULL AND due_at IS NOT NULL
        UNION ALL
        SELECT dispute_id, (due_on::timestamp + interval '1 day') AT TIME ZONE 'Asia/Shanghai' - interval '1 second'
        FROM visits_callback WHERE state = 'planned') AS owed
    WHERE {SEEN} GROUP BY dispute_id
$dues$;"""
OPEN = "d.state NOT IN ('closed', 'merged', 'transferred')"
CONTACTS = f"""CREATE FUNCTION daily_contacts() RETURNS TABLE (dispute bigint, at timestamptz) {HEAD} AS $contacts$
    SELECT dispute_id, max(met) FROM (
        SELECT c.dispute_id, c.at AS met FROM cases_dispute d JOIN visits_callback c ON c.dispute_id = d.id
        WHERE {OPEN} AND c.state = 'done'
        UNION ALL
        SELECT o.dispute_id, f.at FROM cases_dispute d JOIN cases_order o ON o.dispute_id = d.id
            JOIN cases_feedback f ON f.order_id = o.id WHERE {OPEN}
        UNION ALL
        SELECT m.dispute_id, s.outcome_at FROM cases_dispute d JOIN mediation_mediation m ON m.dispute_id = d.id
            JOIN mediation_session s ON s.mediation_id = m.id WHERE {OPEN} AND s.live AND s.outcome_at IS NOT NULL) AS met
    WHERE {SEEN} GROUP BY dispute_id
$contacts$;"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0022_open_from_an_index"),
        ("daily", "0005_alter_item_kind"),
        ("ledger", "0007_scope_read_once"),
        ("mediation", "0004_wish_policies"),
        ("visits", "0005_owed_with_their_dispute"),
    ]
    operations = [
        migrations.RunSQL(DUES, "DROP FUNCTION daily_dues"),
        migrations.RunSQL(CONTACTS, "DROP FUNCTION daily_contacts"),
    ]

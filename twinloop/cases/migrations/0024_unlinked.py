"""Incidents that belong to no dispute stand in a table of their own, kept by triggers.

Which they are no index of incidents can say, as a link is another table's row: the list of them asked every incident
of the district for its link, 7 s among 1,142,000 where one had none. The table holds numbers of incidents alone; who
reads what stands behind them meets the policies of incidents. Triggers work by statement, so that an import pays once;
each looks at what the links say then, in whatever order they run within one statement that brings report and link.
"""

import django.db.models.deletion
from django.db import migrations, models

LIVE = "SELECT 1 FROM cases_incidentlink l WHERE l.incident_id = {} AND l.unlinked_at IS NULL"
HEAD = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
ADD = f"""INSERT INTO cases_unlinked SELECT i.id FROM cases_incident i WHERE i.id IN ({{}})
        AND NOT EXISTS ({LIVE.format("i.id")}) ON CONFLICT DO NOTHING;"""
TAKE = f"""DELETE FROM cases_unlinked u WHERE u.incident_id IN ({{}}) AND EXISTS ({LIVE.format("u.incident_id")});"""


def does(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() {HEAD} AS $does$\nBEGIN\n    {body}\n    RETURN NULL;\nEND $does$;\n"


def fires(name: str, event: str, table: str, seen: str, function: str) -> str:
    return f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {seen} FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"


LINK = "cases_incidentlink"
MADE, GONE = "SELECT incident_id FROM made", "SELECT incident_id FROM gone"
FORWARD = (
    "ALTER TABLE cases_unlinked ADD FOREIGN KEY (incident_id) REFERENCES cases_incident ON DELETE CASCADE;\n"
    + does("cases_unlinked_reported", ADD.format("SELECT id FROM made"))
    + does("cases_unlinked_linked", TAKE.format(MADE))
    + does("cases_unlinked_changed", f"{TAKE.format(f'{MADE} UNION {GONE}')} {ADD.format(f'{MADE} UNION {GONE}')}")
    + does("cases_unlinked_gone", ADD.format(GONE))
    + fires("cases_unlinked_reported", "INSERT", "cases_incident", "NEW TABLE AS made", "cases_unlinked_reported")
    + fires("cases_unlinked_linked", "INSERT", LINK, "NEW TABLE AS made", "cases_unlinked_linked")
    + fires("cases_unlinked_changed", "UPDATE", LINK, "NEW TABLE AS made OLD TABLE AS gone", "cases_unlinked_changed")
    + fires("cases_unlinked_gone", "DELETE", LINK, "OLD TABLE AS gone", "cases_unlinked_gone")
    + f"INSERT INTO cases_unlinked SELECT i.id FROM cases_incident i WHERE NOT EXISTS ({LIVE.format('i.id')});"
)
BACKWARD = "DROP TRIGGER cases_unlinked_reported ON cases_incident;" + "".join(
    f"DROP TRIGGER cases_unlinked_{name} ON {LINK};" for name in ("linked", "changed", "gone")
) + "".join(f"DROP FUNCTION cases_unlinked_{name};" for name in ("reported", "linked", "changed", "gone"))


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_again_from_an_index")]
    operations = [
        migrations.CreateModel(
            name="Unlinked",
            fields=[
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name="+",
                        serialize=False, to="cases.incident", db_constraint=False,
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]

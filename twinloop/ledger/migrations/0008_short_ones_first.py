"""Of several policies of a table the short one is asked first.

PostgreSQL joins them by OR in the reverse order of their names, and stops at the first that holds. An auditor's row of
the ledger was split and looked up for eight kinds of things before it was asked whether they read the ledger at all;
every clock was searched for the name of a push and of an answer before its dispute, which decides for nearly all.
"""

from django.db import migrations

NAMES = {  # table, as it was, as it is
    ("ledger_event", "event_read"): "read_ledger",
    ("cases_clock", "see_of_push"): "push_seen",
    ("cases_clock", "see_of_answer"): "answer_seen",
}
FORWARD = "".join(f"ALTER POLICY {old} ON {table} RENAME TO {new};" for (table, old), new in NAMES.items())
BACKWARD = "".join(f"ALTER POLICY {new} ON {table} RENAME TO {old};" for (table, old), new in NAMES.items())


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_scope_read_once")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Short waiting lists of the word and key indexes: every search reads them from end to end.

PostgreSQL puts new entries of a GIN index into a list of up to 4 MB before it sorts them in. The door searches a dozen
times for each report it adds, and read up to 300 pages each time. 256 kB is some 200 reports, and an import still gains.
"""

from django.db import migrations

INDEXES = (
    "cases_dispute_pairs", "cases_incident_pairs", "cases_incident_address_pairs", "cases_incident_keys",
    "cases_party_keys",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_seen_by_function")]
    operations = [
        migrations.RunSQL(
            "\n".join(f"ALTER INDEX {name} SET (gin_pending_list_limit = 256);" for name in INDEXES),
            "\n".join(f"ALTER INDEX {name} RESET (gin_pending_list_limit);" for name in INDEXES),
        )
    ]

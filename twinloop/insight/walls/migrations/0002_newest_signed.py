"""The wall asks for the orders that were signed last: by an index instead of all orders of five years."""

from django.db import migrations

MADE = "CREATE INDEX walls_order_signed ON cases_order (signed_at) WHERE signed_at IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_clock_due"), ("walls", "0001_screens")]
    operations = [migrations.RunSQL(MADE, "DROP INDEX walls_order_signed")]

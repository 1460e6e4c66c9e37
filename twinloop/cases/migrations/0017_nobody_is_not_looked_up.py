"""Whether a row without an incident, dispute or order has a visible one is not looked up.

Most clocks belong to a dispute and to no incident. A chief's page of indicators asked the function for each clock of
the month with nothing to ask for, 0.1 ms of processor time every time: nine tenths of what the page took. A function
that is strict is not called for NULL; a policy takes NULL for no.
"""

from django.db import migrations

FUNCTIONS = ("cases_incident_seen(bigint)", "cases_dispute_seen(bigint)", "cases_order_seen(bigint)")


def said(how: str) -> str:
    return "\n".join(f"ALTER FUNCTION {one} {how};" for one in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_clock_due")]
    operations = [migrations.RunSQL(said("STRICT"), said("CALLED ON NULL INPUT"))]

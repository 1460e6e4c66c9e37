"""Who may read an event: auditors all; everybody their own account's; administrators those of accounts and places.

Rooms above add a policy for the streams of their own things (policies of one table are joined by OR).
"""

from django.db import migrations

FORWARD = """
ALTER TABLE ledger_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY event_write ON ledger_event FOR INSERT WITH CHECK (true);
CREATE POLICY event_read ON ledger_event FOR SELECT USING (
    (SELECT current_setting('twinloop.ledger', true) = 'on')
    OR stream = (SELECT 'account:' || current_setting('twinloop.account', true))
    OR (split_part(stream, ':', 1) IN ('account', 'unit', 'team', 'place', 'setting')
        AND (SELECT coalesce(nullif(current_setting('twinloop.roles', true), ''), '{}')::text[]
             && ARRAY['system_admin', 'security_admin']))
);
ALTER TABLE ledger_seal ENABLE ROW LEVEL SECURITY;
CREATE POLICY seal_all ON ledger_seal USING ((SELECT current_setting('twinloop.ledger', true) = 'on'));
"""

BACKWARD = """
DROP POLICY seal_all ON ledger_seal;
ALTER TABLE ledger_seal DISABLE ROW LEVEL SECURITY;
DROP POLICY event_read ON ledger_event;
DROP POLICY event_write ON ledger_event;
ALTER TABLE ledger_event DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

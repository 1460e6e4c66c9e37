"""Who may read the village posts, said once more in the database. The conditions are those of `visibility`; a test
compares the two. What happened in a shift is read by whoever reads the shift.
"""

from django.db import migrations

SEES_ALL = "(SELECT current_setting('twinloop.sees_all', true) = 'on')"


def ids(name: str) -> str:
    # the outer cast makes it one value: = ANY (SELECT …) would compare with rows
    return f"(SELECT coalesce(nullif(current_setting('twinloop.{name}', true), ''), '{{}}'))::bigint[]"


def own(column: str) -> str:
    return f"{column} = ANY ({ids('accounts')})"


SHIFT = f"""
    {SEES_ALL}
    OR station_id = ANY ({ids('stations')})
    OR place_id = ANY ({ids('places')})
    OR {own('account_id')}
"""


def behind(table: str) -> str:
    return f"{SEES_ALL} OR EXISTS (SELECT 1 FROM posts_shift AS behind WHERE behind.id = {table}.shift_id)"


RULES = {
    "posts_shift": SHIFT,
    "posts_helpgiven": behind("posts_helpgiven"),
    "posts_jointcheck": behind("posts_jointcheck"),
}
EVENT = """
CREATE POLICY event_read_shift ON ledger_event FOR SELECT USING (split_part(stream, ':', 1) = 'shift'
    AND NOT is_look AND EXISTS (SELECT 1 FROM posts_shift AS behind
        WHERE behind.id = split_part(ledger_event.stream, ':', 2)::bigint));
"""


def forward() -> str:
    parts = []
    for table, rule in RULES.items():
        parts.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        parts.append(f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});")
        # writing is decided by the actions; what cannot be seen cannot be changed
        parts.append(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);")
        parts.append(f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);")
    return "\n".join([*parts, EVENT])


def backward() -> str:
    parts = ["DROP POLICY event_read_shift ON ledger_event;"]
    for table in reversed(RULES):
        parts += [f"DROP POLICY {name} ON {table};" for name in ("change", "add", "see")]
        parts.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial"), ("ledger", "0003_policies")]
    operations = [migrations.RunSQL(forward(), backward())]

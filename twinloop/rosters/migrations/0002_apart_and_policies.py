"""What binds a person is kept in one table by triggers, so that one exclusion constraint can tell posts from the rest;
and who reads a rota, said once more in the database (`queries.visibility` says the same, a test compares).

A leave is never refused because of a post: people fall ill. It puts the posts of its time aside until somebody repairs
the rota. A duty of the community team is what a post is, and keeps nobody from it.
"""

from django.db import migrations

SEES_ALL = "(SELECT current_setting('twinloop.sees_all', true) = 'on')"


def ids(name: str) -> str:
    # the outer cast makes it one value: = ANY (SELECT …) would compare with rows
    return f"(SELECT coalesce(nullif(current_setting('twinloop.{name}', true), ''), '{{}}'))::bigint[]"


def own(column: str) -> str:
    return f"{column} = ANY ({ids('accounts')})"


HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
TRIGGERS = f"""
CREATE FUNCTION rosters_hold_put(who bigint, during tstzrange, what_side int, what text, which bigint) RETURNS void
{HEAD} AS $hold$
BEGIN
    DELETE FROM rosters_hold WHERE sort = what AND key = which;
    IF who IS NOT NULL AND during IS NOT NULL AND NOT isempty(during) THEN
        INSERT INTO rosters_hold (account_id, period, side, sort, key, stands)
        VALUES (who, during, what_side, what, which, true);
    END IF;
END $hold$;

CREATE FUNCTION rosters_hold_post() RETURNS trigger {HEAD} AS $hold$
BEGIN
    IF NEW.dropped_at IS NULL THEN
        PERFORM rosters_hold_put(NEW.account_id, NEW.period, 1, 'post', NEW.id);
    ELSE
        DELETE FROM rosters_hold WHERE sort = 'post' AND key = NEW.id;
    END IF;
    RETURN NULL;
END $hold$;
CREATE TRIGGER rosters_hold_new AFTER INSERT ON posts_shift FOR EACH ROW EXECUTE FUNCTION rosters_hold_post();
CREATE TRIGGER rosters_hold_moved AFTER UPDATE ON posts_shift FOR EACH ROW
    WHEN (OLD.period IS DISTINCT FROM NEW.period OR OLD.account_id IS DISTINCT FROM NEW.account_id
        OR (OLD.dropped_at IS NULL) IS DISTINCT FROM (NEW.dropped_at IS NULL))
    EXECUTE FUNCTION rosters_hold_post();

CREATE FUNCTION rosters_hold_duty() RETURNS trigger {HEAD} AS $hold$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM rosters_hold WHERE sort = 'duty' AND key = OLD.id;
    ELSIF NEW.kind <> 'community' THEN
        PERFORM rosters_hold_put(NEW.account_id, NEW.period, 2, 'duty', NEW.id);
    END IF;
    RETURN NULL;
END $hold$;
CREATE TRIGGER rosters_hold AFTER INSERT OR UPDATE OR DELETE ON people_duty
    FOR EACH ROW EXECUTE FUNCTION rosters_hold_duty();

CREATE FUNCTION rosters_hold_leave() RETURNS trigger {HEAD} AS $hold$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM rosters_hold WHERE sort = 'leave' AND key = OLD.id;
        UPDATE rosters_hold AS post SET stands = true
        WHERE post.account_id = OLD.account_id AND post.sort = 'post' AND NOT post.stands AND post.period && OLD.period
            AND (TG_OP = 'DELETE' OR NOT post.period && NEW.period)
            AND NOT EXISTS (SELECT 1 FROM rosters_hold AS other WHERE other.account_id = post.account_id
                AND other.side = 2 AND other.stands AND other.period && post.period);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE rosters_hold SET stands = false
        WHERE account_id = NEW.account_id AND sort = 'post' AND stands AND period && NEW.period;
        PERFORM rosters_hold_put(NEW.account_id, NEW.period, 2, 'leave', NEW.id);
    END IF;
    RETURN NULL;
END $hold$;
CREATE TRIGGER rosters_hold AFTER INSERT OR UPDATE OR DELETE ON people_leave
    FOR EACH ROW EXECUTE FUNCTION rosters_hold_leave();

CREATE FUNCTION rosters_hold_session() RETURNS trigger {HEAD} AS $hold$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM rosters_hold WHERE sort = 'session' AND key = OLD.id;
    ELSIF NEW.live THEN
        PERFORM rosters_hold_put(
            (SELECT account_id FROM mediators_mediator WHERE id = NEW.mediator_id), NEW.period, 2, 'session', NEW.id);
    ELSE
        DELETE FROM rosters_hold WHERE sort = 'session' AND key = NEW.id;
    END IF;
    RETURN NULL;
END $hold$;
CREATE TRIGGER rosters_hold AFTER INSERT OR UPDATE OR DELETE ON mediation_seat
    FOR EACH ROW EXECUTE FUNCTION rosters_hold_session();

REVOKE EXECUTE ON FUNCTION rosters_hold_put(bigint, tstzrange, int, text, bigint) FROM PUBLIC;

-- what stands already; a post that clashes with something else today is left aside and shown as such
INSERT INTO rosters_hold (account_id, period, side, sort, key, stands)
    SELECT account_id, period, 2, 'duty', id, true FROM people_duty WHERE kind <> 'community';
INSERT INTO rosters_hold (account_id, period, side, sort, key, stands)
    SELECT account_id, period, 2, 'leave', id, true FROM people_leave;
INSERT INTO rosters_hold (account_id, period, side, sort, key, stands)
    SELECT m.account_id, s.period, 2, 'session', s.id, true
    FROM mediation_seat AS s JOIN mediators_mediator AS m ON m.id = s.mediator_id
    WHERE s.live AND m.account_id IS NOT NULL;
INSERT INTO rosters_hold (account_id, period, side, sort, key, stands)
    SELECT account_id, period, 1, 'post', id, NOT EXISTS (SELECT 1 FROM rosters_hold AS other
        WHERE other.account_id = posts_shift.account_id AND other.side = 2 AND other.period && posts_shift.period)
    FROM posts_shift WHERE dropped_at IS NULL;
"""

UNDO = """
DROP TRIGGER rosters_hold ON mediation_seat; DROP TRIGGER rosters_hold ON people_leave;
DROP TRIGGER rosters_hold ON people_duty; DROP TRIGGER rosters_hold_moved ON posts_shift;
DROP TRIGGER rosters_hold_new ON posts_shift;
DROP FUNCTION rosters_hold_session(); DROP FUNCTION rosters_hold_leave(); DROP FUNCTION rosters_hold_duty();
DROP FUNCTION rosters_hold_post(); DROP FUNCTION rosters_hold_put(bigint, tstzrange, int, text, bigint);
"""

# a cell's policy asks for its rota and a rota's for its cells: the function breaks the circle
MINE = f"""
CREATE FUNCTION rosters_mine(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $mine$
    SELECT EXISTS (SELECT 1 FROM rosters_cell AS c JOIN rosters_version AS v ON v.id = c.version_id
        WHERE v.rota_id = which AND {own('c.account_id')})
$mine$;
"""
OF_STATION = f"""account_id IN (SELECT a.id FROM people_account AS a JOIN people_unit AS u ON u.id = a.unit_id
    WHERE u.id = ANY ({ids('stations')}) OR u.parent_id = ANY ({ids('stations')}))"""
ROTA = f"""{SEES_ALL} OR station_id = ANY ({ids('stations')})
    OR (state IN ('discussed', 'published') AND rosters_mine(id))"""
VERSION = f"{SEES_ALL} OR EXISTS (SELECT 1 FROM rosters_rota AS behind WHERE behind.id = rosters_version.rota_id)"
CELL = f"{SEES_ALL} OR EXISTS (SELECT 1 FROM rosters_version AS behind WHERE behind.id = rosters_cell.version_id)"
RULES = {
    "rosters_terms": f"{SEES_ALL} OR {own('account_id')} OR {OF_STATION}",
    "rosters_bar": f"{SEES_ALL} OR {OF_STATION}",
    "rosters_wish": f"{SEES_ALL} OR {own('account_id')} OR {OF_STATION}",
    "rosters_rota": ROTA,
    "rosters_version": VERSION,
    "rosters_cell": CELL,
    "rosters_told": f"{SEES_ALL} OR {own('account_id')} OR {OF_STATION}",
    "rosters_swap": f"{SEES_ALL} OR {own('asker_id')} OR {own('partner_id')} "
    f"OR {OF_STATION.replace('account_id IN', 'asker_id IN')}",
    "rosters_feed": f"{SEES_ALL} OR {own('account_id')} OR {own('renewed_by_id')} "
    f"OR place_id = ANY ({ids('places')})",
    "rosters_hold": "false",
}
EVENT = """
CREATE POLICY event_read_rota ON ledger_event FOR SELECT USING (split_part(stream, ':', 1) = 'rota'
    AND NOT is_look AND EXISTS (SELECT 1 FROM rosters_rota AS behind
        WHERE behind.id = split_part(ledger_event.stream, ':', 2)::bigint));
"""


def forward() -> str:
    told = [MINE]
    for table, rule in RULES.items():
        told += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY see ON {table} FOR SELECT USING ({rule});",
        ]
        if table == "rosters_hold":
            continue  # the triggers alone write it
        told += [
            f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (true);",
            f"CREATE POLICY change ON {table} FOR UPDATE USING ({rule}) WITH CHECK (true);",
        ]
    told.append(f"CREATE POLICY remove ON rosters_cell FOR DELETE USING ({CELL});")
    return "\n".join([*told, EVENT])


def backward() -> str:
    told = ["DROP POLICY event_read_rota ON ledger_event;", "DROP POLICY remove ON rosters_cell;"]
    for table in reversed(RULES):
        names = ("see",) if table == "rosters_hold" else ("change", "add", "see")
        told += [f"DROP POLICY {name} ON {table};" for name in names]
        told.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join([*told, "DROP FUNCTION rosters_mine(bigint);"])


class Migration(migrations.Migration):
    dependencies = [
        ("rosters", "0001_initial"), ("posts", "0002_policies"), ("ledger", "0003_policies"),
        ("people", "0002_offices_apart"), ("mediators", "0002_policies"), ("mediation", "0002_policies"),
    ]
    operations = [migrations.RunSQL(TRIGGERS, UNDO), migrations.RunSQL(forward(), backward())]

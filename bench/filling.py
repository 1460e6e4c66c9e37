"""A district of any size, by sets: disputes of five years with all that the product keeps of each.

Into a database that has the demo's people and their few cases of every kind (so that no page is empty) go disputes,
reports and repeats, parties with sealed identities and their blind indexes, orders, feedbacks, clocks, links, people
who work on them, judgements, pairs of repeats, callbacks, projections, and the ledger's events in their chains.
Narratives are those of the simulated year (`desk.year.tales`). Rules of the tables hold; triggers and foreign keys
rest meanwhile and are asked afterwards (`check`). Not filled in proportion: mediation rooms, agreements, leads,
patrols, pushes, days, rosters: these have what the small demo has.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from bench import scratch

SQL = Path(__file__).parent / "filling.sql"
YEARS = 5
BATCH = 20_000
TYPES = ("A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3", "D1", "D2")
FILLED = (
    "cases_dispute", "cases_standing", "cases_incident", "cases_incidentlink", "cases_party", "cases_involvement",
    "cases_order", "cases_feedback", "cases_clock", "triage_judgement", "triage_repeatpair", "visits_watch",
    "visits_callback", "figures_course", "figures_settled", "ledger_event",
)  # fmt: skip
STAGES = """
CREATE UNLOGGED TABLE bench_quarrel (id bigint, i int, at timestamptz, place_id bigint, station_id bigint,
    owner_id bigint, desk_id bigint, type_code text, title text, focus text);
CREATE UNLOGGED TABLE bench_call (id bigint, dispute_id bigint, is_again bool, at timestamptz, address text,
    address_key text, narrative text, name_sealed bytea, name_masked text, phone_sealed bytea, phone_masked text,
    keys uuid[]);
CREATE UNLOGGED TABLE bench_side (id bigint, dispute_id bigint, side text, name_sealed bytea, name_masked text,
    id_number_sealed bytea, id_number_masked text, phone_sealed bytea, phone_masked text, keys uuid[])
"""
SPOTS = """SELECT p.id, p.short, coalesce(u.id, (SELECT min(id) FROM people_unit WHERE kind = 'station')),
        (SELECT c.account_id FROM people_account_communities c JOIN people_rolegrant g ON g.account_id = c.account_id
            AND g.role = 'community_officer' WHERE c.place_id = p.id ORDER BY 1 LIMIT 1)
    FROM places_place p LEFT JOIN LATERAL (SELECT u.id FROM people_unit u JOIN people_unit_places h ON h.unit_id = u.id
        WHERE h.place_id IN (p.id, p.parent_id) AND u.kind = 'station' LIMIT 1) AS u ON true
    WHERE p.is_served AND p.kind = 'community' ORDER BY p.code"""


class Who(NamedTuple):
    name: str
    phone: str
    id_number: str
    masked: Any
    keys: list[Any]


def fill(url: str, rows: int) -> None:
    """As the server's superuser: triggers and foreign keys rest. Django is set up and points at the same database."""
    with psycopg.connect(url, autocommit=True) as there:
        there.execute(
            "SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'"
        )
        there.execute("SET synchronous_commit = off")
        there.execute(STAGES.encode())
        now = _now(there)
        _copy(there, rows, now)
        with _bare(there):
            scratch.run(there, SQL, now=now.isoformat())
        for table in FILLED:
            _count_on(there, table)
        there.execute("VACUUM (ANALYZE)")


def _now(there: psycopg.Connection[Any]) -> datetime:
    found = there.execute("SELECT date_trunc('minute', now())").fetchone()
    assert found is not None
    now: datetime = found[0]
    return now


def _copy(there: psycopg.Connection[Any], rows: int, now: datetime) -> None:
    spots = there.execute(SPOTS).fetchall()
    desks = there.execute("SELECT account_id FROM people_rolegrant WHERE role = 'dispatcher' ORDER BY 1").fetchall()
    last = {table: _last(there, table) for table in ("cases_dispute", "cases_incident", "cases_party")}
    people, chance = _people(max(500, min(rows // 4, 250_000))), random.Random(rows)
    step = timedelta(days=365.25 * YEARS) / rows
    for start in range(0, rows, BATCH):
        quarrels: list[tuple[Any, ...]] = []
        calls: list[tuple[Any, ...]] = []
        sides: list[tuple[Any, ...]] = []
        for i in range(start + 1, min(start + BATCH, rows) + 1):
            at, spot = now - step * (rows - i) - timedelta(minutes=chance.randrange(30)), chance.choice(spots)
            one, other = chance.choice(people), chance.choice(people)
            pk, kind = last["cases_dispute"] + i, chance.choice(TYPES)
            quarrels.append(
                (pk, i, at, spot[0], spot[2], spot[3], chance.choice(desks)[0], kind, *_title(kind, spot[1], chance))
            )
            calls.append(_call(last["cases_incident"] + i, pk, at, one, kind, spot[1], chance, again=False))
            again = at + timedelta(days=1 + i % 20)
            if i % 7 == 0 and again < now:
                calls.append(
                    _call(last["cases_incident"] + rows + i // 7, pk, again, one, kind, spot[1], chance, again=True)
                )
            first = last["cases_party"] + 2 * i
            sides += [_side(first, pk, "a", one), _side(first + 1, pk, "b", other)]
        for table, lines in (("bench_quarrel", quarrels), ("bench_call", calls), ("bench_side", sides)):
            with there.cursor().copy(f"COPY {table} FROM STDIN") as into:
                for line in lines:
                    into.write_row(line)


def _last(there: psycopg.Connection[Any], table: str) -> int:
    found = there.execute(f"SELECT coalesce(max(id), 0) FROM {table}".encode()).fetchone()
    return int(found[0]) if found else 0


def _people(count: int) -> list[Who]:
    """Invented people: telephones that begin with 10 and places 369999 are nobody's."""
    from twinloop.cases import sealing
    from twinloop.edge.identity import check_digit
    from twinloop.people.demonames import Inventor

    inventor, made = Inventor(count), []
    for n in range(count):
        first = f"369999{1940 + n % 65}{1 + n % 12:02d}{1 + n % 28:02d}{n % 1000:03d}"
        who = sealing.Identity(inventor._draw(), first + check_digit(first) if n % 2 else "", f"10{n:09d}")
        made.append(Who(who.name, who.phone, who.id_number, sealing.masked(who), sealing.keys(who)))
    return made


def _title(kind: str, place: str, chance: random.Random) -> tuple[str, str]:
    from twinloop.desk.year import tales

    tale = tales.told(kind, place, chance)
    return tale.title, tale.focus


def _call(
    pk: int, dispute: int, at: datetime, who: Who, kind: str, place: str, chance: random.Random, *, again: bool
) -> tuple[Any, ...]:
    from twinloop.cases.sealing import seal
    from twinloop.desk.year import tales

    door = f"{place}{1 + pk % 12}组{1 + pk % 97}号"
    return (
        pk, dispute, again, at, door, _key(door), tales.told(kind, place, chance, again=again).text,
        seal(who.name, f"incident:{pk}:name"), who.masked.name, seal(who.phone, f"incident:{pk}:phone"),
        who.masked.phone, who.keys,
    )  # fmt: skip


def _side(pk: int, dispute: int, side: str, who: Who) -> tuple[Any, ...]:
    from twinloop.cases.sealing import seal

    return (
        pk, dispute, side, seal(who.name, f"party:{pk}:name"), who.masked.name,
        seal(who.id_number, f"party:{pk}:id_number"), who.masked.id_number, seal(who.phone, f"party:{pk}:phone"),
        who.masked.phone, who.keys,
    )  # fmt: skip


_doors: dict[str, str] = {}


def _key(door: str) -> str:
    from twinloop.edge.searchkeys import address_key

    if door not in _doors:
        _doors[door] = address_key(door)
    return _doors[door]


@contextmanager
def _bare(there: psycopg.Connection[Any]) -> Iterator[None]:
    """The filled tables without the indexes that serve only reading; they are made again at once afterwards."""
    found = there.execute(
        """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY (%s)
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexname::regclass)""",
        [list(FILLED)],
    ).fetchall()
    for name, _made in found:
        there.execute(f"DROP INDEX {name}".encode())
    try:
        yield
    finally:
        for _name, made in found:
            there.execute(made.encode())


def _count_on(there: psycopg.Connection[Any], table: str) -> None:
    """The table's own numbers go on behind what was put in."""
    named = "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id'"
    if there.execute(named, [table]).fetchone():
        newest = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        there.execute(newest.encode())


def check(url: str) -> list[str]:
    """Foreign keys of the filled tables that point nowhere; none is right."""
    wrong = []
    with psycopg.connect(url, autocommit=True) as there:
        keys: Sequence[tuple[str, str, str, str]] = there.execute(
            """SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
            WHERE c.contype = 'f' AND c.conrelid::regclass::text = ANY (%s)""",
            [list(FILLED)],
        ).fetchall()
        for table, column, of, to in keys:
            missing = f"""SELECT count(*) FROM {table} t WHERE {column} IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM {of} o WHERE o.{to} = t.{column})"""
            found = there.execute(missing.encode()).fetchone()
            if found and found[0]:
                wrong.append(f"{table}.{column}: {found[0]}")
    return wrong


def before(url: str, projection: str, of: str) -> list[int]:
    """Disputes that the product itself made and that a projection does not hold yet."""
    with psycopg.connect(url) as there:
        found = there.execute(
            f"SELECT id FROM {of} d WHERE NOT EXISTS (SELECT 1 FROM {projection} WHERE dispute_id = d.id)".encode()
        ).fetchall()
    return [pk for (pk,) in found]

"""What any PostgreSQL must be before we trust data to it: asked once at every start, embedded or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row

from twinloop.launch.words import Trouble

EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist")
LEAST_VERSION = 15
DURABLE = ("fsync", "full_page_writes")

# One row of facts about the database that we are connected to.
_FACTS = """
    SELECT d.datname AS name, current_setting('server_version_num')::int / 10000 AS major,
           current_setting('server_version') AS version, pg_encoding_to_char(d.encoding) AS encoding,
           d.datctype AS ctype, current_setting('fsync') AS fsync,
           current_setting('full_page_writes') AS full_page_writes
      FROM pg_database d WHERE d.datname = current_database()
"""


@dataclass(frozen=True)
class Facts:
    """What a server says of itself and of the database."""

    name: str
    major: int
    version: str
    encoding: str
    ctype: str
    fsync: str
    full_page_writes: str


def facts(connection: psycopg.Connection[Any]) -> Facts:
    """Ask the server; one query."""
    return connection.cursor(row_factory=class_row(Facts)).execute(_FACTS).fetchall()[0]


def refuse_unfit(found: Facts, *, durable: bool = True) -> None:
    """Raise Trouble for the first fact that would lose data or silently find nothing."""
    if found.major < LEAST_VERSION:
        raise Trouble("db_version", found=found.version)
    if found.encoding != "UTF8":
        raise Trouble("db_encoding", name=found.name, found=found.encoding)
    if is_plain_c(found.ctype):
        raise Trouble("db_ctype", name=found.name, found=found.ctype)
    for setting in DURABLE if durable else ():
        if getattr(found, setting) != "on":
            raise Trouble("db_fsync", setting=setting)


def is_plain_c(ctype: str) -> bool:
    """Under these no Chinese character counts as a letter."""
    return ctype.upper() in {"C", "POSIX"}


def finds_chinese(connection: psycopg.Connection[Any]) -> bool:
    """Whether pg_trgm, which must be installed, sees Chinese characters as letters: the test that really counts."""
    row = connection.execute("SELECT cardinality(show_trgm('邻里纠纷')) > 0").fetchone()
    return bool(row and row[0])


def refuse_blind(connection: psycopg.Connection[Any], found: Facts) -> None:
    """Raise Trouble where a search by characters would find nothing."""
    if not finds_chinese(connection):
        raise Trouble("db_ctype", name=found.name, found=found.ctype)


def answers(url: str) -> bool:
    """Whether a database answers `SELECT 1` within two seconds."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.Error:
        return False

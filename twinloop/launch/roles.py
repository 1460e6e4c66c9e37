"""Roles, extensions and the database of the embedded server.

`twinloop_owner` owns the tables, `twinloop_app` reads and writes them: only so does row-level security stand behind
every query of the web and the worker.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from twinloop.launch.checks import EXTENSIONS

DATABASE = "twinloop"
OWNER = "twinloop_owner"
APP = "twinloop_app"

# What the owner makes later, the app may use; inherited by every database made from template1.
APP_MAY = (
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {app}",
)


def set_up(template1: psycopg.Connection[Any], passwords: dict[str, str], *, may_create_databases: bool) -> None:
    """Make roles and fill template1, as superuser on an autocommit connection to template1. Can be repeated."""
    _login(template1, OWNER, passwords["owner"], "CREATEDB" if may_create_databases else "NOCREATEDB")
    _login(template1, APP, passwords["app"], "NOCREATEDB")
    for name in EXTENSIONS:
        template1.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
    for statement in APP_MAY:
        template1.execute(_named(statement))


def make_database(maintenance: psycopg.Connection[Any]) -> None:
    """Make our database from template1, as superuser on an autocommit connection to another one. Can be repeated."""
    if maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        return
    maintenance.execute(_named("CREATE DATABASE {database} OWNER {owner}"))
    maintenance.execute(_named("REVOKE ALL ON DATABASE {database} FROM PUBLIC"))
    maintenance.execute(_named("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}"))


def is_set_up(maintenance: psycopg.Connection[Any]) -> bool:
    """Whether the last step of setting up has been done."""
    found = maintenance.execute(
        "SELECT has_database_privilege(r.oid, d.oid, 'CONNECT') FROM pg_roles r, pg_database d "
        "WHERE r.rolname = %s AND d.datname = %s",
        [APP, DATABASE],
    ).fetchone()
    return bool(found and found[0])


def _login(connection: psycopg.Connection[Any], role: str, password: str, more: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if known else "CREATE"
    connection.execute(
        sql.SQL(f"{verb} ROLE {{}} LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS {more} PASSWORD {{}}").format(
            sql.Identifier(role), sql.Literal(password)
        )
    )


def _named(statement: str) -> sql.Composed:
    return sql.SQL(statement).format(
        database=sql.Identifier(DATABASE), owner=sql.Identifier(OWNER), app=sql.Identifier(APP)
    )

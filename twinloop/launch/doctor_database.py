"""The doctor's questions about the database: reachable, fit, migrated, same clock."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import psycopg

from twinloop.launch import account, binaries, checks, external
from twinloop.launch.children import variables
from twinloop.launch.environment import Environment
from twinloop.launch.postgres import Urls
from twinloop.launch.words import Trouble, say

Answer = tuple[str, Literal["ok", "warn", "bad"], str, str]
SECONDS_APART = 5.0


def answers(env: Environment) -> Iterator[Answer]:
    """Findings from the outside in; after one that bars the way no further ones."""
    if not env.database_url:
        programs = _programs(env)
        yield programs
        if programs[1] == "bad":
            return
        if not (env.data / "postgres").exists():
            yield "database", "ok", say("is_database_new"), ""
            return
    try:
        with external.database(env) as urls:
            yield from _inside(env, urls)
    except Trouble as trouble:
        yield "database", "bad", str(trouble), say("do_database")


def _programs(env: Environment) -> Answer:
    try:
        found = binaries.find(env.pg_bin, account.choose())
    except Trouble as trouble:
        return "programs", "bad", str(trouble), say("do_programs")
    version = ".".join(map(str, found.version))
    return "programs", "ok", f"PostgreSQL {version} · {found.origin} · {found.folder}", ""


def _inside(env: Environment, urls: Urls) -> Iterator[Answer]:
    with external.connected(urls.app) as connection:
        found = checks.facts(connection)
        said = say("is_database", version=found.version, encoding=found.encoding, ctype=found.ctype)
        yield "database", "ok", said, ""
        unsafe = [name for name in checks.DURABLE if getattr(found, name) != "on"]
        if unsafe:
            yield "durable", "warn", say("db_fsync", setting=unsafe[0]), say("do_durable", setting=unsafe[0])
        yield _clock(connection)
    yield _migrations(env, urls)


def _clock(connection: psycopg.Connection[Any]) -> Answer:
    before = datetime.now(UTC)
    there: datetime = connection.execute("SELECT clock_timestamp()").fetchall()[0][0]
    apart = abs((there - before).total_seconds())
    fine = apart < SECONDS_APART
    return "clocks", "ok" if fine else "bad", say("is_apart", seconds=f"{apart:.1f}"), "" if fine else say("do_clock")


def _migrations(env: Environment, urls: Urls) -> Answer:
    """Asked in a child: Django must not be loaded into the launch."""
    env_of_child = variables(env, urls.app, owner=urls.owner)
    command = [sys.executable, "-m", "django", "migrate", "--check", "--settings", "twinloop.settings"]
    done = subprocess.run(command, env=env_of_child, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode == 0:
        return "migrations", "ok", say("is_migrated"), ""
    if "Traceback" in done.stderr:
        return "migrations", "bad", done.stderr.strip().splitlines()[-1], say("do_report")
    return "migrations", "bad", say("is_unmigrated"), say("do_migrate")

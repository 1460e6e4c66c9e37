"""Whether this very code has prepared this very database before: then a start has nothing to migrate or collect.

The stamp lies in both places, as a comment on the database and as a file beside the static files: a database that was
restored or replaced, or a data folder that was emptied, is prepared again. Preparing can always be repeated.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from twinloop.launch.environment import Environment

PACKAGE = Path(__file__).resolve().parents[1]
_TOLD = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
_DATABASE = "SELECT current_database()"


def fingerprint(env: Environment, package: Path = PACKAGE) -> str:
    """Of every file of the package by name, size and time, of Python, and of what the demo asks for."""
    digest = hashlib.sha256(f"{sys.version}\n{env.demo}\n".encode())
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            stat = path.stat()
            digest.update(f"{path.relative_to(package)}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return f"twinloop prepared {digest.hexdigest()[:32]}"


def holds(env: Environment, owner_url: str, stamp: str) -> bool:
    """Whether both places carry `stamp`."""
    file = _file(env)
    if not file.exists() or file.read_text(encoding="utf-8") != stamp:
        return False
    with psycopg.connect(owner_url) as there:
        return there.execute(_TOLD).fetchone() == (stamp,)


def mark(env: Environment, owner_url: str, stamp: str) -> None:
    """Say so in both places; a server that refuses the comment is prepared at every start."""
    with psycopg.connect(owner_url, autocommit=True) as there:
        row = there.execute(_DATABASE).fetchone()
        assert row
        text = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(row[0]), sql.Literal(stamp))
        try:
            there.execute(text)
        except psycopg.errors.InsufficientPrivilege:
            return
    _file(env).write_text(stamp, encoding="utf-8")


def _file(env: Environment) -> Path:
    return env.data / "prepared"

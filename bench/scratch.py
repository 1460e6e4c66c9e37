"""A server of its own for a measurement, gone afterwards, and Django pointed at it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from twinloop.launch.postgres import Cluster, Urls

ROOT = Path(__file__).resolve().parents[1]
LISTS = ROOT / "bench" / "lists.sql"


@contextmanager
def empty() -> Iterator[tuple[Urls, Path]]:
    """A scratch server without tables, and a folder beside it; Django's settings name it."""
    data = Path(tempfile.mkdtemp(prefix="twinloop-bench-"))
    cluster = Cluster.temporary(data / "server")
    urls = cluster.start()
    try:
        point(urls, data / "data")
        yield urls, data
    finally:
        cluster.remove()


@contextmanager
def filled(rows: int, sql: Path = LISTS, **more: int) -> Iterator[str]:
    """The demo's people and `rows` disputes by a file of SQL; gives the address of the tables' owner.

    The file reads `bench.rows` and each of `more` as `bench.<name>`.
    """
    with empty() as (urls, _data):
        tables(urls.owner)
        with psycopg.connect(urls.owner, autocommit=True) as there:
            run(there, sql, rows=rows, **more)
        yield urls.owner


def point(urls: Urls, data: Path) -> None:
    """Django's settings of this process and of those it starts."""
    os.environ |= {
        "TWINLOOP_DATA": str(data),
        "TWINLOOP_DATABASE_URL": urls.app,
        "TWINLOOP_OWNER_DATABASE_URL": urls.owner,
        "TWINLOOP_DEMO": "small",
        "DJANGO_SETTINGS_MODULE": "twinloop.settings",
    }


def tables(owner: str) -> None:
    """Tables, rights, places and the demo's people, without a case."""
    subprocess.run(
        [sys.executable, "-m", "tests.template"], env=os.environ | {"TWINLOOP_DATABASE_URL": owner}, check=True
    )


def run(there: psycopg.Connection[Any], sql: Path, **given: object) -> None:
    """A file of statements, which read what is `given` as `bench.<name>`."""
    for name, value in given.items():
        there.execute("SELECT set_config(%s, %s, false)", [f"bench.{name}", str(value)])
    for statement in re.split(r";\n(?=[A-Z])", sql.read_text(encoding="utf-8")):
        there.execute(statement.encode())

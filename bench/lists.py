"""How long lists, counts, search and pages take: ``python -m bench.lists [rows]`` (200,000 disputes and incidents).

A scratch server of its own, rows inserted by SQL; every request goes through Django's whole stack as the role of the
application, so that row-level security is in the figures. Prints median and 95th percentile in ms, and queries a page.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

RUNS = 15
FILL = Path(__file__).parent / "lists.sql"


def main(rows: int) -> None:
    began = time.perf_counter()
    with scratch(rows):
        print(f"{rows:,} disputes, {rows:,} incidents, {2 * rows:,} parties; {time.perf_counter() - began:.0f} s")
        measure()


@contextmanager
def scratch(rows: int, sql: Path = FILL, **more: int) -> Iterator[str]:
    """A server of its own with `rows` disputes by a file of SQL, gone afterwards; gives the address of its owner.

    The file reads `bench.rows` and each of `more` as `bench.<name>`.
    """
    from twinloop.launch.postgres import Cluster

    data = Path(tempfile.mkdtemp(prefix="twinloop-bench-"))
    cluster = Cluster.temporary(data / "server")
    urls = cluster.start()
    os.environ |= {
        "TWINLOOP_DATA": str(data / "data"),
        "TWINLOOP_DATABASE_URL": urls.app,
        "TWINLOOP_OWNER_DATABASE_URL": urls.owner,
        "TWINLOOP_DEMO": "small",
        "DJANGO_SETTINGS_MODULE": "twinloop.settings",
    }
    try:
        fill(urls.owner, rows, sql, **more)
        yield urls.owner
    finally:
        cluster.remove()


def fill(owner: str, rows: int, sql: Path = FILL, **more: int) -> None:
    import subprocess

    env = os.environ | {"TWINLOOP_DATABASE_URL": owner}
    subprocess.run([sys.executable, "-m", "tests.template"], env=env, check=True)
    with psycopg.connect(owner, autocommit=True) as there:
        for name, number in {"rows": rows, **more}.items():
            there.execute("SELECT set_config(%s, %s, false)", [f"bench.{name}", str(number)])
        for statement in sql.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                there.execute(statement)


def measure() -> None:
    client_of = ready()
    for role in ("bureau", "chief", "community_officer", "mediator"):
        client = client_of(role)
        print(f"\n{role:<30}  median     p95  (ms)")
        for name, path in PAGES.items():
            report(name, partial(client.get, path))


def ready() -> Callable[[str], Any]:
    """Django in this process; gives what signs somebody of a role in."""
    import django

    django.setup()
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS.append("testserver")
    return _client


PAGES = {
    "list, open": "/disputes/",
    "list, all, by registration": "/disputes/?tab=all&order=-registered",
    "list, page 200": "/disputes/?tab=all&page=200",
    "list, level 1": "/disputes/?level=1",
    "list, type and month": "/disputes/?type=B1&since=2026-03-01&until=2026-03-31&tab=all",
    "list, category, by level": "/disputes/?type=B&order=level",
    "list, common word": "/disputes/?q=%E7%BA%A0%E7%BA%B7&tab=all",
    "list, rare word": "/disputes/?q=%E7%BF%A1%E7%BF%A0&tab=all",
    "list, my own": "/disputes/?owner=mine",
    "incidents": "/incidents/",
    "incidents, not linked": "/incidents/?linked=no",
    "incidents, rare word": "/incidents/?q=%E7%BF%A1%E7%BF%A0",
    "search, number": "/search/?q=JF2603",
    "search, common word": "/search/?q=%E6%8E%92%E6%B0%B4",
    "search, rare word": "/search/?q=%E7%BF%A1%E7%BF%A0",
    "search, phone tail": "/search/?q=0127",
    "search, name": "/search/?q=%E7%8E%8B%E7%A7%80%E5%85%B0",
    "search, address": "/search/?q=%E6%9F%B3%E5%A1%98%E4%B8%89%E7%BB%84",
}


def _client(role: str) -> Any:
    from django.test import Client

    from twinloop.people.models import Account

    account = Account.objects.filter(grants__role=role, is_active=True, unit__isnull=False).order_by("username").first()
    client = Client()
    assert account is not None
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    client.get("/")
    return client


def report(name: str, ask: Callable[[], Any]) -> None:
    """One line: median, 95th percentile, queries."""
    from django.db import connection

    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        response = ask()
    if response.status_code != 200:
        print(f"  {name:<28} {response.status_code}")
        return
    spent = []
    for _ in range(RUNS):
        began = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - began) * 1000)
    print(f"  {name:<28} {median(spent):7.0f} {quantiles(spent, n=20)[-1]:7.0f}   {len(asked)} queries", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)

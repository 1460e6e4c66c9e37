"""A filled district that is kept: ``python -m bench.district [size] [--root FOLDER]`` makes it and says what it takes.

An ordinary data folder, which `twinloop up --demo small --data FOLDER` serves as well. Filled once a size, below the
user's cache or `--root`; what measurements write into it stays, but for the reports of `bench.door` (`aside`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from bench import scratch
from twinloop.launch.home import find_home
from twinloop.launch.postgres import Cluster, Urls
from twinloop.launch.roles import DATABASE, OWNER

SIZES = (20_000, 100_000, 1_000_000)
MARK = "bench.json"
ASIDE = "twinloop_bench"
QUICK = {
    "shared_buffers": "1GB", "maintenance_work_mem": "1GB", "max_wal_size": "16GB", "checkpoint_timeout": "1h",
    "wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off",
}  # fmt: skip


@dataclass(frozen=True)
class District:
    """A district whose database runs; Django's settings of this process point at it."""

    folder: Path
    urls: Urls
    superuser: str
    name: str

    def count(self, table: str) -> int:
        with psycopg.connect(self.urls.owner) as there:
            found = there.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        return int(found[0]) if found else 0

    def bytes(self) -> int:
        with psycopg.connect(self.urls.owner) as there:
            found = there.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(found[0]) if found else 0


def root_of(given: str | None) -> Path:
    """Where districts are kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given).resolve() if given else cache / "twinloop-bench"


@contextmanager
def opened(folder: Path, name: str) -> Iterator[District]:
    """The database of a data folder as `twinloop up` would start it; the code's own tables are made first."""
    cluster = Cluster(folder)
    urls = cluster.start()
    try:
        scratch.point(Urls(urls.owner, urls.owner), folder)  # tables are the owner's
        _python("-m", "bench.district", "--prepare")
        scratch.point(urls, folder)
        _python("-m", "bench.district", "--keep")
        yield District(folder, urls, cluster.superuser_url, name)
    finally:
        cluster.stop()


@contextmanager
def aside(district: District) -> Iterator[District]:
    """A copy of its database on the same server, for what writes into it; gone afterwards."""
    urls = Urls(*(url.replace(f"/{DATABASE}?", f"/{ASIDE}?") for url in (district.urls.owner, district.urls.app)))
    with psycopg.connect(district.superuser.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as there:
        drop = f"DROP DATABASE IF EXISTS {ASIDE} WITH (FORCE)".encode()
        there.execute(drop)
        there.execute(f"CREATE DATABASE {ASIDE} TEMPLATE {DATABASE} STRATEGY file_copy OWNER {OWNER}".encode())
        try:
            scratch.point(urls, district.folder)
            superuser = district.superuser.replace(f"/{DATABASE}?", f"/{ASIDE}?")
            yield District(district.folder, urls, superuser, district.name)
        finally:
            scratch.point(district.urls, district.folder)
            there.execute(drop)


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """A copy of somebody's data folder, for what writes into it."""
    with Cluster(folder).running():
        pass  # it stood still, and does so again: whole files
    copy = Path(tempfile.mkdtemp(prefix="twinloop-bench-")) / "data"
    try:
        subprocess.run(["cp", "-aL", "--", str(folder), str(copy)], check=True)
        yield copy
    finally:
        shutil.rmtree(copy.parent, ignore_errors=True)


def kept(size: int, root: Path) -> Path:
    """The folder of a size, filled where it is not or was filled by other code."""
    folder, code = root / f"district-{size}", fingerprint()
    mark = folder / MARK
    if mark.exists() and json.loads(mark.read_text("utf-8"))["code"] == code:
        return folder
    _forget(folder)
    began = time.monotonic()
    print(f"filling {size:,} disputes, once, into {folder}", flush=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(folder, settings=QUICK, durable=False)
    urls = cluster.start()
    try:
        scratch.point(Urls(urls.owner, urls.owner), folder)
        _python("-m", "bench.district", "--people")
        _python("-m", "bench.district", "--fill", cluster.superuser_url, str(size))
    finally:
        cluster.stop(patience=600)
    os.sync()
    facts = {
        "code": code,
        "size": size,
        "seconds": round(time.monotonic() - began),
        "at": datetime.now().astimezone().isoformat(),
    }
    mark.write_text(json.dumps(facts), "utf-8")
    return folder


def fingerprint() -> str:
    """Changes when a district would be filled otherwise."""
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in ("filling.py", "filling.sql"))).hexdigest()


def _forget(folder: Path) -> None:
    if folder.exists():
        if not (folder / MARK).exists() and not (folder / "database-passwords.json").exists():
            raise SystemExit(f"{folder} is no district of the bench; it stays as it is")
        find_home(folder).remove()  # the server's files may lie elsewhere
        shutil.rmtree(folder)


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, cwd=scratch.ROOT)


def _prepare() -> None:
    """Tables and rights of this code, as the owner."""
    from twinloop.desk.prepare import prepare_database

    prepare_database()


def _keep() -> None:
    """Figures as the worker keeps them, up to now."""
    from django.utils import timezone

    from twinloop.insight.figures import actions
    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM):
        actions.catch_up(at=timezone.localtime(), waits=True)


def _people() -> None:
    from twinloop.desk import demo

    _prepare()
    demo.fill(life=True)


def _fill(superuser: str, size: int) -> None:
    """Rows, one seal over all events, and how far the projections have read."""
    from django.utils import timezone

    from bench import filling
    from twinloop.insight.figures import projecting, summing
    from twinloop.insight.figures.models import Reach
    from twinloop.insight.figures.tallies import OVER
    from twinloop.ledger.actions import seal
    from twinloop.ledger.sight import SYSTEM, see_as

    filling.fill(superuser, size)
    for wrong in filling.check(superuser):
        raise SystemExit(f"points nowhere: {wrong}")
    at = timezone.localtime()
    with see_as(SYSTEM):
        one = seal(at=at)
        own = filling.before(superuser, "figures_course", "cases_dispute")
        projecting.project(own)
        summing.anew()
        summing.keep_months(at - OVER, again=True)
        Reach.objects.update_or_create(pk=1, defaults={"event": one.last if one else 0, "at": at})


def main(arguments: list[str]) -> None:
    steps: dict[str, Any] = {"--prepare": _prepare, "--keep": _keep, "--people": _people, "--fill": _fill}
    if arguments and arguments[0] in steps:
        import django

        django.setup()
        given: list[Any] = arguments[1:]
        steps[arguments[0]](*given[:1], *map(int, given[1:]))
        return
    root = root_of(arguments[arguments.index("--root") + 1] if "--root" in arguments else None)
    size = int(arguments[0]) if arguments and arguments[0].isdigit() else SIZES[0]
    folder = kept(size, root)
    with opened(folder, f"{size:,} disputes") as district:
        facts = json.loads((folder / MARK).read_text("utf-8"))
        rows = {
            table: district.count(table) for table in ("cases_dispute", "cases_incident", "cases_party", "ledger_event")
        }
        print(f"{folder}: filled in {facts['seconds']} s, {district.bytes() / 2**30:.1f} GiB; {rows}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""`twinloop backup`: everything an installation needs to stand up again, in one sealed file.

The dump and the counts beside it are of one moment (an exported snapshot); files of the data folder are read after it,
so that every file which the dump names is there. The file is written beside its place and put there when it is whole.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from twinloop import __version__
from twinloop.launch import external
from twinloop.launch.backup import clients, pack
from twinloop.launch.backup.sealed import Sealer
from twinloop.launch.environment import Environment
from twinloop.launch.postgres import Cluster
from twinloop.launch.words import Trouble

_READ = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; `bytes` are of the database on disk and of the files."""

    made_at: str
    product: str
    postgres: int
    owner: str
    events: int
    head: str
    database_bytes: int
    file_bytes: int
    with_keys: bool
    migrations: list[str] = field(default_factory=list)


def backup(
    env: Environment, target: Path, secret: bytes, *, with_keys: bool, tell: Callable[[int], None] = lambda _: None
) -> Manifest:
    """Write the sealed file `target`; `tell` hears of plain bytes done. Raises Trouble, and then there is no file."""
    if target.exists():
        raise Trouble("backup_exists", path=target)
    with _draft(target) as file, _all_seeing(env) as url, _snapshot(url) as (connection, snapshot):
        found = _manifest(connection, env.data, with_keys=with_keys)
        counted = _Counted(Sealer(file, secret), tell)
        pack.put(counted, pack.MANIFEST, [json.dumps(asdict(found)).encode()])
        dump = clients.find("pg_dump", found.postgres, env.pg_bin)
        pack.put(counted, pack.DUMP, clients.dumped(dump, url, snapshot))
        for path in kept_files(env.data, with_keys=with_keys):
            with contextlib.suppress(FileNotFoundError):  # erased by its owner's wish since we looked
                pack.put(counted, path.relative_to(env.data).as_posix(), _read(path))
        pack.end(counted)
        counted.sealer.finish()
    return found


class _Counted:
    def __init__(self, sealer: Sealer, tell: Callable[[int], None]) -> None:
        self.sealer, self._tell = sealer, tell

    def write(self, data: bytes) -> None:
        self.sealer.write(data)
        self._tell(len(data))


@contextlib.contextmanager
def _draft(target: Path) -> Iterator[BinaryIO]:
    """A file beside `target` of mode 600, put in its place when the block ends well; never over another file."""
    draft = target.with_name(f".{target.name}.partial")
    try:
        with _own(draft) as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                target.hardlink_to(draft)
            finally:
                draft.unlink(missing_ok=True)
        folder = os.open(target.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except FileExistsError:
        raise Trouble("backup_exists", path=target) from None
    except OSError as error:
        raise no_room(error, target.parent) from None


@contextlib.contextmanager
def _own(draft: Path) -> Iterator[BinaryIO]:
    """What a killed backup left is written over; what another one is writing is not."""
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "r+b") as file:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("backup_other", path=draft) from None
        os.ftruncate(handle, 0)
        yield file


def no_room(error: OSError, folder: Path) -> Trouble:
    """An error of the file system as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Trouble("backup_no_space", path=folder)
    return Trouble("backup_unwritable", path=error.filename or folder, reason=error.strerror or error)


@contextlib.contextmanager
def _all_seeing(env: Environment) -> Iterator[str]:
    """A login that row-level security does not hold back: ours has one, another server's owner must be given it."""
    if env.database_url:
        external.prepared(env.database_url, env.owner_database_url)
        yield env.owner_database_url or env.database_url
        return
    if not (env.data / "postgres").exists():
        raise Trouble("backup_nothing", path=env.data)
    cluster = Cluster(env.data, env.pg_bin)
    with cluster.running():
        yield cluster.superuser_url


@contextlib.contextmanager
def _snapshot(url: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A transaction that sees one moment, and the name by which pg_dump sees the same."""
    with external.connected(url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL row_security = off")
        yield connection, str(_one(connection, "SELECT pg_export_snapshot()"))
        connection.execute("COMMIT")


def _manifest(connection: psycopg.Connection[Any], data: Path, *, with_keys: bool) -> Manifest:
    if _one(connection, "SELECT to_regclass('django_migrations')") is None:
        raise Trouble("backup_nothing", path=data)
    try:
        events = int(_one(connection, "SELECT count(*) FROM ledger_event"))
        head = _one(connection, "SELECT encode(hash, 'hex') FROM ledger_seal ORDER BY id DESC LIMIT 1")
        done = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    except psycopg.errors.InsufficientPrivilege as error:
        raise Trouble("backup_blind", reason=str(error).splitlines()[0]) from None
    return Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        product=__version__,
        postgres=connection.info.server_version // 10_000,
        owner=str(_one(connection, "SELECT tableowner FROM pg_tables WHERE tablename = 'django_migrations'")),
        events=events,
        head=str(head or ""),
        database_bytes=int(_one(connection, "SELECT pg_database_size(current_database())")),
        file_bytes=sum(path.stat().st_size for path in kept_files(data, with_keys=with_keys)),
        with_keys=with_keys,
        migrations=[row[0] for row in done],
    )


def kept_files(data: Path, *, with_keys: bool) -> Iterator[Path]:
    """The files of a data folder that a backup holds; links are not followed."""
    for name in pack.FILES if with_keys else ():
        if (data / name).is_file():
            yield data / name
    for folder in pack.FOLDERS:
        yield from sorted(path for path in (data / folder).rglob("*") if path.is_file() and not path.is_symlink())


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ):
            yield piece


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None

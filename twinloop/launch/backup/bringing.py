"""`twinloop restore`: read a backup through before a byte is written, then bring it back into an empty place.

Everything is made in a folder beside the target and renamed when whole, so that a restore killed at any point leaves
the target as it was. A real server's database is filled in one transaction.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import psycopg

from twinloop.launch import external
from twinloop.launch.account import PLACE
from twinloop.launch.backup import clients, known, pack
from twinloop.launch.backup.making import Manifest, no_room
from twinloop.launch.backup.sealed import opened
from twinloop.launch.environment import PREFIX, Environment
from twinloop.launch.home import make_data
from twinloop.launch.lock import FolderLock
from twinloop.launch.postgres import Cluster
from twinloop.launch.words import Trouble

_SPARE = 1.2  # the log of a load stands beside the tables for a while
_FULL = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""


def read_through(source: Path, secret: bytes, tell: Callable[[int], None] = lambda _: None) -> Manifest:
    """Authenticate the whole file, writing nothing, and answer with what it says of itself. Raises Trouble."""
    found: Manifest | None = None
    names = set()
    for name, pieces in _files(source, secret, tell):
        if name in names:
            raise Trouble("backup_stranger", name=name)
        names.add(name)
        if name == pack.MANIFEST:
            found = _manifest(b"".join(pieces))
    if found is None or pack.DUMP not in names:
        raise Trouble("backup_altered", place="?")
    return found


def restore(
    env: Environment,
    source: Path,
    secret: bytes,
    *,
    verify: bool,
    place: Path = PLACE,
    tell: Callable[[int], None] = lambda _: None,
) -> Manifest:
    """Bring `source` back into `env.data` and the database of these settings. Raises Trouble, and nothing changed."""
    _refuse_full(env.data)
    found = read_through(source, secret, tell)
    _refuse_newer(found)
    try:
        with _staging(env.data, place) as folder:
            _refuse_cramped(found, folder)
            _bring_files(folder, source, secret)
            if env.database_url:
                _into_server(env, found, source, secret)
            else:
                _into_cluster(env, folder, place, found, source, secret)
            if verify:
                check(env, folder, found)
            _settle(folder, env.data)
    except OSError as error:
        raise no_room(error, env.data.parent) from None
    return found


def check(env: Environment, folder: Path, found: Manifest) -> None:
    """Run `twinloop verify` on what was restored in a process of its own. Raises Trouble where it does not hold."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    chosen = env.model_copy(update={"data": folder, "demo": "none"})
    surroundings = {**kept, **chosen.variables(), f"{PREFIX}DATA": str(folder)}
    if set(found.migrations) != known.migrations():  # an older backup: its tables first become ours
        with external.database(chosen) as urls:
            logins = {"DATABASE_URL": urls.app, "OWNER_DATABASE_URL": urls.owner}
            _run(["prepare"], surroundings | {f"{PREFIX}{name}": url for name, url in logins.items()})
    said = json.loads(_run(["verify", "--json"], surroundings) or "{}")
    said = {"broken": ["?"], "events": 0, "seal": "", **said}
    if said["broken"] != [] or said["events"] < found.events or (said["seal"] or "") != found.head:
        raise Trouble("restore_unlike", events=found.events, found=said["events"], broken=len(said["broken"]))


def _run(words: list[str], surroundings: dict[str, str]) -> str:
    line = [sys.executable, "-m", "twinloop", *words]
    done = subprocess.run(line, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode and not done.stdout.startswith("{"):
        raise Trouble("restore_check", reason=(done.stderr.strip().splitlines() or ["?"])[-1])
    return done.stdout


def _refuse_newer(found: Manifest) -> None:
    """Tables that a later program made cannot be read by this one."""
    stranger = sorted(set(found.migrations) - known.migrations())
    if stranger:
        raise Trouble("restore_newer", product=found.product, made_at=found.made_at, name=stranger[-1])


def _files(source: Path, secret: bytes, tell: Callable[[int], None] = lambda _: None) -> Iterator[Any]:
    def told(chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            tell(len(chunk))
            yield chunk

    try:
        with source.open("rb") as file:
            yield from pack.files(told(opened(file, secret)))
    except FileNotFoundError:
        raise Trouble("backup_absent", path=source) from None


def _manifest(text: bytes) -> Manifest:
    told = json.loads(text)
    try:
        return Manifest(**{one.name: told[one.name] for one in fields(Manifest)})
    except KeyError:
        raise Trouble("backup_altered", place="?") from None


def _refuse_full(data: Path) -> None:
    if data.is_dir() and not data.is_symlink():
        if any(data.iterdir()):
            raise Trouble("restore_full", path=data)
    elif os.path.lexists(data):
        raise Trouble("restore_full", path=data)


def _refuse_cramped(found: Manifest, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    needed = int((found.database_bytes + found.file_bytes) * _SPARE)
    if free < needed:
        raise Trouble("restore_no_space", path=folder.parent, needed=_mib(needed), free=_mib(free))


def _mib(count: int) -> str:
    return f"{count / (1 << 20):.0f}"


@contextlib.contextmanager
def _staging(data: Path, place: Path) -> Iterator[Path]:
    """A folder beside `data`, held by this process; gone again when the block ends badly, or at the next restore."""
    folder = data.with_name(f".{data.name}.restoring")
    data.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        lock = FolderLock(folder)
        lock.take()  # raises Held where another restore is at work
        lock.release()
        _away(folder, place)
    make_data(folder)
    try:
        yield folder
    finally:
        if folder.exists():
            _away(folder, place)


def _away(folder: Path, place: Path) -> None:
    """Delete a folder and the server's files that it points to, if they lie in our own place."""
    link = folder / "postgres"
    if link.is_symlink() and link.resolve().parent == place.resolve():
        shutil.rmtree(link.resolve(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _settle(folder: Path, data: Path) -> None:
    (folder / "lock").unlink(missing_ok=True)
    folder.rename(data)  # over an empty folder or none; refused by the system if something came there meanwhile


def _bring_files(folder: Path, source: Path, secret: bytes) -> None:
    for name, pieces in _files(source, secret):
        if name in (pack.MANIFEST, pack.DUMP):
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)


def _into_cluster(env: Environment, folder: Path, place: Path, found: Manifest, source: Path, secret: bytes) -> None:
    cluster = Cluster(folder, env.pg_bin, place=place)
    with cluster.running():
        _load(env, cluster.superuser_url, found, source, secret, as_made=found.owner == "twinloop_owner")


def _into_server(env: Environment, found: Manifest, source: Path, secret: bytes) -> None:
    assert env.database_url
    url = external.prepared(env.database_url, env.owner_database_url).owner
    with external.connected(url) as owner:
        row = owner.execute(_FULL.encode()).fetchone()
        if row and row[0]:
            raise Trouble("restore_database_full", place=external.place(url), count=row[0])
    _load(env, url, found, source, secret, as_made=False)


def _load(env: Environment, url: str, found: Manifest, source: Path, secret: bytes, *, as_made: bool) -> None:
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10_000
    if server < found.postgres:
        raise Trouble("restore_server_older", found=found.postgres, ours=server)
    program = clients.find("pg_restore", server, env.pg_bin)
    for name, pieces in _files(source, secret):
        if name == pack.DUMP:
            clients.restored(program, url, pieces, as_made=as_made)
            return


def check_apart(env: Environment, source: Path, secret: bytes, place: Path = PLACE) -> None:
    """Restore `source` into an embedded server beside it, run `verify` there, and delete all of it. Raises Trouble."""
    own = env.model_copy(update={"data": source.with_name(f".{source.name}.check"), "database_url": None})
    own = own.model_copy(update={"owner_database_url": None})
    _away(own.data, place)
    try:
        restore(own, source, secret, verify=True, place=place)
    finally:
        _away(own.data, place)

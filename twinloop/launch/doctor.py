"""`twinloop doctor`: what is wrong with this installation, and what to do about it.

Each check is a function that answers one `Finding`; none of them changes anything but that an embedded server which is
not running is started for the time of the questions.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from twinloop.launch import doctor_database, packages, secret
from twinloop.launch.environment import Environment, read
from twinloop.launch.words import Trouble, say

State = Literal["ok", "warn", "bad"]
LEAST_FREE_MIB = 512
LOW_FREE_MIB = 5_120


@dataclass(frozen=True)
class Finding:
    """One answer: what was looked at, how it stands, the facts, and what to do (empty when all is well)."""

    name: str
    state: State
    sentence: str
    advice: str = ""

    def text(self) -> str:
        """For people: one line, a second one with what to do."""
        line = f"{say(f'state_{self.state}')} {say(f'check_{self.name}')}{say('colon')}{self.sentence}"
        return f"{line}\n   → {self.advice}" if self.advice else line


def diagnose() -> list[Finding]:
    """Every finding, worst news included; never raises for what is wrong with the installation."""
    try:
        env = read()
    except Trouble as trouble:
        return [Finding("settings", "bad", str(trouble), say("do_setting"))]
    checks: list[Callable[[Environment], Finding]] = [python, locked, secret_key, folder, disk, year, fonts]
    return [Finding("settings", "ok", say("is_settings")), *(check(env) for check in checks), *database(env)]


def python(_: Environment) -> Finding:
    """The interpreter's version."""
    found = ".".join(map(str, sys.version_info[:3]))
    state: State = "ok" if sys.version_info >= (3, 11) else "bad"
    return Finding("python", state, found, "" if state == "ok" else say("do_python"))


def locked(_: Environment) -> Finding:
    """Installed packages against the lock file."""
    pins = packages.pins()
    if not pins:
        return Finding("packages", "warn", say("is_unlocked"))
    wrong = packages.differing(pins)
    if not wrong:
        return Finding("packages", "ok", say("is_locked", count=len(pins)))
    missing = any(found is None for _, _, found in wrong)
    told = ", ".join(f"{name} {found or say('is_missing')} ≠ {pin}" for name, pin, found in wrong[:5])
    return Finding("packages", "bad" if missing else "warn", told, say("do_packages"))


def secret_key(env: Environment) -> Finding:
    """Whether sessions are signed with something that nobody else knows."""
    if env.secret_key:
        return Finding("secret", "ok", say("is_secret_given"))
    path = env.data / secret.NAME
    if not path.exists():
        if env.database_url and env.demo == "none":
            return Finding("secret", "bad", say("is_secret_none"), say("secret_missing", command=secret.COMMAND))
        return Finding("secret", "ok", say("is_secret_new"))
    if path.stat().st_mode & 0o077:
        return Finding("secret", "bad", say("is_open", path=path), f"chmod 600 {path}")
    return Finding("secret", "ok", say("is_secret_kept", path=path))


def folder(env: Environment) -> Finding:
    """The data folder: there, writable, closed to others (as root its group may pass through)."""
    data = env.data
    if not data.exists():
        return Finding("data", "ok", say("is_data_new", path=data))
    if not os.access(data, os.W_OK | os.X_OK):
        return Finding("data", "bad", say("is_data_shut", path=data), f"chown -R {os.geteuid()} {data}")
    if data.stat().st_mode & 0o067:
        return Finding("data", "warn", say("is_open", path=data), f"chmod o-rwx,g-rw {data}")
    return Finding("data", "ok", str(data))


def disk(env: Environment) -> Finding:
    """Free space where the data lie."""
    there = next(part for part in (env.data, *env.data.parents) if part.exists())
    usage = shutil.disk_usage(there)
    free = usage.free // 2**20
    state: State = "bad" if free < LEAST_FREE_MIB else "warn" if free < LOW_FREE_MIB else "ok"
    said = say("is_disk", free=f"{free / 1024:.1f}", total=f"{usage.total / 2**30:.1f}")
    return Finding("disk", state, said, "" if state == "ok" else say("do_disk"))


def year(_: Environment) -> Finding:
    """A clock that starts again in 1970 breaks every deadline: no file of ours can be younger than now."""
    now = datetime.now(UTC).astimezone()
    built = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    state: State = "ok" if built.year <= now.year <= built.year + 20 else "bad"
    return Finding("clock", state, f"{now:%Y-%m-%d %H:%M %z}", "" if state == "ok" else say("do_clock"))


def fonts(_: Environment) -> Finding:
    """Chinese fonts are needed for PDF papers made on this machine; pages use the reader's own."""
    try:
        done = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return Finding("fonts", "warn", say("is_fonts_unknown"), say("do_fonts"))
    families = sorted({line.split(",")[0].strip() for line in done.stdout.splitlines() if line.strip()})
    if not families:
        return Finding("fonts", "warn", say("is_fonts_none"), say("do_fonts"))
    return Finding("fonts", "ok", " · ".join(families[:3]))


def database(env: Environment) -> Iterator[Finding]:
    """Programs or address, then everything that a connection can tell."""
    for answer in doctor_database.answers(env):
        yield Finding(*answer)

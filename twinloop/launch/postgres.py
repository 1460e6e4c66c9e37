"""The embedded PostgreSQL: made, started, checked, restarted and stopped by us; nothing to install or administer.

    with Cluster(data).running() as urls:   # joins a server that already runs on this folder
        ...

Loopback is a Unix socket in a private folder with scram passwords, so no port can be taken and no other user can knock.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from twinloop.launch import account as accounts
from twinloop.launch import binaries, checks, roles, tuning
from twinloop.launch.home import find_home, make_data, passwords
from twinloop.launch.leash import leash
from twinloop.launch.lock import FolderLock
from twinloop.launch.secret import write_private
from twinloop.launch.words import Held, Trouble

SUPERUSER = "postgres"
RETRY_SECONDS = 30  # after a kill -9 an orphan backend may hold the shared memory, or the dead one's number linger
RECOVERY_SECONDS = 300  # replaying the log after a crash is progress, not failure
JOIN_SECONDS = 30

_PASSING = ("lock file", "shared memory block", "Address already in use", "another server might be running")


@dataclass(frozen=True)
class Urls:
    """Two logins to one database: the owner migrates, the app works."""

    owner: str
    app: str


@dataclass
class Cluster:
    """One embedded server on one data folder; `settings` overrides the server's own, `durable=False` is for tests."""

    data: Path
    pg_bin: Path | None = None
    settings: dict[str, str] = field(default_factory=dict)
    durable: bool = True
    may_create_databases: bool = False
    place: Path = accounts.PLACE
    lock: FolderLock | None = None  # given where the caller already holds the folder

    def __post_init__(self) -> None:
        self._lock = self.lock or FolderLock(self.data)
        self._process: subprocess.Popen[bytes] | None = None
        self.socket = ""
        self._urls: dict[str, str] = {}

    @classmethod
    def temporary(cls, data: Path, **settings: str) -> Cluster:
        """A server for tests: quick, forgets everything in a power cut, and its owner may create databases."""
        return cls(data, settings=settings, durable=False, may_create_databases=True)

    # --- life
    def start(self) -> Urls:
        """Start the server, at first use make it. Raises Held, or Trouble with one sentence."""
        make_data(self.data)
        self._lock.take()
        try:
            self.home = find_home(self.data, self.place)
            self.binaries = binaries.find(self.pg_bin, self.home.account, self.place)
            self._passwords = passwords(self.data, self.home)
            self._make()
            self._launch()
            self._prepare()
        except BaseException:
            self.stop()
            raise
        return self.urls

    def stop(self, patience: float = 8.0) -> None:
        """Stop without losing anything: fast, then at once (the next start replays the log), and let the folder go."""
        if self._process is not None and self._process.poll() is None:
            for wish, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                self._process.send_signal(wish)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(seconds)
                    break
        if self._process is not None:
            self._state.unlink(missing_ok=True)
            self.home.leave(self.socket)
        self._process = None
        self._lock.release()

    def alive(self) -> bool:
        """Whether the server's first process still runs; cheap enough to ask often."""
        return self._process is not None and self._process.poll() is None

    def healthy(self) -> bool:
        """Whether the database answers the application."""
        return checks.answers(self._urls.get("app", ""))

    def restart(self) -> Urls:
        """Start again what died, on the same socket: URLs stay as they were. Call from a thread that lives on."""
        self._launch()
        return self.urls

    def remove(self) -> None:
        """Stop and delete the server's files; for tests."""
        self.stop()
        self.home.remove()

    @property
    def pid(self) -> int | None:
        """The server's first process."""
        return self._process.pid if self._process else None

    @property
    def urls(self) -> Urls:
        """Logins to the running server."""
        return Urls(self._urls["owner"], self._urls["app"])

    @property
    def superuser_url(self) -> str:
        """For our own upkeep only: backup, extensions."""
        return self._urls["superuser"]

    # --- joining
    def attach(self) -> Urls | None:
        """Logins to a healthy server that another process of ours runs on this folder; None where there is none."""
        try:
            socket = str(json.loads(self._state.read_text(encoding="utf-8"))["socket"])
            known = json.loads((self.data / "database-passwords.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError):
            return None
        self._passwords, self._urls = known, _urls(known, socket)
        return self.urls if self.healthy() else None

    @contextlib.contextmanager
    def running(self) -> Iterator[Urls]:
        """Join the server that runs on this folder, or start one and stop it afterwards."""
        joined = self._joined_or_started()
        try:
            yield self.urls
        finally:
            if not joined:
                self.stop()

    def _joined_or_started(self) -> bool:
        """True when joined. Who holds the folder may still be starting: wait for its server."""
        deadline = time.monotonic() + JOIN_SECONDS
        while True:
            if self.attach() is not None:
                return True
            try:
                self.start()
            except Held:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return False

    @property
    def _state(self) -> Path:
        return self.data / "database-state.json"

    # --- making
    def _make(self) -> None:
        """initdb into a draft, renamed when whole: an interrupted first start leaves nothing half made."""
        cluster, major = self.home.cluster, self.binaries.version[0]
        if cluster.exists():
            found = int((cluster / "PG_VERSION").read_text().strip())
            if found != major:
                raise Trouble("pg_other_major", path=cluster, found=found, ours=major)
            return
        draft = self.home.path / f"draft-{os.getpid()}"
        try:
            self._initdb(draft)
            draft.rename(cluster)
        finally:
            subprocess.run(["rm", "-rf", "--", str(draft)], check=False)

    def _initdb(self, draft: Path) -> None:
        told = self.home.path / "draft-password"
        write_private(told, self._passwords["superuser"])
        self.home.account.owns(told)
        # The character type decides whether Chinese is found at all (checks.py); libc's C.UTF-8 sorts by code point.
        options = ["--encoding=UTF8", "--locale-provider=libc", "--locale=C.UTF-8", "--data-checksums"]
        options += [f"--username={SUPERUSER}", f"--pwfile={told}", "--auth=scram-sha-256"]
        try:
            done = subprocess.run(
                [self.binaries["initdb"], "-D", str(draft), *options, *([] if self.durable else ["--no-sync"])],
                **self._manner(),
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            told.unlink(missing_ok=True)
        if done.returncode:
            raise Trouble("pg_initdb", path=self.home.cluster, reason=_last_line(done.stderr))

    def _manner(self) -> dict[str, Any]:
        """How every program of the server is started: as its account, from its folder, with a bare environment."""
        bare = {"PATH": "/usr/bin:/bin", "HOME": str(self.home.path), "LC_ALL": "C.UTF-8"}
        return {"cwd": self.home.path, "env": bare, "stdin": subprocess.DEVNULL, **self.home.account.identity}

    # --- starting
    def _launch(self) -> None:
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            self._spawn()
            if self._became_ready():
                write_private(self._state, json.dumps({"socket": self.socket, "pid": self.pid}))
                return
            reason = self._said()
            if time.monotonic() > deadline or not any(sign in reason for sign in _PASSING):
                raise Trouble("pg_start", reason=_last_line(reason), log=self.home.log)
            time.sleep(0.5)

    def _spawn(self) -> None:
        self.socket = self.socket or str(self.home.socket_folder())  # the same after a crash: URLs are in use
        self._urls = _urls(self._passwords, self.socket)
        places = {"unix_socket_directories": self.socket, "log_directory": str(self.home.log)}
        options = tuning.options(self.settings | places, durable=self.durable)
        with self._start_log.open("wb") as log:
            self._process = subprocess.Popen(
                [self.binaries["postgres"], "-D", str(self.home.cluster), *options],
                **self._manner(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us: the database stops last
                preexec_fn=leash(signal.SIGINT),  # noqa: PLW1509 - one libc call, no Python lock
            )

    def _became_ready(self) -> bool:
        """False when the server ended; raises Trouble when it never answers."""
        deadline = time.monotonic() + RECOVERY_SECONDS
        while self.alive():
            with contextlib.suppress(psycopg.OperationalError):
                self._connect("postgres").close()
                return True
            if time.monotonic() > deadline:
                raise Trouble("pg_slow", seconds=RECOVERY_SECONDS, log=self.home.log)
            time.sleep(0.05)
        return False

    @property
    def _start_log(self) -> Path:
        return self.data / "logs" / "database-start.log"  # not in the account's folder: we may be root

    def _said(self) -> str:
        return self._start_log.read_text(encoding="utf-8", errors="replace")

    # --- content
    def _prepare(self) -> None:
        with self._connect("postgres") as maintenance:
            ready = roles.is_set_up(maintenance)
        if not ready or self.may_create_databases:
            with self._connect("template1") as template1:
                roles.set_up(template1, self._passwords, may_create_databases=self.may_create_databases)
            with self._connect("postgres") as maintenance:
                roles.make_database(maintenance)
        with self._connect(roles.DATABASE) as ours:
            found = checks.facts(ours)
            checks.refuse_unfit(found, durable=self.durable)
            checks.refuse_blind(ours, found)

    def _connect(self, database: str) -> psycopg.Connection[Any]:
        url = self.superuser_url.replace(f"/{roles.DATABASE}?", f"/{database}?")
        return psycopg.connect(url, autocommit=True, connect_timeout=5)


def _urls(known: dict[str, str], socket: str) -> dict[str, str]:
    users = {"superuser": SUPERUSER, "owner": roles.OWNER, "app": roles.APP}
    host = quote(socket, safe="")
    return {
        role: f"postgresql://{user}:{quote(known[role], safe='')}@/{roles.DATABASE}?host={host}&port=5432"
        for role, user in users.items()
    }


def _last_line(text: str) -> str:
    """The line that says why: the last FATAL or error, else the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    grave = [line for line in lines if "FATAL" in line or "error:" in line]
    return (grave or lines or ["?"])[-1]

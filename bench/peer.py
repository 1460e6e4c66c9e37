"""django-helpdesk in an environment of its own, made once below the user's cache, on the database server of the run.

`PEER_PYTHON` names another interpreter that has `NEEDS`. Versions stand here and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.district import root_of
from bench.scratch import ROOT

NEEDS = (
    "django-helpdesk==2.6.1", "django==5.2.19", "djangorestframework==3.18.3", "granian==2.8.9",
    "psycopg[binary,pool]==3.3.9",
)  # fmt: skip
DATABASE = "helpdesk"


@dataclass(frozen=True)
class Peer:
    """Its interpreter, how its processes find the database, and the queue that takes tickets."""

    python: str
    env: dict[str, str]
    queue: int

    def lists(self) -> dict[str, list[float]]:
        """Milliseconds of its list, dashboard, report, API list."""
        told: dict[str, list[float]] = json.loads(self._ask("lists"))
        return told

    def grow(self, rows: int) -> None:
        self._ask("grow", str(rows))

    def _ask(self, *arguments: str) -> str:
        return _run(self.python, self.env, *arguments)


def python() -> str:
    """The peer's interpreter; its packages come by pip from the configured registry, the first time only."""
    if given := os.environ.get("PEER_PYTHON"):
        return given
    mark = hashlib.sha256(" ".join((*NEEDS, sys.version)).encode()).hexdigest()[:12]
    folder = root_of(None) / f"helpdesk-{mark}"
    found, done = str(folder / "bin" / "python"), folder / ".done"
    if not done.exists():
        print(f"installing {NEEDS[0]} into {folder}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([found, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *NEEDS], check=True)
        done.touch()
    return found


@contextmanager
def made(superuser: str, owner: str, rows: int) -> Iterator[Peer]:
    """Its database with `rows` tickets beside ours, gone afterwards."""
    name = {"user": conninfo_to_dict(owner)["user"]}
    interpreter = python()
    with psycopg.connect(superuser, autocommit=True) as there:
        there.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())
        there.execute(f"CREATE DATABASE {DATABASE} OWNER {name['user']}".encode())
        try:
            env = _environment(owner)
            yield Peer(interpreter, env, int(_run(interpreter, env, "fill", str(rows)).split()[-1]))
        finally:
            there.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())


def _environment(owner: str) -> dict[str, str]:
    to: dict[str, Any] = conninfo_to_dict(owner)
    names = {"PEER_USER": "user", "PEER_PASSWORD": "password", "PEER_HOST": "host", "PEER_PORT": "port"}
    env = {name: str(to[part]) for name, part in names.items()}
    return env | {"PEER_NAME": DATABASE, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


def _run(interpreter: str, env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [interpreter, "-m", "bench.peer_helpdesk", *arguments], env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout

"""Command lines and variables of the programs that the supervisor runs."""

from __future__ import annotations

import os
import sys

from twinloop.launch.environment import PREFIX, Environment


def variables(env: Environment, url: str, *, owner: str | None = None) -> dict[str, str]:
    """A child's environment: validated settings and one login; the owner's only where it is asked for."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    chosen = env.model_copy(update={"database_url": url, "owner_database_url": owner, "data": env.data})
    return {**kept, **chosen.variables(), "PYTHONUNBUFFERED": "1"}


def product(env: Environment) -> dict[str, list[str]]:
    """The command lines of the three programs."""
    python = [sys.executable, "-m"]
    web = ["granian", "--interface", "wsgi", "--host", env.bind, "--port", str(env.port), "--no-ws"]
    threads = env.web_threads + env.live_streams  # made when needed; twinloop/wsgi.py lets few of them work on pages
    web += ["--workers", str(env.web_workers), "--blocking-threads", str(threads), "--log-level", "error"]
    return {
        "prepare": [*python, "twinloop", "prepare"],
        "web": [*python, *web, "twinloop.wsgi:application"],
        "worker": [*python, "twinloop", "worker"],
    }

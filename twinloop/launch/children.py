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


def product(_: Environment) -> dict[str, list[str]]:
    """The command lines of the three programs."""
    python = [sys.executable, "-m"]
    return {name: [*python, "twinloop", name] for name in ("prepare", "web", "worker")}

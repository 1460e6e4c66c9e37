"""The lock file against what is installed."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

# Beside the package in a checkout; an installed wheel carries none.
LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*(.+?))?\s*\\?$", re.M)


def pins(lock: Path = LOCK) -> dict[str, str]:
    """name → version; packages bound to a condition (another platform) are left out. Empty without a file."""
    if not lock.exists():
        return {}
    return {name: version for name, version, marker in _PIN.findall(lock.read_text(encoding="utf-8")) if not marker}


def differing(pinned: dict[str, str]) -> list[tuple[str, str, str | None]]:
    """(name, pinned, installed or None) for every package that is not as pinned."""
    return [(name, pin, found) for name, pin in pinned.items() if (found := _installed(name)) != pin]


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None

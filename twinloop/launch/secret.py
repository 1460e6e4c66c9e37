"""The signing key: what counts as one, and the one made by itself where one machine does everything."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from twinloop.launch.words import Trouble

COMMAND = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
LEAST = 50
NAME = "secret-key"

_OBVIOUS = re.compile(r"insecure|change.?me|secret.?key|example|password|default|twinloop|1234567|abcdef", re.I)


def strong(key: str) -> bool:
    """Long, varied and no example that was left in place."""
    return len(key) >= LEAST and len(set(key)) >= 16 and not _OBVIOUS.search(key)


def is_kept(data: Path) -> bool:
    """Whether a key was made before; so it is when `twinloop up` hands its own database to a child."""
    return (data / NAME).exists()


def kept(data: Path) -> str:
    """The key kept in the data folder, made at first use. Raises Trouble where it cannot be read or written."""
    path = data / NAME
    try:
        if not is_kept(data):
            data.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(path, secrets.token_urlsafe(48) + "\n", replace=False)
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise Trouble("secret_unreadable", path=path, reason=error) from None


def write_private(path: Path, text: str, *, replace: bool = True) -> None:
    """Write a file of mode 600 whole or not at all; without `replace` the first of two writers wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            _link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _link(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return

"""One process at a time holds a data folder; a second one is told who."""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twinloop.launch.words import Held


class FolderLock:
    """An advisory lock that the kernel lets go when its process ends, however it ends."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.path = data / "lock"
        self._handle: int | None = None

    def take(self, patience: float = 0.0) -> None:
        """Hold the folder, or raise Held, which names the holder, after `patience` seconds. Twice is once."""
        if self._handle is not None:
            return
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while not _locked(handle):
            if time.monotonic() >= deadline:
                os.close(handle)
                raise self._held()
            time.sleep(0.1)
        self._handle = handle
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(_self()).encode(), 0)

    def release(self) -> None:
        """Let the folder go; nothing happens where it is not held."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None

    def _held(self) -> Held:
        holder = self.holder()
        return Held("data_held", path=self.data, **{key: holder.get(key, "?") for key in ("pid", "user", "since")})

    def holder(self) -> dict[str, Any]:
        """pid, user, since of the process that wrote the lock; empty where nobody did."""
        with contextlib.suppress(OSError, ValueError):
            return dict(json.loads(self.path.read_text(encoding="utf-8")))
        return {}


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _self() -> dict[str, Any]:
    since = datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user without an entry in the password file
        user = str(os.geteuid())
    return {"pid": os.getpid(), "user": user, "since": since}

"""The installation's key ring: made at first use, read again when another process rotated it."""

from __future__ import annotations

import threading
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from twinloop.edge.keyring import Cipher, Digest, KeyRefused, KeyRing, KeyRingCode

_lock = threading.Lock()
_known: dict[Path, tuple[int, KeyRing]] = {}


def path() -> Path:
    return Path(settings.ENV.data) / "keys.json"


def ring() -> KeyRing:
    """The ring as it stands on disk; a stat a call, a read only after a change."""
    with _lock:
        try:
            changed = path().stat().st_mtime_ns
        except FileNotFoundError:
            _create()
            changed = path().stat().st_mtime_ns
        if path() not in _known or _known[path()][0] != changed:
            _known[path()] = (changed, KeyRing.load(path()))
        return _known[path()][1]


def _create() -> None:
    path().parent.mkdir(parents=True, exist_ok=True)
    try:
        KeyRing.create(
            path(),
            on=timezone.localdate(),
            cipher=Cipher(settings.ENV.cipher),
            digest=Digest(settings.ENV.digest),
        )
    except KeyRefused as refused:
        if refused.code != KeyRingCode.RING_EXISTS:  # another process was quicker
            raise

"""The installation's key ring: made at first use, read again when another process rotated it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from twinloop.edge.keyring import Cipher, Digest, KeyRefused, KeyRing, KeyRingCode

_lock = threading.Lock()
_known: dict[str, tuple[int, KeyRing]] = {}
_where: tuple[object, str] = (None, "")  # of which settings, the file: asked once or more for every name and number


def path() -> Path:
    return Path(settings.ENV.data) / "keys.json"


def ring() -> KeyRing:
    """The ring as it stands on disk; a stat a call, a read only after a change."""
    global _where
    if _where[0] is not (env := settings.ENV):
        _where = (env, str(path()))
    file = _where[1]
    with _lock:
        try:
            changed = os.stat(file).st_mtime_ns
        except FileNotFoundError:
            _create()
            changed = os.stat(file).st_mtime_ns
        known = _known.get(file)
        if known is None or known[0] != changed:
            known = _known[file] = (changed, KeyRing.load(Path(file)))
        return known[1]


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

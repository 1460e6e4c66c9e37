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
_where: list[tuple[object, str]] = [(None, "")]  # of which settings, the file: asked for every name and number


def path() -> Path:
    return Path(settings.ENV.data) / "keys.json"


def ring() -> KeyRing:
    """The ring as it stands on disk; a stat a call, a read only after a change."""
    of, file = _where[0]
    if of is not (env := settings.ENV):
        file = str(path())
        _where[0] = (env, file)
    with _lock:
        try:
            changed = os.stat(file).st_mtime_ns  # noqa: PTH116 - a Path costs ten times as much
        except FileNotFoundError:
            _create()
            changed = os.stat(file).st_mtime_ns  # noqa: PTH116 - a Path costs ten times as much
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

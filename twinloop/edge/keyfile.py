"""The file that holds the keys: written whole or not at all, readable by its owner only.

Shape: `{"version": 1, "keys": [{"id", "purpose", "algorithm", "secret", "created_on", "is_current"}]}`; secrets in
hexadecimal. A key's id is a fingerprint of its secret, so that a secret exchanged or mistyped is found on reading.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from twinloop.edge.refusing import Refusing

FILE_VERSION = 1


class Cipher(StrEnum):
    """Authenticated encryption on offer."""

    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"


class Digest(StrEnum):
    """Keyed digests on offer for blind indexes."""

    HMAC_SHA_256 = "hmac-sha-256"
    HMAC_SM3 = "hmac-sm3"


class Purpose(StrEnum):
    """What a key is for; a key never serves both."""

    CIPHER = "cipher"
    BLIND = "blind"


class KeyRingCode(StrEnum):
    """Why a key ring refuses."""

    RING_MISSING = "ring_missing"
    RING_EXISTS = "ring_exists"
    RING_OPEN = "ring_open"
    RING_BROKEN = "ring_broken"
    WRONG_KEY = "wrong_key"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_FIELD = "unknown_field"
    MALFORMED = "malformed"
    TAMPERED = "tampered"
    KEY_CURRENT = "key_current"
    KEY_IN_USE = "key_in_use"


class KeyRefused(Refusing):
    """A ring that cannot be used or a token that does not open; never carries a secret or a plain value."""

    code: KeyRingCode


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `id` eight hexadecimal digits; `secret` 32 bytes, 16 for SM4."""

    id: str
    purpose: Purpose
    algorithm: Cipher | Digest
    secret: bytes = field(repr=False)
    created_on: date
    is_current: bool = True

    def set_aside(self) -> "Key":
        """The same key, no longer used for new values."""
        return replace(self, is_current=False)


def make_key(purpose: Purpose, algorithm: Cipher | Digest, on: date) -> Key:
    """A new random key, current, dated `on`."""
    secret = secrets.token_bytes(_size(algorithm))
    return Key(_fingerprint(secret), purpose, algorithm, secret, on)


def _size(algorithm: Cipher | Digest) -> int:
    return 16 if algorithm is Cipher.SM4_GCM else 32


def _fingerprint(secret: bytes) -> str:
    return sha256(b"twinloop key id 1\x00" + secret).hexdigest()[:8]


def read_file(path: Path) -> tuple[Key, ...]:
    """The keys of a file, oldest first. Raises `KeyRefused`."""
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode & 0o777
            text = stream.read()
    except FileNotFoundError:
        raise KeyRefused(KeyRingCode.RING_MISSING, path=path) from None
    if mode & 0o077:
        raise KeyRefused(KeyRingCode.RING_OPEN, path=path, mode=f"{mode:o}")
    try:
        keys = _parse(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        # the parser's own message quotes the file, and with it a secret
        raise KeyRefused(KeyRingCode.RING_BROKEN, path=path) from None
    for key in keys:
        if key.id != _fingerprint(key.secret) or len(key.secret) != _size(key.algorithm):
            raise KeyRefused(KeyRingCode.WRONG_KEY, key=key.id, path=path)
    return keys


def _parse(text: bytes) -> tuple[Key, ...]:
    data = json.loads(text)
    if data["version"] != FILE_VERSION:
        raise ValueError
    keys = tuple(_key(row) for row in data["keys"])
    for purpose in Purpose:
        if sum(k.is_current for k in keys if k.purpose is purpose) != 1:
            raise ValueError
    return keys


def _key(row: dict[str, object]) -> Key:
    purpose = Purpose(str(row["purpose"]))
    name = str(row["algorithm"])
    algorithm: Cipher | Digest = Cipher(name) if purpose is Purpose.CIPHER else Digest(name)
    made_on = date.fromisoformat(str(row["created_on"]))
    return Key(
        str(row["id"]), purpose, algorithm, bytes.fromhex(str(row["secret"])), made_on, row["is_current"] is True
    )


def create_file(path: Path, keys: tuple[Key, ...]) -> None:
    """Writes a new file; of two at once one wins and the other is refused (RING_EXISTS)."""
    draft = _draft(path, keys)
    try:
        # a link appears whole or not at all and never replaces: a reader sees no half-written ring
        os.link(draft, path)
    except FileExistsError:
        raise KeyRefused(KeyRingCode.RING_EXISTS, path=path) from None
    finally:
        draft.unlink()
    _settle(path.parent)


def rewrite_file(path: Path, change: Callable[[tuple[Key, ...]], tuple[Key, ...]]) -> tuple[Key, ...]:
    """Applies `change` to the keys on disk, not to those in memory: another process may have added one meanwhile."""
    with _locked(path):
        keys = change(read_file(path))
        _draft(path, keys).replace(path)
        _settle(path.parent)
    return keys


def _draft(path: Path, keys: tuple[Key, ...]) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    rows = [
        {
            "id": k.id,
            "purpose": k.purpose,
            "algorithm": k.algorithm,
            "secret": k.secret.hex(),
            "created_on": k.created_on.isoformat(),
            "is_current": k.is_current,
        }
        for k in keys
    ]
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump({"version": FILE_VERSION, "keys": rows}, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def _settle(folder: Path) -> None:
    # without this a power cut can lose the name of a file whose content is already safe
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    # the lock lies on the folder: the file itself is replaced, and a lock on it would go with it
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

"""A stream that is encrypted and authenticated in chunks: what a backup file is made of.

Head: 16 bytes of magic, the length of the following JSON (4 bytes, big-endian), the JSON (how the key is derived).
Then chunks of one MiB of plain text, AES-256-GCM each (NIST SP 800-38D), 16 bytes longer than the text. The nonce is
the chunk's number (11 bytes) and whether it is the last (1 byte), the head is authenticated with every chunk: a file
that was cut, or whose chunks were altered, exchanged, repeated or left out, does not open (the STREAM construction,
Hoang and others, CRYPTO 2015). Every file has a key of its own: scrypt (RFC 7914) over the secret and a random salt.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from twinloop.launch.words import Trouble

MAGIC: Final = b"TWINLOOP-BACKUP\n"
FORMAT: Final = 1
CHUNK: Final = 1 << 20
TAG: Final = 16
LONGEST_HEAD: Final = 4096
_COST: Final = {"n": 1 << 15, "r": 8, "p": 1}  # 32 MiB and about 0.1 s a guess
_MOST: Final = {"n": 1 << 20, "r": 16, "p": 4}  # a head made to exhaust the machine is refused


@dataclass(frozen=True)
class _Lock:
    aes: AESGCM
    head: bytes

    def seal(self, number: int, text: bytes, *, last: bool) -> bytes:
        return self.aes.encrypt(_nonce(number, last=last), text, self.head)

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        try:
            return self.aes.decrypt(_nonce(number, last=last), sealed, self.head)
        except InvalidTag:
            raise Trouble("backup_altered", place=number + 1) from None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _keys(secret: bytes, salt: bytes, cost: dict[str, int]) -> tuple[bytes, bytes]:
    made = Scrypt(salt=salt, length=64, **cost).derive(secret)
    return made[:32], made[32:]


class Sealer:
    """Writes plain bytes to `target` as a sealed stream; `finish` writes the last chunk, without it nothing opens."""

    def __init__(self, target: BinaryIO, secret: bytes) -> None:
        salt = os.urandom(16)
        key, check = _keys(secret, salt, _COST)
        told = {"format": FORMAT, "kdf": "scrypt", **_COST, "salt": salt.hex(), "check": check.hex()}
        text = json.dumps(told).encode()
        head = MAGIC + len(text).to_bytes(4, "big") + text
        self._target, self._lock = target, _Lock(AESGCM(key), head)
        self._waiting, self._number = bytearray(), 0
        target.write(head)

    def write(self, data: bytes) -> None:
        """Take more plain bytes; at most two MiB wait in memory."""
        for at in range(0, len(data), CHUNK):
            self._waiting += data[at : at + CHUNK]
            while len(self._waiting) > CHUNK:  # a full chunk waits: it may be the last
                self._put(bytes(self._waiting[:CHUNK]), last=False)
                del self._waiting[:CHUNK]

    def finish(self) -> None:
        """Write what waits as the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, text: bytes, *, last: bool) -> None:
        self._target.write(self._lock.seal(self._number, text, last=last))
        self._number += 1


def opened(source: BinaryIO, secret: bytes) -> Iterator[bytes]:
    """The plain chunks of a sealed stream. Raises Trouble: no backup, another format, wrong secret, altered or cut."""
    lock, number = _lock(source, secret), 0
    sealed = source.read(CHUNK + TAG)
    while True:
        following = source.read(CHUNK + TAG)
        yield lock.open(number, sealed, last=not following)
        if not following:
            return
        sealed, number = following, number + 1


def _lock(source: BinaryIO, secret: bytes) -> _Lock:
    told, head = _head(source)
    if told.get("format") != FORMAT:
        raise Trouble("backup_format", found=told.get("format"), ours=FORMAT)
    try:
        cost = {name: int(told[name]) for name in _COST}
        salt, check = bytes.fromhex(told["salt"]), bytes.fromhex(told["check"])
        if told["kdf"] != "scrypt" or any(not 0 < cost[name] <= _MOST[name] for name in cost):
            raise ValueError
        key, ours = _keys(secret, salt, cost)
    except (KeyError, TypeError, ValueError):
        raise Trouble("backup_altered", place=0) from None
    if not hmac.compare_digest(check, ours):
        raise Trouble("backup_secret_wrong")
    return _Lock(AESGCM(key), head)


def _head(source: BinaryIO) -> tuple[dict[str, Any], bytes]:
    start = source.read(len(MAGIC) + 4)
    length = int.from_bytes(start[len(MAGIC) :], "big")
    if len(start) < len(MAGIC) + 4 or not start.startswith(MAGIC):
        raise Trouble("backup_none")
    text = source.read(length) if length <= LONGEST_HEAD else b""
    try:
        told = json.loads(text)
    except ValueError:
        raise Trouble("backup_altered", place=0) from None
    if len(text) != length or not isinstance(told, dict):
        raise Trouble("backup_altered", place=0)
    return told, start + text

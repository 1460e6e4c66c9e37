"""The key ring of identity fields: encryption that is tied to its row, and blind indexes for matching.

One JSON file of mode 0600 holds every key that was ever used; nothing else in Twinloop can open an identity field, so
this file belongs in the backup of secrets, apart from the database's. AES-256-GCM (NIST SP 800-38D) or SM4-GCM
(GB/T 32907-2016), HMAC-SHA-256 or HMAC-SM3 (GB/T 32905-2016), by the setting with which a key was made.

A token is `version | algorithm | key id (4) | nonce (12) | ciphertext | tag (16)`: 34 bytes more than the text in
UTF-8. The header and the caller's context ("party:12:id_number") are authenticated, so that a token moved to another
row or field does not open. Nonces are random: one key is good for 2^32 tokens (SP 800-38D, 8.3), far beyond a province.
"""

import hmac as std_hmac
import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher as Engine
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from twinloop.edge.keyfile import (
    Cipher,
    Digest,
    Key,
    KeyRefused,
    KeyRingCode,
    Purpose,
    create_file,
    make_key,
    read_file,
    rewrite_file,
)
from twinloop.edge.typed import compact_id, compact_name, compact_phone

__all__ = ["BlindField", "Cipher", "Digest", "Key", "KeyRefused", "KeyRing", "KeyRingCode", "Purpose"]

VERSION = 1
HEADER = 6  # version, algorithm, four bytes of key id
NONCE = 12
TAG = 16
_NUMBERS = {Cipher.AES_256_GCM: 1, Cipher.SM4_GCM: 2}


class BlindField(StrEnum):
    """What a blind index stands for; equal values of different fields give unrelated indexes."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    NAME = "name"


_COMPARABLE: Mapping[str, Callable[[str], str]] = {
    BlindField.PHONE: compact_phone,
    BlindField.ID_NUMBER: compact_id,
    BlindField.NAME: compact_name,
}
# the field's name ends with a byte that no text holds, so that no value can imitate another field
_ASKED: Mapping[str, bytes] = {kind: f"twinloop blind 1 {kind}".encode() + b"\xff" for kind in BlindField}


@dataclass(frozen=True)
class KeyRing:
    """The keys of one installation. `rotate` and `retire` write the file and answer with a new ring."""

    path: Path = field(repr=False)
    keys: tuple[Key, ...] = field(repr=False)

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        on: date,
        cipher: Cipher = Cipher.AES_256_GCM,
        digest: Digest = Digest.HMAC_SHA_256,
    ) -> "KeyRing":
        """Makes a ring with one key of each purpose; `KeyRefused(RING_EXISTS)` rather than losing an old one."""
        keys = (make_key(Purpose.CIPHER, cipher, on), make_key(Purpose.BLIND, digest, on))
        create_file(path, keys)
        return cls(path, keys)

    @classmethod
    def load(cls, path: Path) -> "KeyRing":
        """Reads a ring. `KeyRefused`: RING_MISSING, RING_OPEN (others may read it), RING_BROKEN, WRONG_KEY."""
        return cls(path, read_file(path))

    @cached_property
    def current_id(self) -> str:
        """Eight hexadecimal digits of the key that encrypts new values."""
        return self._current(Purpose.CIPHER).id

    @cached_property
    def blind_id(self) -> str:
        """Eight hexadecimal digits of the key behind new blind indexes."""
        return self._current(Purpose.BLIND).id

    def encrypt(self, plain: str, context: str) -> bytes:
        """Encrypts `plain` for one place ("party:12:id_number"); two calls never give the same token."""
        key, header = self._sealing
        nonce = os.urandom(NONCE)
        return header + nonce + self._seal(key)(nonce, _bytes(plain), header + _bytes(context))

    def decrypt(self, token: bytes, context: str) -> str:
        """Opens a token. `KeyRefused`: MALFORMED, UNKNOWN_KEY, TAMPERED (altered, or of another row or field)."""
        header, nonce, sealed = token[:HEADER], token[HEADER : HEADER + NONCE], token[HEADER + NONCE :]
        opened = self._met.get(header) if len(sealed) >= TAG else None
        if opened is None:
            opened = self._met[header] = self._open(self._key_of(token))
        try:
            return opened(nonce, sealed, header + _bytes(context)).decode(errors="surrogatepass")
        except InvalidTag:
            raise KeyRefused(KeyRingCode.TAMPERED, context=context) from None

    def blind(self, value: str, field: str, *, key_id: str | None = None) -> uuid.UUID:
        """The index by which equal values are found without opening them: 16 bytes of a keyed digest.

        The value is made comparable first (gaps, full-width signs, +86). Names keep traditional characters: fold them
        with `searchkeys.simplified` where both spellings should meet. `key_id` asks for an older key.
        """
        key = self._blinding if key_id is None else self._by_id(Purpose.BLIND, key_id)
        return uuid.UUID(bytes=_blinded(key, value, field))

    def blind_hex(self, value: str, field: str) -> str:
        """The same index in 32 digits, which sort as the index does; for rows by the thousand."""
        return _blinded(self._blinding, value, field).hex()

    def needs_rotation(self, token: bytes) -> bool:
        """True when a token was made with an older key: open it and encrypt it again."""
        return self._key_of(token).id != self.current_id

    def rotate(self, *, on: date, cipher: Cipher | None = None) -> "KeyRing":
        """Adds an encryption key and makes it current; tokens of the older ones still open."""
        return self._add(Purpose.CIPHER, cipher, on)

    def rotate_blind(self, *, on: date, digest: Digest | None = None) -> "KeyRing":
        """Adds a blind-index key and makes it current: every stored index must then be computed again."""
        return self._add(Purpose.BLIND, digest, on)

    def retire(self, key_id: str, *, in_use: int) -> "KeyRing":
        """Forgets a key for good. `in_use` = stored values that still need it, counted by the caller; 0 is required."""

        def without(keys: tuple[Key, ...]) -> tuple[Key, ...]:
            key = next((k for k in keys if k.id == key_id), None)
            if key is None:
                raise KeyRefused(KeyRingCode.UNKNOWN_KEY, key=key_id)
            if key.is_current:
                raise KeyRefused(KeyRingCode.KEY_CURRENT, key=key_id)
            if in_use:
                raise KeyRefused(KeyRingCode.KEY_IN_USE, key=key_id, count=in_use)
            return tuple(k for k in keys if k.id != key_id)

        return KeyRing(self.path, rewrite_file(self.path, without))

    def _add(self, purpose: Purpose, algorithm: Cipher | Digest | None, on: date) -> "KeyRing":
        def with_one_more(keys: tuple[Key, ...]) -> tuple[Key, ...]:
            old = next(k for k in keys if k.purpose is purpose and k.is_current)
            new = make_key(purpose, algorithm or old.algorithm, on)
            return (*(k.set_aside() if k is old else k for k in keys), new)

        return KeyRing(self.path, rewrite_file(self.path, with_one_more))

    def _current(self, purpose: Purpose) -> Key:
        return next(k for k in self.keys if k.purpose is purpose and k.is_current)

    @cached_property
    def _sealing(self) -> tuple[Key, bytes]:
        key = self._current(Purpose.CIPHER)
        return key, bytes((VERSION, _NUMBERS[Cipher(key.algorithm)])) + bytes.fromhex(key.id)

    @cached_property
    def _blinding(self) -> Key:
        return self._current(Purpose.BLIND)

    def _by_id(self, purpose: Purpose, key_id: str) -> Key:
        key = next((k for k in self.keys if k.id == key_id and k.purpose is purpose), None)
        if key is None:
            raise KeyRefused(KeyRingCode.UNKNOWN_KEY, key=key_id)
        return key

    def _key_of(self, token: bytes) -> Key:
        if len(token) < HEADER + NONCE + TAG or token[0] != VERSION or token[1] not in _NUMBERS.values():
            raise KeyRefused(KeyRingCode.MALFORMED)
        key = self._by_id(Purpose.CIPHER, token[2:HEADER].hex())
        if _NUMBERS[Cipher(key.algorithm)] != token[1]:
            raise KeyRefused(KeyRingCode.MALFORMED)
        return key

    @cached_property
    def _aes(self) -> dict[str, AESGCM]:
        # made once: the key schedule costs more than a short text
        return {k.id: AESGCM(k.secret) for k in self.keys if k.algorithm == Cipher.AES_256_GCM}

    @cached_property
    def _met(self) -> dict[bytes, Callable[[bytes, bytes, bytes], bytes]]:
        """What opens the tokens of a header that was read once."""
        return {}

    def _seal(self, key: Key) -> Callable[[bytes, bytes, bytes], bytes]:
        return self._aes[key.id].encrypt if key.id in self._aes else _Sm4Gcm(key.secret).encrypt

    def _open(self, key: Key) -> Callable[[bytes, bytes, bytes], bytes]:
        return self._aes[key.id].decrypt if key.id in self._aes else _Sm4Gcm(key.secret).decrypt


@dataclass(frozen=True, slots=True)
class _Sm4Gcm:
    """SM4 in the shape of `AESGCM`, which the library does not offer for it."""

    secret: bytes = field(repr=False)

    def encrypt(self, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        engine = Engine(algorithms.SM4(self.secret), modes.GCM(nonce)).encryptor()
        engine.authenticate_additional_data(bound)
        return engine.update(plain) + engine.finalize() + engine.tag

    def decrypt(self, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        engine = Engine(algorithms.SM4(self.secret), modes.GCM(nonce, sealed[-TAG:])).decryptor()
        engine.authenticate_additional_data(bound)
        return engine.update(sealed[:-TAG]) + engine.finalize()


def _bytes(text: str) -> bytes:
    # JSON can carry half a surrogate pair; a value that was let in must not crash on its way to the store
    return text.encode(errors="surrogatepass")


def _blinded(key: Key, value: str, field: str) -> bytes:
    asked = _ASKED.get(field)
    if asked is None:
        raise KeyRefused(KeyRingCode.UNKNOWN_FIELD, field=field)
    return _digest(key, asked + _bytes(_COMPARABLE[field](value)))[:16]


def _digest(key: Key, message: bytes) -> bytes:
    if key.algorithm == Digest.HMAC_SHA_256:
        return std_hmac.digest(key.secret, message, "sha256")
    engine = hmac.HMAC(key.secret, hashes.SM3())
    engine.update(message)
    return engine.finalize()

"""Files between sending and bringing in: sealed piece by piece in the data folder, gone after a day or when done."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from twinloop.decide import Refused
from twinloop.edge.uploads import clean_name
from twinloop.intake.batches.results import Source
from twinloop.ledger.ring import ring

LIMIT = 100 * 2**20  # all files of one batch; more goes through the command
FILES = 6
KEPT = 24 * 3600  # seconds
PIECE = 2**20


def folder() -> Path:
    found = Path(settings.ENV.data) / "parked"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def park(batch: int, sources: Sequence[Source], *, at: datetime) -> None:
    """Keep the files of a draft. Others whose day is over go."""
    for old in folder().glob("batch-*"):
        if at.timestamp() - old.stat().st_mtime > KEPT:
            old.unlink(missing_ok=True)
    names = [source.name for source in sources]
    secret = AESGCM.generate_key(256)
    head = json.dumps({"names": names, "key": secret.hex()})
    _path(batch, "head").touch(0o600)
    _path(batch, "head").write_bytes(ring().encrypt(head, f"batch:{batch}"))
    for number, source in enumerate(sources):
        _seal(source.path, _path(batch, str(number)), AESGCM(secret))


def _path(batch: int, part: str) -> Path:
    return folder() / f"batch-{batch}-{part}"


def _seal(plain: Path, to: Path, cipher: AESGCM) -> None:
    to.touch(0o600)
    with plain.open("rb") as source, to.open("wb") as target:
        while piece := source.read(PIECE):
            nonce = os.urandom(12)
            sealed = nonce + cipher.encrypt(nonce, piece, None)
            target.write(len(sealed).to_bytes(4, "big") + sealed)


@contextmanager
def taken(batch: int) -> Iterator[list[Source]]:
    """The files of a draft, in clear for as long as the block runs. Raises `Refused` when their day is over."""
    try:
        head = json.loads(ring().decrypt(_path(batch, "head").read_bytes(), f"batch:{batch}"))
    except FileNotFoundError:
        raise Refused("batch_gone") from None
    cipher = AESGCM(bytes.fromhex(head["key"]))
    with tempfile.TemporaryDirectory(dir=folder()) as inside:
        sources = []
        for number, name in enumerate(head["names"]):
            plain = Path(inside) / f"{number}{Path(name).suffix.lower()}"
            _open(_path(batch, str(number)), plain, cipher)
            sources.append(Source(plain, name))
        yield sources


def _open(sealed: Path, plain: Path, cipher: AESGCM) -> None:
    with sealed.open("rb") as source, plain.open("wb") as target:
        while length := source.read(4):
            piece = source.read(int.from_bytes(length, "big"))
            target.write(cipher.decrypt(piece[:12], piece[12:], None))


def drop(batch: int) -> None:
    for path in folder().glob(f"batch-{batch}-*"):
        path.unlink(missing_ok=True)


@contextmanager
def received(files: Sequence[UploadedFile], kind: str) -> Iterator[list[Source]]:
    """Uploaded files under clean names, to be read. Raises `Refused` for too many or too much."""
    if len(files) > FILES:
        raise Refused("batch_files", count=FILES)
    if sum(file.size or 0 for file in files) > LIMIT:
        raise Refused("batch_large", mib=LIMIT // 2**20, kind=kind)
    with tempfile.TemporaryDirectory(dir=folder()) as inside:
        sources = []
        for number, file in enumerate(files):
            suffix = Path(file.name or "").suffix.lower()[:8]
            path = Path(inside) / f"{number}{suffix if suffix.isascii() else ''}"
            with path.open("wb") as target:
                for chunk in file.chunks():
                    target.write(chunk)
            sources.append(Source(path, clean_name(file.name or "", (suffix,))))
        yield sources

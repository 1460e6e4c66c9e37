"""A list that was uploaded and not yet imported: kept for an hour, for the person who brought it."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile

from twinloop.edge import uploads
from twinloop.places.lists import Unreadable

LIMIT = 20 * 2**20  # bytes; larger lists go through `twinloop import places`
KEPT = 3600  # seconds


@dataclass(frozen=True)
class Kept:
    name: str
    county: str
    suffix: str
    data: bytes

    @contextmanager
    def as_file(self) -> Iterator[Path]:
        """The list as a file that the reader of tables can open; gone afterwards."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"list{self.suffix}"
            path.write_bytes(self.data)
            yield path


def keep(file: UploadedFile, county: str, *, by: int) -> str:
    """Check and keep the file; gives the token that finds it again. Raises `Unreadable` or `UploadRefused`."""
    name = uploads.clean_name(file.name or "", (Path(file.name or "").suffix.lower(),))
    # without its suffix: a CSV or JSONL is plain text to the check
    checked = uploads.check(BytesIO(file.read(LIMIT + 1)), "", limit=LIMIT)
    if checked.kind not in (uploads.Kind.XLSX, uploads.Kind.TXT):
        raise Unreadable("not_a_list")
    token = secrets.token_urlsafe(16)
    suffix = ".xlsx" if checked.kind == uploads.Kind.XLSX else ".txt"
    cache.set(_key(token, by), Kept(name, county.strip(), suffix, checked.data), KEPT)
    return token


def find(token: str, *, by: int) -> Kept:
    """What `keep` kept for the same person. Raises `Unreadable` when the hour is over."""
    found: Kept | None = cache.get(_key(token, by))
    if found is None:
        raise Unreadable("expired")
    return found


def forget(token: str, *, by: int) -> None:
    cache.delete(_key(token, by))


def _key(token: str, by: int) -> str:
    return f"places-list:{by}:{token[:40]}"

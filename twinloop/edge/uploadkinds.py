"""The kinds of files that are taken, how each shows itself in its first bytes, and the refusal of all checks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from twinloop.edge.refusing import Refusing


class Kind(StrEnum):
    """What a file is, by content."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    MP3 = "mp3"
    M4A = "m4a"
    WAV = "wav"
    MP4 = "mp4"
    TXT = "txt"


class UploadCode(StrEnum):
    """Why a file is refused."""

    EMPTY = "upload_empty"
    TOO_LARGE = "upload_too_large"
    KIND = "upload_kind"
    HEIC = "upload_heic"
    NAME_MISMATCH = "upload_name_mismatch"
    ACTIVE = "upload_active"
    TWO_KINDS = "upload_two_kinds"
    BOMB = "upload_bomb"
    ENCRYPTED = "upload_encrypted"
    BROKEN = "upload_broken"
    PIXELS = "upload_pixels"
    ANIMATED = "upload_animated"


class UploadRefused(Refusing, ValueError):  # noqa: N818
    """A file that is not taken; `code` and `facts` make the sentence."""

    code: UploadCode


@dataclass(frozen=True, slots=True)
class KindFacts:
    """How a kind is served and which suffixes fit it, the usual one first."""

    media_type: str
    suffixes: tuple[str, ...]


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND_FACTS: Mapping[Kind, KindFacts] = {
    Kind.JPEG: KindFacts("image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif")),
    Kind.PNG: KindFacts("image/png", (".png",)),
    Kind.WEBP: KindFacts("image/webp", (".webp",)),
    Kind.HEIC: KindFacts("image/heic", (".heic", ".heif")),
    Kind.PDF: KindFacts("application/pdf", (".pdf",)),
    Kind.DOCX: KindFacts(_WORD, (".docx",)),
    Kind.XLSX: KindFacts(_SHEET, (".xlsx",)),
    Kind.MP3: KindFacts("audio/mpeg", (".mp3",)),
    Kind.M4A: KindFacts("audio/mp4", (".m4a",)),
    Kind.WAV: KindFacts("audio/wav", (".wav",)),
    Kind.MP4: KindFacts("video/mp4", (".mp4", ".m4v")),
    Kind.TXT: KindFacts("text/plain; charset=utf-8", (".txt",)),
}

_STARTS: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb"\xff\xd8\xff"), Kind.JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), Kind.PNG),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), Kind.WEBP),
    (re.compile(rb"RIFF.{4}WAVE", re.DOTALL), Kind.WAV),
    (re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL), Kind.HEIC),
    (re.compile(rb".{4}ftypM4[AB] ", re.DOTALL), Kind.M4A),
    (re.compile(rb".{4}ftyp(?:isom|iso[2-9]|mp4[12]|avc1|M4V |3gp[45]|MSNV|dash)", re.DOTALL), Kind.MP4),
    (re.compile(rb"%PDF-[12]\.[0-9]"), Kind.PDF),
    (re.compile(rb"ID3[\x02-\x04]|\xff[\xf2\xf3\xfa\xfb][^\xf0-\xff]"), Kind.MP3),
)
# markup and scripts that a browser or a server would run if the file were ever handed out under another name
_ACTIVE = re.compile(rb"<script|<html|<svg|<iframe|<!doctype html|<\?php|javascript:", re.IGNORECASE)
_BINARY = frozenset(Kind) - {Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.TXT}


def sniff(data: bytes) -> Kind:
    """The one kind that `data` is. Raises `UploadRefused`: KIND, ACTIVE, TWO_KINDS, ENCRYPTED, BOMB, BROKEN."""
    from twinloop.edge.uploadarchives import is_archive, office_kind
    from twinloop.edge.uploadpapers import is_text

    if data.startswith(b"PK\x03\x04"):
        return office_kind(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # an Office file with a password is an OLE container around a stream of this name (MS-OFFCRYPTO 2.3.4)
        is_locked = "EncryptedPackage".encode("utf-16-le") in data
        raise UploadRefused(UploadCode.ENCRYPTED) if is_locked else UploadRefused(UploadCode.KIND, found="OLE2")
    kind = next((kind for start, kind in _STARTS if start.match(data)), None)
    if kind is None:
        if is_text(data):
            return Kind.TXT
        raise UploadRefused(UploadCode.KIND, found=_guess(data))
    if is_archive(data):
        raise UploadRefused(UploadCode.TWO_KINDS, found=f"{kind.upper()} + ZIP")
    if kind is not Kind.PDF and b"%PDF-" in data[:1024]:
        raise UploadRefused(UploadCode.TWO_KINDS, found=f"{kind.upper()} + PDF")
    active = _ACTIVE.search(data) if kind in _BINARY else None
    if active:
        raise UploadRefused(UploadCode.ACTIVE, found=active[0].decode("ascii").lower())
    return kind


def _guess(data: bytes) -> str:
    import puremagic

    try:
        found = puremagic.magic_string(data[:4096])
    except (puremagic.PureError, ValueError, IndexError):
        return "?"
    return str(found[0].extension).lstrip(".").upper() or str(found[0].name) if found else "?"

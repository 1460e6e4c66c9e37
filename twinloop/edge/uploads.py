"""An uploaded file is checked before it is stored: its kind by its content, never by its name or the browser's word.

Allowed: JPEG, PNG, WebP, HEIC where Pillow can read it, PDF, DOCX, XLSX, MP3, M4A, WAV, MP4, plain text. Photos are
encoded anew, so that position, device and hidden data are gone; text becomes UTF-8. What runs by itself, opens as two
kinds, grows when unpacked, or carries a password is refused with a code (`words.say`). Source: OWASP File Upload.
"""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from twinloop.edge import uploadarchives, uploadimages, uploadmedia, uploadpapers
from twinloop.edge.uploadkinds import KIND_FACTS, Kind, UploadCode, UploadRefused, sniff

__all__ = ["Checked", "Kind", "UploadCode", "UploadRefused", "check", "clean_name", "stored_name"]

LIMIT = 20 * 1024 * 1024  # bytes, unless the caller sets another
NAME_LIMIT = 120  # characters of a display name, suffix included


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be stored: `data` is what to keep, `size` and `sha256` belong to it.

    `received_sha256` is the digest of what arrived, for an officer who must show that a photo is the one handed in.
    """

    kind: Kind
    media_type: str
    suffix: str  # with its dot
    size: int  # bytes
    sha256: str
    received_sha256: str
    display_name: str
    data: bytes = field(repr=False)


_CLEANERS: Mapping[Kind, Callable[[bytes, Kind], bytes]] = {
    Kind.JPEG: uploadimages.cleaned,
    Kind.PNG: uploadimages.cleaned,
    Kind.WEBP: uploadimages.cleaned,
    Kind.HEIC: uploadimages.cleaned,
    Kind.PDF: uploadpapers.checked_pdf,
    Kind.DOCX: uploadarchives.checked,
    Kind.XLSX: uploadarchives.checked,
    Kind.MP3: uploadmedia.checked_mp3,
    Kind.M4A: uploadmedia.checked_mp4,
    Kind.MP4: uploadmedia.checked_mp4,
    Kind.WAV: uploadmedia.checked_wav,
    Kind.TXT: uploadpapers.checked_text,
}


def check(stream: BinaryIO, name: str, *, limit: int = LIMIT) -> Checked:
    """Reads an upload called `name`, at most `limit` bytes and one, and says what to store. Raises `UploadRefused`."""
    received = stream.read(limit + 1)
    if not received:
        raise UploadRefused(UploadCode.EMPTY)
    if len(received) > limit:
        raise UploadRefused(UploadCode.TOO_LARGE, limit_mib=round(limit / 1024**2, 1))
    kind = sniff(received)
    _check_suffix(name, kind)
    data = _CLEANERS[kind](received, kind)
    kept = Kind.JPEG if kind is Kind.HEIC else kind
    facts = KIND_FACTS[kept]
    return Checked(
        kind=kept,
        media_type=facts.media_type,
        suffix=facts.suffixes[0],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        received_sha256=hashlib.sha256(received).hexdigest(),
        display_name=clean_name(name, facts.suffixes),
        data=data,
    )


def _check_suffix(name: str, kind: Kind) -> None:
    suffix = _suffix(_last_part(name))
    if suffix and suffix not in KIND_FACTS[kind].suffixes:
        raise UploadRefused(UploadCode.NAME_MISMATCH, suffix=suffix, found=kind.upper())


def stored_name() -> str:
    """A random name for the store, 32 hexadecimal digits: nothing of the sender's name reaches a path."""
    return secrets.token_hex(16)


def _last_part(name: str) -> str:
    visible = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in _UNSEEN)
    # once more: what stood apart may stand together now that something unseen between it is gone
    return re.split(r"[/\\]", unicodedata.normalize("NFC", visible))[-1].strip(" .")


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})  # Cf holds the right-to-left override
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)  # devices on Windows


def _suffix(name: str) -> str:
    # "3.5米.围墙" has no suffix: one is short, ASCII, and has a letter
    found = re.search(r"(?<=.)\.(?=[0-9]*[A-Za-z])[0-9A-Za-z]{1,8}$", name)
    return found[0].lower() if found else ""


def clean_name(name: str, suffixes: tuple[str, ...] = ("",)) -> str:
    """A name fit for showing and for a download: no path, no unseen or forbidden characters, a suffix of `suffixes`."""
    part = re.sub(r'[<>:"|?*\s]+', " ", _last_part(name)).strip(" .")
    suffix = _suffix(part)
    stem = part[: len(part) - len(suffix)].rstrip(" .") if suffix else part
    kept = suffix if suffix in suffixes else suffixes[0]
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return (stem[: NAME_LIMIT - len(kept)].rstrip(" .") or "文件") + kept

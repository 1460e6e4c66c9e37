"""PDF and plain text: what is looked for, and how far the look goes.

PDF (ISO 32000-1): names of actions that run or fetch are searched in the raw file, with #xx escapes resolved, and in
every stream that FlateDecode packs, because object streams hide dictionaries there.
"""

import codecs
import re
import zlib
from collections.abc import Iterator

from twinloop.edge.uploadkinds import Kind, UploadCode, UploadRefused

MAX_INFLATED = 1024 * 1024 * 1024  # bytes over all streams of a PDF; they pass through, never held at once
MAX_STREAMS = 100_000
_CHUNK = 256 * 1024
_OVERLAP = 64
# every script is reached through an action that bears the long name, so that /JS (which packed data holds by chance) is
# not needed
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm|GoToE)(?![A-Za-z])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_HIDING = re.compile(rb"/(?:ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL)(?![A-Za-z])")
_RUNS = re.compile(
    r"\s*(?:<!doctype|<\?|<[a-z!]|#!|@echo|\{\\rtf|GIF8|%!PS|@?if\b.*\bgoto)"
    r"|[^\0]*?<(?:script|iframe|svg|object|embed|html|body)\b",
    re.IGNORECASE,
)


def checked_pdf(data: bytes, kind: Kind) -> bytes:
    """`data` itself when it is whole, open and still. Raises `UploadRefused`."""
    if b"%%EOF" not in data[-4096:]:
        raise UploadRefused(UploadCode.BROKEN, found=kind.upper())
    unescaped = _unescaped(data)
    if re.search(rb"/Encrypt(?![A-Za-z])", unescaped):
        raise UploadRefused(UploadCode.ENCRYPTED)
    _check_active(unescaped)
    for piece in _inflated(data):
        _check_active(_unescaped(piece))
    return data


def _unescaped(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes((int(found[1], 16),)), text)


def _check_active(text: bytes) -> None:
    active = _PDF_ACTIVE.search(text)
    if active:
        raise UploadRefused(UploadCode.ACTIVE, found=active[0].decode("ascii"))


def _inflated(data: bytes) -> Iterator[bytes]:
    total = 0
    for count, start in enumerate(_STREAM.finditer(data)):
        if count == MAX_STREAMS:
            raise UploadRefused(UploadCode.BOMB, found=f"> {MAX_STREAMS} streams")
        head = _unescaped(data[max(0, start.start() - 512) : start.start()])
        head = head[head.rfind(b" obj") + 1 :]
        if b"/ObjStm" in head and _HIDING.search(head):
            raise UploadRefused(UploadCode.ACTIVE, found="ObjStm")
        tail = b""
        for piece in _pieces(data, start.end()):
            total += len(piece)
            if total > MAX_INFLATED:
                raise UploadRefused(UploadCode.BOMB, found=f"> {MAX_INFLATED // 1024**2} MiB")
            yield tail + piece
            tail = piece[-_OVERLAP:]


def _pieces(data: bytes, at: int) -> Iterator[bytes]:
    if data[at : at + 1] not in {b"\x78", b"\x48", b"\x58", b"\x68", b"\x38", b"\x28", b"\x18", b"\x08"}:
        return  # the first byte of every zlib stream names its window (RFC 1950, 2.2): this is none
    engine = zlib.decompressobj()
    width = 512  # small first: what only looks like a stream must not cost a copy of the largest chunk
    while not engine.eof and at < len(data):
        packed = data[at : at + width]
        at, width = at + width, min(width * 4, _CHUNK)
        while packed:
            try:
                piece = engine.decompress(packed, _CHUNK)
            except zlib.error:
                return
            packed = engine.unconsumed_tail
            if piece:
                yield piece


_ENCODINGS = ("utf-8-sig", "gb18030")


def _decoded(data: bytes) -> str | None:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def is_text(data: bytes) -> bool:
    """True for text in UTF-8, GB18030 or marked UTF-16, without control characters. Markup and scripts are refused."""
    text = _decoded(data)
    if text is None or re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]", text):
        return False
    runs = _RUNS.match(text)
    if runs:
        raise UploadRefused(UploadCode.ACTIVE, found=runs[0].strip()[-20:])
    return True


def checked_text(data: bytes, kind: Kind) -> bytes:
    """The text in UTF-8, whatever it came in."""
    text = _decoded(data)
    if text is None:
        raise UploadRefused(UploadCode.BROKEN, found=kind.upper())
    return text.encode()

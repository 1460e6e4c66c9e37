"""Word and Excel files (ZIP packages, ECMA-376): kind, size when unpacked, macros, outside templates, passwords."""

import io
import re
import zipfile
import zlib

from twinloop.edge.uploadkinds import Kind, UploadCode, UploadRefused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 256 * 1024 * 1024  # bytes over all entries
MAX_RATIO = 200  # unpacked to packed, looked at from FREE bytes on: small XML packs very well
FREE = 16 * 1024 * 1024
_CHUNK = 64 * 1024
_OVERLAP = 256  # longest pattern below
_END = b"PK\x05\x06"
_MAIN = {
    b"wordprocessingml.document.main+xml": Kind.DOCX,
    b"spreadsheetml.sheet.main+xml": Kind.XLSX,
}
_ACTIVE_PARTS = re.compile(
    r"vbaProject|vbaData|activeX/|embeddings/|oleObject|macrosheets/|\.(?:exe|dll|js|vbs|bat)$", re.I
)
_ACTIVE_XML = re.compile(rb"<!DOCTYPE|<!ENTITY|DDEAUTO|<ddeLink|macroEnabled|ms-excel\.(?:intl)?macrosheet", re.I)
_OUTSIDE = re.compile(rb"<Relationship\b[^>]{0,2000}>", re.I)
_OUTSIDE_KIND = re.compile(rb"/(?:attachedTemplate|oleObject|frame|subDocument|package|externalLinkPath)\"", re.I)


def is_archive(data: bytes) -> bool:
    """True when a program that looks for a ZIP directory at the end would open `data`."""
    return _END in data[-65_557:] and zipfile.is_zipfile(io.BytesIO(data))


def office_kind(data: bytes) -> Kind:
    """DOCX or XLSX; every other ZIP is refused by name."""
    with _opened(data) as package:
        try:
            with package.open("[Content_Types].xml") as part:
                types = part.read(1024 * 1024)
        except KeyError:
            raise UploadRefused(UploadCode.KIND, found="ZIP") from None
        except RuntimeError:
            raise UploadRefused(UploadCode.ENCRYPTED) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise UploadRefused(UploadCode.BROKEN, found="ZIP") from error  # ValueError: a place before the file
    if b"macroEnabled" in types:
        raise UploadRefused(UploadCode.ACTIVE, found="VBA")
    kind = next((kind for mark, kind in _MAIN.items() if mark in types), None)
    if kind is None:
        raise UploadRefused(UploadCode.KIND, found="ZIP")
    return kind


def checked(data: bytes, kind: Kind) -> bytes:
    """`data` itself when nothing in the package is to be feared. Raises `UploadRefused`."""
    with _opened(data) as package:
        entries = package.infolist()
        _check_directory(data, entries)
        total = 0
        for entry in entries:
            total += _unpacked(package, entry, total, len(data), kind)
    return data


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UploadRefused(UploadCode.BROKEN, found="ZIP") from error


def _check_directory(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise UploadRefused(UploadCode.BOMB, found=f"{len(entries)} entries")
    names = [entry.filename for entry in entries]
    end = data.rfind(_END)
    if len(data) - end - 22 != int.from_bytes(data[end + 20 : end + 22], "little"):
        raise UploadRefused(UploadCode.TWO_KINDS, found="ZIP + ?")
    if len({name.lower() for name in names}) != len(names) or any(_is_escape(name) for name in names):
        raise UploadRefused(UploadCode.BROKEN, found="ZIP")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UploadRefused(UploadCode.ENCRYPTED)
    part = next((found[0] for name in names if (found := _ACTIVE_PARTS.search(name))), None)
    if part is not None:
        raise UploadRefused(UploadCode.ACTIVE, found=part)


def _is_escape(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name


def _unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo, before: int, packed: int, kind: Kind) -> int:
    size, tail = 0, b""
    is_links = entry.filename.endswith(".rels")
    is_xml = is_links or entry.filename.endswith((".xml", ".vml"))
    try:
        with package.open(entry) as part:
            # the sizes in the directory are the sender's word: what comes out is counted instead
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                _check_growth(before + size, packed)
                if is_xml:
                    _check_xml(tail + chunk, is_links=is_links)
                    tail = (tail + chunk)[-(2048 if is_links else _OVERLAP) :]
    except UploadRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise UploadRefused(UploadCode.BROKEN, found=kind.upper()) from error
    return size


def _check_growth(unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED:
        raise UploadRefused(UploadCode.BOMB, found=f"> {MAX_UNPACKED // 1024**2} MiB")
    if unpacked > FREE and unpacked > packed * MAX_RATIO:
        raise UploadRefused(UploadCode.BOMB, found=f"> {MAX_RATIO} : 1")


def _check_xml(text: bytes, *, is_links: bool) -> None:
    # UTF-16 XML is legal and nobody's program writes it: without the zero bytes the same patterns find it
    plain = text.replace(b"\x00", b"")
    active = _ACTIVE_XML.search(plain)
    if active:
        raise UploadRefused(UploadCode.ACTIVE, found=active[0].decode("ascii").lstrip("<!"))
    for link in _OUTSIDE.findall(plain) if is_links else ():
        if b'"External"' in link and _OUTSIDE_KIND.search(link):
            raise UploadRefused(UploadCode.ACTIVE, found="External")

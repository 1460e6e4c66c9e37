"""Recordings: the frame of MP3, WAV and MP4 files is walked, so that a damaged or dressed-up file is found."""

from collections.abc import Iterator

from twinloop.edge.uploadkinds import Kind, UploadCode, UploadRefused

_PLACES = frozenset({b"\xa9xyz", b"loci"})  # where phones write the position of a film (ISO 14496-12, 3GPP TS 26.244)
_BOXES = frozenset({b"moov", b"udta", b"trak", b"mdia"})


def checked_mp4(data: bytes, kind: Kind) -> bytes:
    """The film with its position blanked; boxes must fill the file to its last byte (ISO 14496-12)."""
    boxes = [name for name, _, _ in _walk(data, 0, len(data), kind)]
    if b"moov" not in boxes and b"moof" not in boxes:
        raise UploadRefused(UploadCode.BROKEN, found=kind.upper())
    blanked = bytearray(data)
    _blank_places(blanked, 0, len(data), kind)
    return bytes(blanked)


def _walk(data: bytes | bytearray, at: int, end: int, kind: Kind) -> Iterator[tuple[bytes, int, int]]:
    """Each box as name, start of its content, end; QuickTime closes a list with four zero bytes."""
    while at < end and not (end - at == 4 and data[at:end] == bytes(4)):
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        stop = end if size == 0 else at + size
        if stop - at < head or stop > end:
            raise UploadRefused(UploadCode.BROKEN, found=kind.upper())
        yield bytes(data[at + 4 : at + 8]), at + head, stop
        at = stop


def _blank_places(film: bytearray, start: int, end: int, kind: Kind, depth: int = 0) -> None:
    for name, content, stop in _walk(film, start, end, kind):
        if name in _PLACES:
            # renamed to free space and zeroed in place: no other offset in the file moves
            film[content - 4 : content] = b"free"
            film[content:stop] = bytes(stop - content)
        elif name in _BOXES and depth < len(_BOXES):
            _blank_places(film, content, stop, kind, depth + 1)


def checked_wav(data: bytes, kind: Kind) -> bytes:
    """`data` itself when its RIFF chunks reach its end and hold a format and samples."""
    names, at = set(), 12
    while at + 8 <= len(data):
        names.add(data[at : at + 4])
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + size % 2  # chunks begin at even places
    if not {b"fmt ", b"data"} <= names or at < len(data) or at > len(data) + 1:
        raise UploadRefused(UploadCode.BROKEN, found=kind.upper())
    return data


def checked_mp3(data: bytes, kind: Kind) -> bytes:
    """`data` itself when a run of valid frame headers follows its tag (ISO 11172-3)."""
    at = 0
    if data.startswith(b"ID3"):
        at = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    at += len(data[at : at + 65_536]) - len(data[at : at + 65_536].lstrip(b"\x00"))  # padding behind the tag
    for _ in range(3):
        size = _frame_size(data[at : at + 4])
        if size == 0:
            raise UploadRefused(UploadCode.BROKEN, found=kind.upper())
        at += size
        if at >= len(data):
            break
    return data


_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)  # kbit/s, MPEG 1 layer III
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)  # MPEG 2 and 2.5 layer III
_SAMPLING = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _frame_size(header: bytes) -> int:
    """Bytes of the layer III frame that `header` begins; 0 for no such frame."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, pitch = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    kbits = (_RATES_1 if version == 3 else _RATES_2)[rate]
    if version == 1 or pitch == 3 or kbits == 0:
        return 0
    return (144 if version == 3 else 72) * kbits * 1000 // _SAMPLING[version][pitch] + (header[2] >> 1 & 1)

"""The sealed stream and the pack in it: what is cut, altered or strange never opens."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator

import pytest

from twinloop.launch.backup import pack
from twinloop.launch.backup.sealed import CHUNK, MAGIC, TAG, Sealer, opened
from twinloop.launch.words import Trouble

SECRET = b"three unrelated words of a test"
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK)


def _sealed(text: bytes, piece: int = 300_000) -> bytes:
    target = io.BytesIO()
    sealer = Sealer(target, SECRET)
    for at in range(0, len(text), piece):
        sealer.write(text[at : at + piece])
    sealer.finish()
    return target.getvalue()


def _text(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def _open(sealed: bytes, secret: bytes = SECRET) -> bytes:
    return b"".join(opened(io.BytesIO(sealed), secret))


def _refused(sealed: bytes, secret: bytes = SECRET) -> str:
    with pytest.raises(Trouble) as refusal:
        _open(sealed, secret)
    return refusal.value.code


@pytest.mark.parametrize("size", SIZES)
def test_what_goes_in_comes_out(size: int) -> None:
    text = _text(size)
    assert _open(_sealed(text)) == text
    assert _open(_sealed(text, 5 * CHUNK)) == text


def test_two_files_of_one_text_share_nothing_but_the_magic() -> None:
    one, other = _sealed(_text(5000)), _sealed(_text(5000))
    assert one[:16] == other[:16] == MAGIC
    assert one[-5000:] != other[-5000:]


def test_flipped_bit_anywhere_is_refused() -> None:
    sealed = _sealed(_text(2 * CHUNK + 10))
    dice = random.Random(7)
    places = [*range(24), *(dice.randrange(len(sealed)) for _ in range(12)), len(sealed) - 1]
    for at in places:
        altered = bytearray(sealed)
        altered[at] ^= 1 << dice.randrange(8)
        assert _refused(bytes(altered)) in {"backup_altered", "backup_none", "backup_secret_wrong", "backup_format"}


def test_cut_file_is_refused_also_between_chunks() -> None:
    sealed = _sealed(_text(2 * CHUNK + 10))
    head = len(sealed) - (2 * (CHUNK + TAG) + 10 + TAG)
    for length in (0, 10, head - 1, head, head + 1, head + CHUNK + TAG, head + 2 * (CHUNK + TAG), len(sealed) - 1):
        assert _refused(sealed[:length]) in {"backup_altered", "backup_none"}
    assert _refused(sealed + b"\x00") == "backup_altered"


def test_exchanged_or_repeated_chunks_are_refused() -> None:
    sealed = _sealed(_text(3 * CHUNK))
    size = CHUNK + TAG
    head, chunks = sealed[: -3 * size], [sealed[len(sealed) - k * size :][:size] for k in (3, 2, 1)]
    assert _open(head + b"".join(chunks)) == _text(3 * CHUNK)
    for order in ((1, 0, 2), (0, 0, 2), (0, 2), (0, 1, 2, 2)):
        assert _refused(head + b"".join(chunks[k] for k in order)) == "backup_altered"


def test_wrong_secret_other_format_and_other_files_are_told_apart() -> None:
    assert _refused(_sealed(b"text"), b"another secret of twelve") == "backup_secret_wrong"
    assert _refused(b"PK\x03\x04 a workbook, and not a short one") == "backup_none"
    assert _refused(MAGIC + (13).to_bytes(4, "big") + b'{"format": 9}') == "backup_format"


def test_head_that_would_exhaust_the_machine_is_refused_at_once() -> None:
    told = {"format": 1, "kdf": "scrypt", "n": 1 << 40, "r": 8, "p": 1, "salt": "00", "check": "00"}
    text = json.dumps(told).encode()
    assert _refused(MAGIC + len(text).to_bytes(4, "big") + text) == "backup_altered"
    assert _refused(MAGIC + b"\xff\xff\xff\xff" + b"x" * 100) == "backup_altered"


def _packed(*files: tuple[str, list[bytes]]) -> bytes:
    sink = io.BytesIO()
    for name, pieces in files:
        pack.put(sink, name, pieces)
    pack.end(sink)
    return sink.getvalue()


def _chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pack_keeps_files_however_it_is_cut(size: int) -> None:
    packed = _packed((pack.MANIFEST, [b"{}"]), (pack.DUMP, [b"a" * 50, b"", b"b"]), ("attachments/ab/照片.jpg", []))
    found = {name: b"".join(pieces) for name, pieces in pack.files(_chunks(packed, size))}
    assert found == {pack.MANIFEST: b"{}", pack.DUMP: b"a" * 50 + b"b", "attachments/ab/照片.jpg": b""}
    assert [name for name, _ in pack.files(_chunks(packed, size))] == list(found)  # unread pieces are passed over


@pytest.mark.parametrize(
    "name", ["../keys.json", "/etc/passwd", "attachments/../../x", "attachments", "logs/web.log", "attachments//x", "."]
)
def test_pack_writes_nowhere_else(name: str) -> None:
    with pytest.raises(Trouble) as refusal:
        list(pack.files([_packed((name, [b"x"]))]))
    assert refusal.value.code == "backup_stranger"


def test_pack_without_its_end_is_refused() -> None:
    packed = _packed((pack.DUMP, [b"abc"]))
    for cut in range(len(packed)):
        with pytest.raises(Trouble):
            list(pack.files([packed[:cut]]))
    with pytest.raises(Trouble):
        list(pack.files([packed + b"x"]))

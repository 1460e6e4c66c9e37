"""Uploads: what may be stored comes out clean, the rest is refused with its reason. All files are made here."""

import io
import random
import re
import struct
import time
import zipfile
import zlib
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from twinloop.edge import uploadarchives, uploadimages, uploadpapers
from twinloop.edge.uploads import Checked, Kind, UploadCode, UploadRefused, check, clean_name, stored_name
from twinloop.edge.words import WORDS


def refused(code: UploadCode):
    return pytest.raises(UploadRefused, check=lambda error: error.code is code)


def asked(data: bytes, name: str, **options) -> Checked:
    return check(io.BytesIO(data), name, **options)


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options) -> bytes:
    return saved(Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3)), kind, **options)


def located_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (28.0, 24.0, 1.0)
    return exif


def package(parts: dict[str, bytes | str], **options) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


WORD_TYPES = (
    '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    "</Types>"
)


def word(**parts: bytes | str) -> bytes:
    extra = {name.replace("__", "/").replace("_DOT_", "."): content for name, content in parts.items()}
    return package({"[Content_Types].xml": WORD_TYPES, "word/document.xml": "<w:document/>", **extra})


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet("a").append(["王小兰", "19900000127"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def film(brand: bytes = b"isom", place: bytes = b"") -> bytes:
    return (
        box(b"ftyp", brand + bytes(4))
        + box(b"moov", box(b"mvhd", bytes(20)) + box(b"udta", place))
        + box(b"mdat", b"x" * 99)
    )


def sound() -> bytes:
    chunks = b"fmt " + struct.pack("<I", 16) + bytes(16) + b"data" + struct.pack("<I", 8) + bytes(8)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10) + MP3_FRAME * 4

GOOD = {
    "a.jpg": (photo(), Kind.JPEG),
    "a.png": (photo("PNG"), Kind.PNG),
    "a.webp": (photo("WEBP"), Kind.WEBP),
    "a.pdf": (pdf(b"1 0 obj << /Type /Catalog >> endobj"), Kind.PDF),
    "a.docx": (word(), Kind.DOCX),
    "a.xlsx": (workbook(), Kind.XLSX),
    "a.mp3": (MP3, Kind.MP3),
    "a.m4a": (film(b"M4A "), Kind.M4A),
    "a.mp4": (film(), Kind.MP4),
    "a.wav": (sound(), Kind.WAV),
    "a.txt": ("王小兰说：夜里噪音大\n".encode("gb18030"), Kind.TXT),
}


@pytest.mark.parametrize("name", GOOD)
def test_allowed_kind_is_known_by_its_content(name):
    data, kind = GOOD[name]
    for called in (name, "现场"):
        found = asked(data, called)
        assert found.kind is kind
        assert found.display_name.endswith(found.suffix)
        assert found.size == len(found.data)
    assert asked(found.data, name).kind is kind


@pytest.mark.parametrize("name", GOOD)
def test_name_of_another_kind_is_refused(name):
    for suffix in (".exe", ".html", ".gif", ".pdf", ".txt"):
        if not name.endswith(suffix):
            with refused(UploadCode.NAME_MISMATCH):
                asked(GOOD[name][0], "a" + suffix)


def test_empty_and_large_files_are_refused():
    with refused(UploadCode.EMPTY):
        asked(b"", "a.txt")
    with refused(UploadCode.TOO_LARGE):
        asked(b"x" * 1001, "a.txt", limit=1000)
    assert asked(b"x" * 1000, "a.txt", limit=1000).size == 1000


class Counting(io.BytesIO):
    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def test_no_more_is_read_than_the_limit():
    stream = Counting(b"x" * 100_000)
    with refused(UploadCode.TOO_LARGE):
        check(stream, "a.txt", limit=1000)
    assert stream.taken == 1001


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html><body>x", UploadCode.ACTIVE),
        (b"\n <!DOCTYPE html>", UploadCode.ACTIVE),
        (b'<?xml version="1.0"?><svg onload="x"/>', UploadCode.ACTIVE),
        (b"<svg/>", UploadCode.ACTIVE),
        ("好<ScRiPt>x".encode(), UploadCode.ACTIVE),
        ("<script>".encode("utf-16"), UploadCode.ACTIVE),
        (b"#!/bin/sh\nrm", UploadCode.ACTIVE),
        (b"<?php x", UploadCode.ACTIVE),
        (b"GIF89a=1;alert(1)", UploadCode.ACTIVE),
        (b"{\\rtf1}", UploadCode.ACTIVE),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04", UploadCode.KIND),
        (b"\x7fELF\x02\x01\x01\x00", UploadCode.KIND),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00", UploadCode.KIND),
        (b"Rar!\x1a\x07\x01\x00", UploadCode.KIND),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", UploadCode.KIND),
        (b"\x00\x01\x02", UploadCode.KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), UploadCode.KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), UploadCode.ENCRYPTED),
        (package({"a.txt": "x"}), UploadCode.KIND),
        (package({"[Content_Types].xml": "<Types/>"}), UploadCode.KIND),
        (film(b"qt  "), UploadCode.KIND),
        (box(b"ftyp", b"heic" + bytes(4)) + bytes(40), UploadCode.HEIC),
    ],
)
def test_other_kinds_are_refused(data, code):
    with refused(code) as caught:
        asked(data, "a")
    assert str(caught.value)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.pdf", "a.mp3", "a.mp4", "a.wav"])
def test_file_that_also_opens_as_archive_is_refused(name):
    data = GOOD[name][0] + package({"evil.js": "alert(1)"})
    assert zipfile.is_zipfile(io.BytesIO(data))
    with refused(UploadCode.TWO_KINDS):
        asked(data, name)


@pytest.mark.parametrize("payload", [b"<script>x</script>", b"<?php x", b"<SVG onload=x>", b"<!doctype HTML>"])
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.mp3", "a.mp4"])
def test_markup_inside_a_recording_or_photo_is_refused(name, payload):
    with refused(UploadCode.ACTIVE):
        asked(GOOD[name][0] + payload, name)


def test_photo_with_a_paper_inside_is_refused():
    with refused(UploadCode.TWO_KINDS):
        asked(photo(comment=b"%PDF-1.4"), "a.jpg")


def test_photo_loses_position_device_profile_and_comment():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = photo(exif=located_exif(), icc_profile=srgb, comment=b"secret", xmp=b"<x:xmpmeta>secret</x:xmpmeta>")
    found = asked(data, "a.jpg")
    again = Image.open(io.BytesIO(found.data))
    assert not again.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(again.info)
    assert b"PhoneMaker" in data
    assert not re.search(rb"PhoneMaker|secret|Exif|ICC_PROFILE", found.data)
    assert found.received_sha256 != found.sha256


def test_png_loses_its_texts():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "secret")
    texts.add_itxt("XML:com.adobe.xmp", "secret", zip=True)
    found = asked(photo("PNG", pnginfo=texts, exif=located_exif()), "a.png")
    assert set(re.findall(rb"IHDR|IDAT|IEND|tEXt|iTXt|zTXt|eXIf|iCCP|pHYs", found.data)) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize(("orientation", "size"), [(1, (64, 48)), (3, (64, 48)), (6, (48, 64)), (8, (48, 64))])
def test_photo_stands_upright_after_it_lost_its_orientation(orientation, size):
    picture = Image.new("RGB", (64, 48), "white")
    picture.paste("red", (0, 0, 20, 20))
    found = Image.open(io.BytesIO(asked(saved(picture, "JPEG", exif=located_exif(orientation)), "a.jpg").data))
    corner = {1: (5, 5), 3: (58, 42), 6: (42, 5), 8: (5, 58)}[orientation]
    assert found.size == size
    red, green, _ = found.convert("RGB").getpixel(corner)  # type: ignore[misc]
    assert (red > 200, green < 80) == (True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pixels_of_a_png_stay(mode):
    picture = Image.new("RGBA", (4, 4), (200, 10, 10, 128)).convert(mode) if mode != "I;16" else Image.new(mode, (4, 4))
    found = Image.open(io.BytesIO(asked(saved(picture, "PNG"), "a.png").data))
    assert found.size == (4, 4)
    if mode in {"RGB", "RGBA"}:
        assert found.tobytes() == picture.tobytes()


def test_second_frame_of_a_phones_photo_falls_away():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = saved(frames[0], "MPO", save_all=True, append_images=frames[1:])
    found = asked(data, "a.jpg")
    assert found.data.count(b"\xff\xd8\xff") == 1
    assert Image.open(io.BytesIO(found.data)).format == "JPEG"


@pytest.mark.parametrize("profile", [b"", b"damaged"])
def test_printers_colours_become_rgb(profile):
    data = saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", icc_profile=profile)
    assert Image.open(io.BytesIO(asked(data, "a.jpg").data)).mode == "RGB"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_moving_picture_is_refused(kind):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    with refused(UploadCode.ANIMATED):
        asked(saved(frames[0], kind, save_all=True, append_images=frames[1:]), "a." + kind.lower())


def test_picture_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(uploadimages, "MAX_PIXELS", 1000)
    with refused(UploadCode.PIXELS):
        asked(photo(), "a.jpg")


def test_image_bomb_is_refused_quickly():
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(10_000))), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    began = time.process_time()
    with refused(UploadCode.PIXELS):
        asked(data, "a.png")
    assert time.process_time() - began < 2


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.mp4", "a.wav", "a.docx", "a.xlsx", "a.pdf"])
def test_half_a_file_is_refused(name):
    with pytest.raises(UploadRefused):
        asked(GOOD[name][0][: len(GOOD[name][0]) // 2], name)


def test_workbook_with_a_password_bit_is_refused():
    data = bytearray(word())
    for found in re.finditer(rb"PK\x01\x02", bytes(data)):
        data[found.start() + 8] |= 1
    with refused(UploadCode.ENCRYPTED):
        asked(bytes(data), "a.docx")


@pytest.mark.parametrize(
    "parts",
    [
        {"word__vbaProject_DOT_bin": b"x"},
        {"word__activeX__a_DOT_xml": b"x"},
        {"word__embeddings__a_DOT_bin": b"x"},
        {"word__a_DOT_exe": b"x"},
        {"word__b_DOT_xml": "<!DOCTYPE x>"},
        {"word__b_DOT_xml": '<!ENTITY a "b">'},
        {"word__b_DOT_xml": "<!DOCTYPE x>".encode("utf-16")},
        {"word__b_DOT_xml": "x" * 65_530 + "<!DOCTYPE x>"},
        {"word__b_DOT_xml": "<w:instrText>DDEAUTO c:\\\\x</w:instrText>"},
        {"word___rels__s_DOT_rels": '<Relationship Type="x/attachedTemplate" Target="x:y" TargetMode="External"/>'},
    ],
)
def test_active_office_file_is_refused(parts):
    with refused(UploadCode.ACTIVE):
        asked(word(**parts), "a.docx")


def test_link_to_a_page_in_a_letter_is_no_danger():
    rels = '<Relationship Type="http://x/hyperlink" Target="http://x" TargetMode="External"/>'
    assert asked(word(word___rels__d_DOT_rels=rels), "a.docx").kind is Kind.DOCX


def test_macro_workbook_under_another_name_is_refused():
    types = '<Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'
    with refused(UploadCode.ACTIVE):
        asked(package({"[Content_Types].xml": types}), "a.xlsx")


def test_archive_that_grows_is_refused_while_it_is_read():
    began = time.process_time()
    with refused(UploadCode.BOMB):
        asked(word(word__b_DOT_xml=bytes(64 * 1024 * 1024)), "a.docx")
    assert time.process_time() - began < 5


def test_archive_that_lies_about_its_size_is_refused():
    data = bytearray(word(word__b_DOT_xml=bytes(40 * 1024 * 1024)))
    for found in re.finditer(rb"PK\x01\x02", bytes(data)):
        data[found.start() + 24 : found.start() + 28] = struct.pack("<I", 10)
    with pytest.raises(UploadRefused):
        asked(bytes(data), "a.docx")


def test_archive_of_too_many_entries_is_refused(monkeypatch):
    monkeypatch.setattr(uploadarchives, "MAX_ENTRIES", 5)
    with refused(UploadCode.BOMB):
        asked(word(**{f"word__p{n}_DOT_xml": b"x" for n in range(9)}), "a.docx")


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/x.xml", "a\\..\\b.xml", "C:x.xml"])
def test_archive_that_climbs_out_is_refused(name):
    with pytest.raises(UploadRefused):
        asked(package({"[Content_Types].xml": WORD_TYPES, name: "x"}), "a.docx")


def test_archive_with_something_behind_it_is_refused():
    with pytest.raises(UploadRefused):
        asked(word() + b"<script>", "a.docx")


@pytest.mark.parametrize(
    "body",
    [
        b"1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert) >> >> endobj",
        b"1 0 obj << /S /J#61vaScript >> endobj",
        b"1 0 obj << /S /Launch /F (cmd.exe) >> endobj",
        b"1 0 obj << /Names << /EmbeddedFiles 2 0 R >> >> endobj",
        b"1 0 obj << /Type /EmbeddedFile >> endobj",
        b"1 0 obj << /Subtype /RichMedia >> endobj",
        b"1 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\n"
        + zlib.compress(b"<< /S /JavaScript >>")
        + b"\nendstream endobj",
        b"1 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\r\n"
        + zlib.compress(b"x" * 262_140 + b"/JavaScript ")
        + b"\nendstream endobj",
        b"1 0 obj << /Type /ObjStm /Filter [/ASCII85Decode /FlateDecode] >> stream\nxx\nendstream endobj",
    ],
)
def test_active_paper_is_refused(body):
    with refused(UploadCode.ACTIVE):
        asked(pdf(body), "a.pdf")


def test_paper_with_a_password_or_without_an_end_is_refused():
    with refused(UploadCode.ENCRYPTED):
        asked(pdf(b"1 0 obj << /Encrypt 5 0 R >> endobj"), "a.pdf")
    with refused(UploadCode.BROKEN):
        asked(b"%PDF-1.7\n1 0 obj", "a.pdf")


def test_paper_that_grows_is_refused(monkeypatch):
    monkeypatch.setattr(uploadpapers, "MAX_INFLATED", 1024 * 1024)
    with refused(UploadCode.BOMB):
        asked(
            pdf(
                b"1 0 obj << /Filter /FlateDecode >> stream\n" + zlib.compress(bytes(4 * 1024 * 1024)) + b"\nendstream"
            ),
            "a.pdf",
        )


@pytest.mark.parametrize("unit", [b"stream\n", b"stream\nx", b"stream\n\x78\x9c", b"#41", b" obj stream\n\x78\x01"])
def test_paper_made_to_be_slow_is_answered_in_time(unit):
    data = pdf(unit * (8_000_000 // len(unit)))
    began = time.process_time()
    with suppress(UploadRefused):
        asked(data, "a.pdf")
    assert time.process_time() - began < 20


def test_film_loses_its_position_and_keeps_its_length():
    data = film(place=box(b"\xa9xyz", b"\x00\x12\x15\xc7+28.4100+114.9700/") + bytes(4))
    found = asked(data, "a.mp4")
    assert b"114.97" not in found.data
    assert len(found.data) == len(data)


def test_film_nested_without_end_is_answered():
    inner = b""
    for _ in range(5000):
        inner = box(b"udta", inner)
    assert asked(box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", inner), "a.mp4").kind is Kind.MP4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_stored_in_utf8(encoding):
    assert asked("王小兰：夜里噪音大\r\n".encode(encoding), "a.txt").data == "王小兰：夜里噪音大\r\n".encode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("现场照片.jpg", "现场照片.jpg"),
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\x\\照片.JPG", "照片.jpg"),
        ("photo\u202egpj.jpg", "photogpj.jpg"),
        ("a\x00b\nc.jpg", "abc.jpg"),
        ('a<b>"c".jpg', "a b c.jpg"),
        (".jpg", "jpg.jpg"),
        ("", "文件.jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("照片.php.jpg", "照片.php.jpg"),
        ("围墙3.5米", "围墙3.5米.jpg"),
        ("长" * 500 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_display_name_is_clean(name, shown):
    assert clean_name(name, (".jpg", ".jpeg")) == shown


@given(st.text())
@example("A\U00018cd6\u0323")  # unassigned: what stands around it joins
def test_clean_name_stays_clean(name):
    shown = clean_name(name, (".jpg",))
    assert clean_name(shown, (".jpg",)) == shown
    assert 5 <= len(shown) <= 120
    assert not re.search(r'[/\\<>:"|?*\x00-\x1f\u202a-\u202e\u2066-\u2069]', shown)


def test_stored_names_are_random():
    assert len({stored_name() for _ in range(1000)}) == 1000
    assert re.fullmatch(r"[0-9a-f]{32}", stored_name())


def outcome(data: bytes, name: str) -> str:
    """The kind taken, or the sentence of the refusal; whatever else is raised is a fault."""
    try:
        return asked(data, name).kind
    except UploadRefused as refusal:
        return WORDS[refusal.code][0]


@settings(max_examples=200)
@given(name=st.sampled_from(sorted(GOOD)), place=st.integers(0, 10**6), junk=st.binary(min_size=1, max_size=8))
def test_damaged_file_is_taken_or_refused_and_never_crashes(name, place, junk):
    data = bytearray(GOOD[name][0])
    at = place % len(data)
    data[at : at + len(junk)] = junk
    assert outcome(bytes(data), name)


@settings(max_examples=200)
@given(head=st.sampled_from([data[:24] for data, _ in GOOD.values()]), rest=st.binary(max_size=200))
def test_junk_is_taken_or_refused_and_never_crashes(head, rest):
    assert outcome(head + rest, "a")

"""Rows of text out of a file that people have: CSV in any usual encoding, XLSX, JSON lines. For every import.

The kind is seen in the content; a name that says something else is refused with a sentence, as is what has a password
or grows when unpacked. Nothing is repaired by guess: a cell is the text that stands there (a date cell of a workbook
in ISO form), and what Excel has lost already (digits beyond the fifteenth) is said. Rows come one at a time; of a text
no more than one row is held, of a workbook one sheet (calamine reads it whole; size and area are counted before).
"""

from __future__ import annotations

import codecs
import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from twinloop.edge import tablewords, workbooks
from twinloop.edge.formulas import restore
from twinloop.edge.tablerows import Bad, Limits, Note, Row, Unreadable, head_of, tabulated

__all__ = ["Bad", "Limits", "Note", "Row", "Table", "Unreadable", "read", "say"]

say = tablewords.say
MIB = 2**20
HEAD = 64 * 1024  # what is looked at to tell a kind
LINE = 16 * MIB  # one line of a text; longer ones are no rows
_CELL = re.compile(rb'r="([A-Z]{1,3})([0-9]{1,7})"')  # where a cell of a sheet stands
_KINDS = {"csv": "CSV", "jsonl": "JSONL", "xlsx": "XLSX", "html": "HTML"}
_SUFFIXES = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
             ".xlsx": "xlsx"}  # fmt: skip
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# a cell may be 64 KiB and is then told with its row; only what no cell could be stops the reading
csv.field_size_limit(LINE)


@dataclass
class Table:
    """Iterate once. `notes` says what was passed over; they are complete when the rows are through."""

    kind: str  # csv, jsonl, xlsx
    notes: list[Note] = field(default_factory=list)
    _rows: Callable[[], Iterator[Row]] = field(default=lambda: iter(()), repr=False)

    def __iter__(self) -> Iterator[Row]:
        return self._rows()


def read(path: Path, limits: Limits | None = None) -> Table:
    """The table in `path`. Raises `Unreadable` here and, for what shows only later, while the rows are read."""
    limits = limits or Limits()
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    kind = _kind_of(path, head)
    if kind == "xlsx":
        _check_package(path, limits)
        table = Table(kind)
        table._rows = lambda: _counted(workbooks.rows(path, limits, table.notes), limits)
        return table
    if path.stat().st_size > limits.unpacked:
        raise Unreadable("unpacked", mib=limits.unpacked // MIB)
    encoding = _encoding_of(path, head)
    table = Table(kind, [] if encoding.startswith("utf-8") else [Note("encoding_is", encoding=encoding.upper())])
    reader = _json_rows if kind == "jsonl" else _csv_rows
    table._rows = lambda: _counted(_of_text(path, encoding, reader, limits), limits)
    return table


def _counted(rows: Iterator[Row], limits: Limits) -> Iterator[Row]:
    number = 0
    for number, row in enumerate(rows, 1):
        if number > limits.rows:
            raise Unreadable("rows", rows=limits.rows)
        yield row
    if not number:
        raise Unreadable("empty")


# --- what kind of file -------------------------------------------------------------------------------------


def _kind_of(path: Path, head: bytes) -> str:
    if not head.strip():
        raise Unreadable("empty")
    suffix = path.suffix.lower()
    if head.startswith(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    ):  # an OLE container: an old workbook, or an encrypted new one
        # its directory lies anywhere in the file, in UTF-16
        encrypted = "EncryptedPackage".encode("utf-16-le") in path.read_bytes()[: 64 * MIB]
        raise Unreadable("password" if encrypted else "old_excel")
    found = _sniffed(head)
    named = _SUFFIXES.get(suffix)
    if found == "html":
        raise Unreadable("html" if suffix in (".xlsx", ".xls") else "renamed", suffix=suffix or "—", found="HTML")
    if found == "kind":
        raise Unreadable("kind")
    if suffix == ".xls" or (named and named != found and "xlsx" in (named, found)):
        raise Unreadable("renamed", suffix=suffix, found=_KINDS[found])
    return named or found


def _sniffed(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith((b"%PDF-", b"\x1f\x8b", b"PK", b"Rar!", b"7z\xbc\xaf", b"\xff\xd8\xff", b"\x89PNG")):
        return "kind"
    bare = head.lstrip(codecs.BOM_UTF8 + codecs.BOM_UTF16_LE + codecs.BOM_UTF16_BE).replace(b"\0", b"").lstrip().lower()
    if bare.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")):
        return "html"
    return "jsonl" if bare.startswith(b"{") else "csv"


def _check_package(path: Path, limits: Limits) -> None:
    """A workbook unpacks to what is allowed, counted and not believed; it is one, and has no password."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unreadable("password")
            if "xl/workbook.xml" not in {entry.filename for entry in entries}:
                raise Unreadable("kind")
            total = 0
            for entry in entries:
                total = _unpack(package, entry, total, limits)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable("broken") from error
    except Exception as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("broken") from error  # zlib.error and its kin


def _unpack(package: zipfile.ZipFile, entry: zipfile.ZipInfo, total: int, limits: Limits) -> int:
    """Bytes so far with this entry. A sheet with two cells far apart is small as a file and endless in memory."""
    width, height = 0, 1
    rest = b""
    with package.open(entry) as part:
        while chunk := part.read(256 * 1024):
            total += len(chunk)
            if total > limits.unpacked:
                raise Unreadable("unpacked", mib=limits.unpacked // MIB)
            if not entry.filename.startswith("xl/worksheets/"):
                continue
            for letters, digits in _CELL.findall(rest + chunk):
                width = max(width, len(letters) * 100 + letters[0])
                height = max(height, int(digits))
            rest = chunk[-16:]
    if _columns(width) * height > limits.area:
        raise Unreadable("area", columns=_columns(width), rows=height)
    return total


def _columns(key: int) -> int:
    """At least as many columns as a reference of that many letters, beginning with that letter, stands for."""
    letters, first = divmod(key, 100)
    return 1 if letters == 0 else (first - 64 + 1) * 26 ** (letters - 1)


# --- text ----------------------------------------------------------------------------------------------------


def _encoding_of(path: Path, head: bytes) -> str:
    """A mark decides; else UTF-8 where the whole file is valid, else GB18030 (which GBK and GB2312 are part of)."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    for name in [marked] if marked else ["utf-8", "gb18030"]:
        if _decodes(path, name):
            return name
    raise Unreadable("encoding")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(MIB):
                if "\0" in decoder.decode(chunk):  # no text holds it: UTF-16 without its mark, or no text at all
                    return False
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _of_text(
    path: Path, encoding: str, reader: Callable[[Iterator[str], Limits], Iterator[Row]], limits: Limits
) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as stream:
        yield from reader(_lines(stream), limits)


def _lines(stream: TextIO) -> Iterator[str]:
    """Lines that are at most LINE long: one without an end would be read whole."""
    number = 0
    while line := stream.readline(LINE + 1):
        number += 1
        if len(line) > LINE:
            raise Unreadable("line", row=number, mib=LINE // MIB)
        yield line


def _csv_rows(lines: Iterator[str], limits: Limits) -> Iterator[Row]:
    first = next((line for line in lines if line.strip(" \t\r\n,;")), "")
    mark = max(",\t;", key=lambda c: _outside_quotes(first).count(c))
    skipped = 1 if first else 0
    reader = csv.reader(_again(first, lines), delimiter=mark, strict=True)
    columns: Sequence[str] | None = None
    number = skipped
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if columns is None:
                raise Unreadable("broken") from None
            yield Row(number, "", {}, (Bad("", "quotes"),))
            continue
        if columns is None:
            columns = head_of(cells, limits)
        elif any(cell.strip() for cell in cells):
            yield tabulated(number, "", columns, [restore(cell) for cell in cells], limits)


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _json_rows(lines: Iterator[str], limits: Limits) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _json_row(number, line, limits)


def _json_row(number: int, line: str, limits: Limits) -> Row:
    bad: list[Bad] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _value in pairs]
        bad.extend(Bad(name, "json_twice", column=name) for name in sorted({n for n in names if names.count(n) > 1}))
        return dict(pairs)

    try:
        found = json.loads(line, object_pairs_hook=once, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return Row(number, "", {}, (Bad("", "json"),), raw=line.strip()[: limits.cell])
    nested = [name for name, value in found.items() if isinstance(value, (list, dict))]
    bad += [Bad(name, "json_nested", column=name) for name in nested]
    cells = {str(k).strip(): "" if v is None or k in nested else _plain(v) for k, v in found.items()}
    row = tabulated(number, "", list(cells), list(cells.values()), limits)
    return Row(number, "", row.cells, (*bad, *row.bad))


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

"""Reads a table of text out of a file that people have: CSV in any usual encoding, XLSX, JSON lines.

Nothing is repaired by guess: a cell is the text that stands there. Limits: 64 KiB a cell (told by the reader of rows),
512 MiB unpacked, 5 million rows.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

CELL_LIMIT = 64 * 1024  # bytes in UTF-8
UNPACKED_LIMIT = 512 * 2**20
ROW_LIMIT = 5_000_000


class Unreadable(Exception):  # noqa: N818 - an expected no, like Refused
    """A file that is no table; `words.say_unreadable` makes the sentence of `code` and `facts`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Table:
    """`rows` are (number of the row as the file's program shows it, cells by column)."""

    columns: Sequence[str]
    rows: Iterator[tuple[int, Mapping[str, str]]]
    encoding: str = ""  # of a text; "" of a workbook
    hidden: Sequence[str] = ()  # sheets that were passed over


def read_table(data: bytes) -> Table:
    """The table in `data`; its kind is seen in its content, not in a name. Raises `Unreadable`."""
    if not data.strip():
        raise Unreadable("empty")
    if len(data) > UNPACKED_LIMIT:
        raise Unreadable("unpacked")
    if data[:4] == b"PK\x03\x04":
        return _workbook(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or data[:5] == b"%PDF-":
        raise Unreadable("kind")
    text, encoding = decoded(data)
    if "\0" in text:
        raise Unreadable("kind")
    return _json_lines(text, encoding) if text.lstrip().startswith("{") else _separated(text, encoding)


def decoded(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding. Marks first, then UTF-8, then what is most likely; GB18030 stands for GBK."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strictly(data, encoding), encoding.removesuffix("-sig")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # nearly every pair of bytes is some character of GB18030: Big5 would read as rare ones
        if encoding == "utf-8" or _is_usual(text):
            return text, encoding
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=["big5", "gb18030", "utf_16_le", "utf_16_be", "cp950"]).best()
    if best is None:
        raise Unreadable("encoding")
    return str(best), best.encoding


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("encoding") from error


def _is_usual(text: str) -> bool:
    """Most characters beyond ASCII are those of GB 2312, as in every Chinese text of today."""
    beyond = [char for char in text[:20_000] if not char.isascii()]
    usual = sum(_in_gb2312(char) for char in beyond)
    return usual >= 0.9 * len(beyond)


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _counted(rows: Iterator[tuple[int, Mapping[str, str]]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    for count, row in enumerate(rows):
        if count == ROW_LIMIT:
            raise Unreadable("rows")
        yield row


def _separated(text: str, encoding: str) -> Table:
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)  # a head has names only, so that whatever is most frequent parts them
    csv.field_size_limit(2**31 - 1)  # long cells are bad rows, not the end of the file
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    columns = [cell.strip() for cell in next(reader, [])]

    def rows() -> Iterator[tuple[int, Mapping[str, str]]]:
        at = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield at, dict(zip(columns, (cell.strip() for cell in cells), strict=False))
            at = reader.line_num + 1

    return Table(columns, _counted(rows()), encoding)


def _json_lines(text: str, encoding: str) -> Table:
    lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]

    def rows() -> Iterator[tuple[int, Mapping[str, str]]]:
        for at, line in lines:
            try:
                found = json.loads(line)
            except ValueError:
                raise Unreadable("json_line", row=at) from None
            if not isinstance(found, dict):
                raise Unreadable("json_line", row=at)
            yield at, {str(key): _said(value) for key, value in found.items()}

    each = rows()
    first = next(each)
    return Table(list(first[1]), _counted(chain([first], each)), encoding)


def _said(value: object) -> str:
    """A cell as text. Whole numbers lose the ".0" that Excel keeps; nothing else is changed."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).strip()


def _workbook(data: bytes) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(entry.file_size for entry in package.infolist()) > UNPACKED_LIMIT:
                raise Unreadable("unpacked")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
        hidden = [s.name for s in book.sheets_metadata if s.visible != SheetVisibleEnum.Visible]
        if not visible:
            raise Unreadable("empty")
        cells = iter(book.get_sheet_by_name(visible[0]).iter_rows())
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable("broken") from error
    columns = [_said(cell) for cell in next(cells, [])]
    rows = (
        (at, dict(zip(columns, map(_said, row), strict=False)))
        for at, row in enumerate(cells, 2)
        if any(cell not in ("", None) for cell in row)
    )
    return Table(columns, _counted(rows), hidden=[*hidden, *visible[1:]])

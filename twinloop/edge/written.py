"""Workbooks that are written: one sheet, its first line saying who took it out and when; text never runs.

The heads stay in sight while one scrolls, stand out, and sift and sort the rows below.

A cell that begins with = + - @ (or their full-width forms) stays text: by the apostrophe for those who save the file
as CSV, by its type for everybody else (expectations.md, bug 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from twinloop.edge.formulas import neutralise


def workbook(
    title: str,
    said: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    creator: str,
    at: datetime,
    widths: Sequence[float] = (),
) -> tuple[bytes, int]:
    """The XLSX file and how many rows it holds. `rows`: text, numbers, None, or datetimes without offset; `at`: local,
    without offset. Streams: rows are written as they come."""
    # loaded here: half a second that a start of the server need not wait for
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.creator = book.properties.lastModifiedBy = creator
    book.properties.created = book.properties.modified = at
    book.properties.title = title
    sheet = book.create_sheet(title[:31])
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width

    sheet.freeze_panes = "A3"  # before the first row: what stands above the rows is written with it

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, "")
        made.value = neutralise(value)
        made.data_type = "s"
        return made

    sheet.append([cell(said)])
    named = [cell(word) for word in heads]
    for head in named:
        head.font = Font(bold=True)
    sheet.append(named)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        sheet.append([cell(value) for value in row])
    sheet.auto_filter.ref = f"A2:{get_column_letter(max(1, len(heads)))}{count + 2}"
    content = BytesIO()
    book.save(content)
    return content.getvalue(), count

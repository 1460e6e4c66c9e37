"""Sheets of an XLSX as rows of text: visible sheets only, numbers as they are shown, dates in ISO form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from twinloop.edge.formulas import restore
from twinloop.edge.tablerows import Bad, Limits, Note, Row, Unreadable, head_of, tabulated

EXACT = 10**15  # Excel keeps fifteen digits; a longer whole number has lost its last ones


def rows(path: Path, limits: Limits, notes: list[Note]) -> Iterator[Row]:
    """Rows of every visible sheet, each under its own head. `notes` gets what was passed over."""
    try:
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise Unreadable("password") from None
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable("broken") from error
    with book:
        for sheet in book.sheets_metadata:
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != SheetVisibleEnum.Visible:
                notes.append(Note("hidden_sheet", sheet=sheet.name))
                continue
            yield from _sheet(_opened(book, sheet.name), limits, notes)


def _opened(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable("broken") from error


def _sheet(sheet: CalamineSheet, limits: Limits, notes: list[Note]) -> Iterator[Row]:
    columns: Sequence[str] | None = None
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = [_text(value) for value in values]
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = head_of(_shortened(cells), limits)
            continue
        row = tabulated(number, sheet.name, columns, [restore(cell) for cell in cells], limits)
        lost = tuple(
            Bad(column, "digits")
            for column, value in zip(columns, values, strict=False)
            if column and _is_rounded(value)
        )
        yield Row(number, sheet.name, row.cells, (*row.bad, *lost)) if lost else row
    if columns is None:
        notes.append(Note("empty_sheet", sheet=sheet.name))


def _shortened(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _is_rounded(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= EXACT


def _text(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float() if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
    return str(value)

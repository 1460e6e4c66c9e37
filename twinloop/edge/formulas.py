"""Spreadsheet formulas in text cells made harmless on export, and taken back on import.

A spreadsheet runs what begins with = + - @ (also full-width, also after spaces) and what a tab or a line break makes
begin so. An apostrophe in front turns the cell into text in Excel, WPS and LibreOffice. Source: OWASP, CSV Injection.
"""

import re
from collections.abc import Iterable

MARK = "'"
# apostrophes in front count too: "'=1" typed by a person must come back as it was
_RISKY = re.compile(r"'*(?:[\t\r\n]|[\s\ufeff\u200b]*[=+\-@＝＋－＠﹢﹣﹦﹫−|%])")


def is_risky(text: str) -> bool:
    """True for text that some spreadsheet would run."""
    return _RISKY.match(text) is not None


def neutralise(text: str) -> str:
    """`text` as it may stand in a CSV or XLSX cell; `restore` gives exactly the same text back."""
    return MARK + text if is_risky(text) else text


def restore(cell: str) -> str:
    """The text that `neutralise` was given; cells that it never touched come back unchanged."""
    return cell[1:] if cell.startswith(MARK) and is_risky(cell) else cell


def cell(value: object) -> object:
    """One value for a row of an export: text neutralised, numbers, dates and blanks untouched."""
    return neutralise(value) if isinstance(value, str) else value


def joined(items: Iterable[str], separator: str = "；") -> str:
    """A list in one cell, every item neutralised: a reader may split the cell again. Empty items are left out."""
    return separator.join(neutralise(item) for item in items if item)


def parted(text: str, separator: str = "；") -> tuple[str, ...]:
    """The items of a `joined` cell, provided that none of them held the separator."""
    return tuple(restore(item) for item in text.split(separator)) if text else ()

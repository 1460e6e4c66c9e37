"""A list of places in a table: which column is which, and what each row says. Plain text in, rows and bad rows out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from twinloop.places import words
from twinloop.places.models import above, prefix_of
from twinloop.places.tables import CELL_LIMIT, Table, Unreadable

# heads of columns that people use, in order of preference
HEADS: Mapping[str, Sequence[str]] = {
    "code": ("代码", "code", "区划代码", "行政区划代码", "统计用区划代码", "编码", "地区代码"),
    "name": ("名称", "name", "区划名称", "行政区划名称", "地名", "单位名称"),
    "parent": ("上级", "parent", "上级代码", "父级代码", "streetcode", "areacode", "parent_code"),
}
REQUIRED = ("code", "name")


@dataclass(frozen=True)
class Row:
    """One place: `code` has 12 digits; kind and parent follow from it."""

    code: str
    name: str


@dataclass(frozen=True)
class BadRow:
    """`row` is its number in the file (1 is the head), `column` one of `words.COLUMNS`."""

    row: int
    column: str
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        where = _("第 %(row)s 行，%(column)s") % {"row": self.row, "column": words.COLUMNS[self.column]}
        return f"{where}{_('：')}{self.sentence}"

    @property
    def column_word(self) -> str:
        return str(words.COLUMNS[self.column])

    @property
    def sentence(self) -> str:
        return str(words.BAD[self.reason]) % self.facts


@dataclass(frozen=True)
class Reading:
    """What a file holds. `numbers`: on which row of the file each code stands."""

    rows: Sequence[Row]
    bad: Sequence[BadRow]
    numbers: Mapping[str, int] = field(default_factory=dict)


def guess_columns(found: Sequence[str], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Which of the columns `found` are code, name and parent; `chosen` by a person goes first."""
    by_head = {_head(name): name for name in reversed(found)}
    guessed = {}
    for column, heads in HEADS.items():
        wanted = (chosen or {}).get(column, "")
        name = wanted if wanted in found else next((by_head[head] for head in heads if head in by_head), "")
        if name:
            guessed[column] = name
    return guessed


def _head(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


def read_list(table: Table, columns: Mapping[str, str] | None = None, *, county: str = "") -> Reading:
    """Every row of `table`, each taken or refused for one reason. `county`: six digits that all codes begin with.

    Rows that say the same count once; rows that share a code and differ are all refused. Raises `Unreadable`.
    """
    columns = columns or guess_columns(table.columns)
    if missing := [str(words.COLUMNS[c]) for c in REQUIRED if c not in columns]:
        raise Unreadable("columns", columns=_("、").join(missing), found=_("、").join(table.columns)[:200])
    bad: list[BadRow] = []
    seen: dict[str, list[tuple[int, Row]]] = {}
    for number, cells in table.rows:
        values = {column: cells.get(name, "") for column, name in columns.items()}
        wrong, code = _judge(number, values, county)
        if wrong:
            bad.append(wrong)
        else:
            seen.setdefault(code, []).append((number, Row(code, _name(values["name"]))))
    rows, numbers = [], {}
    for code, stood in sorted(seen.items()):
        if len({row for _number, row in stood}) > 1:
            bad.extend(BadRow(number, "code", "twice", {"value": code}) for number, _row in stood)
        else:
            rows.append(stood[0][1])
            numbers[code] = stood[0][0]
    return Reading(rows, sorted(bad, key=lambda wrong: wrong.row), numbers)


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def whole_code(text: str) -> str:
    """Twelve digits of 6, 9 or 12 (full-width figures too); "" for anything else."""
    digits = unicodedata.normalize("NFKC", text).strip()
    return digits.ljust(12, "0") if re.fullmatch(r"[1-9][0-9]{5}(?:[0-9]{3}){0,2}", digits, re.ASCII) else ""


def _judge(number: int, values: Mapping[str, str], county: str) -> tuple[BadRow | None, str]:
    """The first thing wrong with a row, or its code."""
    code = whole_code(values["code"])

    def wrong(column: str, reason: str, **facts: object) -> tuple[BadRow, str]:
        return BadRow(number, column, reason, facts), code

    for column, text in values.items():
        if len(text.encode(errors="replace")) > CELL_LIMIT:
            return wrong(column, "cell_long")
    if found := _wrong_code(values["code"], code, county):
        return wrong("code", found[0], **found[1])
    if found := _wrong_name(values["name"]):
        return wrong("name", found[0], **found[1])
    parent, expected = values.get("parent", ""), above(code)
    # a list of counties may name a city or a province above; that level is not kept
    if parent and expected and whole_code(parent) != expected:
        return wrong("parent", "parent_wrong", expected=prefix_of(expected), value=parent[:40])
    return None, code


def _wrong_code(text: str, code: str, county: str) -> tuple[str, dict[str, object]] | None:
    if not text:
        return "code_missing", {}
    if not code:
        return "code_form", {"value": text[:40]}
    if code[6] == "9":
        return "code_reserved", {}
    return ("other_county", {"county": county}) if not code.startswith(county) else None


def _wrong_name(text: str) -> tuple[str, dict[str, object]] | None:
    if not text:
        return "name_missing", {}
    if len(_name(text)) > 60:
        return "name_long", {}
    return ("name_control", {}) if any(unicodedata.category(c) in ("Cc", "Cs") for c in text) else None

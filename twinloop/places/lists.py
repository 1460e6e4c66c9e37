"""A list of places in a table: which column is which, and what each row says. Plain text in, rows and bad rows out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from twinloop.edge import tables
from twinloop.places import words
from twinloop.places.models import above, prefix_of

# heads of columns that people use, in order of preference
HEADS: Mapping[str, Sequence[str]] = {
    "code": ("代码", "code", "区划代码", "行政区划代码", "统计用区划代码", "编码", "地区代码"),
    "name": ("名称", "name", "区划名称", "行政区划名称", "地名", "单位名称"),
    "parent": ("上级", "parent", "上级代码", "父级代码", "streetcode", "areacode", "parent_code"),
}
REQUIRED = ("code", "name")


class Unreadable(tables.Unreadable):
    """A list that is refused as a whole although its file can be read; `words.say_unreadable` makes the sentence."""

    def __str__(self) -> str:  # the sentences of the file's reader do not know ours
        return f"{self.code} {self.facts}"


@dataclass(frozen=True)
class Row:
    """One place: `code` has 12 digits; kind and parent follow from it."""

    code: str
    name: str


@dataclass(frozen=True)
class BadRow:
    """`row` is its number in the file (1 is the head), `column` one of `words.COLUMNS` or "" for the whole row."""

    row: int
    column: str
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)
    source: tables.Row | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        where = _("第 %(row)s 行") % {"row": self.row}
        return _("：").join([_("，").join(filter(None, (where, self.column_word))), self.sentence])

    @property
    def column_word(self) -> str:
        return str(words.COLUMNS.get(self.column, ""))

    @property
    def sentence(self) -> str:
        return words.say_bad(self.reason, self.facts)


@dataclass(frozen=True)
class Reading:
    """What a file holds. `sources`: the row of the file of each code; `found`: the file's columns."""

    rows: Sequence[Row]
    bad: Sequence[BadRow]
    sources: Mapping[str, tables.Row] = field(default_factory=dict)
    found: Sequence[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


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


def columns_of(rows: Iterable[tables.Row]) -> list[str]:
    """Every column that some row has, in order: a row leaves out what it does not reach."""
    return list(dict.fromkeys(name for row in rows for name in row.cells))


def read_list(path: Path, chosen: Mapping[str, str] | None = None, *, county: str = "") -> Reading:
    """Every row of the file, each taken or refused for one reason. `county`: six digits that all codes begin with.

    `chosen`: columns that a person picked. Rows that say the same count once; rows that share a code and differ are
    all refused. Raises `Unreadable`, or that of `edge.tables`.
    """
    table = tables.read(path)
    there = list(table)
    found = columns_of(there)
    columns = guess_columns(found, chosen)
    if missing := [str(words.COLUMNS[c]) for c in REQUIRED if c not in columns]:
        raise Unreadable("columns_missing", columns=_("、").join(missing), found=_("、").join(found)[:200])
    bad: list[BadRow] = []
    seen: dict[str, list[tuple[tables.Row, Row]]] = {}
    for row in there:
        values = {column: row.cells.get(name, "") for column, name in columns.items()}
        wrong, code = _unread(row, columns) or _judge(row, values, county)
        if wrong:
            bad.append(wrong)
        else:
            seen.setdefault(code, []).append((row, Row(code, _name(values["name"]))))
    rows, sources = [], {}
    for code, stood in sorted(seen.items()):
        if len({one for _source, one in stood}) > 1:
            bad.extend(BadRow(source.number, "code", "twice", {"value": code}, source) for source, _one in stood)
        else:
            sources[code], one = stood[0]
            rows.append(one)
    notes = [words.say_note(note) for note in table.notes]
    return Reading(rows, sorted(bad, key=lambda wrong: wrong.row), sources, found, columns, notes)


def _unread(row: tables.Row, columns: Mapping[str, str]) -> tuple[BadRow, str] | None:
    """What the reader of files found wrong with the row as a whole or with one of our columns."""
    ours = {name: column for column, name in columns.items()}
    for bad in row.bad:
        if not bad.at or bad.at in ours:
            return BadRow(row.number, ours.get(bad.at, ""), bad.code, bad.facts, row), ""
    return None


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def whole_code(text: str) -> str:
    """Twelve digits of 6, 9 or 12 (full-width figures too); "" for anything else."""
    digits = unicodedata.normalize("NFKC", text).strip()
    return digits.ljust(12, "0") if re.fullmatch(r"[1-9][0-9]{5}(?:[0-9]{3}){0,2}", digits, re.ASCII) else ""


def _judge(source: tables.Row, values: Mapping[str, str], county: str) -> tuple[BadRow | None, str]:
    """The first thing wrong with a row, or its code."""
    code = whole_code(values["code"])

    def wrong(column: str, reason: str, **facts: object) -> tuple[BadRow, str]:
        return BadRow(source.number, column, reason, facts, source), code

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

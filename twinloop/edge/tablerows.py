"""A row as it was read, what is wrong with it, and the limits; shared by text and workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from twinloop.edge.tablewords import say
from twinloop.edge.typed import half_width


@dataclass(frozen=True, slots=True)
class Limits:
    """`cell` and `unpacked` in bytes."""

    cell: int = 64 * 1024
    unpacked: int = 512 * 2**20
    rows: int = 5_000_000
    columns: int = 1_000
    area: int = 40_000_000  # cells of one sheet, empty ones between its corners too: 32 bytes each while it is read


class Unreadable(Exception):  # noqa: N818 - an expected no, like Refused
    """A file that is no table; `say(code, lang, **facts)` makes the sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return say(self.code, "zh", **self.facts)


class Note:
    """Something told about a file that is not refused."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Note) and (self.code, self.facts) == (other.code, other.facts)

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        return f"Note({self.code!r}, {self.facts!r})"

    def say(self, lang: str) -> str:
        return say(self.code, lang, **self.facts)


class Bad(Note):
    """Why a row cannot be read as it stands; `column` is "" for the row as a whole."""

    def __init__(self, at: str, code: str, **facts: object) -> None:
        super().__init__(code, **facts)
        self.at = at


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as the file's own program shows it; `cells` by the words of the head, trimmed."""

    number: int
    sheet: str
    cells: Mapping[str, str]
    bad: tuple[Bad, ...] = ()
    raw: str = field(default="", repr=False)  # a line that could not be taken apart


def head_of(cells: Sequence[str], limits: Limits) -> list[str]:
    """The names of the columns; unnamed ones are "". Raises `Unreadable` for two of one name."""
    if len(cells) > limits.columns:
        raise Unreadable("columns", columns=limits.columns)
    names = [half_width(cell).strip().strip("\ufeff*").strip() for cell in cells]
    for name in names:
        if name and names.count(name) > 1:
            raise Unreadable("twice", column=name[:40])
    return names


def tabulated(number: int, sheet: str, columns: Sequence[str], cells: Sequence[str], limits: Limits) -> Row:
    """Cells under their names; what has no name, or is too large, is said and not cut."""
    bad: list[Bad] = []
    named: dict[str, str] = {}
    for index, cell in enumerate(cells):
        name = columns[index] if index < len(columns) else ""
        text = cell.strip()
        if len(text) * 4 > limits.cell and len(text.encode(errors="surrogatepass")) > limits.cell:
            bad.append(Bad(name, "cell", kib=limits.cell // 1024))
        elif name:
            named[name] = text
        elif text:
            bad.append(Bad("", "more_cells", value=text[:20]))
    for name in columns[len(cells) :]:  # a short row has every column of the head, like one with empty cells
        if name:
            named[name] = ""
    return Row(number, sheet, named, tuple(bad))

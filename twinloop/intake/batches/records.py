"""A record out of a row, before it is written: what it is, under which number, what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from twinloop.intake.batches.columns import Columns
from twinloop.intake.batches.typed import Fault
from twinloop.ledger.sight import Scope

Cells = Mapping[str, str]  # by field
Facts = dict[str, Any]  # what JSON can hold


class Faults(Exception):  # noqa: N818 - an expected no
    """Everything that is wrong with a row: (field, fault)."""

    def __init__(self, found: Sequence[tuple[str, Exception]]) -> None:
        super().__init__(len(found))
        self.found = found


@dataclass
class Reader:
    """Reads fields of one row and gathers what is wrong, so that a person mends a row once."""

    cells: Cells
    now: datetime
    faults: list[tuple[str, Exception]] = field(default_factory=list)

    def take(self, of: str, read: Callable[..., Any], *args: Any, needed: bool = False) -> Any:
        """The value of a field, None where the cell is empty or wrong."""
        typed = self.cells.get(of, "")
        if not typed:
            if needed:
                self.faults.append((of, Fault("empty")))
            return None
        try:
            return read(typed, *args)
        except (Fault, ValueError) as fault:  # IdentityRefused is one
            self.faults.append((of, fault))
            return None

    def fault(self, of: str, code: str, **facts: object) -> None:
        self.faults.append((of, Fault(code, "", **facts)))

    def done(self, facts: Facts) -> Facts:
        if self.faults:
            raise Faults(self.faults)
        return facts


@dataclass(frozen=True)
class Acting:
    """For whom rows are written."""

    batch: int
    by: int | None
    scope: Scope | None  # None = the system
    at: datetime


class Write(Protocol):
    """Writes records of one form in the caller's transaction; gives the id of what each made."""

    def __call__(self, records: Sequence[Facts], acting: Acting) -> list[int]: ...


@dataclass(frozen=True)
class Form:
    """One sort of record. `reading` raises `Faults`; `taken_back` removes what an undo may and names the rest."""

    code: str
    columns: Columns
    reading: Callable[[Reader], Facts]
    write: Write
    taken_back: Callable[[Sequence[int], Acting, str], list[int]]  # ids that went
    moment: str = ""  # the fact that says when
    call: str = ""  # the fact that names the call it belongs to
    order: str = ""
    check: Callable[[Sequence[Facts]], Mapping[int, tuple[str, Exception]]] | None = None  # against what is there

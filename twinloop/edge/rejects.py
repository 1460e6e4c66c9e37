"""Rows that were not taken, in a file that can be mended and sent again: the same columns and 原因 as the last."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from twinloop.edge.formulas import neutralise
from twinloop.edge.tablerows import Row

REASON = "原因"


class Rejects:
    """A CSV that Excel and WPS open as it is (UTF-8 with a mark); made when the first row comes, of mode 0600."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._columns: list[str] = []
        self._stream: IO[str] | None = None

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream:
            self._stream.close()

    def add(self, row: Row, reasons: Sequence[str], columns: Sequence[str] = ()) -> None:
        """`columns`: the file's own, in order; those of the first row kept stand in the head."""
        if self._stream is None:
            self._columns = [c for c in (columns or row.cells) if c and c != REASON] or ["—"]
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(0o600)
            self._stream = self.path.open("w", encoding="utf-8-sig", newline="", errors="replace")
            csv.writer(self._stream).writerow([*map(neutralise, self._columns), REASON])
        cells = [neutralise(row.cells.get(column, "")) for column in self._columns]
        if row.raw:
            cells[0] = neutralise(row.raw)
        csv.writer(self._stream).writerow([*cells, neutralise("；".join(reasons))])
        self.count += 1

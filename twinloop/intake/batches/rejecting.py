"""Bad rows handed back: the files are read once more, and what is set aside is written out as it stood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from django.conf import settings

from twinloop.edge.rejects import REASON, Rejects
from twinloop.edge.tables import Row, read
from twinloop.intake.batches import staging
from twinloop.intake.batches.kinds import form_named
from twinloop.intake.batches.reading import digest_of_files, fault_of
from twinloop.intake.batches.results import BadRow, Result, Source

SHOWN = 50


def gather(
    kind: str, sources: Sequence[Source], starts: Mapping[int, int], result: Result, bad: Callable[[BadRow], None],
    limit: int, keep: bool,
) -> None:  # fmt: skip
    """Fill `result.bad` and, with `keep`, the files of rejects: one for each head, so that no column is lost.

    `starts`: file → rows before it; refused files are not in it.
    """
    wanted = _faults()
    at = next(wanted, None)
    writer = Files(folder(), _stem(kind, digest_of_files([s.path for s in sources]))) if keep else None
    for n, source, row in _rows(sources, starts, limit):
        while at is not None and at[0] < n:  # of a refused file
            at = next(wanted, None)
        if at is None:
            break
        if at[0] != n:
            continue
        found = BadRow(source.name, row.sheet, row.number, at[1])
        bad(found)
        if len(result.bad) < SHOWN:
            result.bad.append(found)
        if writer:
            writer.add(row, [f"{column}：{said}" if column else said for column, said in at[1]])
    if writer:
        result.rejects = writer.close()


def _stem(kind: str, digest: str) -> str:
    return f"{kind}-{digest[:12]}"


def files_of(kind: str, digest: str) -> list[Path]:
    """The files of rejects of an import, by the digest of what was sent."""
    return sorted(folder().glob(f"{_stem(kind, digest)}*.csv"))


def folder() -> Path:
    return Path(settings.ENV.data) / "rejects"


def _faults() -> Iterator[tuple[int, list[tuple[str, str]]]]:
    for n, group in groupby(staging.faulty(), key=lambda found: found[0]):
        yield n, [pair for _n, form, fault in group for pair in fault_of(form_named(form), fault)]


def _rows(sources: Sequence[Source], starts: Mapping[int, int], limit: int) -> Iterator[tuple[int, Source, Row]]:
    """Rows as they were counted when they were first read."""
    for index, start in starts.items():
        for count, row in enumerate(read(sources[index].path), 1):
            if limit and count > limit:
                break
            yield start + count, sources[index], row


class Files:
    """One CSV a head: rows of a call and of a feedback have different columns."""

    def __init__(self, where: Path, stem: str) -> None:
        self.where, self.stem = where, stem
        self.open: dict[tuple[str, ...], Rejects] = {}
        self.last: tuple[str, ...] = ()

    def add(self, row: Row, reasons: Sequence[str]) -> None:
        head = tuple(name for name in row.cells if name != REASON)
        if row.bad and self.last and set(head) <= set(self.last):  # a row that could not be taken apart
            head = self.last
        if head not in self.open:
            suffix = f"-{len(self.open) + 1}" if self.open else ""
            self.open[head] = Rejects(self.where / f"{self.stem}{suffix}.csv").__enter__()
        self.last = head
        self.open[head].add(row, reasons, head)

    def close(self) -> list[Path]:
        for rejects in self.open.values():
            rejects.__exit__(None, None, None)
        return [rejects.path for rejects in self.open.values()]

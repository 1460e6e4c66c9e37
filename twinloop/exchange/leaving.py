"""Records that leave as files: what an account sees, masked as the API says it; whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from django.utils import timezone
from ninja import Schema

from twinloop.cases.actions.looking import exported
from twinloop.cases.models import Dispute
from twinloop.decide import Refused
from twinloop.edge.formulas import cell
from twinloop.edge.written import workbook
from twinloop.exchange import queries
from twinloop.exchange.schemas import DisputeOut, EventOut, IncidentOut
from twinloop.ledger.sight import Scope, see_as
from twinloop.people.models import Account
from twinloop.people.scope import scope_of
from twinloop.places.models import Place, within

CHUNK = 2000
SHEET = 1_048_574  # rows that a sheet takes below its two heads
Row = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    fields: tuple[str, ...]
    rows: Callable[[Scope, Row], Generator[Row]]


def _disputes(scope: Scope, filters: Row) -> Generator[Row]:
    for row in _ordered(scope, filters):
        yield DisputeOut.of(row).model_dump()


def _incidents(scope: Scope, filters: Row) -> Generator[Row]:
    found = queries.incidents(scope, **filters).order_by("received_at", "pk")
    for row in found.iterator(chunk_size=CHUNK):
        yield IncidentOut.of(row).model_dump()


def _events(scope: Scope, filters: Row) -> Generator[Row]:
    for dispute in _ordered(scope, filters):
        for event in queries.timeline(dispute):
            yield {"dispute": dispute.number, **EventOut.of(event).model_dump()}


def _ordered(scope: Scope, filters: Row) -> Iterator[Dispute]:
    return queries.disputes(scope, **filters).order_by("registered_at", "pk").iterator(chunk_size=CHUNK)


def _named(schema: type[Schema]) -> tuple[str, ...]:
    return tuple(schema.model_fields)


KINDS = {
    "disputes": Kind(_named(DisputeOut), _disputes),
    "incidents": Kind(_named(IncidentOut), _incidents),
    "events": Kind(("dispute", *_named(EventOut)), _events),
}


def export(kind: str, account: Account, filters: Row, out: Path, *, at: datetime) -> int:
    """Writes what `account` sees of `kind` to `out` (.csv, .xlsx or .jsonl by its ending) and says how many rows.

    The file appears when it is whole, readable by its owner alone; the ledger has then who took how much out. Raises
    `Refused`: `export_nobody` (the account is closed), `export_place` (there is none), `export_too_long` (more
    rows than a sheet takes).
    """
    if not account.is_active:
        raise Refused("export_nobody")
    if filters.get("place") and not Place.objects.filter(code__startswith=within(filters["place"])).exists():
        raise Refused("export_place")
    scope = scope_of(account, at=at)
    with see_as(scope):
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
        part = Path(name)
        try:
            # closed here: a cursor left half read would be closed by the collector, in whatever transaction runs then
            with (
                os.fdopen(handle, "w", encoding="utf-8", newline="") as file,
                closing(KINDS[kind].rows(scope, filters)) as rows,
            ):
                count = WRITERS[out.suffix](file, part, KINDS[kind], rows, account, at)
            said = "&".join(f"{key}={value}" for key, value in sorted(filters.items()) if value is not None)
            exported(by=account.pk, at=at, what=kind, rows=count, query=said)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    return count


def _jsonl(file: TextIO, part: Path, kind: Kind, rows: Iterator[Row], who: Account, at: datetime) -> int:
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False, default=_iso) + "\n")
        count += 1
    return count


def _csv(file: TextIO, part: Path, kind: Kind, rows: Iterator[Row], who: Account, at: datetime) -> int:
    file.write("\ufeff")  # spreadsheets take it for UTF-8 so
    writer = csv.writer(file)
    writer.writerow(kind.fields)
    count = 0
    for row in rows:
        writer.writerow([cell(value) for value in _flat(kind.fields, row)])
        count += 1
    return count


def _xlsx(file: TextIO, part: Path, kind: Kind, rows: Iterator[Row], who: Account, at: datetime) -> int:
    said = f"{who.name} {who.username} · {timezone.localtime(at):%Y-%m-%d %H:%M}"
    moment = timezone.localtime(at).replace(tzinfo=None, microsecond=0)
    lines = (_flat(kind.fields, row) for row in islice(rows, SHEET))
    content, count = workbook("export", said, kind.fields, lines, creator=who.username, at=moment)
    if next(rows, None) is not None:
        raise Refused("export_too_long")
    part.write_bytes(content)
    return count


def _flat(fields: Sequence[str], row: Row) -> list[Any]:
    """One line of a table: times with their offset as in the API, lists and facts as JSON."""
    return [
        _iso(value) if isinstance(value, datetime)
        else json.dumps(value, ensure_ascii=False, default=_iso) if isinstance(value, dict | list)
        else value
        for value in (row[field] for field in fields)
    ]  # fmt: skip


def _iso(value: Any) -> str:
    return timezone.localtime(value).isoformat() if isinstance(value, datetime) else str(value)


WRITERS = {".jsonl": _jsonl, ".csv": _csv, ".xlsx": _xlsx}

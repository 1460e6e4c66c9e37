"""All reports and the keys of their people as columns of DuckDB: what is blind in the tables stays blind there.

What was written passes through a pipe into memory; a file is made only of what memory does not hold, in a folder of
the data folder that nobody else may read, gone afterwards.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from django.conf import settings
from django.db import connection

from twinloop.decide.linkage import blocking
from twinloop.triage.repeats_finding import WATCHED

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AT_ONCE = 1 << 20  # bytes that are written together: the server sends a row at a time
MOST_MEMORY = 4 << 30  # bytes; more is put on the disk
_LIVE = """LEFT JOIN cases_incidentlink l ON l.incident_id = i.id AND l.unlinked_at IS NULL
    LEFT JOIN cases_dispute d ON d.id = l.dispute_id"""
_UNIT = "coalesce(d.merged_into_id, d.id, -i.id)"
# a dispute is its own number, a report without one its number below zero
_REPORTS = f"""SELECT i.id, {_UNIT}, (extract(epoch FROM i.received_at) * 1000000)::bigint, coalesce(i.place_id, 0),
    coalesce(CASE WHEN p.kind = 'community' THEN p.parent_id ELSE p.id END, 0), i.address_key, i.narrative
    FROM cases_incident i LEFT JOIN places_place p ON p.id = i.place_id {_LIVE}"""  # noqa: S608  parts of its own
# who reported stands below zero where the dispute names its parties; whoever watches, or will not be named, is nobody
_PARTIES = f"""SELECT y.id, coalesce(d.merged_into_id, d.id), array_to_string(y.search_keys, ',')
    FROM cases_party y JOIN cases_dispute d ON d.id = y.dispute_id WHERE y.removed_at IS NULL
    UNION ALL SELECT CASE WHEN d.id IS NULL THEN i.id ELSE -i.id END, {_UNIT}, array_to_string(i.search_keys, ',')
    FROM cases_incident i {_LIVE} WHERE NOT i.caller_is_confidential AND i.search_keys <> '{{}}'
    AND i.channel NOT IN ({", ".join(repr(channel) for channel in WATCHED)})"""  # noqa: S608


@contextmanager
def copied() -> Iterator[DuckDBPyConnection]:
    """A connection to DuckDB with the tables `report` and `party` of `decide.linkage.blocking`, filled."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="relink-", dir=settings.ENV.data) as folder:
        there = duckdb.connect(config={"temp_directory": folder, "preserve_insertion_order": "false"})
        try:
            memory = min(MOST_MEMORY, psutil.virtual_memory().available // 2)
            there.execute(f"SET memory_limit = '{memory >> 20}MiB'")
            there.execute(blocking.TABLES)
            _piped(there, Path(folder), "report", _REPORTS)
            _piped(there, Path(folder), "party", _PARTIES)
            yield there
        finally:
            there.close()


def _piped(there: DuckDBPyConnection, folder: Path, table: str, asked: str) -> None:
    """Rows of ``asked`` into ``table``, through a pipe that two threads hold the ends of."""
    pipe = folder / f"{table}.csv"
    os.mkfifo(pipe, 0o600)
    columns = {name: kind for name, kind, *_ in there.execute(f"DESCRIBE {table}").fetchall()}
    failed: list[BaseException] = []

    def read() -> None:
        try:
            there.execute(f"INSERT INTO {table} FROM read_csv(?, header = false, auto_detect = false, "
                          "delim = ',', quote = '\"', escape = '\"', parallel = false, max_line_size = 20000000, "
                          f"columns = {columns})", [str(pipe)])  # fmt: skip
        except BaseException as error:  # told by whoever waits
            failed.append(error)
            os.close(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))  # whoever writes waits no longer

    reader = threading.Thread(target=read)
    reader.start()
    try:
        _written(pipe, asked)
    except BrokenPipeError:
        pass
    finally:
        reader.join()
    if failed:
        raise failed[0]


def _written(pipe: Path, asked: str) -> None:
    with pipe.open("wb", buffering=_AT_ONCE) as out, connection.cursor() as cursor:
        whole: Any = cursor.cursor
        with whole.copy(f"COPY ({asked}) TO STDOUT (FORMAT csv)") as rows:
            for data in rows:
                out.write(data)

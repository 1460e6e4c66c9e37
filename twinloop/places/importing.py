"""Bringing a list in, for the command and for the page alike: read, judge, compare, write or only say what would be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from twinloop.edge import tables
from twinloop.edge.rejects import Rejects
from twinloop.places import actions, queries
from twinloop.places.lists import REQUIRED, BadRow, Reading, Row, Unreadable, columns_of, guess_columns, read_list
from twinloop.places.models import Place


@dataclass(frozen=True)
class Draft:
    """A list that was read and not yet written. `county`: six digits where it is one county's whole list."""

    source: str
    reading: Reading
    county: str
    changes: queries.Changes

    @property
    def rows(self) -> Sequence[Row]:
        return self.reading.rows

    @property
    def bad(self) -> Sequence[BadRow]:
        return self.reading.bad

    @property
    def communities(self) -> list[str]:
        return [row.code for row in self.rows if not row.code.endswith("000")]


def columns_in(path: Path, chosen: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The file's columns, and which of them is what; nothing of the latter when a required one was not found."""
    found = columns_of(tables.read(path))
    guessed = guess_columns(found, chosen)
    return found, guessed if all(column in guessed for column in REQUIRED) else {}


def draft_of(path: Path, name: str, *, county: str = "", columns: Mapping[str, str] | None = None) -> Draft:
    """The file as a list of `county` (code or name; "": of any, and nothing vanishes). Raises `Unreadable`."""
    code = known_county(county) if county else ""
    source = f"{name} sha256:{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
    return _draft(source, read_list(path, columns, county=code), code)


def draft_from(rows: Sequence[Row], source: str, county: str) -> Draft:
    """A county's whole list that needs no reading (npm)."""
    return _draft(source, Reading(rows, []), county)


def _draft(source: str, reading: Reading, county: str) -> Draft:
    reading = queries.orphans(reading)
    # a list with holes says nothing about what is not in it
    whole = "" if reading.bad else county
    return Draft(source, reading, county, queries.compare(reading.rows, whole))


def known_county(named: str) -> str:
    """Six digits of a county by code, or by name among those in the table. Raises `Unreadable` with the candidates."""
    digits = named.strip()
    if digits.isdecimal() and digits.isascii():
        if len(digits) not in (6, 12) or digits[6:].strip("0"):
            raise Unreadable("county_unknown", county=named)
        return digits[:6]
    found = Place.objects.filter(kind=Place.Kind.COUNTY, name=digits).values_list("code", "name")
    if not found:
        raise Unreadable("county_unknown", county=named)
    if len(found) > 1:
        raise Unreadable("county_many", county=named, candidates="，".join(f"{c[:6]} {n}" for c, n in found))
    return found[0][0][:6]


def write(draft: Draft, *, by: int | None, at: datetime, good_rows: bool = False) -> actions.Result:
    """Write it. With bad rows: nothing, or with `good_rows` the others; nothing vanishes then. Raises `Unreadable`."""
    if draft.bad and not good_rows:
        raise Unreadable("bad_rows", count=len(draft.bad))
    whole = "" if draft.bad else draft.county
    return actions.put(draft.rows, by=by, at=at, source=draft.source, complete_for=whole)


def keep_rejects(draft: Draft, folder: Path) -> Path:
    """Every bad row with its reason in a file that can be mended and sent again, named after the list's content."""
    with Rejects(folder / f"places-{draft.source.rsplit(':', 1)[-1]}.csv") as rejects:
        for bad in draft.bad:
            rejects.add(bad.source or tables.Row(bad.row, "", {}), [bad.sentence], draft.reading.found)
    return rejects.path

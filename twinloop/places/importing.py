"""Bringing a list in, for the command and for the page alike: read, judge, compare, write or only say what would be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from twinloop.places import actions, queries
from twinloop.places.lists import BadRow, Reading, Row, guess_columns, read_list
from twinloop.places.models import Place
from twinloop.places.tables import Table, Unreadable, read_table


@dataclass(frozen=True)
class Draft:
    """A list that was read and not yet written. `county`: six digits where it is one county's whole list."""

    source: str
    reading: Reading
    county: str
    changes: queries.Changes
    columns: Mapping[str, str]
    found: Sequence[str] = ()  # the file's own columns
    encoding: str = ""
    hidden: Sequence[str] = ()

    @property
    def rows(self) -> Sequence[Row]:
        return self.reading.rows

    @property
    def bad(self) -> Sequence[BadRow]:
        return self.reading.bad


def draft_of(data: bytes, name: str, *, county: str = "", columns: Mapping[str, str] | None = None) -> Draft:
    """The file `name` as a list of `county` (code or name; "": of any, and nothing vanishes). Raises `Unreadable`."""
    table = read_table(data)
    guessed = guess_columns(table.columns, columns)
    source = f"{name} sha256:{hashlib.sha256(data).hexdigest()[:16]}"
    code = known_county(county) if county else ""
    reading = queries.orphans(read_list(table, guessed, county=code))
    return _draft(source, reading, code, guessed, table)


def _draft(source: str, reading: Reading, county: str, columns: Mapping[str, str], table: Table | None) -> Draft:
    # a list with holes says nothing about what is not in it
    whole = "" if reading.bad else county
    changes = queries.compare(reading.rows, whole)
    if table is None:
        return Draft(source, reading, county, changes, columns)
    return Draft(source, reading, county, changes, columns, table.columns, table.encoding, table.hidden)


def draft_from(rows: Sequence[Row], source: str, county: str) -> Draft:
    """A county's whole list that needs no reading (npm)."""
    return _draft(source, queries.orphans(Reading(rows, [])), county, {}, None)


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

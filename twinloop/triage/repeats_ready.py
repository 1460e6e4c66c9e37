"""Earlier reports ready for comparison: opened and read once, and kept as long as they are asked for."""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from twinloop.cases import sealing
from twinloop.decide import linkage

# id, received (microseconds), where it lives on, narrative, address, place code, caller (name, phone), people (as text)
Row = tuple[Any, ...]
CHINA = ZoneInfo("Asia/Shanghai")  # "yesterday" in a narrative is a day of the place
KEPT = 10_000  # reports that a process keeps, some 5 kB each
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ready: OrderedDict[int, tuple[Row, linkage.Prepared]] = OrderedDict()  # by id, the latest asked for at the end


def prepared(row: Row) -> linkage.Prepared:
    """Read once as long as the row stands as it is; what changes in it (a party, a new key) has it read again.

    By id, as hashing the whole of a hundred rows takes longer than comparing each with itself. Every step is one of
    the dictionary's own: threads that meet here read a row twice at worst.
    """
    held = _ready.pop(row[0], None)
    if held is None or held[0] != row:
        held = (row, read_off(row))
    _ready[row[0]] = held
    if len(_ready) > KEPT:
        _ready.popitem(last=False)
    return held[1]


def read_off(row: Row) -> linkage.Prepared:
    """A row of the database opened and read; not kept."""
    return linkage.prepare(opened(row, sealing.Seals()))


def opened(row: Row, seals: sealing.Seals) -> linkage.Report:
    """What stands in a row of the database."""
    pk, at, _dispute, text, address, place, caller_name, caller_phone, people = row
    open_ = seals.open_
    parties = [
        linkage.Person(
            open_(bytes.fromhex(name), f"party:{party}:name") if name else "",
            open_(bytes.fromhex(number), f"party:{party}:id_number") if number else "",
            open_(bytes.fromhex(phone), f"party:{party}:phone") if phone else "",
        )
        for party, name, number, phone in (json.loads(people) if people else ())
    ]
    name = open_(caller_name, f"incident:{pk}:name")
    phone = open_(caller_phone, f"incident:{pk}:phone")
    return as_report(pk, _EPOCH + timedelta(microseconds=at), text, name, phone, place, address, parties)


def as_report(
    pk: int, at: datetime, text: str, name: str, phone: str, place: str, address: str, parties: list[linkage.Person]
) -> linkage.Report:
    if name and all(party.name != name for party in parties):
        parties = [linkage.Person(name, "", phone), *parties]
    return linkage.Report(str(pk), at.astimezone(CHINA), text, phone, place, address, tuple(parties))

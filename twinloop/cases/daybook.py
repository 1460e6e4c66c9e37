"""What is open, for the daily clear. Each room says in its `day.py` what waits there: ``open_items(at, cut)``.

A room that is built later joins with that one file; the day's board asks all of them and knows none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from twinloop.cases.models import Dispute, Incident
from twinloop.decide.daily import DayKind


@dataclass(frozen=True, kw_only=True)
class Open:
    """One thing that is open. `key` names it for good ("order:12"): the same thing has the same key every day.

    No text of a case is in it: the day's lists and papers can name no party. `owner`: whose it is; None: the desk's.
    """

    kind: DayKind
    key: str
    number: str
    url: str
    since: datetime
    due: datetime | None = None
    level: int | None = None
    type_code: str = ""
    place: int | None = None
    station: int | None = None
    dispute: int | None = None
    incident: int | None = None
    owner: int | None = None


Collect = Callable[[datetime, datetime], Iterable[Open]]


def of_dispute(
    kind: DayKind, key: str, dispute: Dispute, url: str, since: datetime, due: datetime | None = None
) -> Open:
    """An item about a dispute, in its officer's name."""
    return Open(
        kind=kind, key=key, number=dispute.number, url=url, since=since, due=due, level=dispute.level,
        type_code=dispute.type_code, place=dispute.place_id, station=dispute.station_id, dispute=dispute.pk,
        owner=dispute.owner_id,
    )  # fmt: skip


def of_incident(
    kind: DayKind, key: str, incident: Incident, url: str, since: datetime, due: datetime | None = None
) -> Open:
    return Open(
        kind=kind, key=key, number=incident.number, url=url, since=since, due=due,
        type_code=incident.confirmed_type or incident.reported_type, place=incident.place_id,
        station=incident.station_id, incident=incident.pk,
    )  # fmt: skip


@cache
def collectors() -> tuple[Collect, ...]:
    found = []
    for room in (config.name for config in apps.get_app_configs() if config.name.startswith("twinloop.")):
        if find_spec(f"{room}.day") is not None:
            found.append(import_module(f"{room}.day").open_items)
    return tuple(found)


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """Everything that is open now in every room; what is only owed when it is due is due by `cut`."""
    for collect in collectors():
        yield from collect(at, cut)

"""Writing places: whole lists at once, and what is served. Every change has its event in the same transaction."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.places import naming, queries
from twinloop.places.lists import Row
from twinloop.places.models import Place, above, kind_of

__all__ = ["ACTS", "Refused", "Result", "load_gazetteer", "put", "restore", "retire", "serve", "stop_serving"]

LAW = ZoneInfo("Asia/Shanghai")  # a day is that of +08:00
PACKAGED = "places/data/ganzhou.csv"


@dataclass(frozen=True)
class Result:
    """How many places a list added, renamed, brought back, retired, and left as they were."""

    added: int = 0
    renamed: int = 0
    restored: int = 0
    retired: int = 0
    unchanged: int = 0


@contextmanager
def _alone() -> Iterator[None]:
    """One writer of places at a time; readers go on. Two lists at once would both add the same codes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE places_place IN SHARE ROW EXCLUSIVE MODE")
        yield


def load_gazetteer(*, by: int | None, at: datetime) -> Result:
    """The counties of 赣州 that the package carries, those that are not there yet. Can be repeated.

    A county that is there stays as it is: a newer list may have been imported since.
    """
    rows = packaged()
    with _alone():
        there = set(Place.objects.filter(kind=Place.Kind.COUNTY).values_list("code", flat=True))
        new = [row for row in rows if f"{row.code[:6]}000000" not in there]
        return put(new, by=by, at=at, source=PACKAGED)


def packaged() -> list[Row]:
    """The rows of data/ganzhou.csv with whole codes."""
    text = (files("twinloop.places") / "data" / "ganzhou.csv").read_text(encoding="utf-8")
    return [Row(row["code"].ljust(12, "0"), row["name"]) for row in csv.DictReader(text.splitlines())]


def put(rows: Sequence[Row], *, by: int | None, at: datetime, source: str, complete_for: str = "") -> Result:
    """Bring a list in: new places are added, names follow it, retired ones that it holds come back.

    `complete_for`: six digits of the county whose whole list this is; places of it that the list lacks are retired,
    never deleted. Parents must be in the list or in the table already (`queries.orphans`).
    """
    with _alone():
        changes = queries.compare(rows, complete_for)
        added = _add(changes.added)
        _rename(changes.renamed, by=by, at=at, why=source)
        for place in changes.returned:
            _set_retired(place, None, by=by, at=at, why=source)
        for place in changes.vanished:
            _set_retired(place, _day(at), by=by, at=at, why=source)
        for county, count in added.items():
            record(f"place:{county}", "imported", by=by, at=at, source=source, added=count)
    return Result(
        len(changes.added), len(changes.renamed), len(changes.returned), len(changes.vanished), changes.unchanged
    )


def _day(at: datetime) -> date:
    return at.astimezone(LAW).date()


def _made(row: Row, parent: Place | None) -> Place:
    short = naming.short_name(row.code, row.name)
    return Place(
        code=row.code, name=row.name, short=short, pinyin=naming.sounds(short), kind=kind_of(row.code),
        parent=parent, is_village=naming.is_village(row.code, row.name),
    )  # fmt: skip


def _add(rows: Iterable[Row]) -> dict[str, int]:
    """Level by level, since a place needs the key of the one above. Gives counts by the county's code."""
    by_kind: dict[str, list[Row]] = {kind: [] for kind in Place.Kind.values}
    for row in rows:
        by_kind[kind_of(row.code)].append(row)
    count: dict[str, int] = {}
    for level in by_kind.values():
        parents = Place.objects.in_bulk({above(row.code) for row in level} - {""}, field_name="code")
        Place.objects.bulk_create(
            (_made(row, parents[above(row.code)] if above(row.code) else None) for row in level), batch_size=2000
        )
        for row in level:
            county = f"{row.code[:6]}000000"
            count[county] = count.get(county, 0) + 1
    return count


def _rename(renamed: Sequence[tuple[Place, str]], *, by: int | None, at: datetime, why: str) -> None:
    for place, name in renamed:
        record(
            f"place:{place.code}", "renamed", by=by, at=at, why=why, before={"name": place.name}, after={"name": name}
        )
        place.name, place.short = name, naming.short_name(place.code, name)
        place.pinyin, place.is_village = naming.sounds(place.short), naming.is_village(place.code, name)
    changed = [place for place, _name in renamed]
    Place.objects.bulk_update(changed, ["name", "short", "pinyin", "is_village"], batch_size=500)


def _set_retired(place: Place, on: date | None, *, by: int | None, at: datetime, why: str) -> None:
    """A retired place is served no longer; coming back, it is served only when somebody says so."""
    Place.objects.filter(pk=place.pk).update(retired_on=on, is_served=False)
    verb = "retired" if on else "restored"
    record(f"place:{place.code}", verb, by=by, at=at, why=why, before={"is_served": place.is_served})


def _locked(code: str) -> Place:
    found = (
        Place.objects.select_for_update(no_key=True, of=("self",)).select_related("parent").filter(code=code).first()
    )
    if found is None:
        raise Refused("place_unknown", codes=code)
    return found


def _need_reason(why: str) -> str:
    if not why.strip():
        raise Refused("reason_missing")
    return why.strip()


def serve(codes: Iterable[str], *, by: int | None, at: datetime, why: str) -> int:
    """Take places, and the townships and counties above them, into the district. How many were not in it before.

    Raises `Refused` for an unknown or retired one, and then takes in none.
    """
    why, wanted = _need_reason(why), set(codes)
    whole = wanted | {above(code) for code in wanted} | {above(above(code)) for code in wanted if above(code)}
    with transaction.atomic():
        there = {
            p.code: p
            for p in Place.objects.select_for_update(no_key=True).filter(code__in=whole - {""}).order_by("code")
        }
        if unknown := wanted - set(there):
            raise Refused("place_unknown", codes="、".join(sorted(unknown)[:10]))
        if retired := next((place for place in there.values() if place.retired_on), None):
            raise Refused("place_retired", place=retired.short)
        new = [place for place in there.values() if not place.is_served]
        Place.objects.filter(pk__in=[place.pk for place in new]).update(is_served=True)
        for place in new:
            record(f"place:{place.code}", "served", by=by, at=at, why=why)
    return len(new)


def stop_serving(code: str, *, by: int | None, at: datetime, why: str) -> int:
    """Take a place and all below it out of the district; those above go too when nothing below them is left.

    How many left. People and cases keep their places.
    """
    why = _need_reason(why)
    with transaction.atomic():
        place = _locked(code)
        if not place.is_served:
            raise Refused("not_served", place=place.short)
        leaving = list(Place.objects.within(place).served().order_by("code"))
        while (parent := place.parent) and not _others_served(parent, place):
            leaving.append(parent)
            place = parent
        Place.objects.filter(pk__in=[left.pk for left in leaving]).update(is_served=False)
        for left in leaving:
            record(f"place:{left.code}", "service_stopped", by=by, at=at, why=why)
    return len(leaving)


def _others_served(parent: Place, place: Place) -> bool:
    return parent.children.filter(is_served=True).exclude(pk=place.pk).exists()


def retire(code: str, *, by: int | None, at: datetime, why: str) -> None:
    """The place exists no longer (merged, renamed away); it and all below leave the district, cases keep them."""
    why = _need_reason(why)
    with transaction.atomic():
        place = _locked(code)
        if place.retired_on:
            raise Refused("already_retired", place=place.short)
        if place.is_served:
            stop_serving(code, by=by, at=at, why=why)
        for one in Place.objects.within(place).filter(retired_on__isnull=True).order_by("code"):
            _set_retired(one, _day(at), by=by, at=at, why=why)


def restore(code: str, *, by: int | None, at: datetime, why: str) -> None:
    """Undo `retire` for a place and what was retired with it on the same day."""
    why = _need_reason(why)
    with transaction.atomic():
        place = _locked(code)
        if not place.retired_on:
            raise Refused("not_retired", place=place.short)
        if place.parent and place.parent.retired_on:
            raise Refused("parent_retired", place=place.parent.short)
        for one in Place.objects.within(place).filter(retired_on=place.retired_on).order_by("code"):
            _set_retired(one, None, by=by, at=at, why=why)


def _serve_one(code: str, *, by: int | None, at: datetime, why: str) -> None:
    if not serve([code], by=by, at=at, why=why):
        raise Refused("already_served", place=Place.objects.get(code=code).short)


# by the codes of `words.ACTS`
ACTS: Mapping[str, Callable[..., object]] = {
    "serve": _serve_one,
    "stop": stop_serving,
    "retire": retire,
    "restore": restore,
}

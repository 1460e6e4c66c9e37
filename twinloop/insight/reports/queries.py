"""Which reports a viewer may read, their rows opened, and what one version says otherwise than the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from twinloop.cases import visibility
from twinloop.cases.models import Dispute
from twinloop.decide.periods import ReportKind, ended
from twinloop.edge.masks import mask_text
from twinloop.insight.figures import queries as figures
from twinloop.insight.figures.models import Course
from twinloop.insight.reports import counting
from twinloop.insight.reports.models import Report
from twinloop.insight.reports.rows import CALLS_OF, SETTLED_OF, rows_of
from twinloop.ledger.sight import Scope
from twinloop.people.models import Unit
from twinloop.places.models import Place

READERS = ("dispatcher", "community_officer", "chief", "bureau")
NOTHING = "-"  # in an address: the part without a name
# so many ended periods of a kind are made where they are missing: a worker that was down catches up. Twelve months by
# hand or by command alone
BACK = {ReportKind.DAY: 7, ReportKind.WEEK: 4, ReportKind.MONTH: 3, ReportKind.QUARTER: 2, ReportKind.YEAR: 1}


def visible(scope: Scope) -> QuerySet[Report]:
    """Of one's district, stations or communities; row-level security says the same."""
    found = Report.objects.select_related("station", "place", "made_by")
    if scope.sees_all:
        return found
    return found.filter(Q(station__in=scope.stations) | Q(place__in=scope.places))


def newest(scope: Scope) -> QuerySet[Report]:
    """The last version of each, without its facts."""
    # -1 stands for "none": SQL finds no NULL equal to another
    area = {"s": Coalesce("station", -1), "p": Coalesce("place", -1)}
    later = (
        Report.objects.filter(kind=OuterRef("kind"), first=OuterRef("first"), version__gt=OuterRef("version"))
        .annotate(**area).filter(Q(s=OuterRef("s"), p=OuterRef("p")))
    )  # fmt: skip
    return visible(scope).annotate(**area).filter(~Exists(later)).defer("facts")


def listed(
    scope: Scope, kind: str, station: Unit | None, place: Place | None, *, whole: bool = False
) -> QuerySet[Report]:
    """Newest versions, of one kind and one area where they are given; `whole`: the district alone."""
    found = newest(scope)
    if kind:
        found = found.filter(kind=kind)
    if whole:
        return found.filter(station__isnull=True, place__isnull=True)
    if place is not None:
        return found.filter(place=place)
    return found.filter(station=station, place__isnull=True) if station is not None else found


def versions(report: Report) -> list[Report]:
    """All versions of it, the last first."""
    return list(
        Report.objects.filter(
            kind=report.kind, first=report.first, station=report.station_id, place=report.place_id
        ).select_related("made_by").order_by("-version")
    )  # fmt: skip


def scopes(scope: Scope) -> tuple[list[Unit], list[Place]]:
    """Of which stations and communities the viewer may make a report."""
    stations = Unit.objects.filter(kind=Unit.Kind.STATION, closed_on__isnull=True).order_by("code")
    places = Place.objects.served().communities().order_by("code")
    if scope.sees_all:
        return list(stations), list(places)
    here = Q(units__in=scope.stations) | Q(parent__units__in=scope.stations) | Q(pk__in=scope.places)
    return list(stations.filter(pk__in=scope.stations)), list(places.filter(here).distinct())


def station_of(place: Place) -> Unit | None:
    """The station that a community belongs to."""
    ids = [place.pk, *([place.parent_id] if place.parent_id else [])]
    return Unit.objects.filter(kind=Unit.Kind.STATION, places__in=ids).order_by("code").first()


@dataclass(frozen=True)
class Row:
    """One row behind a total; `dispute` where it has one that the viewer may see."""

    name: str
    amount: int
    dispute: Dispute | None
    why: str = ""  # why a share leaves it out

    @property
    def is_incident(self) -> bool:
        """Its name is the number of an incident, which has a page of its own."""
        return self.name.startswith("JQ")

    @property
    def title(self) -> str:
        return mask_text(self.dispute.title) if self.dispute else ""


def rows(report: Report, table: str, code: str, scope: Scope, *, first: int, most: int) -> tuple[list[Row], int, int]:
    """(rows, how many there are, their sum) behind one number, as they stand today.

    Call it for who may read the report, inside `see_as` of its area. Raises `KeyError` for a number that is not there.
    """
    window = counting.window_of(report.period)
    told: dict[str, Any] = {"start": window.start, "end": window.end, "most": most, "first": first, "part": code}
    of = rows_of(table, code)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), coalesce(sum(amount), 0) FROM ({of}) AS rows", told)  # noqa: S608
        count, amount = cursor.fetchone()
        sql = f"""SELECT name, amount, dispute_id FROM ({of}) AS rows
            ORDER BY dispute_id DESC NULLS LAST, name LIMIT %(most)s OFFSET %(first)s"""  # noqa: S608 - our own words
        cursor.execute(sql, told)
        found = cursor.fetchall()
    disputes = visibility.disputes(scope).select_related("place").in_bulk([pk for *_row, pk in found if pk])
    return [Row(name, int(one), disputes.get(pk)) for name, one, pk in found], int(count), int(amount)


def indicator_rows(
    report: Report, code: str, part: str, scope: Scope, *, first: int, most: int
) -> tuple[list[Row], figures.Counted]:
    """The rows of a share, `part` of them ("in", "of", "out"), and the share as it stands today."""
    window = counting.shifted(code, counting.window_of(report.period))
    found = figures.rows(code, part, window, scope, at=window_end(report), first=first, most=most)
    return [Row(one.name, 1, one.dispute, one.why) for one in found], figures.measure(
        code, window, at=window_end(report)
    )


def window_end(report: Report) -> datetime:
    return counting.window_of(report.period).end


def number(facts: Mapping[str, Any], table: str, code: str) -> str | None:
    """What a report says there; None where it has no such number."""
    return dict(_figures(facts)).get((table, "" if code == NOTHING else code))


# --- versions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One figure that a later version has otherwise. `part`: of the types, communities …; "" for a total."""

    table: str
    code: str
    was: str
    now: str


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What late corrections changed, in the order of the report."""
    return [
        Change(table, code, was, now)
        for (table, code), was, now in _paired(dict(_figures(old)), dict(_figures(new)))
        if was != now
    ]


def _paired(old: dict[tuple[str, str], str], new: dict[tuple[str, str], str]) -> Iterator[tuple[Any, str, str]]:
    for key in [*new, *(key for key in old if key not in new)]:
        yield key, old.get(key, ""), new.get(key, "")


def _figures(facts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Every counted figure of the period itself, as it is printed; what came before is no part of it."""
    for code, now, _earlier in facts["totals"]:
        yield ("totals", code), str(now)
    for code, hits, of, *_earlier in facts["indicators"]:
        yield ("indicators", code), f"{hits}/{of}"
    for side in ("types", "places", "slots", "weekdays"):
        for part, now, _before, settled, _usual, *calls in facts[side]:
            if now:
                yield (side, part), str(now)
            if settled:
                yield (side + SETTLED_OF, part), str(settled)
            if any(calls):
                yield (side + CALLS_OF, part), str(calls[0])
    for name, _asked, due, met in facts["agencies"]:
        yield ("agencies", name), f"{met}/{due}"


# --- the schedule -----------------------------------------------------------------------------------------------------


def missing(today: date) -> list[tuple[ReportKind, date, Unit | None]]:
    """Ended periods without a report, of the district and of each station, the oldest first."""
    began = Course.objects.order_by("registered_at").values_list("registered_at", flat=True).first()
    if began is None:
        return []
    since = counting.local_day(began)
    made = set(Report.objects.filter(place__isnull=True).values_list("kind", "first", "station"))
    stations = list(Unit.objects.filter(kind=Unit.Kind.STATION, closed_on__isnull=True).order_by("code"))
    return [
        (kind, period.first, unit)
        for kind in BACK
        for period in ended(kind, today, since=since, most=BACK[kind])
        for unit in (None, *stations)
        if (kind.value, period.first, unit.pk if unit else None) not in made
    ]

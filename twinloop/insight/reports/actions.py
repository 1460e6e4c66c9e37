"""Making a report: by hand, by command, on schedule. What was made stays; a rerun that differs is the next version."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from twinloop.decide import Refused
from twinloop.decide.periods import Period, ReportKind
from twinloop.decide.periods import period as period_of
from twinloop.insight.figures import actions as figures
from twinloop.insight.reports import counting, queries
from twinloop.insight.reports.models import Report
from twinloop.ledger.actions import record
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.models import Unit
from twinloop.places.models import Place


def make(
    kind: ReportKind,
    day: date,
    station: Unit | None,
    place: Place | None,
    *,
    scope: Scope,
    by: int | None,
    at: datetime,
) -> tuple[Report, bool]:
    """The report of the period that `day` lies in, and whether it is new.

    Counts that are the same as those of the last version make no new one. Raises `Refused` for a period that is not
    over and for an area that is not the maker's.
    """
    period = period_of(kind, day)
    if counting.window_of(period).end > at:
        raise Refused("report_runs", last=period.last.isoformat())
    if place is not None:
        station = queries.station_of(place)
    _check_area(station, place, scope)
    with see_as(counting.scope_of(station.pk if station else None, place.pk if place else None)) as held:
        facts = counting.count(period, held)
    return _keep(period, station, place, facts, by, at)


def _check_area(station: Unit | None, place: Place | None, scope: Scope) -> None:
    of_station = station is not None and station.pk in scope.stations
    of_place = place is not None and place.pk in scope.places
    if not (scope.sees_all or of_station or of_place):
        raise Refused("report_area")


def _keep(
    period: Period, station: Unit | None, place: Place | None, facts: counting.Facts, by: int | None, at: datetime
) -> tuple[Report, bool]:
    for _try in range(2):
        last = (
            Report.objects.filter(kind=period.kind, first=period.first, station=station, place=place)
            .order_by("-version").first()
        )  # fmt: skip
        if last is not None and last.facts == facts:
            return last, False
        try:
            with transaction.atomic():
                made = Report.objects.create(
                    kind=period.kind, first=period.first, last=period.last, station=station, place=place,
                    version=last.version + 1 if last else 1, facts=facts, made_by_id=by, made_at=at,
                )  # fmt: skip
                record(
                    made.stream, "report_made", by=by, at=at, kind=period.kind.value, first=period.first.isoformat(),
                    station=station.pk if station else None, place=place.pk if place else None, version=made.version,
                )  # fmt: skip
        except IntegrityError:  # somebody was quicker: theirs is looked at once more
            continue
        return made, True
    raise Refused("report_again")


def catch_up(*, at: datetime) -> int:
    """Make what the schedule owes: each period once, for the district and each station. Gives how many were made."""
    figures.catch_up(at=at)
    owed = queries.missing(counting.local_day(at))
    for kind, first, station in owed:
        make(kind, first, station, None, scope=SYSTEM, by=None, at=at)
    return len(owed)

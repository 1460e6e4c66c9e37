"""The periods of reports: what a day lies in, what was before, what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ONE = timedelta(days=1)


class ReportKind(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TWELVE = "twelve"  # whole months, where there is no calendar year on record yet


USUAL = dict(zip(ReportKind, (28, 8, 3, 4, 1, 1), strict=True))  # periods before that make the usual


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends counted."""

    kind: ReportKind
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def period(kind: ReportKind, day: date) -> Period:
    """The day, ISO week, month, quarter or year that ``day`` lies in; the twelve months that end with its month."""
    if kind is ReportKind.DAY:
        return Period(kind, day, day)
    if kind is ReportKind.WEEK:
        return Period(kind, (monday := day - day.weekday() * ONE), monday + 6 * ONE)
    if kind is ReportKind.TWELVE:
        over = period(ReportKind.MONTH, day).last + ONE
        return Period(kind, over.replace(year=over.year - 1), over - ONE)
    months = {ReportKind.MONTH: 1, ReportKind.QUARTER: 3, ReportKind.YEAR: 12}[kind]
    start = (day.month - 1) // months * months + 1
    after = day.year * 12 + start - 1 + months
    return Period(kind, date(day.year, start, 1), date(after // 12, after % 12 + 1, 1) - ONE)


def before(one: Period) -> Period:
    """The period of the same kind just before."""
    return period(one.kind, one.first - ONE)


def newest_over(kind: ReportKind, today: date) -> Period:
    """The newest period that was over before ``today``; twelve months may begin with any month."""
    if kind is ReportKind.TWELVE:
        return period(kind, period(ReportKind.MONTH, today).first - ONE)
    return before(period(kind, today))


def a_year_before(one: Period) -> Period | None:
    """The same date or months a year ago, for a week the 52nd before; None of a year, compared with its last anyway."""
    if one.kind in (ReportKind.YEAR, ReportKind.TWELVE):
        return None
    if one.kind is ReportKind.WEEK:
        return period(one.kind, one.first - 364 * ONE)
    last = one.first.replace(day=28) if (one.first.month, one.first.day) == (2, 29) else one.first
    return period(one.kind, last.replace(year=last.year - 1))


def usual_since(one: Period) -> date:
    """The first day of the time before that a period is compared with (``USUAL`` periods; a year: the year before)."""
    for _number in range(USUAL[one.kind]):
        one = before(one)
    return one.first


def ended(kind: ReportKind, today: date, *, since: date, most: int) -> tuple[Period, ...]:
    """The last ``most`` periods that were over before ``today`` and not over before ``since``, oldest first."""
    one = before(period(kind, today))
    found: tuple[Period, ...] = ()
    while len(found) < most and one.last >= since:
        found, one = (one, *found), before(one)
    return found

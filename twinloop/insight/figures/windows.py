"""The spans that a page of figures offers, in the days of +08:00."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from twinloop.decide.figures import Window

__all__ = [
    "Window",
    "before",
    "days",
    "is_midnight",
    "last_day",
    "midnight",
    "month",
    "month_end",
    "month_start",
    "months",
    "named",
    "of",
]  # views name the type through here


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), timezone.get_current_timezone())


def of(span: str, *, today: date) -> Window:
    """The window of a named span that ends with today, or with the last month."""
    tomorrow = today + timedelta(days=1)
    month = today.replace(day=1)
    starts = {
        "month": month,
        "quarter": month.replace(month=(today.month - 1) // 3 * 3 + 1),
        "year": today.replace(month=1, day=1),
        "days_90": tomorrow - timedelta(days=90),
        "days_365": tomorrow - timedelta(days=365),
    }
    if span == "last_month":
        return Window(midnight((month - timedelta(days=1)).replace(day=1)), midnight(month))
    return Window(midnight(starts[span]), midnight(tomorrow))


def days(first: date, last: date) -> Window:
    """Both days counted."""
    return Window(midnight(first), midnight(last + timedelta(days=1)))


def before(window: Window) -> Window:
    """The span of the same length just before, to compare with."""
    return Window(window.start - (window.end - window.start), window.start)


def last_day(window: Window) -> date:
    """The last day that counts."""
    return timezone.localtime(window.end - timedelta(microseconds=1)).date()


def month(first: date) -> Window:
    """A whole calendar month, by its first day."""
    return Window(midnight(first), midnight((first + timedelta(days=31)).replace(day=1)))


def month_start(moment: datetime) -> datetime:
    """The first moment of its calendar month."""
    return midnight(timezone.localtime(moment).date().replace(day=1))


def month_end(moment: datetime) -> datetime:
    """The first moment after its calendar month."""
    return month(timezone.localtime(moment).date().replace(day=1)).end


def is_midnight(moment: datetime) -> bool:
    return timezone.localtime(moment).time() == time()


def months(count: int, *, today: date) -> list[Window]:
    """So many whole calendar months, the last one that of `today`."""
    found, first = [], today.replace(day=1)
    for _ in range(count):
        found.append(month(first))
        first = (first - timedelta(days=1)).replace(day=1)
    return found[::-1]


def named(text: str) -> date | None:
    """2026-07 as its first day; None where it is no month."""
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=timezone.get_current_timezone()).date()
    except ValueError:
        return None

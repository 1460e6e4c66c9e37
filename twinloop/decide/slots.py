"""The next time at which a room and everybody who is needed are free. Times carry their zone; ends are not included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

STEP = timedelta(minutes=30)  # people agree on the hour or the half hour
HORIZON = timedelta(days=14)

Busy = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """When a room is open. `weekdays`: 1 = Monday, none = every day."""

    opens: time
    closes: time
    weekdays: frozenset[int] = frozenset()

    def on(self, day: date) -> bool:
        return not self.weekdays or day.isoweekday() in self.weekdays

    def hold(self, start: datetime, end: datetime) -> bool:
        """Does the whole of it fall into one opening?"""
        inside = self.opens <= start.time() and end.time() <= self.closes
        return start.date() == end.date() and self.on(start.date()) and inside


def next_free(start: datetime, length: timedelta, busy: Iterable[Busy], hours: Hours) -> datetime | None:
    """The first half hour from `start` on at which `length` fits between the busy times and into the hours.

    None where there is none within `HORIZON`. Property-tested: what it gives clashes with nothing, and no earlier half
    hour would do.
    """
    taken = sorted(span for span in busy if span[1] > start)
    candidate = _up(start)
    while candidate <= start + HORIZON:
        end = candidate + length
        if not hours.hold(candidate, end):
            candidate = _opening(candidate, hours)
            continue
        clash = next((span for span in taken if span[0] < end and span[1] > candidate), None)
        if clash is None:
            return candidate
        candidate = _up(clash[1].astimezone(candidate.tzinfo))
    return None


def _up(moment: datetime) -> datetime:
    """The half hour at or after a moment."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + -(-(moment - midnight) // STEP) * STEP


def _opening(candidate: datetime, hours: Hours) -> datetime:
    """The next moment at which the room opens; strictly later than `candidate`."""
    day = candidate.replace(hour=hours.opens.hour, minute=hours.opens.minute, second=0, microsecond=0)
    found = _up(day)
    while found <= candidate or not hours.on(found.date()):
        found += timedelta(days=1)
    return found

"""The weeks that the map shows: Monday to Sunday, the last one under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from twinloop.insight.figures import windows

PAST_WEEKS = 52  # with what the weeks shown are compared


@dataclass(frozen=True)
class Weeks:
    """`weeks` of them up to today; `week` one of them, counted from 1 (the oldest), or 0 for all."""

    today: date
    weeks: int
    week: int = 0

    @property
    def monday(self) -> date:
        """Of the first week."""
        this = self.today - timedelta(days=self.today.weekday())
        return this - timedelta(weeks=self.weeks - 1)

    @property
    def first(self) -> date:
        return self.monday + timedelta(weeks=max(self.week - 1, 0))

    @property
    def last(self) -> date:
        """The last day that counts."""
        return min(self.first + timedelta(days=6), self.today) if self.week else self.today

    @property
    def window(self) -> windows.Window:
        return windows.days(self.first, self.last)

    @property
    def past(self) -> tuple[datetime, datetime]:
        """The year before all the weeks shown: the same for each of them."""
        start = windows.days(self.monday - timedelta(weeks=PAST_WEEKS), self.monday - timedelta(days=1))
        return start.start, start.end

    @property
    def mondays(self) -> list[date]:
        return [self.monday + timedelta(weeks=n) for n in range(self.weeks)]

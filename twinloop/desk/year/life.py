"""A district's life, driven through the product's own actions with the clock moved: nothing here writes a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from twinloop.cases.held import settings_held
from twinloop.desk.year.assumed import Assumed, arrivals
from twinloop.desk.year.calls import Calls
from twinloop.desk.year.channels import Channels
from twinloop.desk.year.engine import Engine, moment
from twinloop.desk.year.evenings import Evenings
from twinloop.desk.year.mediating import Mediating
from twinloop.ledger.sight import SYSTEM, see_as


class Life(Engine):
    """One run over some days: what people do, each strand in a module of its own."""

    def __init__(self, assumed: Assumed, seed: int) -> None:
        super().__init__(assumed, seed)
        self.calls = Calls(self, Mediating(self))
        self.channels = Channels(self, self.calls)
        self.evenings = Evenings(self)

    def live(
        self, first: date, days: int, tell: Callable[[date], None] = lambda _: None, *, end: datetime | None = None
    ) -> None:
        """Live `days` days from `first` on, to `end` at most; what is still going on then stays as it is."""
        with see_as(SYSTEM), settings_held():
            self.on_duty(first)
            self.channels.begin(first, days)
            for at in arrivals(self.assumed, first, days, self.chance):
                self.at(at, self.calls.arrive)
            for n in range(days):
                self.at(moment(first + timedelta(days=n), 21, 30), self.evenings.turn)
            last = moment(first + timedelta(days=days), 0)
            self.run(min(end, last) if end else last, tell)

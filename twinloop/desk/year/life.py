"""A district's life, driven through the product's own actions with the clock moved: nothing here writes a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from twinloop.cases.held import settings_held
from twinloop.desk.year.agencies import Agencies
from twinloop.desk.year.assumed import Assumed, arrivals
from twinloop.desk.year.calls import Calls
from twinloop.desk.year.channels import Channels
from twinloop.desk.year.engine import Engine, moment
from twinloop.desk.year.evenings import Evenings
from twinloop.desk.year.lawful import Lawful
from twinloop.desk.year.mediating import Mediating
from twinloop.ledger.sight import SYSTEM, see_as


class Life(Engine):
    """One run over some days: what people do, each strand in a module of its own.

    Several processes may share a district: each lives its own places (`part` of `parts`), and they meet every evening.
    """

    def __init__(
        self, assumed: Assumed, seed: int, *, part: int = 0, parts: int = 1, meet: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(assumed, seed, part, parts)
        self.lawful = Lawful(self)
        self.calls = Calls(self, Mediating(self), Agencies(self), self.lawful)
        self.channels = Channels(self, self.calls)
        self.evenings = Evenings(self, self.calls.take_up, meet=meet)

    def live(
        self, first: date, days: int, tell: Callable[[date], None] = lambda _: None, *, end: datetime | None = None
    ) -> None:
        """Live `days` days from `first` on, to `end` at most; what is still going on then stays as it is."""
        with see_as(SYSTEM), settings_held():
            if self.part == 0:
                self.on_duty(first)
            self.evenings.meet()
            self.evenings.ends = first + timedelta(days=days)
            self.channels.begin(first, days)
            for at in arrivals(self.assumed, first, days, self.chance):
                self.expect(at, "call", self.calls.call)
            self.chance = self.own_chance("petitions")
            for on in (first + timedelta(days=n) for n in range(days)):
                for _ in range(self.assumed.number(self.assumed.lawful["petitions"], self.chance)):
                    self.expect(moment(on, self.chance.randint(9, 16)), "petition", self.lawful.petition)
            self.chance = self.own_chance("evenings", self.part)
            for n in range(days):
                self.at(moment(first + timedelta(days=n), 21, 30), self.evenings.turn)
            last = moment(first + timedelta(days=days), 0)
            self.run(min(end, last) if end else last, tell)

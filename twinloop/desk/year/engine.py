"""The clock of a simulated district: steps wait in a queue in time, each is one of the product's own actions.

An action that refuses is counted by its code, never forced: what the rules forbid does not happen here either. Each
quarrel draws from a chance of its own, so that its life does not hang on who else is simulated by the same process.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.desk.year.assumed import Assumed
from twinloop.ledger.sight import Scope
from twinloop.people import demorota
from twinloop.people.demonames import Inventor
from twinloop.people.models import Account, Duty, Unit
from twinloop.people.scope import scopes_of
from twinloop.places.models import Place

DESK = frozenset({"dispatcher"})
Step = Callable[[datetime], None]


@dataclass
class Quarrel:
    """What the simulation knows of a quarrel; the product knows only what was told to it."""

    kind: str
    place: Place
    phone: str
    parties: tuple[str, str]
    source: str = "call"
    pk: int = 0
    calls: int = 0
    is_violent: bool = False
    title: str = ""  # as the desk will write it, where somebody else reports it


@dataclass
class Engine:
    """One run. `counts`: what happened, and what was refused (`refused:<code>`)."""

    assumed: Assumed
    seed: int
    part: int = 0
    parts: int = 1
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = self.own_chance("all")
        self.invent = Inventor(self.seed)
        self.desk = Account.objects.get(username="dispatcher")
        self.places = list(Place.objects.served().communities().order_by("code"))
        self._lives = _shares(self.places, self.parts)
        self._skill: dict[int, float] = {}
        self._scopes: dict[int, Scope] = {}
        self._scopes_on: date | None = None
        self._queue: list[tuple[datetime, int, Step, random.Random]] = []
        self._number = count()
        self._quarrels = 0

    def own_chance(self, *of: object) -> random.Random:
        return random.Random(f"{self.seed} {of}")  # noqa: S311 - invents, protects nothing

    def is_ours(self, place: Place) -> bool:
        """A community belongs to one of the processes that share the district, with all of its township."""
        township = place.parent_id or place.pk
        return self._lives.get(township, township % self.parts) == self.part

    def at(self, at: datetime, step: Step) -> None:
        """`step` will draw from the chance that is drawn from now."""
        heapq.heappush(self._queue, (at.replace(microsecond=0), next(self._number), step, self.chance))

    def run(self, end: datetime, tell: Callable[[date], None]) -> None:
        """Every step before `end`, in its order; what waits for later is forgotten."""
        shown = None
        while self._queue and self._queue[0][0] < end:
            at, _, step, self.chance = heapq.heappop(self._queue)
            if at.date() != shown:
                shown = at.date()
                tell(shown)
            self.attempt(step, at)

    def attempt(self, step: Step, at: datetime) -> None:
        try:
            step(at)
        except Refused as refused:
            self.counts[f"refused:{refused.code}"] += 1

    def minutes(self, step: str) -> timedelta:
        return timedelta(minutes=self.assumed.lasts(step, self.chance))

    def happens(self, chance: float) -> bool:
        return self.chance.random() < chance

    def expect(self, at: datetime, source: str, begin: Callable[[Quarrel, datetime], None]) -> None:
        """A quarrel that will be told at `at`, with a chance of its own; of another process's place: not here."""
        outer = self.chance
        self._quarrels += 1
        self.chance = self.own_chance("quarrel", self._quarrels)
        quarrel = self.new_quarrel(source)
        if self.is_ours(quarrel.place):
            self.at(at, lambda then: begin(quarrel, then))
        self.chance = outer

    def new_quarrel(self, source: str) -> Quarrel:
        """Two people and what they quarrel about, in a community: the larger ones have more of them."""
        kinds = self.assumed.kinds
        kind = self.chance.choices(list(kinds), weights=list(kinds.values()))[0]
        place = self.chance.choices(self.places, weights=_busy(len(self.places)))[0]
        phone = f"1990{self.chance.randrange(10**7):07d}"
        return Quarrel(kind, place, phone, (self.invent.name(), self.invent.name()), source)

    def scope(self, account: Account, at: datetime) -> Scope:
        """What somebody may see and do on that day; everybody's is asked for together."""
        if self._scopes_on != at.date():
            everybody = Account.objects.filter(is_active=True).select_related("unit__parent")
            self._scopes, self._scopes_on = scopes_of(list(everybody), at=at), at.date()
        return self._scopes[account.pk]

    def skill(self, person: int) -> float:
        """A person's own log-odds: hidden from the product, the same in every run of a seed."""
        if person not in self._skill:
            spread = self.assumed.settling["skill_spread"]
            own = random.Random(self.seed * 1_000_003 + person)  # noqa: S311 - invents, protects nothing
            self._skill[person] = own.gauss(0, spread)
        return self._skill[person]

    def on_duty(self, first: date) -> None:
        """The demo's duty begins today: the days before it get theirs, once."""
        begun = Duty.objects.order_by("period").values_list("period", flat=True).first()
        start = datetime.combine(first, demorota.HANDOVER, tzinfo=CHINA) - timedelta(days=1)
        if begun is None or begun.lower <= start:
            return
        people = list(Account.objects.filter(is_demo=True).select_related("unit__parent").order_by("pk"))
        room = Unit.objects.select_related("parent").get(kind=Unit.Kind.COMMAND_ROOM)
        until = demorota.handover(begun.lower.astimezone(CHINA))
        self.counts["shifts"] = demorota.stretch(people, room, first=start, until=until)


def _busy(places: int) -> list[float]:
    """How much happens in each of so many communities."""
    return [1 / (2 + n % 9) for n in range(places)]


def _shares(places: list[Place], parts: int) -> dict[int, int]:
    """Which process lives which township, so that none waits long for another of an evening.

    The busiest township first, each to whoever has least. Part 0 gets the smallest share: it also does the evening's
    jobs, some 15 % of a process's time.
    """
    busy: Counter[int] = Counter()
    for place, much in zip(places, _busy(len(places)), strict=True):
        busy[place.parent_id or place.pk] += much  # type: ignore[assignment]
    loads, shares = [0.0] * parts, {}
    for township, much in sorted(busy.items(), key=lambda one: (-one[1], one[0])):
        shares[township] = loads.index(min(loads))
        loads[shares[township]] += much
    least = loads.index(min(loads))
    return {township: {0: least, least: 0}.get(part, part) for township, part in shares.items()}


def moment(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute), tzinfo=CHINA)


def workday(at: datetime, days: float, chance: random.Random) -> datetime:
    """An hour at which people meet, some days later: 9 to 17, any day of the week."""
    later = at.astimezone(CHINA) + timedelta(days=days)
    met = later.replace(hour=chance.choice((9, 10, 14, 15, 16)), minute=chance.choice((0, 30)), second=0, microsecond=0)
    return met if met > at + timedelta(minutes=30) else met + timedelta(days=1)


def sent_at(at: datetime, chance: random.Random) -> datetime:
    """When the desk sends what it has analysed: soon until two in the afternoon, else at the next morning's meeting."""
    local = at.astimezone(CHINA)
    if 8 <= local.hour < 14:
        return at + timedelta(minutes=10)
    morning = local.replace(hour=8, minute=10, second=0, microsecond=0) + timedelta(minutes=chance.randint(0, 40))
    return morning if morning > local else morning + timedelta(days=1)

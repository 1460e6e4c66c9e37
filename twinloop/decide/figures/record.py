"""What happened, as far as figures need it: no names, no words, only what, when and of what kind.

Every row has an ``id``, so that a figure can be opened down to the rows behind it. Times carry an offset; a window is
half-open, ``start`` counted, ``end`` not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from twinloop.decide import Refused
from twinloop.decide.figures.codes import FigureRefusal, Mode


@dataclass(frozen=True, slots=True)
class Window:
    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise Refused(FigureRefusal.WINDOW)

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One time that a dispute was recorded as settled. ``round``: handling round, from 1."""

    at: datetime
    mode: Mode = Mode.OTHER
    round: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """``incidents``: when reports linked to it came in. ``second_at``: when round two opened.

    ``merged_at``: it lives on in another one, which is counted instead. ``transferred_at``: taken over by another unit.
    """

    id: str
    registered_at: datetime
    incidents: tuple[datetime, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    reopened: tuple[datetime, ...] = ()
    second_at: datetime | None = None
    merged_at: datetime | None = None
    transferred_at: datetime | None = None
    is_backlog: bool = False
    is_domestic_violence: bool = False

    def __post_init__(self) -> None:
        settled = [one.at for one in self.settlements]
        if settled != sorted(settled) or any(moment < self.registered_at for moment in (*settled, *self.reopened)):
            raise Refused(FigureRefusal.BACKWARDS, id=self.id)

    def settled_at(self, moment: datetime) -> Settlement | None:
        """The settlement that holds at a moment: the last one before it, unless it was reopened since."""
        before = [one for one in self.settlements if one.at < moment]
        if not before or any(before[-1].at <= again < moment for again in self.reopened):
            return None
        return before[-1]

    def flared_up(self, settlement: Settlement) -> datetime | None:
        """When it came back after a settlement: reopened, or reported again, whichever was first."""
        again = [moment for moment in self.reopened if moment >= settlement.at]
        again += [moment for moment in self.incidents if moment > settlement.at]
        return min(again, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A clock, a callback that was owed, a hazard to be put right: due, and done or not. ``due`` None: paused."""

    id: str
    rule: str
    due: datetime | None
    done: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A callback that was owed. Not reached is recorded, and counts against."""

    id: str
    due: datetime
    reached: datetime | None = None
    is_satisfied: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A whistle to one agency."""

    id: str
    agency: str
    at: datetime
    due: datetime
    answered: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageWeek:
    """One village in one ISO week: ``days`` on which somebody stood at its post; ``monday`` names the week."""

    id: str
    monday: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """Of a station's ``people``, ``handlers`` take calls."""

    id: str
    on: date
    people: int
    handlers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An activity or help given: ``hours`` spent, ``people`` helped."""

    id: str
    at: datetime
    people: int = 0
    hours: float = 0.0
    is_activity: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A figure that another office counted (crime statistics, surveys): carried, never computed."""

    id: str
    indicator: str
    at: datetime
    numerator: float
    denominator: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that figures are counted from, of the whole scope that is looked at."""

    disputes: tuple[Dispute, ...] = ()
    clocks: tuple[Due, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    whistles: tuple[Asked, ...] = ()
    posts: tuple[VillageWeek, ...] = ()
    stations: tuple[Strength, ...] = ()
    hazards: tuple[Due, ...] = ()
    services: tuple[Service, ...] = ()
    escalations: tuple[Due, ...] = field(default=())
    outside: tuple[Outside, ...] = ()

"""Which notices leave the building, when, and grouped how; when a digest is due; when a failed letter is tried again.

*Ours* throughout: no law names a figure. They stand in ``defaults/notices.toml``; why, in docs/methods/notices.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from twinloop.decide import Refused

CHINA = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


class Urgency(StrEnum):
    URGENT = "urgent"
    NORMAL = "normal"


class Outside(StrEnum):
    """What a person wants to be told outside the product."""

    ALL = "all"
    URGENT = "urgent"
    NOTHING = "nothing"


class Slot(StrEnum):
    MORNING = "morning"
    EVENING = "evening"


class NoticesRefusal(StrEnum):
    PARAMS = "notices_params"


@dataclass(frozen=True)
class Params:
    quiet_from: time
    quiet_until: time
    most_an_hour: int
    group: timedelta
    digests: tuple[tuple[Slot, time], ...]
    digest_late: timedelta
    waits: tuple[timedelta, ...]
    lease: timedelta

    def __post_init__(self) -> None:
        lengths = (self.digest_late, self.lease, *self.waits)
        fits = self.most_an_hour >= 2 and self.group >= timedelta(0) and self.waits
        if not fits or any(length <= timedelta(0) for length in lengths):
            raise Refused(NoticesRefusal.PARAMS)


@dataclass(frozen=True)
class Wish:
    """A person's own choice; empty hours are those of the parameters, equal ones mean no quiet at all."""

    outside: Outside = Outside.URGENT
    morning: bool = True
    evening: bool = False
    quiet_from: time | None = None
    quiet_until: time | None = None


@dataclass(frozen=True)
class Waiting:
    key: int
    at: datetime
    urgency: Urgency


@dataclass(frozen=True)
class Plan:
    """`send` leaves now as one message; `never` is not wanted; the rest waits, to be asked again at `again_at`."""

    send: tuple[int, ...] = ()
    never: tuple[int, ...] = ()
    again_at: datetime | None = None


def read(path: Path) -> Params:
    """Parameters from a TOML file. Raises `Refused` for what cannot hold."""
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    return Params(
        time.fromisoformat(said["quiet"]["from"]),
        time.fromisoformat(said["quiet"]["until"]),
        said["pace"]["most_an_hour"],
        timedelta(minutes=said["pace"]["group_minutes"]),
        tuple((slot, time.fromisoformat(said["digest"][slot])) for slot in Slot),
        timedelta(hours=said["digest"]["late_hours"]),
        tuple(timedelta(seconds=wait) for wait in said["delivery"]["waits"]),
        timedelta(seconds=said["delivery"]["lease_seconds"]),
    )


DEFAULTS = read(Path(__file__).parent / "defaults" / "notices.toml")


def plan(
    waiting: Sequence[Waiting], sent: Sequence[datetime], wish: Wish, *, at: datetime, params: Params = DEFAULTS
) -> Plan:
    """What of one person's `waiting` leaves at `at`; `sent`: when messages left to them. At most one message comes out.

    Something urgent takes everything along that waits and may leave; so a storm is a few messages, never a thousand.
    """
    never = tuple(one.key for one in waiting if not wanted(one.urgency, wish.outside))
    wait = [one for one in waiting if wanted(one.urgency, wish.outside)]
    if not wait:
        return Plan(never=never)
    last_hour = sorted(moment for moment in sent if at - HOUR < moment <= at)
    urgent = [one for one in wait if one.urgency is Urgency.URGENT]
    ends = quiet_end(wish, at, params)
    ripe = min(one.at for one in wait) + params.group
    most = params.most_an_hour if urgent else params.most_an_hour - 1
    if len(last_hour) >= most:
        return Plan(never=never, again_at=last_hour[len(last_hour) - most] + HOUR)
    if urgent:
        leaves = urgent if ends else wait
        return Plan(tuple(one.key for one in leaves), never, ends if len(leaves) < len(wait) else None)
    if ends or at < ripe:
        return Plan(never=never, again_at=max(ripe, ends) if ends else ripe)
    return Plan(tuple(one.key for one in wait), never)


def wanted(urgency: Urgency, outside: Outside) -> bool:
    return outside is Outside.ALL or (outside is Outside.URGENT and urgency is Urgency.URGENT)


def quiet_end(wish: Wish, at: datetime, params: Params = DEFAULTS) -> datetime | None:
    """When the quiet hours end in which `at` lies; None outside them."""
    begins, ends = wish.quiet_from or params.quiet_from, wish.quiet_until or params.quiet_until
    local = at.astimezone(CHINA)
    now = local.time()
    inside = begins <= now < ends if begins <= ends else now >= begins or now < ends
    if not inside:
        return None
    day = local.date() if now < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, CHINA)


def digest_due(wish: Wish, told: set[tuple[date, Slot]], *, at: datetime, params: Params = DEFAULTS) -> Slot | None:
    """The digest that is due now: the newest slot of today that has begun, not older than the limit, not told yet."""
    local = at.astimezone(CHINA)
    chosen = {Slot.MORNING: wish.morning, Slot.EVENING: wish.evening}
    for slot, begins in sorted(params.digests, key=lambda pair: pair[1], reverse=True):
        start = datetime.combine(local.date(), begins, CHINA)
        if chosen[slot] and start <= local <= start + params.digest_late:
            return None if (local.date(), slot) in told else slot
    return None


def retry(failures: int, params: Params = DEFAULTS) -> timedelta | None:
    """How long to wait after so many failures; None: the letter is dead until a person sends it again."""
    return params.waits[failures - 1] if 1 <= failures <= len(params.waits) else None

"""When it happened, as a desk types it: 16:35, 昨天 22:10, 4月15日 22:10, 2026-04-15 22:10. Nothing is guessed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from twinloop.decide import Refused
from twinloop.edge.typed import half_width

CHINA = ZoneInfo("Asia/Shanghai")
EARLIEST = datetime(2000, 1, 1, tzinfo=CHINA)
SLACK = timedelta(minutes=2)  # clocks of two systems never agree to the second
_TIME = r"(?P<hour>\d{1,2})[:时点](?P<minute>\d{2})(?::(?P<second>\d{2}))?分?"
_WORD = r"(?P<word>今天|昨天|前天|today|yesterday)"
_DATE = r"(?:(?P<year>\d{4})[-./年])?(?P<month>\d{1,2})[-./月](?P<day>\d{1,2})日?"
_DAY = rf"(?:{_WORD}|{_DATE})"
_SHAPE = re.compile(rf"(?:{_DAY}[ T]?)?{_TIME}")
_BACK = {"今天": 0, "today": 0, "昨天": 1, "yesterday": 1, "前天": 2}


def read(typed: str, *, at: datetime) -> datetime:
    """The moment that was typed, +08:00, as seen at `at`; empty is now. Raises `Refused` door_moment*."""
    text = " ".join(half_width(typed).split())
    if not text:
        return at
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise Refused("door_moment", typed=typed[:30])
    try:
        moment = _moment(found, at.astimezone(CHINA))
    except ValueError:
        raise Refused("door_moment", typed=typed[:30]) from None
    return check(moment, at=at)


def check(moment: datetime, *, at: datetime) -> datetime:
    """A moment that lies behind us and not before the records began; one without an offset is of +08:00."""
    moment = moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment
    if moment > at + SLACK:
        raise Refused("door_moment_future", moment=f"{moment:%Y-%m-%d %H:%M}")
    if moment < EARLIEST:
        raise Refused("door_moment_old", moment=f"{moment:%Y-%m-%d}")
    return min(moment, at)


def _moment(found: re.Match[str], now: datetime) -> datetime:
    """A day without a year is of this year; it is never moved into the past to make it fit."""
    day = now.date()
    if found["word"]:
        day -= timedelta(days=_BACK[found["word"]])
    elif found["month"]:
        day = day.replace(year=int(found["year"] or day.year), month=int(found["month"]), day=int(found["day"]))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=CHINA)

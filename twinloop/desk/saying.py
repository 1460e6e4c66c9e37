"""How dates, moments and durations are said, in both languages (look.md, 'Words'). Plain functions, no clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def english() -> bool:
    return (get_language() or "").startswith("en")


def span(length: timedelta) -> str:
    """Under an hour 03:12 (minutes:seconds), under a day 3时17分, beyond 2天5时. The sign is dropped."""
    seconds = int(abs(length.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    if seconds < 3_600:
        return f"{minutes:02d}:{left:02d}"
    if days == 0:
        return f"{hours} h {minutes:02d} min" if english() else f"{hours}时{minutes:02d}分"
    if english():
        return f"{days} d {hours} h" if hours else f"{days} d"
    return f"{days}天{hours}时" if hours else f"{days}天"


def day(on: date, *, today: date) -> str:
    """4月18日; another year 2025年8月12日."""
    if english():
        text = f"{on.day} {MONTHS[on.month - 1]}"
        return text if on.year == today.year else f"{text} {on.year}"
    text = f"{on.month}月{on.day}日"
    return text if on.year == today.year else f"{on.year}年{text}"


def short_day(on: date, *, today: date) -> str:
    """For narrow columns: 3-05, and 25-08 (year, month) in another year; 5 Mar, Aug 2025."""
    if english():
        month = MONTHS[on.month - 1]
        return f"{on.day} {month}" if on.year == today.year else f"{month} {on.year}"
    return f"{on.month}-{on.day:02d}" if on.year == today.year else f"{on.year % 100:02d}-{on.month:02d}"


def weekday(on: date, *, today: date) -> str:
    """4月16日 星期四."""
    return (
        f"{DAYS[on.weekday()]} {day(on, today=today)}"
        if english()
        else f"{day(on, today=today)} {WEEKDAYS[on.weekday()]}"
    )


def moment(at: datetime, *, today: date) -> str:
    """今天 16:41; another day 4月18日 09:30; another year only its date."""
    here = timezone.localtime(at) if timezone.is_aware(at) else at
    if here.date() == today:
        return f"{'today' if english() else '今天'} {here:%H:%M}"
    said = day(here.date(), today=today)
    return f"{said} {here:%H:%M}" if here.year == today.year else said

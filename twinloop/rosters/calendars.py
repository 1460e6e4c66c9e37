"""A person's or a village's posts as iCalendar (RFC 5545): what phones and desktops subscribe to. No party, no case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from twinloop.discovery.posts.models import Shift
from twinloop.rosters.models import Feed

SHANGHAI = ZoneInfo("Asia/Shanghai")  # a name that calendars know; an offset alone they read as local time
REFRESH = timedelta(hours=1)


def written(feed: Feed, shifts: Sequence[Shift], *, host: str, at: datetime) -> bytes:
    """The whole calendar. A shift keeps its UID, so that a changed plan moves the entry instead of doubling it."""
    book = Calendar()
    book.add("prodid", "-//Twinloop//rotas//ZH")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    whose = feed.account.name if feed.account else feed.place.short if feed.place else ""
    book.add("x-wr-calname", _("驻村 · %(whose)s") % {"whose": whose})
    book.add("x-wr-timezone", "Asia/Shanghai")
    book.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for shift in shifts:
        book.add_component(_event(feed, shift, host, at))
    book.add_missing_timezones()
    return bytes(book.to_ical())


def _event(feed: Feed, shift: Shift, host: str, at: datetime) -> Event:
    one = Event()
    one.add("uid", f"shift-{shift.pk}@{host}")
    one.add("dtstamp", shift.planned_at)
    one.add("last-modified", shift.planned_at)
    one.add("dtstart", shift.period.lower.astimezone(SHANGHAI))
    one.add("dtend", shift.period.upper.astimezone(SHANGHAI))
    what = shift.place.short if feed.account_id else shift.account.name
    one.add("summary", _("驻村：%(what)s") % {"what": what})
    one["location"] = vText(f"{shift.place.parent or ''}{shift.place.short}")
    one.add("categories", [_("驻村")])
    one.add("transp", "OPAQUE")
    return one

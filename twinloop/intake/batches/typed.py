"""Values of imported rows: moments, days, numbers, people. Nothing is repaired by guess; a misfit is a fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from twinloop.edge.identity import IdentityRefused, check_id, check_name, check_phone
from twinloop.edge.typed import IdentityCode, compact_phone, half_width

CHINA = ZoneInfo("Asia/Shanghai")
EARLIEST = date(1949, 10, 1)
_DAY = r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
_TIME = r"(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.\d{1,6})?)?|时(\d{1,2})分(?:(\d{1,2})秒)?)"
_MOMENT = re.compile(rf"{_DAY}(?:[ T]?\s*{_TIME}\s*(?P<zone>Z|[+-]\d{{2}}:?\d{{2}})?)?", re.ASCII)
_PLAIN = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})", re.ASCII)  # what nearly all files write
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_NOBODY = frozenset(["无", "不详", "未知", "匿名", "不愿透露", "无名", "未留", "-", "—", "/", "null", "NULL", "None"])
_YES, _NO = frozenset(("1", "是", "Y", "y", "true", "有")), frozenset(("0", "否", "N", "n", "false", "无", "2"))


class Fault(Exception):  # noqa: N818 - an expected no, like Refused
    """Why a cell is not taken: `words.FAULTS[code]`, or a ready sentence of another room in `said`."""

    def __init__(self, code: str, said: str = "", **facts: object) -> None:
        super().__init__(code)
        self.code, self.said, self.facts = code, said, facts


def moment(typed: str, now: datetime) -> datetime:
    """A moment of +08:00 where the text names no offset. Day serials, years of the Republic, 24:61 raise `Fault`."""
    found = _parsed(typed, needs_time=True)
    if found.year < EARLIEST.year:
        raise Fault("moment_old")
    if found > now + timedelta(minutes=10):  # clocks of two systems differ a little
        raise Fault("moment_future")
    return found


def day(typed: str, now: datetime) -> date:
    """A day; a moment counts as its day."""
    found = _parsed(typed, needs_time=False).date()
    if found < EARLIEST:
        raise Fault("moment_old")
    if found > now.date():
        raise Fault("moment_future")
    return found


def _parsed(typed: str, *, needs_time: bool) -> datetime:
    if _PLAIN.fullmatch(typed):
        try:
            return datetime.fromisoformat(typed).replace(tzinfo=CHINA)
        except ValueError:
            pass  # said below, with what is wrong
    text = half_width(typed).strip()
    if compact := _COMPACT.fullmatch(text):
        return _built([int(part) for part in compact.groups() if part is not None], None, needs_time)
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise Fault(_why_not(text))
    *parts, _zone = found.groups()
    # of every group one spelling matched; a time without seconds leaves that place out
    return _built([int(part) for part in parts if part is not None], found["zone"], needs_time)


def _built(parts: list[int], zone: str | None, needs_time: bool) -> datetime:
    year, month, days = parts[:3]
    hour, minute, second = (*parts[3:], 0, 0, 0)[:3]
    try:
        date(year, month, days)
    except ValueError:
        raise Fault("moment_day") from None
    if needs_time and len(parts) == 3:
        raise Fault("moment_no_time")
    try:
        there = datetime(year, month, days, hour, minute, second, tzinfo=CHINA)
    except ValueError:
        raise Fault("moment_clock") from None
    if not zone:
        return there
    return datetime.fromisoformat(there.replace(tzinfo=None).isoformat() + zone).astimezone(CHINA)


def _why_not(text: str) -> str:
    if re.fullmatch(r"\d{4,6}(?:\.\d+)?", text):
        return "moment_serial"
    if "民国" in text or re.fullmatch(r"1\d{2}[-/.年].*", text):
        return "moment_republic"
    return "moment"


def number(typed: str, limit: int = 40) -> str:
    """What names a record."""
    text = half_width(typed).strip()
    if not text:
        raise Fault("empty")
    if len(text) > limit or not re.fullmatch(r"[0-9A-Za-z\u4e00-\u9fff〔〕\[\]()._/-]+", text):
        raise Fault("number_shape", limit=limit)
    return text


def phone(typed: str) -> str:
    """Digits of a telephone; "" where the file says that there is none. A local number needs no area code here."""
    if typed in _NOBODY:
        return ""
    try:
        return check_phone(typed).value
    except IdentityRefused as refused:
        if refused.code == IdentityCode.PHONE_AREA_MISSING:
            return compact_phone(typed)
        raise


def name(typed: str) -> str:
    return "" if typed in _NOBODY else check_name(typed)


def id_number(typed: str, on: date) -> str:
    return "" if typed in _NOBODY else check_id(typed, on=on).value


def yes(typed: str) -> bool | None:
    """True, False, or None where nothing is said."""
    text = half_width(typed).strip()
    if not text:
        return None
    if text in _YES or text in _NO:
        return text in _YES
    raise Fault("yes_no")


def whole(typed: str) -> int:
    text = half_width(typed).strip()
    if not text:
        return 0
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise Fault("whole_number")
    return int(text)


def figure(typed: str) -> Decimal:
    text = half_width(typed).strip().replace(",", "")
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise Fault("figure") from None
    if not found.is_finite() or found < 0 or found >= 10**12:
        raise Fault("figure")
    return found


def limited(typed: str, limit: int) -> str:
    if len(typed) > limit:
        raise Fault("long", limit=limit)
    return typed


def period(typed: str) -> tuple[date, date]:
    """[first, after) of 2025, 2025年, 2025-03, 2025Q1, 2025上半年 or 2025-01-01/2025-12-31 (last day included)."""
    text = half_width(typed).strip().upper()
    if found := re.fullmatch(r"(\d{4})年?", text):
        return _months(int(found[1]), 1, 12)
    if found := re.fullmatch(r"(\d{4})(?:-|/|年)(\d{1,2})月?", text):
        return _months(int(found[1]), int(found[2]), 1)
    if found := re.fullmatch(r"(\d{4})年?-?Q([1-4])", text):
        return _months(int(found[1]), int(found[2]) * 3 - 2, 3)
    if found := re.fullmatch(r"(\d{4})年?(上|下)半年", text):
        return _months(int(found[1]), 1 if found[2] == "上" else 7, 6)
    if found := re.fullmatch(r"(\d{4}-\d{2}-\d{2})[/~至](\d{4}-\d{2}-\d{2})", text):
        try:
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        except ValueError:
            raise Fault("moment_day") from None
        if last >= first:
            return first, last + timedelta(days=1)
    raise Fault("period")


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    if not (1949 <= year <= 2100 and 1 <= first <= 12):
        raise Fault("period")
    end = first + count
    return date(year, first, 1), date(year + (end > 12), end - 12 if end > 12 else end, 1)


Reader = Callable[[str], object]

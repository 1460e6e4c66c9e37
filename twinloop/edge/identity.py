"""What is typed becomes a checked value: identity numbers, telephone numbers, names.

Plain Python. Nothing here reads the clock: the day that "today" means is an argument. A refusal is an `IdentityRefused`
with a code and the facts that its sentence needs (`words.say`). Sources: GB 11643-1999 (18-digit numbers and their
check digit), 国发〔2018〕 residence permits of Hong Kong, Macau and Taiwan (81, 82, 83), the numbering of the permanent
residence card of 2023 (first digit 9).
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from twinloop.edge.phones import Phone, PhoneKind, check_phone
from twinloop.edge.typed import (
    IdentityCode,
    IdentityRefused,
    check_name,
    compact_id,
    compact_name,
    compact_phone,
    half_width,
)

__all__ = [
    "IdKind",
    "IdNumber",
    "IdentityCode",
    "IdentityRefused",
    "Phone",
    "PhoneKind",
    "Sex",
    "age_on",
    "check_digit",
    "check_id",
    "check_name",
    "check_phone",
    "compact_id",
    "compact_name",
    "compact_phone",
    "half_width",
    "is_minor",
    "region_code",
    "sex",
]

ADULT_AGE = 18  # 民法典 17: eighteen full years, the birthday itself included
OLDEST_AGE = 130  # beyond every recorded life: a slip of the keyboard

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")  # GB/T 2260, first two digits


class IdKind(StrEnum):
    """What document a number belongs to."""

    RESIDENT = "resident"
    RESIDENT_OLD = "resident_old"  # 15 digits, issued before 1999
    RESIDENCE_PERMIT = "residence_permit"  # 港澳台居民居住证
    PERMANENT_RESIDENT = "permanent_resident"  # 外国人永久居留身份证
    HK_MACAU_PERMIT = "hk_macau_permit"  # 港澳居民来往内地通行证
    TAIWAN_PERMIT = "taiwan_permit"  # 台湾居民来往大陆通行证
    PASSPORT = "passport"
    OTHER = "other"


class Sex(StrEnum):
    """As coded in the number itself (17th digit, 15th in old numbers)."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A checked number: `value` upper case without gaps; the rest is None where the kind does not carry it."""

    kind: IdKind
    value: str
    born_on: date | None = None
    sex: Sex | None = None
    region_code: str | None = None  # first six digits: county of first registration


def check_digit(first_17: str) -> str:
    """The 18th character that belongs to 17 digits (ISO 7064:1983 MOD 11-2, as GB 11643-1999 prescribes)."""
    return _CHECK_DIGITS[sum(int(d) * w for d, w in zip(first_17, _WEIGHTS, strict=True)) % 11]


def check_id(typed: str, *, on: date, kind: IdKind | None = None) -> IdNumber:
    """Checks an identity number typed on the day `on`.

    `kind` is what the clerk chose; None reads it from the shape of the number. Raises `IdentityRefused`.
    """
    value = compact_id(typed)
    if not value:
        raise IdentityRefused(IdentityCode.ID_EMPTY)
    if not re.fullmatch(r"[0-9A-Z()]{1,30}", value):
        raise IdentityRefused(IdentityCode.ID_CHARACTERS)
    found = _read_id(value, on, kind)
    if kind is not None and found.kind != kind:
        raise IdentityRefused(IdentityCode.ID_KIND, found=found.kind, wanted=kind)
    return found


def _read_id(value: str, on: date, kind: IdKind | None) -> IdNumber:
    if kind is not None and kind not in _NUMBERED:
        return IdNumber(kind if kind is IdKind.OTHER or _shaped(value, kind) else IdKind.OTHER, value)
    if re.fullmatch(r"[0-9]{17}[0-9X]", value):
        return _eighteen(value, on)
    if re.fullmatch(r"[0-9]{15}", value):
        return _fifteen(value, on)
    if re.fullmatch(r"[0-9]+X?", value):
        # a Taiwan permit is digits only too: it is taken as one only when the clerk says so, never by guess
        raise IdentityRefused(IdentityCode.ID_LENGTH, length=len(value))
    if re.match(r"[0-9]{12}", value):
        raise IdentityRefused(IdentityCode.ID_CHARACTERS)  # an ID number with a letter inside, not another document
    return IdNumber(next((k for k in _SHAPES if _shaped(value, k)), IdKind.OTHER), value)


_NUMBERED = frozenset({IdKind.RESIDENT, IdKind.RESIDENT_OLD, IdKind.RESIDENCE_PERMIT, IdKind.PERMANENT_RESIDENT})
_SHAPES = {
    IdKind.PERMANENT_RESIDENT: re.compile(r"[A-Z]{3}[0-9]{12}"),  # cards issued before 2023
    IdKind.HK_MACAU_PERMIT: re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    IdKind.TAIWAN_PERMIT: re.compile(r"[0-9]{8}|[0-9]{10}(?:\([A-Z]\)|[A-Z])?"),
    IdKind.PASSPORT: re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,9}"),
}


def _shaped(value: str, kind: IdKind) -> bool:
    return _SHAPES[kind].fullmatch(value) is not None


def _eighteen(value: str, on: date) -> IdNumber:
    kind = _kind_of_18(value)
    born_on = _birth(value[6:14], on)
    wanted = check_digit(value[:17])
    if value[17] != wanted:
        # the right digit is not told: it would let a guessed number be completed
        raise IdentityRefused(IdentityCode.ID_CHECK_DIGIT)
    region = None if kind is IdKind.PERMANENT_RESIDENT else value[:6]
    return IdNumber(kind, value, born_on, _sex(value[16]), region)


def _kind_of_18(value: str) -> IdKind:
    if value[0] == "9" and _PROVINCE.match(value, 1):
        return IdKind.PERMANENT_RESIDENT
    if not _PROVINCE.match(value):
        raise IdentityRefused(IdentityCode.ID_REGION, region=value[:2])
    return IdKind.RESIDENCE_PERMIT if value[:2] in {"81", "82", "83"} else IdKind.RESIDENT


def _fifteen(value: str, on: date) -> IdNumber:
    if not _PROVINCE.match(value):
        raise IdentityRefused(IdentityCode.ID_REGION, region=value[:2])
    born_on = _birth("19" + value[6:12], on)
    return IdNumber(IdKind.RESIDENT_OLD, value, born_on, _sex(value[14]), value[:6])


def _birth(digits: str, on: date) -> date:
    try:
        born_on = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise IdentityRefused(IdentityCode.ID_DATE) from None
    if born_on > on:
        raise IdentityRefused(IdentityCode.ID_FUTURE)
    if _full_years(born_on, on) > OLDEST_AGE:
        raise IdentityRefused(IdentityCode.ID_TOO_OLD, years=OLDEST_AGE)
    return born_on


def _sex(digit: str) -> Sex:
    return Sex.MALE if int(digit) % 2 else Sex.FEMALE


def _full_years(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def age_on(id_number: str, on: date) -> int | None:
    """Full years on the day `on`; None where the number carries no birth date or does not stand."""
    born_on = _facts(id_number, on).born_on
    return None if born_on is None else _full_years(born_on, on)


def is_minor(id_number: str, on: date) -> bool | None:
    """Under eighteen on the day `on` (民法典 17); None = unknown, which callers must not read as adult."""
    age = age_on(id_number, on)
    return None if age is None else age < ADULT_AGE


def sex(id_number: str, on: date) -> Sex | None:
    """Sex as the number codes it, or None."""
    return _facts(id_number, on).sex


def region_code(id_number: str, on: date) -> str | None:
    """The six digits of the county of first registration (GB/T 2260), or None; not where the person lives now."""
    return _facts(id_number, on).region_code


def _facts(id_number: str, on: date) -> IdNumber:
    try:
        return check_id(id_number, on=on)
    except IdentityRefused:
        return IdNumber(IdKind.OTHER, "")

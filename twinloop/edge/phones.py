"""Telephone numbers: mobile, fixed with area code, service (400, 800), short (110, 12345, 95588) and abroad.

Sources: 《电信网编号计划》 (area codes of two and three digits after the 0, mobile numbers of 11 digits from 13 to 19).
The demo series 1990000xxxx is a valid mobile number that no operator has given out.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from twinloop.edge.typed import IdentityCode, IdentityRefused, compact_phone, half_width


class PhoneKind(StrEnum):
    """What a telephone number reaches; service and short numbers belong to nobody and are never masked."""

    MOBILE = "mobile"
    FIXED = "fixed"
    SERVICE = "service"
    SHORT = "short"
    ABROAD = "abroad"


@dataclass(frozen=True, slots=True)
class Phone:
    """A checked number: `value` is digits only (abroad: with its +), area code included, extension apart."""

    kind: PhoneKind
    value: str
    area_code: str = ""
    extension: str = ""


_AREA = r"(?:010|02[0-57-9]|0[3-9][0-9]{2})"
_FIXED = re.compile(rf"({_AREA})([2-8][0-9]{{6,7}})")
_WHOLE = {
    PhoneKind.MOBILE: re.compile(r"1[3-9][0-9]{9}"),
    PhoneKind.SHORT: re.compile(r"1[0-2][0-9]|1[02][0-9]{3}|9[56][0-9]{3,4}"),
    PhoneKind.SERVICE: re.compile(r"[48]00[0-9]{7}"),
}
_ALLOWED = re.compile(r"[0-9 +()\-–—.·\s\u200b\ufeff]+")
_EXTENSION = re.compile(r"(?:转|轉|分机|ext\.?|x|#)\s*([0-9]{1,6})\s*$", re.IGNORECASE)


def check_phone(typed: str, *, area_code: str | None = None) -> Phone:
    """Checks a telephone number. Raises `IdentityRefused`.

    `area_code` (0795) completes a fixed number typed without one; None refuses such a number rather than guessing.
    """
    if _WHOLE[PhoneKind.MOBILE].fullmatch(typed):  # as nearly all are written
        return Phone(PhoneKind.MOBILE, typed)
    text = half_width(typed).strip()
    found = _EXTENSION.search(text)
    extension, text = (found[1], text[: found.start()]) if found else ("", text)
    digits = compact_phone(text)
    if not digits:
        raise IdentityRefused(IdentityCode.PHONE_CHARACTERS if text else IdentityCode.PHONE_EMPTY)
    if not _ALLOWED.fullmatch(text):
        raise IdentityRefused(IdentityCode.PHONE_CHARACTERS)
    if text.startswith("+") and not text.startswith("+86"):
        return _abroad(digits)
    # +86 795 1234567: the 0 of the area code falls away after a country code, which `compact_phone` took off
    trunk = "0" if re.match(r"(?:\+|00)86", text) and re.fullmatch(r"[2-9][0-9]{8,10}", digits) else ""
    return _at_home(trunk + digits, extension, area_code)


def _abroad(digits: str) -> Phone:
    if not 7 <= len(digits) <= 15:  # ITU-T E.164
        raise IdentityRefused(IdentityCode.PHONE_LENGTH, length=len(digits))
    return Phone(PhoneKind.ABROAD, "+" + digits)


def _at_home(digits: str, extension: str, area_code: str | None) -> Phone:
    for kind, shape in _WHOLE.items():
        if shape.fullmatch(digits):
            return Phone(kind, digits, extension=extension)
    if re.fullmatch(r"[2-8][0-9]{6,7}", digits):
        if area_code is None:
            raise IdentityRefused(IdentityCode.PHONE_AREA_MISSING)
        digits = area_code + digits
    fixed = _FIXED.fullmatch(digits)
    if fixed:
        return Phone(PhoneKind.FIXED, digits, fixed[1], extension)
    if len(digits) == 11:
        raise IdentityRefused(IdentityCode.PHONE_PREFIX)
    raise IdentityRefused(IdentityCode.PHONE_LENGTH, length=len(digits))

"""Typed text made comparable, names checked, and the refusal that all identity checks raise.

`half_width` touches only the full-width forms of ASCII and the ideographic space. NFKC on the whole text would also
replace compatibility ideographs, and with them the very character that a family writes in its name.
"""

import re
import unicodedata
from enum import StrEnum

from twinloop.edge.refusing import Refusing

NAME_LIMIT = 100  # characters; the longest registered firm names stay below it

_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●．｡･", "·"))
_UNSEEN = "\u200b\u2060\ufeff"  # zero-width characters that come along when text is pasted
_GAPS = re.compile(rf"[\s{_UNSEEN}]+")
_HAN = re.compile(r"[\u4e00-\u9fa5]{1,100}")  # within the limit of a name
_HAN_GAP = re.compile(
    r"(?<=[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]) (?=[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·])"
)


class IdentityCode(StrEnum):
    """Why a typed value is refused."""

    ID_EMPTY = "id_empty"
    ID_CHARACTERS = "id_characters"
    ID_LENGTH = "id_length"
    ID_REGION = "id_region"
    ID_DATE = "id_date"
    ID_FUTURE = "id_future"
    ID_TOO_OLD = "id_too_old"
    ID_CHECK_DIGIT = "id_check_digit"
    ID_KIND = "id_kind"
    PHONE_EMPTY = "phone_empty"
    PHONE_CHARACTERS = "phone_characters"
    PHONE_LENGTH = "phone_length"
    PHONE_PREFIX = "phone_prefix"
    PHONE_AREA_MISSING = "phone_area_missing"
    NAME_EMPTY = "name_empty"
    NAME_TOO_LONG = "name_too_long"
    NAME_CHARACTERS = "name_characters"


class IdentityRefused(Refusing, ValueError):  # noqa: N818
    """A typed value that cannot stand. `code` and `facts` make the sentence; `facts` never holds the value itself."""

    code: IdentityCode


def half_width(text: str) -> str:
    """Full-width digits, letters, signs and spaces as ASCII; every other character untouched."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def compact_id(typed: str) -> str:
    """An identity number as compared: half-width, upper case, without gaps and dashes. Checks nothing."""
    return re.sub(rf"[\s{_UNSEEN}\-–—]+", "", half_width(typed)).replace("×", "X").upper()


def compact_phone(typed: str) -> str:
    """A telephone number as compared: digits only, without the country code of China. Checks nothing."""
    plain = half_width(typed)
    # most come as bare digits already
    digits = plain if plain.isascii() and plain.isdigit() else "".join(c for c in plain if "0" <= c <= "9")
    if digits.startswith("0086"):
        return digits[4:]
    # no Chinese subscriber number of 12 or 13 digits begins with 86, so there it is the country code
    return digits[2:] if digits.startswith("86") and len(digits) in {12, 13} else digits


def compact_name(typed: str) -> str:
    """A name as compared: half-width, one kind of dot, lower case, no gaps. Rare characters stay as they are."""
    if _HAN.fullmatch(typed):
        return typed
    return _GAPS.sub("", half_width(typed.translate(_DOTS))).casefold()


def check_name(typed: str) -> str:
    """A name as stored: ideographs of every extension and `·` kept, gaps inside Chinese names closed.

    Firms and 'what the caller said' (我爸, 陈某) pass too. Raises `IdentityRefused`.
    """
    if _HAN.fullmatch(typed):  # nothing to mend in ideographs alone
        return typed
    name = _HAN_GAP.sub("", _GAPS.sub(" ", half_width(typed.translate(_DOTS)))).strip(" ·")
    if not name:
        raise IdentityRefused(IdentityCode.NAME_EMPTY)
    if len(name) > NAME_LIMIT:
        raise IdentityRefused(IdentityCode.NAME_TOO_LONG, limit=NAME_LIMIT, length=len(name))
    if not any(c.isalpha() for c in name) or any(_is_strange(c) for c in name):
        raise IdentityRefused(IdentityCode.NAME_CHARACTERS)
    return name


def _is_strange(char: str) -> bool:
    # private use (Co) stays: old residence registers hold rare characters there
    return char in "<>{}\\|^`" or unicodedata.category(char) in {"Cc", "Cf", "Cn", "Cs"}

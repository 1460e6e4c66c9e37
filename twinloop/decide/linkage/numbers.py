"""Telephone and identity numbers: equal, or one slip of the finger apart."""

from __future__ import annotations

import re
from enum import StrEnum
from operator import ne


class NumberLevel(StrEnum):
    SAME = "same"
    NEAR = "near"  # one digit off, or two neighbours changed places
    DIFFERENT = "different"


def digits(number: str) -> str:
    """Only what counts: a foreign prefix, gaps and small x fall away."""
    if number.isdigit() and number.isascii() and not number.startswith("86"):
        return number
    return re.sub(r"^(?:\+?86)(?=1\d{10}$)", "", re.sub(r"[^0-9Xx+]", "", number)).upper()


def level(one: str, two: str) -> NumberLevel:
    """Compare two numbers of seven digits or more; symmetric."""
    if one == two:
        return NumberLevel.SAME
    return NumberLevel.NEAR if is_near(one, two) else NumberLevel.DIFFERENT


def is_near(one: str, two: str) -> bool:
    if len(one) != len(two) or len(one) < 11 or (one[:6] != two[:6] and one[6:] != two[6:]):
        return False
    off: list[bool] = list(map(ne, one, two))
    if (count := sum(off)) != 2:
        return count == 1
    at = off.index(True)
    return bool(off[at + 1] and one[at] == two[at + 1] and one[at + 1] == two[at])


def blurred(number: str) -> list[str]:
    """Keys that a number shares with every number one slip away (and with few others): itself less one digit."""
    return (
        [number[:i] + number[i + 1 :] for i in range(max(0, len(number) - 8), len(number))] if len(number) >= 11 else []
    )

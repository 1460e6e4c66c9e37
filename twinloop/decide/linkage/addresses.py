"""Where: two spellings of one address side by side. 桥兰村3组 = 桥兰三组 = 桥兰村三小组陈屋."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class PlaceLevel(StrEnum):
    SAME = "place_same"
    TOWNSHIP = "place_township"  # another community of the same township
    OTHER = "place_other"
    UNKNOWN = "place_unknown"


class DoorLevel(StrEnum):
    """How near two addresses are, within whatever place."""

    DOOR = "door_same"  # same flat, or same building and entrance
    BUILDING = "door_building"
    GROUP = "door_group"  # same villagers' group
    SITE = "door_site"  # same named site: estate, factory, market, hall
    UNKNOWN = "door_unknown"
    OTHER_GROUP = "door_other_group"
    OTHER_BUILDING = "door_other_building"


class Address(NamedTuple):
    village: str = ""
    group: str = ""
    building: str = ""
    entrance: str = ""
    flat: str = ""
    site: str = ""  # what is left: 鸿达木业, 谢屋, 农贸市场


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "〸": 10}
_COUNTED = re.compile(r"([零〇一二三四五六七八九十百两]+)(?=(?:村民|居民)?小?组|[号栋幢座室楼层队巷单])")
_VILLAGE = re.compile(
    r"^(?:.{2,4}[镇乡])?(?P<name>[\u3400-\u9fff]{2,3}?)(?:村(?:委会)?|社区|居委会|(?=\d+(?:小?组|队)))"
)
_GROUP = re.compile(r"第?(\d+)(?:村民|居民)?(?:小组|组|队)")
_BUILDING = re.compile(r"(\d+)#?[栋幢座]")
_ENTRANCE = re.compile(r"(\d+)单元")
_FLAT = re.compile(r"(?<!\d)(\d{3,4})室?(?!\d)")
_DASHED = re.compile(r"(?<!\d)(\d{1,2})[-—－](?:(\d{1,2})[-—－])?(\d{3,4})(?!\d)")
_LEFT = re.compile(r"路口|路边|门口|附近|旁边?|楼道|电梯[口厅]?|前面|后面|公路|[#\d号室层楼\-—－]|大门|门前")


def arabic(figures: str) -> str:
    """二十三 → 23; digits one by one (一〇二) too."""
    if not any(c in "十百" for c in figures):
        return "".join(str(_DIGITS[c]) for c in figures)
    total, digit = 0, None
    for char in figures:
        if char in "十百":
            total, digit = total + (1 if digit is None else digit) * (10 if char == "十" else 100), None
        else:
            digit = _DIGITS[char]
    return str(total + (digit or 0))


@lru_cache(maxsize=200_000)
def parse(text: str) -> Address:
    """Take an address apart; what cannot be read stays in ``site``."""
    text = re.sub(r"[\s,，.。、;；:：()（）]+", "", text)
    text = _COUNTED.sub(lambda found: arabic(found[1]), text)
    village = _VILLAGE.match(text)
    rest = text[village.end() :] if village else text
    dashed = _DASHED.search(rest)
    building, entrance, flat = (dashed[1], dashed[2] or "", dashed[3]) if dashed else ("", "", "")
    group, found = _GROUP.search(rest), {}
    for name, pattern in (("building", _BUILDING), ("entrance", _ENTRANCE), ("flat", _FLAT)):
        match = pattern.search(rest)
        found[name] = match[1] if match else ""
    site = rest
    for pattern in (_DASHED, _GROUP, _BUILDING, _ENTRANCE, _FLAT, _LEFT):
        site = pattern.sub("", site)
    return Address(
        village["name"] if village else "",
        group[1].lstrip("0") if group else "",
        building or found["building"],
        entrance or found["entrance"],
        flat or found["flat"],
        site,
    )


def place_level(one: str, two: str, villages: tuple[str, str] = ("", "")) -> PlaceLevel:
    """Two place codes, or the villages of two addresses: a code may be missing, or that of a neighbour.

    Codes that end in 000 stand for a township, which says little.
    """
    if villages[0] and villages[0] == villages[1]:
        return PlaceLevel.SAME
    if villages[0] and villages[1] and (not one or not two):
        return PlaceLevel.TOWNSHIP
    if not one or not two:
        return PlaceLevel.UNKNOWN
    if one == two:
        return PlaceLevel.UNKNOWN if is_township(one) else PlaceLevel.SAME
    if one[:9] == two[:9]:
        return PlaceLevel.UNKNOWN if is_township(one) or is_township(two) else PlaceLevel.TOWNSHIP
    return PlaceLevel.OTHER


def is_township(code: str) -> bool:
    return len(code) < 12 or code.endswith("000")


@lru_cache(maxsize=50_000)
def site_overlap(one: str, two: str) -> str:
    """The longest run of characters that both sites share, at least two; "" for none."""
    best = ""
    for start in range(len(one) - 1):
        for end in range(len(one), start + max(1, len(best)), -1):
            if end - start > 1 and one[start:end] in two:
                best = one[start:end]
                break
    return best


def door_level(one: Address, two: Address) -> DoorLevel:
    """The finest part that both addresses give decides."""
    shared = site_overlap(one.site, two.site)
    if one.building and two.building:
        if one.building != two.building:
            return DoorLevel.OTHER_BUILDING
        if (one.flat and one.flat == two.flat) or (one.entrance and one.entrance == two.entrance):
            return DoorLevel.DOOR
        return DoorLevel.BUILDING if shared or not (one.site and two.site) else DoorLevel.UNKNOWN
    if one.group and two.group and one.village == two.village:
        return DoorLevel.GROUP if one.group == two.group else DoorLevel.OTHER_GROUP
    return DoorLevel.SITE if shared else DoorLevel.UNKNOWN

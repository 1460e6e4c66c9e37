"""Who is meant: what a caller says of somebody, taken apart so that two ways of saying it can be compared."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from twinloop.decide.linkage import vocabulary as words


class NameLevel(StrEnum):
    """How two ways of naming somebody agree, the strongest first."""

    FULL = "name_full"  # 谢有福 = 谢有福
    FULL_SOUND = "name_full_sound"  # 谢有福 = 谢友福
    GIVEN = "name_given"  # 有福 = 谢有福
    GIVEN_SOUND = "name_given_sound"
    FIRM = "name_firm"  # 平安驾校 = 潭口平安驾校
    UNIT = "name_unit"  # 501业主 = 501 楼下
    NICK = "name_nick"  # 小颜, 阿兰
    SURNAME = "name_surname"  # 陈某 = 陈建国
    SURNAME_SOUND = "name_surname_sound"  # 邱某 = 丘静
    UNKNOWN = "name_unknown"  # nobody is named: says nothing
    DIFFERENT = "name_different"


class Name(NamedTuple):
    """``given`` may be all that is known, so may ``surname``; ``nick`` one character of either; ``kin``: 我爸.

    A tuple: names are looked up by themselves all the time, and hashing a frozen dataclass takes six times as long.
    """

    surname: str = ""
    given: str = ""
    other: str = ""  # the whole read as a given name: 卫平 may be one, or a Mr Wei
    nick: str = ""
    firm: str = ""
    unit: str = ""
    kin: bool = False

    @property
    def is_known(self) -> bool:
        return bool(self.surname or self.given or self.nick or self.firm or self.unit)

    @property
    def is_full(self) -> bool:
        return bool(self.surname and self.given)


_KIN = re.compile(rf"^(?:我家?的?|他家?的?|她家?的?|俺|咱)?(?:{words.any_of(words.KIN)})(?:叫|是)?")
_WHERE = re.compile(
    r"^(?:楼上|楼下|隔壁|对门|对面|邻居|村民|老板|房东|租客|司机|同村|本村|业主|住户|顾客|客人|工人|老理事)(?:的)?(?=.)"
)
_TITLE = re.compile(rf"(?:(?:家的?|的)?[大小二三]?(?:{words.any_of(words.KIN)})|{words.any_of(words.TITLES)})$")
_FIRM = re.compile(rf"^(?P<firm>.*(?:{words.any_of(words.FIRM_ENDS)}))(?P<rest>.{{0,6}})$", re.IGNORECASE)
_UNIT = re.compile(r"(?<!\d)(\d{3,4})(?!\d)")
_FAMILY = re.compile(r"^(?P<surname>.)(?:家|氏)(?:.{1,3})?$")
_RANK = re.compile(r"^(?P<surname>.)(?:老?[大二三四五六七八九]|[二三四五六七八九]妹)$")
_HAN = re.compile(r"[^\u3400-\u9fff0-9A-Za-z]")


@lru_cache(maxsize=200_000)
def parse(said: str) -> Name:
    """Take a name apart: 我老公邬小平, 陈某, 小颜, 楼下佟阿姨, 芦箕砂石场严总, 1102装修的, 平安驾校, 有福."""
    text = _HAN.sub("", said)
    if not text or text in words.GENERIC:
        return Name()
    stripped = _KIN.sub("", text)
    kin = stripped != text
    text = stripped if kin else text
    unit = _UNIT.search(text)
    if unit:
        return Name(unit=unit[1], kin=kin)
    firm = _FIRM.match(text)
    if firm and firm["firm"] in words.FIRM_ENDS:  # 酒店马经理: which one, the address may say
        return _person(firm["rest"]) if firm["rest"] else Name()
    if firm and len(firm["firm"]) > 2:
        rest = _person(firm["rest"]) if firm["rest"] else Name()
        return Name(surname=rest.surname, given=rest.given, firm=firm["firm"], kin=kin)
    found = _person(text)
    return Name(found.surname, found.given, found.other, found.nick, kin=kin)


def _person(text: str) -> Name:
    text = _WHERE.sub("", text)
    if text in words.GENERIC:
        return Name()
    bare = re.sub(r"^姓(?=.)|的$", "", text)
    while len(bare) > 1 and (title := _TITLE.search(bare)) and title.start() > 0:
        bare = bare[: title.start()]
    titled = bare != text
    if not bare or bare in words.GENERIC or len(bare) > 4:
        return Name()
    if bare[0] in "小阿老" and len(bare) == 2:
        return (
            Name(surname=bare[1], nick=bare[1]) if bare[1] in words.SURNAMES and bare[0] != "阿" else Name(nick=bare[1])
        )
    family = _FAMILY.match(text)
    if family and family["surname"] in words.SURNAMES:
        return Name(surname=family["surname"])
    rank = _RANK.match(bare)
    if rank and rank["surname"] in words.SURNAMES:
        return Name(surname=rank["surname"])
    return _split(bare, titled=titled)


def _split(bare: str, *, titled: bool) -> Name:
    if bare[:2] in words.COMPOUND_SURNAMES:
        return Name(bare[:2], bare[2:])
    if bare[0] in words.SURNAMES:
        if len(bare) == 1:
            return Name(surname=bare)
        if len(bare) == 2:
            return Name(bare[0], bare[1], other=bare)
        return Name(bare[0], bare[1:])
    if len(bare) == 1:
        return Name(nick=bare) if titled else Name()
    return Name(given=bare) if len(bare) <= 2 else Name(bare[0], bare[1:])


@lru_cache(maxsize=200_000)
def level(one: Name, two: Name) -> NameLevel:
    """Compare two names; symmetric."""
    if not one.is_known or not two.is_known:
        return NameLevel.UNKNOWN
    if one.firm or two.firm:
        return _firms(one, two)
    if one.unit or two.unit:
        return (
            NameLevel.UNIT
            if one.unit == two.unit
            else NameLevel.UNKNOWN
            if not (one.unit and two.unit)
            else NameLevel.DIFFERENT
        )
    if one.is_full and two.is_full:
        return _full(one, two)
    return _parts(one, two)


@lru_cache(maxsize=200_000)
def full_sound(name: Name) -> str:
    """Two full names sound otherwise unless they have this in common; "" of one that is not full, or of a firm."""
    if not name.is_full or name.firm or name.unit:
        return ""
    return f"{''.join(words.sounds(name.surname))} {''.join(words.sounds(name.given))}"


_CALLED = ("某", "总", "老板", "家", "老", "师傅", "姓", "的", "阿姨", "医生", "老师", "主任")


@lru_cache(maxsize=4096)
def called(surname: str) -> tuple[str, ...]:
    """How a text speaks of somebody by the surname alone."""
    return (f"姓{surname}", *(surname + title for title in _CALLED))


def _firms(one: Name, two: Name) -> NameLevel:
    if one.firm and two.firm:
        if same_firm(one.firm, two.firm):
            return NameLevel.FIRM
        if one.surname and one.surname == two.surname:
            return NameLevel.SURNAME
        return NameLevel.DIFFERENT
    if one.surname and two.surname:
        people = level(Name(one.surname, one.given), Name(two.surname, two.given, two.other, two.nick))
        return NameLevel.UNKNOWN if people is NameLevel.DIFFERENT else people
    return NameLevel.UNKNOWN


_FIRM_TAIL = re.compile(rf"(?:{words.any_of(words.FIRM_ENDS)}|店|场|城)+$", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def firm_core(firm: str) -> str:
    """潭口镇平安驾校 → 平安; what is left of the place in front is of no harm."""
    core = _FIRM_TAIL.sub("", re.sub(r"^.{2,4}[镇村](?=..)|^.{2,3}(?:镇|村|街道|社区)", "", firm))
    return core or firm


def same_firm(one: str, two: str) -> bool:
    """One spelling stands in the other, or both end alike: 芦箕砂石场 = 砂石场, 好又多超市 = 三观好又多超市."""
    a, b = firm_core(one), firm_core(two)
    if one == two or a == b:
        return True
    short, long = sorted((one, two), key=len)
    core, longer = sorted((a, b), key=len)
    return short in long or (len(core) > 1 and core in longer)


def _full(one: Name, two: Name) -> NameLevel:
    if (one.surname, one.given) == (two.surname, two.given):
        return NameLevel.FULL
    surnames = words.sounds(one.surname) == words.sounds(two.surname)
    if surnames and words.sounds(one.given) == words.sounds(two.given):
        return NameLevel.FULL_SOUND
    for a, b in ((one, two), (two, one)):
        if a.other and a.other == b.given:
            return NameLevel.GIVEN
    return NameLevel.DIFFERENT


def _parts(one: Name, two: Name) -> NameLevel:
    return _givens(one, two) or _nicks(one, two) or _surnames(one, two)


def _givens(one: Name, two: Name) -> NameLevel | None:
    givens = [(a, b) for a in (one.given, one.other) for b in (two.given, two.other) if len(a) > 1 and len(b) > 1]
    if any(a == b for a, b in givens):
        return NameLevel.GIVEN
    if any(words.sounds(a) == words.sounds(b) for a, b in givens):
        return NameLevel.GIVEN_SOUND
    return None


def _nicks(one: Name, two: Name) -> NameLevel | None:
    for a, b in ((one, two), (two, one)):
        if a.nick and not (a.surname and a.given) and a.nick in b.given + b.surname:
            return NameLevel.SURNAME if a.nick == b.surname else NameLevel.NICK
    return None


def _surnames(one: Name, two: Name) -> NameLevel:
    if one.surname and two.surname:
        if one.surname == two.surname:
            return NameLevel.SURNAME
        alike = words.sounds(one.surname) == words.sounds(two.surname)
        return NameLevel.SURNAME_SOUND if alike else NameLevel.DIFFERENT
    return NameLevel.DIFFERENT if one.given and two.given else NameLevel.UNKNOWN

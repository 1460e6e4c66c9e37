"""Firms, schools, shops and estates that are named in an address or in running text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from twinloop.decide.linkage import vocabulary as words
from twinloop.decide.linkage.addresses import site_overlap
from twinloop.decide.linkage.facts import NONE


class Organisation(NamedTuple):
    """``core`` is what tells it from others of its ``kind``: 平安 and 驾校."""

    core: str
    kind: str


# what cannot stand in the name of a firm
_STOPS = (
    "在到从把被给跟和与说找是去的我他她你们了那这个家村镇县区条问叫让对为因于及或等向由经同大上下里外前后旁边来买卖进出组号楼"
    "路口园街道隔壁门附近一二三四五六七八九十两几名位些每各某该本有没不开新老旧关间办送欠报围堵租住打骂想要请帮"
)
# where things happen to many people; elsewhere the firm is a party
IS_PLACE = re.compile(
    "小学|中学|学校|幼儿园|医院|诊所|小区|花园|家园|苑|府|城|公馆|华庭|豪庭|公寓|新村|安置房|物业|市场|祠堂|宗祠|卫生"
)
# each way of writing KTV by itself: a regular expression that ignores case is five times as slow
_ENDS = {"".join(way) for end in words.ORGANISATION_ENDS for way in product(*({c.lower(), c.upper()} for c in end))}
KIND = re.compile(words.any_of(frozenset(_ENDS)))
_CUT = re.compile(rf"[{_STOPS}]|[^\u3400-\u9fff]")


@lru_cache(maxsize=1024)  # as long as a text's words are kept
def read(text: str) -> frozenset[Organisation]:
    """Those named in a text: up to four characters before a word such as 驾校, cut at what cannot be in a name."""
    found = set()
    for match in KIND.finditer(text):
        head = text[max(0, match.start() - 4) : match.start()]
        core = _CUT.split(head)[-1]
        if len(core) >= 2 and core not in words.BOILERPLATE and core not in words.MATTER_OF:
            found.add(Organisation(core, match[0]))
    return frozenset(found) or NONE


def same(one: Organisation, two: Organisation) -> bool:
    """One and the same, however much of the place stands in front."""
    return one.core == two.core or (_alike(one.kind, two.kind) and bool(site_overlap(one.core, two.core)))


def _alike(one: str, two: str) -> bool:
    return one == two or one in two or two in one or bool(set(one) & set(two))


def shared(ones: frozenset[Organisation], twos: frozenset[Organisation]) -> list[Organisation]:
    return sorted(one for one in ones if any(same(one, two) for two in twos)) if ones and twos else []


def rivals(ones: frozenset[Organisation], twos: frozenset[Organisation]) -> bool:
    """Both name one of a kind, and not the same one."""
    return bool(ones and twos) and any(one.kind == two.kind for one in ones for two in twos) and not shared(ones, twos)

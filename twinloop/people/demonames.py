"""Invented names, numbers and telephones for the demo. Seeded: every installation invents the same people."""

from __future__ import annotations

import random
from collections.abc import Iterator

from twinloop.edge.identity import check_digit

_SURNAMES = (
    "陈刘李王张黄钟曾谢罗邓郭赖廖温肖何杨朱叶吴胡邱彭徐林范许周严卢曹魏蔡孙袁汤龚易熊戴薛江涂古方余田董宋程沈"
    "唐冯高梁夏潘姜万段雷侯龙史陶贺顾毛郝邵孟白秦尹常武乔"
)
_PAIRS = ("欧阳", "上官", "司徒")
_FIRST = "晓建文志小国春海玉明永德秀美家俊雪丽红卫立长新金光荣世伟庆思雨子宇佳静慧梦广福祥景承启兆远"
_LAST = "明华平英芳军强峰兰辉珍斌萍霞林勇梅燕波玲涛琴健云娟磊杰敏超龙鹏飞洁浩宁婷山全生根发贵泉清松柏怡然涵"
_SINGLE = "伟敏静强磊洋勇艳杰娟涛超霞平刚鹏玲颖斌丹凯莉婷浩岩"
# 36 is Jiangxi, 9999 no county of it: the numbers are well formed and nobody's
_NOWHERE = "369999"


class Inventor:
    """Names without repeats, telephones and numbers in a row."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - invented people, no secret
        self._used: set[str] = set()
        self._phones = iter(range(1, 10_000))
        self._births = iter(range(100_000))

    def name(self) -> str:
        while True:
            found = self._draw()
            if found not in self._used:
                self._used.add(found)
                return found

    def _draw(self) -> str:
        pick = self.chance.choice
        surname = pick(_PAIRS) if self.chance.random() < 0.01 else pick(_SURNAMES)
        if self.chance.random() < 0.18:
            return surname + pick(_SINGLE)
        return surname + pick(_FIRST) + pick(_LAST)

    def keep(self, *names: str) -> None:
        """Names that are given away already."""
        self._used |= set(names)

    def phone(self) -> str:
        return f"1990000{next(self._phones):04d}"

    def id_number(self, born: tuple[int, int]) -> str:
        """Somebody born between two years."""
        year, month, day = self.chance.randint(*born), self.chance.randint(1, 12), self.chance.randint(1, 28)
        first = f"{_NOWHERE}{year}{month:02d}{day:02d}{next(self._births) % 1000:03d}"
        return first + check_digit(first)

    def some(self, items: tuple[str, ...], least: int, most: int) -> list[str]:
        return self.chance.sample(items, self.chance.randint(least, most))


def numbers(shape: str) -> Iterator[str]:
    """numbers("9{:05d}") → 900001, 900002, …"""
    number = 0
    while True:
        number += 1
        yield shape.format(number)

"""What about: the words of a report that tell one quarrel from another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from sys import intern

from twinloop.decide.linkage import vocabulary as words
from twinloop.decide.linkage.addresses import arabic
from twinloop.decide.linkage.facts import NONE

_STOP = "的了是在我你他她它们这那有和就不也都又还着过把被让给对跟到说要叫来去上下里个一"
# Two Han characters that tell something, wherever they stand: the expression finds the place, its group the pair.
_PAIR = re.compile(rf"(?=([^\x00-\u33ff\ua000-\U0010ffff{_STOP}]{{2}}))")
_SIZES: dict[str, tuple[int, ...]] = {}  # of the words that begin with a character, the longest first
for _word in words.MATTER_OF:
    _SIZES[_word[0]] = tuple(sorted({len(_word), *_SIZES.get(_word[0], ())}, reverse=True))
_FIRST = "".join(_SIZES)
_SECOND = "".join(sorted({word[1] for word in words.MATTER_OF if len(word) > 1}))
_ALONE = "".join(word for word in words.MATTER_OF if len(word) == 1)
_STARTS = re.compile(f"[{_FIRST}](?:(?=[{_SECOND}])|(?<=[{_ALONE}]))")  # where such a word may begin
_AGAIN = (
    "上次", "上回", "上个月", "前几天", "前天", "前些天", "那天", "那次", "那件", "那事", "这件事", "的事", "还是那",
    "老样子", "又来", "又开始", "又在", "又把", "又说", "又打", "又去", "，又", "再次", "再来", "仍", "一直没",
    "还没", "还不", "到现在", "之前报", "报过", "多次报", "上午报", "刚才报", "催", "跟上次", "照旧", "至今",
    "拖到现在", "旧账", "结果", "后来", "反悔", "三番", "几次",
)  # fmt: skip
_SAYS_AGAIN = re.compile(words.any_of(_AGAIN))
_UNITS = {"": 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_DAYS_AGO = {"今天": 0, "刚才": 0, "昨天": 1, "昨晚": 1, "昨夜": 1, "前天": 2, "前晚": 2, "大前天": 3}
_SUM = re.compile(r"(\d+(?:\.\d+)?|[一二两三四五六七八九十]+)(多)?([万千百])([一二三四五六七八九](?![十个天年月岁]))?")
_MAYBE_SUM = re.compile(r"[\d一二两三四五六七八九十]多?[万千百]")  # part of every sum, and found faster
_YUAN = re.compile(r"(?<![\d.])(\d{3,8})(?=多?[元块])")
_MAYBE_YUAN = re.compile(r"\d多?[元块]")
_MAYBE_AGO = ("昨", "前天", "前晚", "天前")
_AGO = re.compile(r"(?P<word>大前天|前天|前晚|昨天|昨晚|昨夜)|(?P<n>[一二两三四五六七八九十\d]+)天前")


@dataclass(frozen=True, slots=True)
class Narrative:
    """``terms`` pairs of characters and words of a matter; ``matters`` heads; ``amounts`` yuan; ``days`` spoken of."""

    terms: frozenset[str]
    matters: frozenset[str]
    sure: frozenset[str]  # matters named by a whole word
    amounts: frozenset[int]
    days: frozenset[date]
    again: bool
    length: int


@lru_cache(maxsize=1024)  # a batch reads each text for its rare words, as the asked report and as an earlier one
def read(text: str, at: datetime) -> Narrative:
    """The terms of a text received ``at``."""
    terms = set(_PAIR.findall(text)) - words.BOILERPLATE
    matters: set[str] = set()
    sure: set[str] = set()
    for word in _words(text):
        terms.add(word)
        heads = words.MATTER_OF[word]
        matters.update(heads)
        if len(heads) == 1 and (len(word) > 1 or word in words.SURE_CHARACTERS):
            sure.update(heads)
    return Narrative(
        frozenset(map(intern, terms)),  # one string each, however many reports are kept
        frozenset(matters) or NONE,
        frozenset(sure) or NONE,
        amounts(text),
        _days(text, at.date()),
        text.startswith("又") or bool(_SAYS_AGAIN.search(text)),
        len(text),
    )


def _words(text: str) -> Iterator[str]:
    """Words of a matter, the longest at each of the places where one may begin, none within another."""
    free = 0
    for found in _STARTS.finditer(text):
        start = found.start()
        if start >= free:
            for size in _SIZES[text[start]]:
                if (word := text[start : start + size]) in words.MATTER_OF:
                    yield word
                    free = start + size
                    break


def amounts(text: str) -> frozenset[int]:
    """Sums of 100 and more: 八万, 一万二, 2000元, 三十多万, 4.8万."""
    found = set()
    for match in _SUM.finditer(text) if _MAYBE_SUM.search(text) else ():
        number = float(match[1]) if match[1][0].isdigit() else float(arabic(match[1]) or 0)
        unit = _UNITS[match[3]]
        found.add(round(number * unit + (int(arabic(match[4])) * unit / 10 if match[4] else 0)))
    if _MAYBE_YUAN.search(text):
        found |= {int(match[1]) for match in _YUAN.finditer(text)}
    return frozenset(value for value in found if value >= 100) or NONE


def _days(text: str, today: date) -> frozenset[date]:
    days: set[date] = set()
    if not any(said in text for said in _MAYBE_AGO):
        return NONE
    for match in _AGO.finditer(text):
        back = (
            _DAYS_AGO[match["word"]]
            if match["word"]
            else int(match["n"] if match["n"].isdigit() else arabic(match["n"]))
        )
        if back < 400:
            days.add(today - timedelta(days=back))
    return frozenset(days) or NONE

"""Codes inside, words outside: one sentence per code of the plain cores, Chinese first, English beside it.

The table stands in ``defaults/words.toml`` (code = [Chinese, English], grouped by the code's StrEnum). Style: one
sentence that says what is missing or which article forbids it (look.md 'Words').
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path

from twinloop.decide import Refused

CHINESE, ENGLISH = "zh", "en"
_COUNTS = "零一两三四五六七八九十"
_LEVELS = "零一二三"
_ARTICLE = re.compile(r"(?P<law>\D+?) (?P<number>\d+)(?:\((?P<item>\d+)\))?(?: 第(?P<paragraph>\d+)款)?")

Table = Mapping[str, Mapping[str, tuple[str, str]]]


def _read(path: Path) -> Table:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return {enum: {code: (zh, en) for code, (zh, en) in codes.items()} for enum, codes in raw.items()}


WORDS: Table = _read(Path(__file__).parent / "defaults" / "words.toml")
# A code that has lost its type (Refused.code is a plain string) is found here: no two of these tables share a code.
SENTENCES = (
    *("MoveRefusal", "Lack", "Trigger", "GateReason", "GateRefusal", "ConfirmationRefusal", "ConfirmationLack"),
    *("ClockRefusal", "RiskRefusal", "LinkageRefusal", "TrialRefusal", "MatchRefusal", "ParameterRefusal"),
    *("MediationRefusal", "AgreementRefusal", "AgreementLack", "VisitRefusal", "FigureRefusal", "RosterRefusal"),
    *("SafeguardRefusal", "WhistleRefusal", "NominationRefusal", "NoticesRefusal", "DayRefusal", "HotspotRefusal"),
)
_UNTYPED = {code: pair for enum in SENTENCES for code, pair in WORDS[enum].items()}


def template(code: str, lang: str = CHINESE) -> str:
    """The sentence of a code with its ``{gaps}``; a code without words raises ``KeyError``."""
    pair = WORDS[type(code).__name__][code] if isinstance(code, StrEnum) else _UNTYPED[code]
    return pair[_is_english(lang)]


def say(code: str, lang: str = CHINESE, **facts: object) -> str:
    """The sentence of a code, its gaps filled from ``facts``. ``lang``: ``zh…`` or ``en…``.

    Codes among the facts are said too, tuples are joined, ``count`` is written 一样, 两样 in Chinese, ``articles``
    are cited in brackets. A gap without a fact reads 未知 (unknown).
    """
    filled = _Gaps(lang, {name: _fill(name, value, lang, facts) for name, value in facts.items()})
    return template(code, lang).format_map(filled)


def tell(refused: Refused, lang: str = CHINESE) -> str:
    """The sentence of a refusal, with its articles."""
    return say(refused.code, lang, articles=refused.articles, **refused.facts)


def cite(article: str, lang: str = CHINESE) -> str:
    """'程序规定 179(4)' → '程序规定第 179 条第 4 项'; English keeps the short form, and so does what has no number."""
    match = _ARTICLE.fullmatch(article)
    if match is None or _is_english(lang):
        return article
    text = f"{match['law']}第 {match['number']} 条"
    for number, unit in ((match["paragraph"], "款"), (match["item"], "项")):
        text += f"第 {number} {unit}" if number else ""
    return text


class _Gaps(dict[str, str]):
    def __init__(self, lang: str, facts: Mapping[str, str]) -> None:
        super().__init__(facts)
        self.lang = lang

    def __missing__(self, name: str) -> str:
        if name == "articles":  # a refusal that no law is behind
            return ""
        return "unknown" if _is_english(self.lang) else "未知"


def _is_english(lang: str) -> bool:
    return lang.startswith(ENGLISH)


def _fill(name: str, value: object, lang: str, facts: Mapping[str, object]) -> str:
    if name == "articles" and isinstance(value, tuple):
        return _bracket([cite(str(article), lang) for article in value], lang)
    if name == "count" and isinstance(value, int) and not _is_english(lang):
        return (_COUNTS[value] if value < len(_COUNTS) else f"{value}") + "样"
    if name in {"level", "floor"} and isinstance(value, int) and not _is_english(lang):
        return _LEVELS[value]
    if isinstance(value, tuple):
        between = ", " if _is_english(lang) else "、" if name in {"terms", "roles", "known"} else "，"
        return between.join(_item(item, lang, facts, codes=True) for item in value)
    return _item(value, lang, facts)


def _bracket(articles: list[str], lang: str) -> str:
    if not articles:
        return ""
    return f" ({', '.join(articles)})" if _is_english(lang) else f"（{'，'.join(articles)}）"


def _item(value: object, lang: str, facts: Mapping[str, object], *, codes: bool = False) -> str:
    if isinstance(value, StrEnum):
        simple = {name: fact for name, fact in facts.items() if name in _gaps(template(value, lang))}
        return say(value, lang, **simple)
    if codes and isinstance(value, str) and value in _UNTYPED:
        return say(value, lang)
    if isinstance(value, float):
        return f"{value:g}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _gaps(text: str) -> Iterator[str]:
    return (found[1] for found in re.finditer(r"\{(\w+)\}", text))

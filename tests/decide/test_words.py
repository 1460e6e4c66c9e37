"""Every code has words in both languages, and the sentences keep the style of the look."""

from __future__ import annotations

import re
from enum import StrEnum
from types import ModuleType

import pytest

from twinloop.decide import (
    Refused,
    agreement,
    clocks,
    confirmation,
    conflict,
    daily,
    figures,
    gate,
    hotspots,
    linkage,
    matching,
    mediation,
    nomination,
    notices,
    parameters,
    periods,
    report,
    risk,
    roster,
    safeguard,
    sorting,
    trial,
    visits,
    whistle,
    words,
    workflow,
)
from twinloop.decide.words import SENTENCES, WORDS

MODULES: tuple[ModuleType, ...] = (
    workflow,
    gate,
    confirmation,
    mediation,
    nomination,
    conflict,
    safeguard,
    agreement,
    visits,
    figures,
    clocks,
    risk,
    linkage,
    matching,
    roster,
    sorting,
    trial,
    parameters,
    whistle,
    hotspots,
    notices,
    daily,
    report,
    periods,
)

ENUMS = {
    found.__name__: found
    for module in MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum
}


@pytest.mark.parametrize("enum", ENUMS.values(), ids=ENUMS.keys())
def test_every_code_has_both_languages_and_no_word_is_left_over(enum):
    assert {str(code) for code in enum} == set(WORDS[enum.__name__])
    for code in enum:
        for lang in ("zh", "en"):
            assert words.say(code, lang).strip()


def test_no_table_is_left_over():
    assert set(WORDS) == set(ENUMS)


def test_sentences_share_no_code_so_that_a_plain_string_finds_its_own():
    codes = [code for enum in SENTENCES for code in WORDS[enum]]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("enum", WORDS)
def test_chinese_uses_full_width_punctuation_and_both_have_the_same_gaps(enum):
    for chinese, english in WORDS[enum].values():
        assert not re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", chinese)
        assert not re.search(r"[，。：；？（）]", english)
        assert sorted(re.findall(r"\{\w+\}", chinese)) == sorted(re.findall(r"\{\w+\}", english))


@pytest.mark.parametrize(
    ("article", "chinese"),
    [
        ("程序规定 179", "程序规定第 179 条"),
        ("程序规定 179(4)", "程序规定第 179 条第 4 项"),
        ("程序规定 178 第2款", "程序规定第 178 条第 2 款"),
        ("公通字〔2007〕81号", "公通字〔2007〕81号"),
    ],
)
def test_articles_are_cited(article, chinese):
    assert words.cite(article) == chinese
    assert words.cite(article, "en") == article


def test_refusal_is_told_in_both_languages():
    refused = Refused(
        workflow.MoveRefusal.GATE_SHUT, articles=("程序规定 179(4)", "程序规定 52"), why=("a_party_refuses",)
    )
    assert words.tell(refused) == "不能调解：一方明确不愿意（程序规定第 179 条第 4 项，程序规定第 52 条）"
    assert words.tell(refused, "en-gb") == "No mediation: a party clearly refuses (程序规定 179(4), 程序规定 52)"


@pytest.mark.parametrize(
    ("code", "lang", "facts", "sentence"),
    [
        (
            "lacks",
            "en",
            {"count": 2, "lacks": (workflow.Lack.CALLBACK, workflow.Lack.PERFORMED), "terms": (2, 3)},
            "Still missing 2: a callback that reached a party, performance of term 2, 3",
        ),
        ("lacks", "zh", {"count": 12, "lacks": ("lack_reason", "其他")}, "还差12样：理由，其他"),
        ("no_such_level", "zh", {}, "等级只有 1、2、3"),
        ("unknown_year", "zh", {}, "未知 年的放假安排还没有录入，由管理员在“设置 · 节假日”补录"),
        ("unknown_input", "en", {}, "Unknown key: unknown"),
        ("unknown_input", "zh", {"key": "no_cause"}, "不认识的键：no_cause"),
        ("gate_shut", "zh", {"why": ("has_fled",), "articles": ()}, "不能调解：违法嫌疑人逃跑"),
        ("below_floor", "en", {"floor": 1, "level": 2}, "Not milder than level 1: correct the recorded fact first"),
        ("below_floor", "zh", {"floor": 1, "level": 2}, "不能低于一级：先更正记录的事实"),
        (risk.Factor.AMOUNT_YUAN, "zh", {"value": 8000.0}, "涉及金额 8000 元"),
    ],
)
def test_gaps_are_filled(code, lang, facts, sentence):
    assert words.say(code, lang, **facts) == sentence


def test_code_without_words_is_an_error_not_a_blank():
    with pytest.raises(KeyError):
        words.say("no_such_code")

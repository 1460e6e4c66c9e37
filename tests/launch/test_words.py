"""Both languages say the same."""

from string import Formatter

import pytest

from twinloop.launch.words import SENTENCES, say, speak


def _values(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", SENTENCES)
def test_sentence_fills_the_same_values_in_both_languages(code: str) -> None:
    chinese, english = SENTENCES[code]
    assert _values(chinese) == _values(english)


@pytest.mark.parametrize("code", SENTENCES)
def test_sentence_keeps_the_words_of_the_house(code: str) -> None:
    chinese, _ = SENTENCES[code]
    assert not any(word in chinese for word in ("系统错误", "操作失败", "请", "您"))
    assert not chinese.endswith("。")


def test_say_follows_the_chosen_language() -> None:
    assert say("up_stopped") == "已全部停止"
    speak("en")
    assert say("up_stopped") == "all stopped"

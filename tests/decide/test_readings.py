"""Our table reads as pypinyin does, character by character, word by word, and where words run into one another."""

import random
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from tests.decide.readings import written
from twinloop.decide.readings import TABLE, read


def plain(text):
    return tuple(lazy_pinyin(text, errors=list))


def test_examples():
    assert read("重庆的重量") == ("chong", "qing", "de", "zhong", "liang")
    assert read("A1·绿") == ("A", "1", "·", "lv")
    assert read("A1·绿", keep=False) == ("lv",)
    assert read("") == ()


def test_the_table_is_that_of_the_installed_pypinyin():
    assert TABLE.read_text(encoding="utf-8") == written(), "python -m tests.decide.readings"


def test_every_character_is_read_as_by_pypinyin():
    alone = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    assert [c for c in alone if read(c) != plain(c)] == []


def test_every_word_is_read_as_by_pypinyin():
    assert [word for word in PHRASES_DICT if read(word) != plain(word)] == []


def test_words_that_run_into_one_another_are_read_as_by_pypinyin():
    """Words, beginnings of words and what is none, one after the other."""
    chance = random.Random(1)
    words = sorted(PHRASES_DICT)
    begun = [word[:length] for word in words for length in range(1, len(word))]
    texts = [
        "".join(chance.choice(chance.choice((words, begun, "A1 ·㐀𠮷\ue815、"))) for _ in range(4)) for _ in range(9000)
    ]
    assert [text for text in texts if read(text) != plain(text)] == []


@given(
    st.text(max_size=12)
    | st.text(st.sampled_from("单雄信吕女绿略重长乐曾行朝仇丽薇〇髙𠮷㐀A·1 了不得一心一意"), max_size=9)
)
def test_any_text_is_read_as_by_pypinyin(text):
    assert read(text) == plain(text)
    assert read(text, keep=False) == tuple(filter(None, lazy_pinyin(text, errors="ignore")))


def test_pypinyin_is_for_tests_alone():
    code = (
        "import sys; from twinloop.decide.linkage.vocabulary import sound; from twinloop.places.naming import sounds; "
        "from twinloop.edge.searchkeys import name_sounds; sound('楼'), sounds('桥兰村'), name_sounds('王小兰'); "
        "sys.exit('pypinyin' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

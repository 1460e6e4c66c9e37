"""Keys of search: one spelling for many writings, and what a query may be."""

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from twinloop.edge.searchkeys import (
    QueryKind,
    address_key,
    classify,
    id_tail,
    name_initials,
    name_key,
    name_sounds,
    phone_tail,
    pinyin_key,
    simplified,
    words_key,
)


@pytest.mark.parametrize(
    ("name", "sound", "initials"),
    [
        ("单雄信", "shanxiongxin", "sxx"),
        ("仇小英", "qiuxiaoying", "qxy"),
        ("解小英", "xiexiaoying", "xxy"),
        ("曾小英", "zengxiaoying", "zxy"),
        ("查小英", "zhaxiaoying", "zxy"),
        ("尉迟小英", "yuchixiaoying", "ycxy"),
        ("万俟小英", "moqixiaoying", "mqxy"),
        ("長孫小英", "zhangsunxiaoying", "zsxy"),
        ("吕小英", "lvxiaoying", "lxy"),
        ("吕小英", "lyuxiaoying", "lxy"),
        ("张卫国", "zhangweiguo", "zwg"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
    ],
)
def test_name_is_found_by_its_sound(name, sound, initials):
    assert sound in name_sounds(name)
    assert initials in name_initials(name)


def test_surname_read_wrongly_still_finds():
    assert name_sounds("单雄信") == ("shanxiongxin", "danxiongxin")
    assert name_initials("单雄信") == ("sxx", "dxx")


def test_traditional_and_variant_characters_meet():
    assert name_key("張衛國") == name_key("张 卫国") == "张卫国"
    assert name_key("𠮷小兰") == "吉小兰"
    assert words_key("橋蘭村　ＡＢＣ\n噪音") == "桥兰村 abc 噪音"


@pytest.mark.parametrize(
    "address", ["桥兰村3组", "桥兰三组", "桥兰村三小组", "橋蘭村第３村民小组", "桥兰村 第三组", "桥兰村03组"]
)
def test_addresses_of_one_group_meet(address):
    assert address_key(address) == "桥兰3组"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("五一路18号", "五一路18号"),
        ("三里桥村十二号", "三里桥12号"),
        ("八一大道一百零八号", "八一大道108号"),
        ("桥兰村二十三组", "桥兰23组"),
        ("桥兰村委会", "桥兰"),
        ("新村3组", "新村3组"),
        ("阳光小区，二栋一单元", "阳光小区2栋1单元"),
    ],
)
def test_address_examples(address, key):
    assert address_key(address) == key


@pytest.mark.parametrize(
    ("query", "kinds", "value"),
    [
        ("JF260209-004", [QueryKind.DISPUTE], "JF260209-004"),
        ("jf260209004", [QueryKind.DISPUTE], "JF260209-004"),
        ("ＪＱ260416－0086", [QueryKind.INCIDENT], "JQ260416-0086"),
        ("XS2604", [QueryKind.LEAD], "XS2604"),
        ("260416-0086", [QueryKind.DISPUTE, QueryKind.INCIDENT, QueryKind.LEAD], "JF260416-0086"),
        ("199 0000 0127", [QueryKind.PHONE], "19900000127"),
        ("+86 19900000127", [QueryKind.PHONE], "19900000127"),
        ("0795-8812345", [QueryKind.PHONE], "07958812345"),
        ("0127", [QueryKind.PHONE_TAIL, QueryKind.ID_TAIL, QueryKind.WORDS], "0127"),
        ("999x", [QueryKind.ID_TAIL, QueryKind.WORDS], "999X"),
        ("36090219900101999x", [QueryKind.ID_NUMBER], "36090219900101999X"),
        ("H12345678", [QueryKind.ID_NUMBER, QueryKind.WORDS], "H12345678"),
        ("wxl", [QueryKind.PINYIN, QueryKind.WORDS], "wxl"),
        ("Wang Xiaolan", [QueryKind.PINYIN, QueryKind.WORDS], "wangxiaolan"),
        ("王小蘭", [QueryKind.NAME, QueryKind.WORDS], "王小兰"),
        ("阿依古丽·买买提", [QueryKind.NAME, QueryKind.WORDS], "阿依古丽·买买提"),
        ("桥兰村夜里唱歌", [QueryKind.WORDS], "桥兰村夜里唱歌"),
    ],
)
def test_query_is_told_apart(query, kinds, value):
    guesses = classify(query)
    assert [guess.kind for guess in guesses] == kinds
    assert guesses[0].value == value


def test_empty_query_is_nothing():
    assert classify(" 　") == ()


def test_tails():
    assert (phone_tail("+86 19900000127"), phone_tail("110")) == ("0127", "")
    assert (id_tail("36090219900101999x"), id_tail("12")) == ("999X", "")
    assert pinyin_key("Lü Xi'an2") == "lvxian"


@given(st.text())
def test_keys_made_twice_are_as_once(text):
    for key in (simplified, words_key, address_key):
        assert key(key(text)) == key(text)


@given(st.text(max_size=60))
def test_any_query_has_an_answer(text):
    assert bool(classify(text)) == bool(words_key(text) or classify(text))


@given(st.text(max_size=20))
def test_any_name_has_keys(text):
    assert all(name_sounds(text))
    assert len(name_initials(text)) <= 4


def test_slow_libraries_wait_until_needed():
    code = (
        "import sys, twinloop.edge.searchkeys as s, twinloop.decide.readings as r; s.classify('王小兰'); "
        "sys.exit(r.table.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-W", "error", "-c", code], check=False).returncode == 0


HAN = st.text(st.sampled_from("单雄信王欧阳吕女绿略重长乐曾行朝仇丽薇〇髙𠮷A·1 "), max_size=5)


@given(HAN)
def test_sounds_by_parts_are_those_of_the_whole(name):
    """Parts are kept and put together; the plain way spells surname and given name each time."""
    from twinloop.edge.maskvalues import split_name
    from twinloop.edge.searchkeys import _SURNAMES

    def plain(text):
        return [s for s in lazy_pinyin(text, errors="ignore") if s] if not text.isascii() else [text]

    surname, given_name = split_name(re.sub(r"[^\w]", "", name_key(name)))
    heads = [h for h in (_SURNAMES.get(surname, "").split(","), plain(surname)) if any(h)] or [[]]
    spelt = [[s for s in (*head, *plain(given_name)) if s] for head in heads]
    passports = [[re.sub(r"^([ln])v", r"\1yu", s) for s in one] for one in spelt]
    assert name_sounds(name) == tuple(dict.fromkeys("".join(s) for s in (*spelt, *passports) if s))
    assert name_initials(name) == tuple(dict.fromkeys("".join(s[0] for s in one) for one in spelt if one))

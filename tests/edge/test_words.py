"""Every code of the edge modules has its sentence in both languages, with the same facts."""

import re

import pytest

from twinloop.edge.identity import IdentityCode
from twinloop.edge.keyring import KeyRingCode
from twinloop.edge.uploads import UploadCode
from twinloop.edge.words import IDENTITY, KEYS, UPLOADS, WORDS, say

CODES = [*IdentityCode, *KeyRingCode, *UploadCode]


@pytest.mark.parametrize("code", CODES)
def test_code_has_a_sentence_in_both_languages(code):
    chinese, english = WORDS[code]
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", english))
    assert not re.search(r"请|您|系统错误|操作失败", chinese)
    assert not chinese.endswith("。")


def test_no_sentence_is_without_a_code():
    assert set(WORDS) == set(CODES)
    assert len(WORDS) == len(IDENTITY) + len(KEYS) + len(UPLOADS)


def test_sentence_is_filled_with_its_facts():
    assert say("name_too_long", "zh-hans", limit=100, length=101) == "姓名或单位名最多 100 个字，这里是 101 个"
    assert say("name_too_long", "en-gb", limit=100) == "A name has at most 100 characters; this one has ?"

"""Writes how characters are read, from the installed pypinyin: `python -m tests.decide.readings`."""

from __future__ import annotations

import sys
from importlib import metadata
from itertools import groupby

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT, RE_HANS

from twinloop.decide.readings import TABLE

HEAD = """\
# Readings of pypinyin {version} without tones. Written by `python -m tests.decide.readings`; not to be edited by hand.
# Parts, between empty lines: what counts as a Chinese character; each syllable's characters; words by their first
# character; words that are not read as their characters are.
#
# The MIT License (MIT). Copyright (c) 2016 mozillazg, 闲耘 <hotoo.cn@gmail.com>
#
# Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
# documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
# rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
# persons to whom the Software is furnished to do so, subject to the following conditions:
#
# The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
# Software.
#
# THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
# WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
# COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
# OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def spans() -> str:
    known = [code for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000 and RE_HANS.match(chr(code))]
    runs = [list(run) for _, run in groupby(enumerate(known), key=lambda pair: pair[1] - pair[0])]
    return " ".join(f"{run[0][1]:x}-{run[-1][1]:x}" for run in runs)


def sounds() -> str:
    characters: dict[str, str] = {}
    for code in sorted(PINYIN_DICT):
        if RE_HANS.match(chr(code)):
            syllable = lazy_pinyin(chr(code))[0]
            assert syllable.isascii(), hex(code)
            characters[syllable] = characters.get(syllable, "") + chr(code)
    return "\n".join(f"{syllable} {characters[syllable]}" for syllable in sorted(characters))


def words() -> str:
    by_first = groupby(sorted(PHRASES_DICT), key=lambda word: word[0])
    return "\n".join(f"{first} {' '.join(word[1:] for word in some)}" for first, some in by_first)


def odd() -> str:
    said = {word: lazy_pinyin(word) for word in sorted(PHRASES_DICT)}
    assert all(len(word) == len(syllables) > 1 for word, syllables in said.items())
    alone = {word: [lazy_pinyin(character)[0] for character in word] for word in said}
    return "\n".join(f"{word} {' '.join(said[word])}" for word in said if said[word] != alone[word])


def written() -> str:
    head = HEAD.format(version=metadata.version("pypinyin"))
    return "\n\n".join((head, spans(), sounds(), words(), odd())) + "\n"


if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")

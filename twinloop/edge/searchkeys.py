"""Keys for search: one spelling for what people write in many ways. The same function makes the key that is stored and
the key that is asked for; what a box of search may hold is told apart by `classify`.

Nothing slow is loaded before it is needed: the tables of readings and of characters take 10 and 5 ms.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from twinloop.decide import readings
from twinloop.edge.maskvalues import split_name
from twinloop.edge.typed import compact_id, compact_name, compact_phone, half_width

# spellings of names that the table of OpenCC does not hold, or holds the other way round
_MORE_VARIANTS = dict(zip("𠮷髙淸戸邨甯〇", "吉高清户村宁零", strict=True))

# how surnames are read where the dictionary's first reading is another one (《现代汉语词典》, entries marked 姓)
_SURNAMES = dict(
    re.findall(
        r"(\S+):(\S+)",
        "单:shan 仇:qiu 解:xie 曾:zeng 查:zha 覃:qin 区:ou 盖:ge 乐:yue 朴:piao 翟:zhai 缪:miao 冼:xian 员:yun "
        "种:chong 折:she 黑:he 召:shao 都:du 隗:wei 贠:yun 秘:bi 祭:zhai 洗:xian 钭:dou 佴:nai 句:gou 繁:po 牟:mu "
        "薄:bo 柏:bai 郗:xi 郇:xun 么:yao 乜:nie 任:ren 华:hua 宁:ning 那:na 宿:su 盛:sheng 眭:sui 谌:chen 尉:wei "
        "尉迟:yu,chi 万俟:mo,qi 长孙:zhang,sun 单于:chan,yu 澹台:tan,tai 鲜于:xian,yu 令狐:ling,hu 皇甫:huang,fu ",
    )
)


class QueryKind(StrEnum):
    """What was typed into the search box."""

    DISPUTE = "dispute"
    INCIDENT = "incident"
    LEAD = "lead"
    PHONE = "phone"
    PHONE_TAIL = "phone_tail"
    ID_NUMBER = "id_number"
    ID_TAIL = "id_tail"
    PINYIN = "pinyin"
    NAME = "name"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Guess:
    """One reading of a query: `value` in the form in which that kind of key is stored; numbers may be beginnings."""

    kind: QueryKind
    value: str


@cache
def _variants() -> dict[int, str]:
    # character by character: OpenCC's own conversion by phrases is quadratic in the length of a text and makes keys of
    # names depend on their neighbours
    text = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line)
    table = {ord(old): new.split(" ")[0] for old, new in rows}
    return table | {ord(old): new for old, new in _MORE_VARIANTS.items()}


def simplified(text: str) -> str:
    """Traditional and variant characters as simplified ones; half-width; lower case. For both sides of a search."""
    return half_width(text).translate(_variants()).lower()


def words_key(text: str) -> str:
    """Running text as it is searched: `simplified`, with every gap a single space."""
    return " ".join(simplified(text).split())


def name_key(name: str) -> str:
    """A name as it is compared: 張衛國 = 张卫国, one kind of dot, no gaps."""
    return simplified(compact_name(name))


def name_sounds(name: str) -> tuple[str, ...]:
    """Full pinyin without gaps or tones; the surname's own reading first: 单雄信 → shanxiongxin, danxiongxin.

    ü is written v, and yu as in passports. Characters without a known reading are left out.
    """
    return _readings(name)[0]


def name_initials(name: str) -> tuple[str, ...]:
    """First letters of the syllables, every reading of the surname: 单雄信 → sxx, dxx."""
    return _readings(name)[1]


class _Spelt(NamedTuple):
    """A part of a name in letters: as it sounds, as in a passport, its initials."""

    sound: str
    passport: str
    initials: str


_Readings = tuple[tuple[str, ...], tuple[str, ...]]


@lru_cache(maxsize=8192)  # the same name is asked for by sound and by initials, and often again: some 4 MB at most
def _readings(name: str) -> _Readings:
    surname, given = split_name(re.sub(r"[^\w]", "", name_key(name)))
    heads, rest = _heads(surname), _spelt(given)
    sounds = [head.sound + rest.sound for head in heads] + [head.passport + rest.passport for head in heads]
    initials = [head.initials + rest.initials for head in heads]
    return tuple(dict.fromkeys(filter(None, sounds))), tuple(dict.fromkeys(filter(None, initials)))


@lru_cache(maxsize=1024)
def _heads(surname: str) -> tuple[_Spelt, ...]:
    own = _letters_of(_SURNAMES[surname].split(",")) if surname in _SURNAMES else _Spelt("", "", "")
    return tuple(head for head in (own, _spelt(surname)) if head.sound) or (_Spelt("", "", ""),)


@lru_cache(maxsize=65536)  # given names come again and again: some 15 MB at most, and 50 µs each without
def _spelt(text: str) -> _Spelt:
    return _letters_of(_sounds(text))


def _letters_of(syllables: Sequence[str]) -> _Spelt:
    passports = (re.sub(r"^([ln])v", r"\1yu", syllable) for syllable in syllables)
    return _Spelt("".join(syllables), "".join(passports), "".join(syllable[0] for syllable in syllables if syllable))


def _sounds(text: str) -> tuple[str, ...]:
    """Syllables of a name's part."""
    return (text,) if text.isascii() else readings.read(text, keep=False)


def pinyin_key(typed: str) -> str:
    """Typed pinyin as stored: lower case, ü as v, no gaps, apostrophes or tone numbers."""
    return re.sub(r"[\s'’\-1-5]", "", half_width(typed).lower().replace("ü", "v"))


def phone_tail(phone: str) -> str:
    """Last four digits, or "" for numbers of fewer than seven (those belong to nobody)."""
    digits = compact_phone(phone)
    return digits[-4:] if len(digits) >= 7 else ""


def id_tail(number: str) -> str:
    """Last four characters, X upper case; "" for what is too short to be a document number."""
    value = compact_id(number)
    return value[-4:] if len(value) >= 8 else ""


_FIGURES = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100}
_COUNTED = re.compile(r"第?([零〇一二三四五六七八九十百两]+)(?=(?:村民)?小?组|[号栋幢座室楼层队巷弄户排]|单元|居民)")


@lru_cache(maxsize=8192)  # roads and estates come again and again
def address_key(address: str) -> str:
    """One spelling of an address: 桥兰村3组 = 桥兰三组 = 桥兰村第三村民小组 → 桥兰3组.

    Figures are converted before a unit only (五一路 stays), 村 falls away between a name and its group or at the end.
    """
    text = re.sub(r"[\s,，.。、;；:：()（）#]+", "", simplified(address))
    text = _COUNTED.sub(lambda found: _arabic(found[1]), text)
    text = re.sub(r"第?0*([1-9][0-9]{0,3})(?:村民小组|居民小组|小组|组)", r"\1组", text)
    text = re.sub(r"村(?:民委员会|委会|委)", "村", text)
    return re.sub(r"(?<=[\u4e00-\u9fff]{2})村+(?=[0-9]|$)", "", text)


def _arabic(figures: str) -> str:
    if not any(c in _TENS for c in figures):
        return "".join(str(_FIGURES[c]) for c in figures)
    total, digit = 0, None
    for char in figures:
        if char in _TENS:
            total, digit = total + (1 if digit is None else digit) * _TENS[char], None
        else:
            digit = _FIGURES[char]
    return str(total + (digit or 0))


_CASE_KINDS = {"JF": QueryKind.DISPUTE, "JQ": QueryKind.INCIDENT, "XS": QueryKind.LEAD}
_CASE = re.compile(r"(JF|JQ|XS)-?([0-9]{0,6})-?([0-9]{0,5})")
_BARE_CASE = re.compile(r"([0-9]{6})-([0-9]{3,5})")
_HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"


def classify(query: str) -> tuple[Guess, ...]:
    """Every kind of thing that `query` may be, the most certain first; `()` for an empty one.

    Certain shapes (a case number, a whole phone or identity number) come alone; the others end with WORDS.
    """
    text = " ".join(half_width(query).split())
    if not text:
        return ()
    return _numbered(text) or (*_figures(text), *_letters(text), Guess(QueryKind.WORDS, words_key(text)))


def _numbered(text: str) -> tuple[Guess, ...]:
    bare = re.sub(r"[\s–—]", "", text.upper())
    case = _CASE.fullmatch(bare)
    if case:
        value = case[1] + case[2] + ("-" + case[3] if case[3] else "")
        return (Guess(_CASE_KINDS[case[1]], value),)
    case = _BARE_CASE.fullmatch(bare)
    if case:
        return tuple(Guess(kind, f"{prefix}{case[1]}-{case[2]}") for prefix, kind in _CASE_KINDS.items())
    number = compact_id(text)
    if re.fullmatch(r"[1-9][0-9]{16}[0-9X]|[1-9][0-9]{14}", number):
        return (Guess(QueryKind.ID_NUMBER, number),)
    phone = compact_phone(text)
    whole = re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}|[48]00[0-9]{7}", phone)
    return (Guess(QueryKind.PHONE, phone),) if whole and re.fullmatch(r"[0-9+() \-–—]+", text) else ()


def _figures(text: str) -> tuple[Guess, ...]:
    if re.fullmatch(r"[0-9]{4}", text):
        return (Guess(QueryKind.PHONE_TAIL, text), Guess(QueryKind.ID_TAIL, text))
    if re.fullmatch(r"[0-9]{3}[Xx]", text):
        return (Guess(QueryKind.ID_TAIL, text.upper()),)
    if re.fullmatch(r"[2-8][0-9]{6,7}|[59][0-9]{4,5}|1[0-2][0-9]|1[02][0-9]{3}", text):
        return (Guess(QueryKind.PHONE, text),)
    if re.fullmatch(r"[HMhm][0-9]{8,10}|[EeGgDdPp][A-Za-z]?[0-9]{7,8}", text):
        return (Guess(QueryKind.ID_NUMBER, text.upper()),)
    return ()


def _letters(text: str) -> tuple[Guess, ...]:
    if re.fullmatch(rf"{_HAN}{{2,4}}|{_HAN}{{1,20}}(?:[·•・‧]{_HAN}{{1,20}}){{1,5}}", text.replace(" ", "")):
        return (Guess(QueryKind.NAME, name_key(text)),)
    # letters of a pinyin query: i, u and v begin no syllable, yet a typed ü may stand alone
    if re.fullmatch(r"[A-Za-zü][A-Za-zü' ’]{1,59}", text):
        return (Guess(QueryKind.PINYIN, pinyin_key(text)),)
    return ()

"""A text as the sorter reads it: one width, no spaces, simplified where a character is common, clauses apart."""

from __future__ import annotations

import re
import unicodedata

# Variant characters that slip into calls typed on other keyboards; whoever writes traditional throughout is rare here.
_SIMPLE = str.maketrans(
    "報警稱說講話錢買賣門開關車輛進來時間個這邊隊證據電動響聲機廠務員業鄰裡樓層廁壓駕駛傷醫藥費賠償養撫繼產權遺囑離結親媽兒孫婦戀愛",
    "报警称说讲话钱买卖门开关车辆进来时间个这边队证据电动响声机厂务员业邻里楼层厕压驾驶伤医药费赔偿养抚继产权遗嘱离结亲妈儿孙妇恋爱",
)
_SPACE = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")
_CLAUSE = re.compile(r"[^。！？；，,!?;：:、\n]+")
# what does not tell one matter from another, and would only be learnt by heart
_CODED = re.compile(r"[a-z]\d{0,2}(?=市|区|县|镇)|西地省|某+")


def plain(text: str) -> str:
    """NFKC, lower case, no white space, simplified variants: 'Ａ 區' and 'a区' read alike."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower().translate(_SIMPLE)


def blunt(text: str) -> str:
    """`plain` text for the features: figures as 0, coded places and 某 left out."""
    return _DIGITS.sub("0", _CODED.sub("", text))


def clauses(text: str) -> list[str]:
    """Stretches between punctuation marks."""
    return _CLAUSE.findall(text)

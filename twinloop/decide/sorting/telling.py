"""A suggestion in words: flags first, then why it abstains, then what spoke for the type."""

from __future__ import annotations

from twinloop.decide import words
from twinloop.decide.sorting.codes import Flag, Reason, Sorted, SortingReason


def told(found: Sorted, lang: str = words.CHINESE) -> list[str]:
    """One sentence a reason, in the order in which a person should read them."""
    doubt = [doubted(found, lang)] if found.doubt else []
    return [*(flagged(flag, lang) for flag in found.flags), *doubt, *(_reason(r, lang) for r in found.reasons)]


def flagged(flag: Flag, lang: str = words.CHINESE) -> str:
    """家庭暴力：“老公又打我”"""
    code = SortingReason.HEARD if flag.heard else SortingReason.FLAG
    return words.say(code, lang, flag=words.say(flag.code, lang), phrases=flag.phrase)


def doubted(found: Sorted, lang: str = words.CHINESE) -> str:
    """Why a person should decide; empty where it does not abstain."""
    if found.doubt is None:
        return ""
    other = found.alternatives[0].label if found.alternatives else found.label
    return words.say(found.doubt, lang, label=words.say(found.label, lang), other=words.say(other, lang))


def _reason(reason: Reason, lang: str) -> str:
    between = ", " if lang.startswith(words.ENGLISH) else "、"
    label = words.say(reason.label, lang) if reason.label else ""
    return words.say(reason.code, lang, label=label, phrases=between.join(f"“{phrase}”" for phrase in reason.phrases))


def spoken(found: Sorted, lang: str = words.CHINESE) -> list[str]:
    """What spoke for the type and for others, without flags and doubt."""
    return [_reason(reason, lang) for reason in found.reasons]

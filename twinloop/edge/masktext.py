"""Masks inside running text: numbers and given names in what a caller or an officer wrote.

One pass cuts the text into tokens (masked already, case number, plate, permit, figures); only figures need a decision,
and that looks at most five groups ahead. No pattern can start over inside a run of figures, so the time is linear.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twinloop.edge.maskvalues import mask_card, mask_id, mask_name, mask_phone, mask_plate

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_D = "[0-9０-９]"
_L = "[A-HJ-NP-Za-hj-np-zＡ-ＨＪ-ＮＰ-Ｚａ-ｈｊ-ｎｐ-ｚ]"
_TOKEN = re.compile(
    rf"(?P<done>[0-9]{{3}}\*{{4}}[0-9]{{4}}(?!{_D})|[0-9A-Za-z]{{2}}\*{{6}}[0-9][0-9X](?!{_D})"
    rf"|0[0-9]{{2,3}}\*{{3,5}}[0-9]{{3}}(?!{_D})|[{_PROVINCES}][A-Z]\*{{3,4}}[0-9A-Z]{{1,2}}(?!{_D}))"
    rf"|(?P<number>(?:JF|JQ|XS)[0-9]{{6}}-[0-9]{{3,5}}(?!{_D}))"
    rf"|(?P<plate>[{_PROVINCES}]{_L}[·. ]?(?:{_D}|{_L}){{4,5}}(?:{_D}|{_L}|[学警港澳挂领])(?!{_D}))"
    rf"|(?P<permit>(?<![A-Za-z])[HMEGDPhmegdp][A-Za-z]?{_D}{{7,10}}(?!{_D}))"
    rf"|(?P<spoken>[〇零幺一二三四五六七八九]{{11,}})"
    rf"|(?P<figures>{_D}+[XxＸｘ]?)"
)
_ASCII = str.maketrans("０１２３４５６７８９Ｘｘx〇零幺一二三四五六七八九", "0123456789XXX00112345678" + "9")
_GAP = frozenset(" -–—－　")
_WINDOW = 5  # groups that one number is ever broken into: 6222 0212 3456 7890 123
_MOBILE = re.compile(r"(?:86)?1[3-9][0-9]{9}")
_FIXED = re.compile(r"(?:010|02[0-57-9])[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6,7}")
_ID_18 = re.compile(r"[1-9][0-9]{5}(?:1[89]|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9X]")
_ID_15 = re.compile(r"[1-8][0-9]{7}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}")
_LEAST = 7  # signs of a plate, the shortest thing that is hidden
_SHORTEST, _LONGEST = 10, 19  # figures of a fixed number, of a bank card
_LONG = 12  # figures in one piece that are no known number are hidden from this length on


class _Piece(NamedTuple):  # made half a million times in a long text: a dataclass takes four times as long
    """A token's place in the text; `digits` is empty where the token stands as it is, `mask` where undecided."""

    start: int
    end: int
    digits: str = ""
    mask: str | None = None


def mask_text(text: str, names: Iterable[str] = ()) -> str:
    """Hides telephone, identity and card numbers, permits, plates and the `names` of the case's people in a narrative.

    Full-width, spaced (139 0000 0127) and spoken figures (一三九…) count. Case numbers (JF260209-004), dates, sums and
    public numbers stay. Fixed numbers without area code cannot be told from sums and stay.
    """
    named = _mask_names(text, names)
    if len(named) < _LEAST:
        return named
    parts: list[str] = []
    at = 0
    for start, end, mask in _masks(named, [_piece(found) for found in _TOKEN.finditer(named)]):
        parts += (named[at:start], mask)
        at = end
    return "".join((*parts, named[at:]))


def _mask_names(text: str, names: Iterable[str]) -> str:
    # longest first, so that 王小兰兰 is not cut at 王小兰; one character alone would hide half the text
    whole = sorted({n for n in names if len(n) > 1 and mask_name(n) != n}, key=lambda n: (-len(n), n))
    if not whole:
        return text
    return re.sub("|".join(map(re.escape, whole)), lambda found: mask_name(found[0]), text)


def _piece(found: re.Match[str]) -> _Piece:
    kind, word = found.lastgroup, found[0]
    match kind:
        case "plate":
            return _Piece(found.start(), found.end(), mask=mask_plate(word))
        case "permit":
            return _Piece(found.start(), found.end(), mask=mask_id(word))
        case "figures" | "spoken":
            return _Piece(found.start(), found.end(), digits=word.translate(_ASCII))
        case _:
            return _Piece(found.start(), found.end())


def _masks(text: str, pieces: Sequence[_Piece]) -> Iterator[tuple[int, int, str]]:
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        taken = 1
        if piece.mask is not None:
            yield piece.start, piece.end, piece.mask
        elif piece.digits:
            mask = _mask_whole(piece.digits)
            if mask is None:
                taken, mask = _mask_broken(text, pieces, index)
            if mask is not None:
                yield piece.start, pieces[index + taken - 1].end, mask
        index += taken


def _mask_whole(digits: str) -> str | None:
    if len(digits) < _SHORTEST:
        return None
    if _MOBILE.fullmatch(digits):
        return mask_phone(digits[-11:])
    # the X of 5X8 is no check digit: it belongs to the text behind the figures
    figures = digits if len(digits) == 18 else digits.rstrip("X")
    end = digits[len(figures) :]
    if _MOBILE.fullmatch(figures) or _FIXED.fullmatch(figures):
        return mask_phone(figures[-11:] if figures[0] in "18" else figures) + end
    return mask_id(figures) + end if len(figures) >= _LONG else None


def _mask_broken(text: str, pieces: Sequence[_Piece], index: int) -> tuple[int, str | None]:
    joined = pieces[index].digits
    best: tuple[int, str | None] = (1, None)
    for taken in range(2, _WINDOW + 1):
        last = index + taken - 1
        if last >= len(pieces) or not pieces[last].digits or not _touch(text, pieces[last - 1], pieces[last]):
            break
        joined += pieces[last].digits
        if len(joined) < _SHORTEST:
            continue
        if len(joined) > _LONGEST:
            break
        mask = _mask_joined(joined, [len(p.digits) for p in pieces[index : last + 1]])
        if mask is not None:
            best = (taken, mask)
    return best


def _touch(text: str, left: _Piece, right: _Piece) -> bool:
    # an X closes a number: nothing behind it belongs to the same one
    return right.start - left.end == 1 and text[left.end] in _GAP and not left.digits.endswith("X")


def _mask_joined(digits: str, lengths: Sequence[int]) -> str | None:
    if _ID_18.fullmatch(digits):
        return mask_id(digits)
    figures, end = digits.rstrip("X"), "X" * digits.endswith("X")
    if _MOBILE.fullmatch(figures) or _FIXED.fullmatch(figures):
        return mask_phone(figures[-11:] if figures[0] in "18" else figures) + end
    if _ID_15.fullmatch(figures) or (16 <= len(figures) <= 19 and set(lengths[:-1]) == {4}):
        return mask_card(figures) + end
    return None

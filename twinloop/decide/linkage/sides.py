"""Who against whom: the parties of two reports set against one another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from twinloop.decide.linkage import names, numbers, organisations, strangers, vocabulary
from twinloop.decide.linkage.facts import Report
from twinloop.decide.linkage.names import NameLevel
from twinloop.decide.linkage.params import Params
from twinloop.decide.linkage.profiles import Background, Profile, Side, bits

_MOST = 4  # sides of one report that are compared; a longer list is cut
_SURE = 3.0  # bits from which one matched side is taken to be the same person


class Evidence(NamedTuple):
    """One thing that speaks for or against: ``code`` of the level, ``bits``, and the ``facts`` of its sentence.

    A tuple: eight are made of every comparison, and a frozen dataclass takes four times as long.
    """

    code: str
    bits: float
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Pairing:
    """``matched`` sides, ``differing`` ones; ``by_firm``: a firm is what agrees."""

    evidence: tuple[Evidence, ...]
    matched: int
    differing: int
    by_firm: bool

    @property
    def opponents_differ(self) -> bool:
        return any(found.code == "opponent_differs" for found in self.evidence) and not self.by_firm


def compare(
    one: Profile, two: Profile, known: Background, params: Params, *, others: Sequence[Side] | None = None
) -> Pairing:
    """The best way of reading the sides of both as the same people; symmetric.

    ``others``: everybody known in the quarrel of ``two``, in place of those whom its report names.
    """
    a, b = one.sides[:_MOST], two.sides[:_MOST] if others is None else others
    if _are_strangers(one, two, others, params):
        differing = min(len(a), len(b))
        return Pairing(tuple(_balance((), differing, by_firm=False, params=params)), 0, differing, by_firm=False)
    places = (one.report.place_code, two.report.place_code)
    pairs = _assign(_cells(a, b, places, known, params))
    evidence = [found for _, _, found in pairs]
    left, right = list(a), list(b)
    if pairs:
        ones, twos = {i for i, _, _ in pairs}, {j for _, j, _ in pairs}
        left = [side for i, side in enumerate(a) if i not in ones]
        right = [side for j, side in enumerate(b) if j not in twos]
    mentioned, left, right = _mentions(left, right, one, two, places, known, params)
    evidence += mentioned
    differing = _differing(left, right)
    by_firm = bool(evidence) and _by_firm(evidence, a, b)
    crowd = len(b) > 5  # many complainants already: one more is no other opponent
    evidence += _balance(evidence, differing, by_firm=by_firm or crowd, params=params)
    return Pairing(tuple(evidence), len(pairs) + len(mentioned), differing, by_firm)


def _are_strangers(one: Profile, two: Profile, others: Sequence[Side] | None, params: Params) -> bool:
    if one.people is None or max(params.weights["name_different"], params.weights["id_different"]) > 0:
        return False
    known = two.people if others is None or others is two.sides else strangers.people(others)
    return known is not None and strangers.are_strangers(one.people, known, (one.report.text, two.report.text))


def _by_firm(evidence: Sequence[Evidence], a: Sequence[Side], b: Sequence[Side]) -> bool:
    firms = {side.said for side in (*a, *b) if side.name.firm}
    return any(found.code == NameLevel.FIRM or dict(found.facts)["one"] in firms for found in evidence)


def _balance(evidence: Sequence[Evidence], differing: int, *, by_firm: bool, params: Params) -> list[Evidence]:
    """What the matched and the differing sides say together."""
    if len(evidence) > 1:
        sure = min(1.0, min(found.bits for found in evidence) / 2)
        return [Evidence("both_sides", params.weights["both_sides"] * sure)]
    if differing and evidence and (by_firm or evidence[0].bits >= _SURE):
        return [Evidence("opponent_differs", params.weights["opponent_differs"] * (0.2 if by_firm else 1))]
    if evidence:
        differing = min(1, differing)
    return [Evidence(NameLevel.DIFFERENT, params.weights["name_different"])] * min(2, differing)


Cell = tuple[float, int, int, Evidence]


def _cells(
    a: Sequence[Side], b: Sequence[Side], places: Iterable[str], known: Background, params: Params
) -> list[Cell]:
    """Of each two sides that agree: bits, row and column. Most are other people, and nothing is made of those."""
    cells = []
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            level = names.level(x.name, y.name)
            if (level in _APART and params.weights.get(level, 0.0) <= 0) and not (x.id_number and y.id_number):
                continue
            found = _pair(level, x, y, places, known, params)
            if found.bits > 0:
                cells.append((found.bits, i, j, found))
    return cells


_APART = frozenset({NameLevel.DIFFERENT, NameLevel.UNKNOWN})


def _assign(cells: list[Cell]) -> list[tuple[int, int, Evidence]]:
    """Rows and columns that belong together, the strongest agreement first; what speaks against is left alone."""
    if len(cells) < 2:
        return [(i, j, found) for _, i, j, found in cells]
    chosen: list[tuple[int, int, Evidence]] = []
    for _, i, j, found in sorted(cells, key=lambda cell: (-cell[0], cell[1] + cell[2], abs(cell[1] - cell[2]))):
        if all(i != a and j != b for a, b, _ in chosen):
            chosen.append((i, j, found))
    return chosen


def _pair(level: NameLevel, x: Side, y: Side, places: Iterable[str], known: Background, params: Params) -> Evidence:
    weight = name_bits(level, x.name, y.name, places, known, params)
    facts = (("one", x.said), ("two", y.said))
    if x.id_number and y.id_number:
        number = numbers.level(x.id_number, y.id_number)
        if number is not numbers.NumberLevel.DIFFERENT:
            return _by_number(number, level, weight, facts, params)
        weight += params.weights["id_different"]
    return Evidence(level, weight, facts)


def _by_number(
    number: numbers.NumberLevel,
    level: NameLevel,
    weight: float,
    facts: tuple[tuple[str, object], ...],
    params: Params,
) -> Evidence:
    if level is NameLevel.DIFFERENT:  # a father's number in his son's record
        return Evidence("id_other_name", params.weights["id_other_name"], facts)
    code = f"id_{number}"
    return Evidence(code, max(params.weights[code], weight), facts)


def name_bits(
    level: NameLevel, x: names.Name, y: names.Name, places: Iterable[str], known: Background, params: Params
) -> float:
    """Bits of an agreement: the rarer the name (in the country, or in this clan village), the more."""
    weight = params.weights.get(level, 0.0)
    match level:
        case NameLevel.FULL | NameLevel.FULL_SOUND:
            return weight + _surname_bits(x, y, places, known) + _given_bits(x, y, known)
        case NameLevel.GIVEN | NameLevel.GIVEN_SOUND:
            return weight + _given_bits(x, y, known)
        case NameLevel.SURNAME | NameLevel.SURNAME_SOUND:
            return max(0.2, weight + _surname_bits(x, y, places, known))
        case _:
            return weight


def _surname_bits(x: names.Name, y: names.Name, places: Iterable[str], known: Background) -> float:
    if x.surname == y.surname:
        return bits(known.surname_share(x.surname, places))
    return min(bits(known.surname_share(name, places)) for name in (x.surname, y.surname) if name)


def _given_bits(x: names.Name, y: names.Name, known: Background) -> float:
    """Of the two spellings the commoner; a name that may be a given one alone counts as one."""
    return min(bits(known.given_share(given)) for given in (x.given, x.other, y.given, y.other) if given)


def _mentions(
    left: list[Side],
    right: list[Side],
    one: Profile,
    two: Profile,
    places: Iterable[str],
    known: Background,
    params: Params,
) -> tuple[list[Evidence], list[Side], list[Side]]:
    """Those whom the other report names in its text only."""
    found: list[Evidence] = []
    for rest, report in ((left, two.report), (right, one.report)):
        for side in tuple(rest):
            weight, by_surname = _mention_bits(side, report, places, known)
            if weight and len(found) < 2 and not (by_surname and found):
                found.append(
                    Evidence(
                        "name_mentioned", max(0.5, weight + params.weights["name_mentioned"]), (("one", side.said),)
                    )
                )
                rest.remove(side)
    return found, left, right


def _mention_bits(side: Side, report: Report, places: Iterable[str], known: Background) -> tuple[float, bool]:
    """Bits of a side named in a text (a firm or a flat also in the address), and whether by the surname only."""
    name, text = side.name, report.text
    if name.firm or name.unit:
        return _firm_bits(name, report), False
    if name.surname and name.given and name.surname + name.given in text:
        return bits(known.surname_share(name.surname, places)) + bits(known.given_share(name.given)), False
    given = name.given if len(name.given) > 1 else name.other
    if len(given) > 1 and _stands_alone(given, name.surname, text):
        return bits(known.given_share(given)), False
    if name.surname and name.surname in text and any(called in text for called in names.called(name.surname)):
        return bits(known.surname_share(name.surname, places)), True
    return 0.0, False


def _firm_bits(name: names.Name, report: Report) -> float:
    core = names.firm_core(name.firm) if name.firm else name.unit
    if len(core) < 2 or (core not in report.text and core not in report.address):
        return 0.0
    alone = rf"{re.escape(core)}(?![村组镇0-9一二三四五六七八九十])"  # 芦箕砂石场 is not named by 芦箕村
    if not re.search(alone, f"{report.address} {report.text}"):
        return 0.0
    if organisations.IS_PLACE.search(name.firm):
        return 4.0
    return 6.5 if core in report.text or name.unit else 5.5


def _stands_alone(given: str, surname: str, text: str) -> bool:
    """A given name that is not the end of somebody else's: 玉兰 in 花玉兰 is not 汤玉兰."""
    at = text.find(given)
    before = text[at - 1 : at] if at > 0 else ""
    return at >= 0 and (before == surname or before not in vocabulary.SURNAMES)


def _differing(left: Sequence[Side], right: Sequence[Side]) -> int:
    """How many of those left over are certainly other people than everybody left over opposite."""
    return min(_strangers(left, right), _strangers(right, left)) if left and right else 0


def _strangers(ones: Sequence[Side], others: Sequence[Side]) -> int:
    named = [side.name for side in others if side.name.is_known]
    found = 0
    for side in ones:
        one = side.name
        if one.surname or one.given or one.firm:
            found += all(names.level(one, name) is NameLevel.DIFFERENT for name in named)
    return found

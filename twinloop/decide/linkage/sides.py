"""Who against whom: the parties of two reports set against one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from twinloop.decide.linkage import names, numbers
from twinloop.decide.linkage.names import NameLevel
from twinloop.decide.linkage.params import Params
from twinloop.decide.linkage.profiles import Background, Profile, Side, bits

_MOST = 4  # sides of one report that are compared; a longer list is cut


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for or against: ``code`` of the level, ``bits``, and the ``facts`` of its sentence."""

    code: str
    bits: float
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Pairing:
    evidence: tuple[Evidence, ...]
    matched: int
    opponents_differ: bool

    @property
    def bits(self) -> float:
        return sum(item.bits for item in self.evidence)


def compare(one: Profile, two: Profile, known: Background, params: Params) -> Pairing:
    """The best way of reading the sides of both reports as the same people; symmetric."""
    a, b = one.sides[:_MOST], two.sides[:_MOST]
    places = {one.report.place_code, two.report.place_code}
    table = [[_pair(x, y, places, known, params) for y in b] for x in a]
    chosen = _assign(table)
    evidence = [table[i][j] for i, j in chosen if table[i][j].bits > 0]
    pairs = [(i, j) for i, j in chosen if table[i][j].bits > 0]
    left = [s for i, s in enumerate(a) if i not in {i for i, _ in pairs}]
    right = [s for j, s in enumerate(b) if j not in {j for _, j in pairs}]
    mentioned, left, right = _mentions(left, right, one, two, places, known, params)
    evidence += mentioned
    matched = len(pairs) + len(mentioned)
    by_firm = any(e.code == NameLevel.FIRM for e in evidence)
    differing = _differing(left, right)
    if matched >= 2:
        evidence.append(Evidence("both_sides", params.weights["both_sides"]))
    elif differing and matched:
        evidence.append(Evidence("opponent_differs", params.weights["opponent_differs"] * (0.2 if by_firm else 1)))
    elif differing:
        evidence += [Evidence(NameLevel.DIFFERENT, params.weights["name_different"])] * differing
    return Pairing(tuple(evidence), matched, bool(differing and matched < 2 and not by_firm))


def _assign(table: Sequence[Sequence[Evidence]]) -> list[tuple[int, int]]:
    """Pairs of rows and columns with the largest sum; a pair that speaks against is left out of the sum."""
    if not table or not table[0]:
        return []
    rows, columns = len(table), len(table[0])
    if rows > columns:
        return [(i, j) for j, i in _assign([list(column) for column in zip(*table, strict=True)])]
    best = max(
        permutations(range(columns), rows), key=lambda p: sum(max(0.0, table[i][j].bits) for i, j in enumerate(p))
    )
    return list(enumerate(best))


def _pair(x: Side, y: Side, places: set[str], known: Background, params: Params) -> Evidence:
    level = names.level(x.name, y.name)
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
    surname = x.surname or y.surname
    given = max(x.given, y.given, key=len) or x.other or y.other
    match level:
        case NameLevel.FULL | NameLevel.FULL_SOUND:
            return weight + bits(known.surname_share(surname, places)) + bits(known.given_share(given))
        case NameLevel.GIVEN | NameLevel.GIVEN_SOUND:
            return weight + bits(known.given_share(given))
        case NameLevel.SURNAME | NameLevel.SURNAME_SOUND:
            return max(0.2, weight + bits(known.surname_share(surname, places)))
        case _:
            return weight


def _mentions(
    left: list[Side],
    right: list[Side],
    one: Profile,
    two: Profile,
    places: set[str],
    known: Background,
    params: Params,
) -> tuple[list[Evidence], list[Side], list[Side]]:
    """Those whom the other report names in its text only."""
    found: list[Evidence] = []
    for rest, text in ((left, two.report.text), (right, one.report.text)):
        for side in list(rest):
            weight = _mention_bits(side, text, places, known)
            if weight and len(found) < 2:
                found.append(
                    Evidence(
                        "name_mentioned", max(0.5, weight + params.weights["name_mentioned"]), (("one", side.said),)
                    )
                )
                rest.remove(side)
    return found, left, right


def _mention_bits(side: Side, text: str, places: Iterable[str], known: Background) -> float:
    name = side.name
    if name.firm and len(core := names.firm_core(name.firm)) > 1 and core in text:
        return 6.0
    if name.is_full and name.surname + name.given in text:
        return bits(known.surname_share(name.surname, places)) + bits(known.given_share(name.given))
    given = name.given if len(name.given) > 1 else name.other
    if len(given) > 1 and given in text:
        return bits(known.given_share(given))
    if name.unit and name.unit in text:
        return 5.0
    if name.surname and any(name.surname + title in text for title in ("某", "总", "老板", "家", "老", "师傅", "阿姨")):
        return bits(known.surname_share(name.surname, places))
    return 0.0


def _differing(left: Sequence[Side], right: Sequence[Side]) -> int:
    """How many of those left over on both sides are certainly other people (a kin word alone is not certain)."""
    return sum(
        1
        for x, y in zip(_certain(left), _certain(right), strict=False)
        if all(names.level(x.name, other.name) is NameLevel.DIFFERENT for other in right if other.name.is_known)
        and names.level(x.name, y.name) is NameLevel.DIFFERENT
    )


def _certain(sides: Sequence[Side]) -> list[Side]:
    return [side for side in sides if (side.name.surname or side.name.given or side.name.firm) and not side.name.kin]

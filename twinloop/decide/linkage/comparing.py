"""Two reports side by side: what speaks for one quarrel, what against, in bits."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import NamedTuple

from twinloop.decide.linkage import addresses, numbers, organisations, sides
from twinloop.decide.linkage.addresses import DoorLevel, PlaceLevel
from twinloop.decide.linkage.params import Params, scale
from twinloop.decide.linkage.profiles import SHARED_M, Background, Profile, Side, bits
from twinloop.decide.linkage.sides import Evidence, Pairing

_RULE_2 = timedelta(days=30)
_GAPS = (
    ("gap_moment", timedelta(hours=2)),
    ("gap_hours", timedelta(hours=12)),
    ("gap_days", timedelta(days=4)),
    ("gap_weeks", timedelta(days=30)),
    ("gap_months", timedelta(days=120)),
    ("gap_half_year", timedelta(days=300)),
)
_GAP_ENDS = [most for _, most in _GAPS]
_GAP_CODES = (*(code for code, _ in _GAPS), "gap_years")
_TERM_MOST, _TERMS_MOST = 5.0, 9.0
_DOORS = frozenset({*DoorLevel, "door_site", "units_same"})
_ONE_LETTER = 0.85  # share of all words that two copies of one letter have in common
_ONE_QUESTION = 0.3  # and that one question, asked again, has at least
_FEW, _USUAL = 8, 25  # terms of a report that says next to nothing, and of a usual one
_FALLING = [0.75**rank for rank in range(2 * _USUAL + 1)]  # what each further shared word still counts
_FALLEN = [math.fsum(_TERM_MOST * counts for counts in _FALLING[:count]) for count in range(2 * _USUAL + 2)]  # so many
_NOTHING = 1e-9  # bits; less is an error of rounding


class Context(NamedTuple):
    """What is known of the quarrel of the second report beside that report."""

    others: Sequence[Side]
    matters: Set[str]
    sure: Set[str]
    terms: Set[str]
    last_at: datetime
    heavy: int = 0  # other quarrels that a shared telephone reported

    @classmethod
    def of(cls, item: Profile, sides: Sequence[Side] | None = None) -> Context:
        """Of a report alone; ``sides``: each of its people once."""
        return cls(
            item.sides if sides is None else sides, item.story.matters, item.story.sure, item.story.terms, item.at
        )


def compare(
    one: Profile,
    two: Profile,
    known: Background,
    params: Params,
    context: Context | None = None,
    least: float = -math.inf,
) -> list[Evidence]:
    """All that two reports agree or differ in; symmetric as long as no more is known of either quarrel.

    Nothing where the sum is sure to stay below `least` bits: what the words weigh is then not reckoned, nor, of two who
    have nobody in common, whether their telephones are alike.
    """
    about = context or Context.of(two)
    pairing = sides.compare(one, two, known, params, others=about.others)
    there, both = [*where(one, two, known, params)], one.story.terms & two.story.terms
    other = [*firms(one, two, known, params, pairing), when(one, two, params)]
    said = [*words(one, two, len(both), known, params, pairing)]
    most = math.inf
    if least > -math.inf:
        most = most_of_terms(one, two, len(both), known, params) * params.factors.get("what", 1.0)
        if not pairing.matched and one.phones.isdisjoint(two.phones):
            near = max(0.0, params.weights["phone_near"]) * params.factors.get("who", 1.0)
            if _sum((*pairing.evidence, *there, *other, *said), params) + near + most < least - _NOTHING:
                return []
    reach = [*phones(one, two, params, pairing, about.heavy), *there]
    who = [*pairing.evidence, *(_larger(reach) if _at_a_tellers(one, two) else reach)]
    found = [*capped(who, _cap(pairing, params)), *other]
    if pairing.matched > 1:
        said += same_people(one, two, about, params)
    if params.factors:
        found, said = weighted(found, params.factors), weighted(said, params.factors)
    if sum([e.bits for e in found]) + sum([e.bits for e in said]) + most < least - _NOTHING:
        return []
    of_terms = terms(one, two, both, known, params)
    return [*found, *(weighted(of_terms, params.factors) if params.factors else of_terms), *said]


def most_of_terms(one: Profile, two: Profile, count: int, known: Background, params: Params) -> float:
    """More than this `terms` never gives for so many shared words, were each as rare as a word can be."""
    smaller, larger = sorted((len(one.story.terms), len(two.story.terms)))
    if smaller > 2 * _USUAL:
        rarest = bits(known.least_share) - _least(larger)
        most = params.weights["term_scale"] * _long(count * max(0.0, rarest) / _mass(one, two, known))
    else:
        most = params.weights["term_scale"] * _FALLEN[min(count, len(_FALLEN) - 1)]
    return max(0.0, min(_TERMS_MOST, most), params.weights["terms_differ"])


def _least(larger: int) -> float:
    """As rare as a shared word is in reports so long anyway, in bits."""
    longer = max(1.0, larger / _USUAL)
    return bits(min(1.0, SHARED_M * longer**0.5) / longer)


def _long(of_both: float) -> float:
    """What long texts say that share so much of what their words weigh."""
    return 40 * (of_both - 0.15)


def _sum(found: Iterable[Evidence], params: Params) -> float:
    return sum([e.bits for e in (weighted(found, params.factors) if params.factors else found)])


def weighted(found: Iterable[Evidence], factors: Mapping[str, float]) -> list[Evidence]:
    """Each scale as many times as the district's own factor says."""
    return [Evidence(e.code, e.bits * factors.get(scale(e.code), 1.0), e.facts) for e in found]


def _at_a_tellers(one: Profile, two: Profile) -> bool:
    """The telephone of a shop or a clinic stands at its door: the two say one thing."""
    return (one.by_teller or two.by_teller) and bool(one.phones & two.phones)


def _larger(reach: Sequence[Evidence]) -> list[Evidence]:
    """The telephone or the door, whichever says more; what is said of the village, and against the phone, stays."""
    doors = [found for found in reach if found.code in _DOORS]
    calls = [found for found in reach if found.code == "phone_teller"]
    less = doors if sum(e.bits for e in calls) >= sum(e.bits for e in doors) else calls
    return [found for found in reach if found not in less]


def _cap(pairing: Pairing, params: Params) -> float:
    if pairing.opponents_differ:
        return params.most_other_opponent
    return params.most_both_sides if pairing.matched > 1 else params.most_one_side


def capped(who: Sequence[Evidence], most: float) -> list[Evidence]:
    """A person's name, telephone and door repeat one another: together they say who, and no more than ``most`` bits."""
    total = sum(found.bits for found in who)
    rising = sum(found.bits for found in who if found.bits > 0)
    if total <= most or not rising:
        return list(who)
    share = max(0.0, (rising - (total - most)) / rising)
    return [Evidence(e.code, e.bits * share, e.facts) if e.bits > 0 else e for e in who]


def same_people(one: Profile, two: Profile, about: Context, params: Params) -> Iterable[Evidence]:
    """Rule 2: within 30 days of the last report it is one quarrel; later, a new matter is a new one."""
    again = max((one, two), key=lambda item: item.at).story.again
    if abs(one.at - about.last_at) <= _RULE_2:
        yield Evidence("within_30_days", params.weights["within_30_days"])
    elif one.story.sure and about.sure and not one.story.matters & about.matters and not again:
        yield Evidence("new_matter", params.weights["new_matter"])


def phones(one: Profile, two: Profile, params: Params, pairing: Pairing, heavy: int) -> Iterable[Evidence]:
    shared = one.phones & two.phones
    if shared:
        tells = one.by_teller or two.by_teller or pairing.differing > 1
        code = "phone_teller" if tells else "phone_same"
        yield Evidence(code, params.weights[code], (("phone", min(shared)),))
        if heavy:
            yield Evidence("phone_heavy", params.weights["phone_heavy"] * bits(1 / (1 + heavy)), (("quarrels", heavy),))
        if abs(one.at - two.at) <= timedelta(days=14) and min(len(one.story.terms), len(two.story.terms)) <= _FEW:
            yield Evidence("followup", params.weights["followup"] * (0.5 if code == "phone_teller" else 1))
    elif any(numbers.is_near(a, b) for a in one.phones for b in two.phones):
        yield Evidence("phone_near", params.weights["phone_near"])


def where(one: Profile, two: Profile, known: Background, params: Params) -> Iterable[Evidence]:
    place = addresses.place_level(
        one.report.place_code, two.report.place_code, (one.address.village, two.address.village)
    )
    door = addresses.door_level(one.address, two.address)
    if place is not PlaceLevel.UNKNOWN:
        yield Evidence(place, params.weights[place])
    if door not in {DoorLevel.UNKNOWN, DoorLevel.SITE}:
        yield Evidence(door, params.weights[door])
    free = _free(one.site & two.site, one, two)
    if free and door is not DoorLevel.OTHER_BUILDING:
        rarest = min(free, key=lambda pair: (known.site_share(pair), pair))
        weight = min(4.0, max(0.0, 0.5 * bits(known.site_share(rarest)) - 1.0))
        yield Evidence("door_site", weight, (("site", rarest),))
    units = one.units & two.units
    if len(units) > 1:
        yield Evidence("units_same", params.weights["units_same"], (("units", tuple(sorted(units))),))


def _free(shared: Iterable[str], one: Profile, two: Profile) -> list[str]:
    """Shared pairs of characters of a site that are not part of a firm's name: the firm is counted as such."""
    named = [found.core for found in (*one.organisations, *two.organisations)] if shared else []
    return [pair for pair in shared if not any(pair in core for core in named)]


def firms(one: Profile, two: Profile, known: Background, params: Params, pairing: Pairing) -> Iterable[Evidence]:
    """Firms that stand in the address or the text; those among the parties were compared with the parties."""
    shared = organisations.shared(one.organisations, two.organisations)
    if shared and not pairing.by_firm:
        rarest = min(shared, key=lambda found: (known.organisations[found.core], found))
        party = any(side.name.firm for side in (*one.sides, *two.sides))  # else it is but where it happened
        party = party and not organisations.IS_PLACE.search(rarest.kind)
        most = params.weights["name_firm"] * (1 if party else 0.6)
        weight = most - 0.5 * bits(1 / (1 + known.organisations[rarest.core]))
        yield Evidence(
            "name_firm", max(1.0, weight), (("one", rarest.core + rarest.kind), ("two", rarest.core + rarest.kind))
        )
    elif organisations.rivals(one.organisations, two.organisations):
        yield Evidence("firm_differs", params.weights["firm_differs"])


def when(one: Profile, two: Profile, params: Params) -> Evidence:
    gap = abs(one.at - two.at)
    code = _GAP_CODES[bisect_left(_GAP_ENDS, gap)]
    return Evidence(code, params.weights[code], (("days", gap.days),))


def words(
    one: Profile, two: Profile, both: int, known: Background, params: Params, pairing: Pairing
) -> Iterable[Evidence]:
    """What is said of it, but for the `both` words that they share: those weigh most of the time (`terms`)."""
    alike = overlap(one, two, both)
    if alike >= _ONE_LETTER and min(len(one.story.terms), len(two.story.terms)) > _USUAL:
        yield Evidence("text_same", params.weights["text_same"])
    elif one.asks and two.asks and alike < _ONE_QUESTION:
        yield Evidence("both_ask", params.weights["both_ask"])
    yield from matters(one, two, known, params, by_firm=pairing.by_firm)
    same = one.story.amounts & two.story.amounts
    if same:
        yield Evidence("amount_same", params.weights["amount_same"], (("amount", max(same)),))
    if one.at.date() in two.story.days or two.at.date() in one.story.days:
        yield Evidence("day_meant", params.weights["day_meant"])
    later = max((one, two), key=lambda item: item.at)
    if later.story.again:
        yield Evidence("again", params.weights["again"])
    if one.is_other_kind or two.is_other_kind:
        yield Evidence("other_kind", params.weights["other_kind"])


def overlap(one: Profile, two: Profile, both: int) -> float:
    """Share of all words that both say, from 0 to 1: sent twice, to two offices, or signed by many, it is near 1."""
    every = len(one.story.terms) + len(two.story.terms) - both
    return both / every if every else 0.0


def terms(one: Profile, two: Profile, both: Set[str], known: Background, params: Params) -> Iterable[Evidence]:
    """Words of `both` by rarity; in a long text every word is the likelier to turn up, so it weighs less."""
    smaller, larger = sorted((len(one.story.terms), len(two.story.terms)))
    least = _least(larger)
    shared = [term for term in both if term not in one.name_terms and term not in two.name_terms]
    worth = [(rarity - least, term) for rarity, term in zip(known.rarities(shared), shared, strict=True)]
    worth = [found for found in worth if found[0] > _NOTHING]
    if smaller > 2 * _USUAL:
        total = _long(math.fsum([weight for weight, _ in worth]) / _mass(one, two, known))
    else:
        worth.sort(reverse=True)
        counted = zip(worth, _FALLING, strict=False)
        total = sum([min(_TERM_MOST, weight) * counts for (weight, _), counts in counted])
    if total > 0:
        said = tuple([term for _, term in sorted(worth, reverse=True)[:4]])
        yield Evidence("terms_shared", min(_TERMS_MOST, params.weights["term_scale"] * total), (("terms", said),))
    elif smaller > 2 * _USUAL:
        yield Evidence("terms_differ", params.weights["terms_differ"])


def _mass(one: Profile, two: Profile, known: Background) -> float:
    """What all the words of the two weigh, in the middle between them (as in a cosine)."""
    weights = (known.mass(item.story.terms) for item in (one, two))
    return max(1.0, math.sqrt(math.prod(weights)))


def matters(one: Profile, two: Profile, known: Background, params: Params, *, by_firm: bool) -> Iterable[Evidence]:
    shared = one.story.matters & two.story.matters
    if shared:
        rarest = min(shared, key=lambda matter: (known.matter_share(matter), matter))
        weight = max(0.3, bits(known.matter_share(rarest) / 0.6) - 1.5) + params.weights["matter_shared"] - 1
        yield Evidence("matter_shared", weight, (("matter", rarest),))
    elif one.story.sure and two.story.sure:
        yield Evidence("matter_differs", params.weights["matter_differs"] * (2 if by_firm else 1))

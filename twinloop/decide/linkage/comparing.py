"""Two reports side by side: what speaks for one quarrel, what against, in bits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from twinloop.decide.linkage import addresses, numbers, sides
from twinloop.decide.linkage.addresses import DoorLevel, PlaceLevel
from twinloop.decide.linkage.params import Params
from twinloop.decide.linkage.profiles import Background, Profile, bits, site_pairs
from twinloop.decide.linkage.sides import Evidence, Pairing

_GAPS = (
    ("gap_hours", timedelta(hours=12)),
    ("gap_days", timedelta(days=4)),
    ("gap_weeks", timedelta(days=30)),
    ("gap_months", timedelta(days=120)),
    ("gap_half_year", timedelta(days=300)),
)
_SHARED_M = 0.25  # how often a term of one report stands in another of the same quarrel
_TERM_MOST, _TERMS_MOST = 5.0, 9.0


def compare(one: Profile, two: Profile, known: Background, params: Params, *, heavy: int = 0) -> list[Evidence]:
    """All that two reports agree or differ in; symmetric. ``heavy``: other quarrels that a shared phone reported."""
    pairing = sides.compare(one, two, known, params)
    return [*pairing.evidence, *rest(one, two, known, params, pairing, heavy=heavy)]


def rest(
    one: Profile, two: Profile, known: Background, params: Params, pairing: Pairing, *, heavy: int
) -> Iterable[Evidence]:
    """All but the sides."""
    yield from phones(one, two, params, heavy)
    yield from where(one, two, known, params)
    yield when(one, two, params)
    yield from what(one, two, known, params)


def phones(one: Profile, two: Profile, params: Params, heavy: int) -> Iterable[Evidence]:
    shared = one.phones & two.phones
    if shared:
        yield Evidence("phone_same", params.weights["phone_same"], (("phone", min(shared)),))
        if heavy:
            yield Evidence("phone_heavy", params.weights["phone_heavy"] * bits(1 / (1 + heavy)), (("quarrels", heavy),))
    elif any(numbers.is_near(a, b) for a in one.phones for b in two.phones):
        yield Evidence("phone_near", params.weights["phone_near"])


def where(one: Profile, two: Profile, known: Background, params: Params) -> Iterable[Evidence]:
    place = addresses.place_level(one.report.place_code, two.report.place_code)
    door = addresses.door_level(one.address, two.address)
    if place is not PlaceLevel.UNKNOWN:
        yield Evidence(place, params.weights[place])
    if door is DoorLevel.UNKNOWN or door is DoorLevel.SITE:
        shared = site_pairs(one.address) & site_pairs(two.address)
    else:
        yield Evidence(door, params.weights[door])
        shared = (
            site_pairs(one.address) & site_pairs(two.address) if door is not DoorLevel.OTHER_BUILDING else frozenset()
        )
    if shared:
        rarest = min(shared, key=lambda pair: (known.site_share(pair), pair))
        yield Evidence("door_site", min(4.0, max(0.0, 0.7 * bits(known.site_share(rarest)) - 1.5)), (("site", rarest),))


def when(one: Profile, two: Profile, params: Params) -> Evidence:
    gap = abs(one.at - two.at)
    code = next((code for code, most in _GAPS if gap <= most), "gap_years")
    return Evidence(code, params.weights[code], (("days", gap.days),))


def what(one: Profile, two: Profile, known: Background, params: Params) -> Iterable[Evidence]:
    shared = one.story.terms & two.story.terms
    worth = sorted(((max(0.0, bits(known.term_share(t) / _SHARED_M)), t) for t in shared), reverse=True)
    total = sum(min(_TERM_MOST, weight) * 0.75**rank for rank, (weight, _) in enumerate(worth))
    if total > 0:
        said = tuple(term for weight, term in worth[:4] if weight > 0)
        yield Evidence("terms_shared", min(_TERMS_MOST, params.weights["term_scale"] * total), (("terms", said),))
    matters = one.story.matters & two.story.matters
    if matters:
        rarest = min(matters, key=lambda matter: (known.matter_share(matter), matter))
        weight = max(0.3, bits(known.matter_share(rarest) / 0.6) - 1.5) + params.weights["matter_shared"] - 1
        yield Evidence("matter_shared", weight, (("matter", rarest),))
    elif one.story.matters and two.story.matters:
        yield Evidence("matter_differs", params.weights["matter_differs"])
    if one.story.amounts & two.story.amounts:
        yield Evidence(
            "amount_same", params.weights["amount_same"], (("amount", max(one.story.amounts & two.story.amounts)),)
        )
    if one.at.date() in two.story.days or two.at.date() in one.story.days:
        yield Evidence("day_meant", params.weights["day_meant"])
    later = max((one, two), key=lambda item: item.at)
    if later.story.again:
        yield Evidence("again", params.weights["again"])

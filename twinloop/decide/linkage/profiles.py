"""A report prepared for comparison, and what the reports seen so far say about how common things are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from twinloop.decide.linkage import addresses, names, narrative, numbers, organisations, strangers, vocabulary
from twinloop.decide.linkage.facts import NONE, Report

_TELLERS = re.compile(vocabulary.any_of(vocabulary.TELLERS))
_OTHER_KINDS = re.compile(vocabulary.any_of(vocabulary.OTHER_KINDS))
_ASKING = re.compile(vocabulary.any_of(vocabulary.ASKING))
_QUARRELLING = re.compile(vocabulary.any_of(vocabulary.QUARRELLING))
SHARED_M = 0.25  # how often a term of one report stands in another of the same quarrel
_KEPT = 4000  # reports whose weight of words is kept
_TERMS_KEPT = 65_536
_FIGURES = re.compile(r"\d\d\d+")
_BEFORE_UNIT = ("楼上", "楼下", "对门", "隔壁", "-", "单元", "栋")
_AFTER_UNIT = ("业主", "住户", "室", "房", "户", "家", "的")


@dataclass(frozen=True, slots=True)
class Side:
    """One named person or firm with the numbers written beside the name."""

    name: names.Name
    said: str
    id_number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    report: Report
    sides: tuple[Side, ...]
    phones: frozenset[str]
    caller: str
    address: addresses.Address
    site: frozenset[str]  # pairs of characters of its named site
    story: narrative.Narrative
    organisations: frozenset[organisations.Organisation]
    units: frozenset[str]  # flats spoken of
    by_teller: bool  # the telephone is that of somebody who reports for others
    name_terms: frozenset[str]  # pairs of characters that only name a party
    is_other_kind: bool  # theft, loss, fire: no quarrel by itself
    asks: bool  # a question or a wish that names no quarrel
    people: strangers.People | None

    @property
    def at(self) -> datetime:
        return self.report.received_at


def profile(report: Report) -> Profile:
    sides = tuple(
        Side(names.parse(p.name), p.name, numbers.digits(p.id_number), numbers.digits(p.phone)) for p in report.parties
    )
    caller = numbers.digits(report.phone)
    phones = frozenset(filter(None, (caller, *(side.phone for side in sides))))
    address = addresses.parse(report.address)
    named = organisations.read("，".join((report.address, report.text, *(p.name for p in report.parties))))
    units = {address.flat, *(side.name.unit for side in sides), *_units(report.text)} - {""}
    return Profile(
        report,
        sides,
        phones,
        caller,
        address,
        site_pairs(address),
        narrative.read(report.text, report.received_at),
        named,
        frozenset(units) or NONE,
        name_terms=frozenset(p.name[i : i + 2] for p in report.parties for i in range(len(p.name) - 1)),
        by_teller=bool(_TELLERS.search(report.text)) or not report.parties,
        is_other_kind=bool(_OTHER_KINDS.search(report.text)),
        asks=bool(_ASKING.search(report.text)) and not _QUARRELLING.search(report.text),
        people=strangers.people(sides),
    )


def _units(text: str) -> Iterator[str]:
    """Flats spoken of: 楼上502, 1102住户. Whole figures are looked for first, as few texts have any."""
    for found in _FIGURES.finditer(text):
        start, end = found.span()
        if end - start < 5 and (text.endswith(_BEFORE_UNIT, 0, start) or text.startswith(_AFTER_UNIT, end)):
            yield found[0]


@dataclass(slots=True)
class Counted:
    """What of a quarrel has been counted already."""

    terms: set[str] = field(default_factory=set)
    matters: set[str] = field(default_factory=set)
    sure: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    names: set[names.Name] = field(default_factory=set)

    def take(self, item: Profile) -> None:
        self.terms |= item.story.terms
        self.matters |= item.story.matters
        self.sure |= item.story.sure
        self.organisations |= {organisation.core for organisation in item.organisations}
        self.sites |= item.site
        self.names |= {side.name for side in item.sides}


@dataclass(slots=True)
class Background:
    """Counts over the quarrels seen, smoothed by what is usual before any was seen."""

    total: int = 0
    terms: Counter[str] = field(default_factory=Counter)
    matters: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    surnames: Counter[str] = field(default_factory=Counter)
    local_surnames: Counter[tuple[str, str]] = field(default_factory=Counter)
    local: Counter[str] = field(default_factory=Counter)
    givens: Counter[str] = field(default_factory=Counter)
    organisations: Counter[str] = field(default_factory=Counter)
    all_surnames: int = 0
    all_givens: int = 0
    _masses: dict[frozenset[str], float] = field(default_factory=dict, init=False, repr=False, compare=False)
    _rarities: dict[str, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    def add(self, item: Profile, before: Counted | None = None) -> None:
        """Count a report. What its quarrel said ``before`` counts once: many complainants make no word common."""
        before = before or Counted()
        self._masses.clear()
        self._rarities.clear()
        self.total += not before.terms
        terms = item.story.terms - before.terms
        found = {organisation.core for organisation in item.organisations} - before.organisations
        self.terms.update(terms)
        self.matters.update(item.story.matters - before.matters)
        self.sites.update(item.site - before.sites)
        self.organisations.update(found)
        before.terms |= terms
        before.matters |= item.story.matters
        before.sure |= item.story.sure
        before.organisations |= found
        before.sites |= item.site
        place = item.report.place_code
        for side in item.sides:
            if side.name in before.names:
                continue
            before.names.add(side.name)
            if side.name.surname:
                self.all_surnames += 1
                self.surnames[side.name.surname] += 1
                self.local_surnames[place, side.name.surname] += 1
                self.local[place] += 1
            if side.name.given:
                self.all_givens += 1
                self.givens[side.name.given] += 1

    @property
    def least_share(self) -> float:
        """No `term_share` is smaller."""
        return 0.3 / (self.total + 100)

    # `get`, as a Counter asks a method of Python for what it has not counted, and most has not been
    def term_share(self, term: str) -> float:
        return self.term_shares((term,))[0]

    def term_shares(self, terms: Iterable[str]) -> list[float]:
        """`term_share` of each, in their order: a report asks for hundreds."""
        count, common, of = self.terms.get, vocabulary.COMMON, self.total + 100
        return [(count(term, 0) + (6.0 if term in common else 0.3)) / of for term in terms]

    def rarities(self, terms: Collection[str]) -> list[float]:
        """`term_share` of each in bits, in their order; what was asked for is kept until more is counted."""
        kept = self._rarities
        try:
            return list(map(kept.__getitem__, terms))
        except KeyError:
            if len(kept) >= _TERMS_KEPT:
                kept.clear()
            new = [term for term in terms if term not in kept]
            kept.update(zip(new, map(bits, self.term_shares(new)), strict=True))
            return self.rarities(terms)  # another thread may have cleared it

    def mass(self, terms: frozenset[str]) -> float:
        """What all the words of a report weigh; a report is compared with many, and meets each of them again."""
        found = self._masses.get(terms)
        if found is None:
            if len(self._masses) >= _KEPT:
                self._masses.clear()
            least = bits(SHARED_M)
            found = self._masses[terms] = math.fsum([r - least for r in self.rarities(terms) if r > least])
        return found

    def matter_share(self, matter: str) -> float:
        return (self.matters.get(matter, 0) + 3) / (self.total + 60)

    def site_share(self, pair: str) -> float:
        return (self.sites.get(pair, 0) + 0.3) / (self.total + 60)

    def surname_share(self, surname: str, places: Iterable[str]) -> float:
        """The share in the country, among those seen, and in the places at hand: the largest (clan villages)."""
        found = max(
            vocabulary.SURNAME_SHARE.get(surname, 0.002),
            (self.surnames.get(surname, 0) + 1) / (self.all_surnames + 150),
        )
        for place in places:
            if place and (here := self.local_surnames.get((place, surname), 0)):
                found = max(found, here / (self.local[place] + 15))
        return found

    def given_share(self, given: str) -> float:
        usual = 4.0 if given in vocabulary.COMMON_GIVENS else 2.0 if len(given) < 2 else 1.0
        return (self.givens.get(given, 0) + usual) / (self.all_givens + 500)


def bits(share: float) -> float:
    return -math.log2(share)


@lru_cache(maxsize=100_000)
def site_pairs(address: addresses.Address) -> frozenset[str]:
    site = organisations.KIND.sub("|", address.site)  # that both are a driving school says little
    return frozenset(site[i : i + 2] for i in range(len(site) - 1) if "|" not in site[i : i + 2]) or NONE

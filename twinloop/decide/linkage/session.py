"""Reports one after another: each is compared with those before it and joins a quarrel or begins one."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from twinloop.decide import Refused
from twinloop.decide.linkage import comparing, names, numbers
from twinloop.decide.linkage.comparing import Context
from twinloop.decide.linkage.facts import LinkageRefusal, Report
from twinloop.decide.linkage.keying import bare, keys, word_keys
from twinloop.decide.linkage.params import DEFAULTS, Params
from twinloop.decide.linkage.profiles import Background, Counted, Profile, Side, profile
from twinloop.decide.linkage.sides import Evidence

_PER_KEY = 40  # newest reports looked at behind one key
COMPARED = 24  # candidates scored
_MOST_SIDES = 12
LEAST_SHARED = 1.2  # more than the township alone


@dataclass(frozen=True, slots=True)
class Link:
    """An earlier report that may be of the same quarrel, and why; ``bits`` is the sum before calibration."""

    to: str
    dispute: str
    probability: float
    bits: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    dispute: str
    joined: bool
    links: tuple[Link, ...]


@dataclass(slots=True)
class Quarrel:
    """All that is known of one quarrel; `members` are indexes into the reports, oldest first."""

    label: str
    members: list[int] = field(default_factory=list)
    sides: Sequence[Side] = ()
    counted: Counted = field(default_factory=Counted)

    def link(
        self,
        item: Profile,
        other: Profile,
        last_at: datetime,
        calls: Mapping[str, Set[str]],
        known: Background,
        params: Params,
        least: float = -math.inf,
    ) -> Link | None:
        """`item` beside `other`, a member whose last report is of `last_at`; `calls`: quarrels behind a telephone.

        None only where the sum is sure to stay below `least` bits.
        """
        heavy = max((len(calls[phone] - {self.label}) for phone in item.phones & other.phones), default=0)
        about = Context(self.sides, self.counted.matters, self.counted.sure, self.counted.terms, last_at, heavy)
        evidence = comparing.compare(item, other, known, params, about, least)
        if not evidence:
            return None
        total = sum(e.bits for e in evidence)
        return Link(other.report.id, self.label, probability(total, params), total, tuple(evidence))


def best(links: Iterable[Link | None]) -> list[Link]:
    """The best link to every quarrel, the most probable first."""
    found: dict[str, Link] = {}
    for link in links:
        if link is None:
            continue
        if link.dispute not in found or found[link.dispute].bits < link.bits:
            found[link.dispute] = link
    return sorted(found.values(), key=lambda link: (-link.bits, link.to))


def probability(total: float, params: Params) -> float:
    """Calibrated probability of a sum of weights in bits."""
    odds = params.slope * (total + params.prior)
    return 1.0 / (1.0 + math.pow(2.0, -max(-60.0, min(60.0, odds))))


def bits_of(share: float, params: Params) -> float:
    """The sum from which on `probability` is at least `share`; of nothing and of all there is none."""
    return math.log2(share / (1 - share)) / params.slope - params.prior if 0 < share < 1 else -math.inf


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report read once, to be compared often: with its keys (but those of the words) and everybody named in it."""

    item: Profile
    keys: tuple[str, ...]
    sides: tuple[Side, ...]


def prepare(report: Report, *, keyed: bool = True) -> Prepared:
    """`keyed`: with its keys, for a search; where the candidates are known they would be made for nothing."""
    return _ready(profile(report), keyed=keyed)


def _ready(item: Profile, *, keyed: bool = True) -> Prepared:
    sides = tuple(merged([], item.sides))
    return Prepared(item, bare(item) if keyed else (), item.sides if sides == item.sides else sides)


def merged(known: Sequence[Side], new: Iterable[Side]) -> list[Side]:
    """Everybody known in a quarrel: one entry a person, under the fullest name; at most the latest dozen."""
    found = list(known)
    for side in new:
        if not side.name.is_known:
            continue
        at = next((i for i, old in enumerate(found) if _same_side(side, old)), None)
        if at is None:
            found.append(side)
        elif side.name.is_full and not found[at].name.is_full:
            found[at] = Side(side.name, side.said, side.id_number or found[at].id_number, side.phone or found[at].phone)
    return found[-_MOST_SIDES:]


def _same_side(one: Side, two: Side) -> bool:
    if one.id_number and two.id_number:
        return numbers.level(one.id_number, two.id_number) is not numbers.NumberLevel.DIFFERENT
    return names.level(one.name, two.name) not in {names.NameLevel.DIFFERENT, names.NameLevel.UNKNOWN}


class Session:
    """Remembers what it was shown; ``add`` must be called oldest first."""

    def __init__(
        self,
        params: Params = DEFAULTS,
        *,
        known: Background | None = None,
        per_key: int = _PER_KEY,
        compared: int = COMPARED,
    ) -> None:
        """``known``: how common things are, counted elsewhere; what is remembered here is then not counted again."""
        self.params = params
        self.known = known or Background()
        self._counts = known is None
        self._per_key, self._compared = per_key, compared
        self._seen: list[Profile] = []
        self._quarrel_of: list[Quarrel] = []
        self._keys: dict[str, list[int]] = defaultdict(list)
        self._by_phone: dict[str, set[str]] = defaultdict(set)
        self._labels: dict[str, Quarrel] = {}

    def add(self, report: Report, dispute: str | None = None) -> Answer:
        """Judge a report against the earlier ones, then remember it under the quarrel it was given.

        ``dispute``: the quarrel that a person put it into; it stands whatever the comparison says.
        """
        if self._seen and report.received_at < self._seen[-1].at:
            raise Refused(LinkageRefusal.NOT_IN_ORDER, field="received_at")
        item = profile(report)
        links = self.links(item)
        joined = bool(links) and links[0].probability >= self.params.join_from
        if dispute is not None:
            quarrel, joined = self._labels.get(dispute) or Quarrel(dispute), dispute in self._labels
        else:
            quarrel = self._labels[links[0].dispute] if joined else Quarrel(report.id)
        self._remember(_ready(item), quarrel)
        return Answer(
            quarrel.label, joined, tuple(link for link in links if link.probability >= self.params.suggest_from)
        )

    def best_and_add(
        self, report: Report | Prepared, among: Iterable[int] | None = None, *, least: float = 0.0
    ) -> tuple[list[Link], Answer]:
        """As `add`, and all candidates whatever their probability; ``among``: which they are, by their turn.

        A report whose candidates were told is found by none of its keys later. Of those, links below the probability
        ``least`` may be missing.
        """
        ready, needed = report if isinstance(report, Prepared) else prepare(report), bits_of(least, self.params)
        item = ready.item
        links = self.links(item) if among is None else best(self._link(item, index, needed) for index in among)
        joined = bool(links) and links[0].probability >= self.params.join_from
        quarrel = self._labels[links[0].dispute] if joined else Quarrel(ready.item.report.id)
        self._remember(ready, quarrel, keyed=among is None)
        return links, Answer(quarrel.label, joined, tuple(links))

    def remember(self, report: Report | Prepared, dispute: str) -> None:
        """Take in a report whose quarrel is known, without judging it."""
        ready = report if isinstance(report, Prepared) else prepare(report)
        self._remember(ready, self._labels.get(dispute) or Quarrel(dispute))

    def judge(self, report: Report) -> list[Link]:
        """Compare a report with all that is remembered, without remembering it; the most probable first."""
        return self.links(profile(report))

    def links(self, item: Profile) -> list[Link]:
        """The best member of every quarrel that is a candidate, the most probable first."""
        return best(self._link(item, index) for index in self.candidates(item))

    def candidates(self, item: Profile) -> list[int]:
        """Indexes of earlier reports that share a key, those with the rarest keys first."""
        score: Counter[int] = Counter()
        for key, weight in keys(item, self.known):
            behind = self._keys.get(key, [])
            for index in behind[-self._per_key :]:
                score[index] += weight  # type: ignore[assignment]
        best = sorted(
            (index for index in score if score[index] > LEAST_SHARED), key=lambda index: (-score[index], -index)
        )
        return best[: self._compared]

    def is_lone(self, index: int) -> bool:
        """Whether nothing more is known of the quarrel of a report than what it says itself."""
        return len(self._quarrel_of[index].members) == 1

    def _link(self, item: Profile, index: int, least: float = -math.inf) -> Link | None:
        quarrel = self._quarrel_of[index]
        last_at = self._seen[quarrel.members[-1]].at
        return quarrel.link(item, self._seen[index], last_at, self._by_phone, self.known, self.params, least)

    def _remember(self, ready: Prepared, quarrel: Quarrel, *, keyed: bool = True) -> None:
        item, index = ready.item, len(self._seen)
        self._seen.append(item)
        self._quarrel_of.append(quarrel)
        quarrel.members.append(index)
        quarrel.sides = merged(quarrel.sides, item.sides) if quarrel.sides else ready.sides
        self._labels[quarrel.label] = quarrel
        for key in (*ready.keys, *word_keys(item)) if keyed else ():
            self._keys[key].append(index)
        for phone in item.phones:
            self._by_phone[phone].add(quarrel.label)
        if self._counts:
            self.known.add(item, quarrel.counted)
        else:
            quarrel.counted.take(item)

"""What one hand of a relinking does: reads the reports of a pack and compares them. A process of its own may be one.

Nothing is written here. A process that begins imports this before Django is set up.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING, Any

from twinloop.decide import linkage
from twinloop.decide.linkage import comparing, session
from twinloop.decide.linkage.blocking import Pair
from twinloop.decide.linkage.comparing import Context
from twinloop.decide.linkage.profiles import Background, Counted

if TYPE_CHECKING:
    from twinloop.triage.repeats_ready import Row

NEWEST = 3  # reports of a dispute that are held against another's at the first look
PLAUSIBLE = 0.05  # from here on two are compared once more, with all that is known of their quarrels
UNLIKE = 0.02  # below this nothing speaks for two that a person joined


@dataclass(frozen=True)
class Doubt:
    """What the comparison sees otherwise than people decided; ``reasons`` as `repeat_reasons` keeps them."""

    kind: str
    incident: int
    earlier: int
    probability: float
    reasons: list[dict[str, Any]]


@dataclass
class Weighed:
    incidents: int = 0
    clusters: int = 0
    agreed: int = 0
    doubts: list[Doubt] = field(default_factory=list)

    def take(self, other: Weighed) -> None:
        self.incidents += other.incidents
        self.clusters += other.clusters
        self.agreed += other.agreed
        self.doubts += other.doubts


@dataclass(frozen=True)
class Group:
    """Disputes, or reports alone, that hang together by ``pairs``.

    ``likely``: those of them that would be joined by their reports alone; None where that is not told (`alone_tells`).
    """

    units: tuple[int, ...]
    pairs: tuple[Pair, ...] = ()
    likely: frozenset[Pair] | None = None


def alone_tells(params: linkage.Params) -> bool:
    """Whether two lone reports never agree better among others than alone.

    All that others say of them is how many quarrels a telephone reported that both name.
    """
    factors = params.factors
    return params.weights["phone_heavy"] <= 0 and factors.get("who", 1.0) == factors.get("where", 1.0)


@dataclass(frozen=True)
class Hand:
    """`known`: how common things are in the district; without it each group counts for itself."""

    params: linkage.Params
    known: Background | None

    def look(self, pairs: Sequence[Pair]) -> list[tuple[int, int, float]]:
        """Pairs of units (see `decide.linkage.blocking`) that may be one quarrel by their newest reports alone."""
        read = _reading()
        found = of_units({unit for pair in pairs for unit in pair})
        ready = {unit: [read(row) for row in rows[-NEWEST:]] for unit, rows in found.items()}
        chances = ((a, b, self._chance(ready.get(a, ()), ready.get(b, ()))) for a, b in pairs)
        return [one for one in chances if one[2] >= PLAUSIBLE]

    def _chance(self, ones: Sequence[linkage.Prepared], twos: Sequence[linkage.Prepared]) -> float:
        known, least = self.known or Background(), session.bits_of(PLAUSIBLE, self.params)
        most = -math.inf
        for one, two in product(ones, twos):
            later, earlier = (one, two) if _turn(one) > _turn(two) else (two, one)
            about = Context.of(earlier.item, earlier.sides)
            if signs := comparing.compare(later.item, earlier.item, known, self.params, about, max(least, most)):
                most = max(most, sum([sign.bits for sign in signs]))
        return session.probability(most, self.params)

    def weigh(self, groups: Sequence[Group]) -> Weighed:
        """Each group report by report, oldest first, beside what people decided."""
        found = of_units({unit for group in groups for unit in group.units})
        whole = Weighed()
        for group in groups:
            near = {unit: {unit: False} for unit in group.units}
            for a, b in group.pairs:
                is_told = group.likely is not None and (a, b) not in group.likely
                near[a][b] = near[b][a] = is_told and max(len(found[a]), len(found[b])) <= NEWEST
            whole.take(self._weighed([(unit, row) for unit in group.units for row in found[unit]], near))
        return whole

    def all_by_keys(self, rows: Iterable[Row]) -> Weighed:
        """Reports of which each is held against those before it that a session finds by its keys."""
        return self._weighed([(row[2] or -row[0], row) for row in rows], None)

    def _weighed(self, rows: Iterable[tuple[int, Row]], near: Mapping[int, Mapping[int, bool]] | None) -> Weighed:
        """``near``: with whom each unit is compared, and whether it is told that the two alone are not joined."""
        read, found = _reading(keyed=near is None), linkage.Session(self.params, known=self.known)
        own: dict[str, int | None] = {}
        readies: list[linkage.Prepared] = []
        at: dict[int, list[int]] = defaultdict(list)  # of which unit the added ones are
        clusters, weighed = set(), Weighed()
        for unit, row in sorted(rows, key=lambda one: (one[1][1], one[1][0])):
            ready, dispute = read(row), row[2]
            among = None
            if near:
                others = [(n, is_told) for other, is_told in near[unit].items() for n in at[other][-NEWEST:]]
                among = [n for n, is_told in others if not (is_told and found.is_lone(n))]
            best, answer = found.best_and_add(ready, among, least=self.params.join_from)
            clusters.add(answer.dispute)
            doubts = []
            if best and best[0].probability >= self.params.join_from and own[best[0].to] != (dispute or -1):
                doubts.append(_doubt("join", row, best[0].to, best[0].probability, best[0].evidence))
            if dispute and at[unit]:
                doubts += self._stray(row, [readies[n] for n in at[unit][-NEWEST:]], found.known)
            weighed.incidents += 1
            weighed.agreed += not doubts
            weighed.doubts += doubts
            own[str(row[0])] = dispute
            at[unit].append(len(readies))
            readies.append(ready)
        weighed.clusters = len(clusters)
        return weighed

    def _stray(self, row: Row, mates: Sequence[linkage.Prepared], known: Background) -> list[Doubt]:
        """A report that a person joined to others, if nothing that it says itself speaks for it.

        The people of the dispute are left out: they are those of every report that was ever joined to it.
        """
        alone = _reading()((*row[:-1], None)).item
        signs = [(comparing.compare(alone, mate.item, known, self.params), mate.item.report.id) for mate in mates]
        evidence, likest = max(signs, key=lambda found: sum(sign.bits for sign in found[0]))
        chance = session.probability(sum(sign.bits for sign in evidence), self.params)
        return [_doubt("part", row, likest, chance, evidence)] if chance < UNLIKE else []


def _turn(ready: linkage.Prepared) -> tuple[datetime, int]:
    return ready.item.at, int(ready.item.report.id)


def _reading(*, keyed: bool = False) -> Callable[[Row], linkage.Prepared]:
    """What opens and reads a row; the key ring is looked at once."""
    from twinloop.cases import sealing
    from twinloop.triage.repeats_ready import opened

    seals = sealing.Seals()
    return lambda row: linkage.prepare(opened(row, seals), keyed=keyed)


def _doubt(kind: str, row: Row, other: str, chance: float, evidence: Iterable[linkage.Evidence]) -> Doubt:
    from twinloop.triage.repeat_reasons import kept

    return Doubt(kind, row[0], int(other), chance, kept(evidence))


_LINKED = """SELECT l.incident_id, coalesce(d.merged_into_id, d.id) FROM cases_incidentlink l
    JOIN cases_dispute d ON d.id = l.dispute_id
    WHERE l.unlinked_at IS NULL AND (d.id = ANY(%(units)s) OR d.merged_into_id = ANY(%(units)s))"""
_READ = "SELECT * FROM triage_repeat_read(%s::bigint[])"


def of_units(units: Iterable[int]) -> dict[int, list[Row]]:
    """The reports of each, oldest first; none where a person took them away meanwhile."""
    from django.db import connection

    wanted = sorted(units)
    unit_of = {-unit: unit for unit in wanted if unit < 0}
    disputes = [unit for unit in wanted if unit > 0]
    if disputes:
        with connection.cursor() as cursor:
            cursor.execute(_LINKED, {"units": disputes})
            unit_of |= dict(cursor.fetchall())
    found: dict[int, list[Row]] = defaultdict(list)
    for row in read(sorted(unit_of)):
        found[unit_of[row[0]]].append(row)
    return found


def read(ids: Sequence[int]) -> list[Row]:
    """Reports as `repeats_ready` reads them, oldest first."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(ids)])
        rows: list[Row] = cursor.fetchall()
    return sorted(rows, key=lambda row: (row[1], row[0]))


def background(rows: Iterable[Row]) -> Background:
    """How common words, names and places are, of a sample; what one dispute says twice counts once."""
    known, read = Background(), _reading()
    counted: dict[int, Counted] = defaultdict(Counted)
    for row in rows:
        known.add(read(row).item, counted[row[2] or -row[0]])
    return known


_hands: list[Hand] = []  # of this process: one, once it has begun


def begin(params: Mapping[str, Any], known: Background) -> None:
    """This process compares from now on; one of its own sets up Django, on the same database."""
    from django.apps import apps

    from twinloop.launch.started import setup

    if not apps.ready:
        setup()
    _hands[:] = [Hand(linkage.Params.from_mapping(params), known)]


def look(pairs: Sequence[Pair]) -> list[tuple[int, int, float]]:
    """`Hand.look` of this process."""
    return _seeing().look(pairs)


def weigh(groups: Sequence[Group]) -> Weighed:
    """`Hand.weigh` of this process."""
    return _seeing().weigh(groups)


def _seeing() -> Hand:
    from twinloop.ledger.sight import SYSTEM, tell_database

    tell_database(SYSTEM)
    return _hands[0]

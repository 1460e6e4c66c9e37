"""All history once more: clusters of the comparison beside what people decided. Changes nothing; fills the queue."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

from twinloop.cases.models import Incident
from twinloop.cases.parameters import in_force
from twinloop.decide import linkage
from twinloop.decide.linkage import blocking
from twinloop.decide.linkage.blocking import Pair
from twinloop.triage import repeats_by_hand as by_hand
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeats_by_hand import Doubt, Group, Hand, Weighed
from twinloop.triage.repeats_copied import copied

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEW = 3000  # reports of which each is compared with all before it by its keys, in some seconds
SAMPLE = 4000  # reports that say how common things are among more than those
LARGEST = 5000  # disputes in one group, which one hand compares
PACK = 8000  # disputes that a hand reads at once, some 5 kB each
AT_ONCE = 1_000_000  # pairs that are held in memory together
BATCH = 1000
_NOTHING = 1e-9  # of a probability; less is an error of rounding

Tell = Callable[[str, int], None]
Given = TypeVar("Given")
Got = TypeVar("Got")


@dataclass
class Outcome:
    """`joins`: alike, yet not in one dispute; `parts`: in one dispute, yet unlike; `queued`: new pairs of both.

    `pairs`: quarrels that were held against one another; 0 where each report was, with all before it. `cut`: of the
    plausible ones, the least likely that were left out, as they would have made a group too large.
    """

    incidents: int = 0
    clusters: int = 0
    agreed: int = 0
    joins: int = 0
    parts: int = 0
    queued: int = 0
    pairs: int = 0
    cut: int = 0


def relink(*, at: datetime, few: int = FEW, hands: int | None = None, tell: Tell | None = None) -> Outcome:
    """Compare the incidents with those before them and queue what differs from people's decisions.

    Of more than ``few`` only those are compared that share something (`decide.linkage.blocking`), by ``hands``
    processes (as many as there are processors; 0: this one). The clusters are the comparison's own: a wrong join by a
    person is not carried on. Pairs that a person has spoken about are never queued again. ``tell`` hears the stage
    and how much of it is done. What goes wrong goes wrong before anything is queued.
    """
    params = in_force(at).thresholds.linkage()
    outcome = Outcome()
    if Incident.objects.count() <= few:
        found = Hand(params, None).all_by_keys(by_hand.read(list(Incident.objects.values_list("pk", flat=True))))
    else:
        found = _in_bulk(params, outcome, _processors() if hands is None else hands, tell or _silent)
    outcome.incidents, outcome.clusters, outcome.agreed = found.incidents, found.clusters, found.agreed
    outcome.joins = sum(doubt.kind == "join" for doubt in found.doubts)
    outcome.parts = len(found.doubts) - outcome.joins
    outcome.queued = _queued(found.doubts, at)
    return outcome


def _in_bulk(params: linkage.Params, outcome: Outcome, hands: int, tell: Tell) -> Weighed:
    with copied() as there:
        [(reports, units)] = there.execute("SELECT count(*), count(DISTINCT unit) FROM report").fetchall()
        tell("copied", reports)
        known = by_hand.background(by_hand.read(_sample(there, reports)))
        outcome.pairs = blocking.block(there, params)
        tell("paired", outcome.pairs)
        with _hands(hands, params, known) as each:
            plausible: list[tuple[int, int, float]] = []
            for found in each(by_hand.look, _packs(there)):
                plausible += found
            tell("plausible", len(plausible))
            groups, outcome.cut = _groups(there, plausible, params.join_from if by_hand.alone_tells(params) else None)
            whole = Weighed()
            for weighed in each(by_hand.weigh, _heaps(groups)):
                whole.take(weighed)
    alone = units - sum(len(group.units) for group in groups)  # whoever met nobody is as people left it
    whole.take(Weighed(alone, alone, alone))
    return whole


def _sample(there: DuckDBPyConnection, reports: int) -> list[int]:
    asked = "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM report) WHERE r % ? = 0"
    return [pk for (pk,) in there.execute(asked, [max(1, reports // SAMPLE)]).fetchall()]


def _packs(there: DuckDBPyConnection) -> Iterator[list[Pair]]:
    """By community, as nearly all that share something live side by side: each report is read once or twice."""
    found = there.cursor().execute("""SELECT a, b FROM pair JOIN unit u ON u.unit = a JOIN unit v ON v.unit = b
        ORDER BY u.place <> v.place, u.place, a, b""")
    while pairs := found.fetchmany(AT_ONCE):
        yield from blocking.packs(pairs, PACK)


def _groups(
    there: DuckDBPyConnection, plausible: list[tuple[int, int, float]], joined: float | None
) -> tuple[list[Group], int]:
    """What hangs together by the likeliest pairs; and each dispute that several reports were joined to.

    ``joined``: from which on two would be joined by their reports alone, if that is told. Where none is as likely, and
    no dispute has several reports, nobody will be joined: such groups are left out. Beside them how many were cut.
    """
    likeliest = sorted(plausible, key=lambda pair: (-pair[2], pair))
    groups = blocking.joined(((a, b) for a, b, _ in likeliest), LARGEST)
    of = {unit: n for n, group in enumerate(groups) for unit in group}
    held: list[list[Pair]] = [[] for _ in groups]
    likely: list[set[Pair]] = [set() for _ in groups]
    for a, b, chance in plausible:
        if of[a] == of[b]:
            held[of[a]].append((a, b))
            if joined is None or chance >= joined - _NOTHING:
                likely[of[a]].add((a, b))
    several = dict.fromkeys(
        u for (u,) in there.execute("SELECT unit FROM unit WHERE reports > 1 ORDER BY unit").fetchall()
    )
    found = [
        Group(tuple(units), tuple(pairs), None if joined is None else frozenset(sure))
        for units, pairs, sure in zip(groups, held, likely, strict=True)
        if sure or not several.keys().isdisjoint(units)
    ]
    lone = (Group((unit,)) for unit in several if unit not in of)
    return [*found, *lone], len(plausible) - sum(map(len, held))


def _heaps(groups: Iterable[Group]) -> Iterator[list[Group]]:
    heap: list[Group] = []
    size = 0
    for group in groups:
        heap.append(group)
        size += len(group.units)
        if size >= PACK:
            yield heap
            heap, size = [], 0
    if heap:
        yield heap


class Each(Protocol):
    """What ``what`` makes of each pack, in any order."""

    def __call__(self, what: Callable[[Given], Got], packs: Iterable[Given], /) -> Iterator[Got]: ...


@contextmanager
def _hands(count: int, params: linkage.Params, known: linkage.Background) -> Iterator[Each]:
    """``count`` processes, or this one."""
    told = (params.plain(), known)
    if not count:
        by_hand.begin(*told)
        yield map
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=spawn, initializer=by_hand.begin, initargs=told) as pool:
        yield lambda what, packs: _each(pool, what, packs, 2 * count)


def _each(pool: ProcessPoolExecutor, what: Callable[[Given], Got], packs: Iterable[Given], most: int) -> Iterator[Got]:
    """``what`` of each pack, as they come; no more than ``most`` are on their way."""
    left, on_way = iter(packs), set[Future[Got]]()
    while on_way or (on_way := {pool.submit(what, pack) for pack in islice(left, most)}):
        done, on_way = wait(on_way, return_when=FIRST_COMPLETED)
        on_way |= {pool.submit(what, pack) for pack in islice(left, len(done))}
        for one in done:
            yield one.result()


def _processors() -> int:
    return len(os.sched_getaffinity(0))


def _silent(_stage: str, _count: int) -> None:
    pass


def _queued(doubts: list[Doubt], at: datetime) -> int:
    before = RepeatPair.objects.count()
    RepeatPair.objects.bulk_create(
        [
            RepeatPair(
                incident_id=d.incident, earlier_id=d.earlier, kind=d.kind, source="relink", probability=d.probability,
                reasons=d.reasons, made_at=at,
            )
            for d in doubts
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )  # fmt: skip
    return RepeatPair.objects.count() - before

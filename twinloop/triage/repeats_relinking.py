"""All history once more: clusters of the comparison beside what people decided. Changes nothing; fills the queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from twinloop.cases.models import Incident
from twinloop.cases.parameters import in_force
from twinloop.decide import linkage
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeat_reasons import Kept, kept
from twinloop.triage.repeats_finding import dispute_of, live_links, report_of

BATCH = 1000
UNLIKE = 0.02  # below this nothing speaks for two that a person joined


@dataclass
class Outcome:
    """`joins`: alike, yet not in one dispute; `parts`: in one dispute, yet unlike; `queued`: new pairs of both."""

    incidents: int = 0
    clusters: int = 0
    agreed: int = 0
    joins: int = 0
    parts: int = 0
    queued: int = 0


@dataclass(frozen=True)
class _Doubt:
    kind: str
    incident: int
    earlier: int
    probability: float
    reasons: list[Kept]


def relink(*, at: datetime) -> Outcome:
    """Compare every incident with those before it, oldest first, and queue what differs from people's decisions.

    The clusters are the comparison's own: a wrong join by a person is not carried on. Pairs that a person has spoken
    about are never queued again.
    """
    session, outcome = linkage.Session(in_force(at).thresholds.linkage()), Outcome()
    own: dict[str, int | None] = {}
    doubts: list[_Doubt] = []
    clusters = set()
    for row in _history():
        report = report_of(row)
        dispute = dispute_of(row)
        best, answer = session.best_and_add(report)
        clusters.add(answer.dispute)
        outcome.incidents += 1
        outcome.agreed += _weigh(row, dispute, best, own, doubts, outcome, session.params.join_from)
        own[report.id] = dispute
    outcome.clusters = len(clusters)
    outcome.queued = _queued(doubts, at)
    return outcome


def _weigh(
    row: Incident,
    dispute: int | None,
    best: list[linkage.Link],
    own: dict[str, int | None],
    doubts: list[_Doubt],
    outcome: Outcome,
    join_from: float,
) -> bool:
    """Where the comparison and people part company; True where they agree."""
    likely = [link for link in best if link.probability >= join_from]
    agreed = True
    if likely and (dispute is None or own[likely[0].to] != dispute):
        outcome.joins += 1
        agreed = False
        doubts.append(_doubt("join", row, likely[0]))
    mates = [link for link in best if dispute is not None and own[link.to] == dispute]
    if mates and max(link.probability for link in mates) < UNLIKE:
        outcome.parts += 1
        agreed = False
        doubts.append(_doubt("part", row, max(mates, key=lambda link: link.probability)))
    return agreed


def _doubt(kind: str, row: Incident, link: linkage.Link) -> _Doubt:
    return _Doubt(kind, row.pk, int(link.to), link.probability, kept(link.evidence))


def _history() -> Iterator[Incident]:
    found = Incident.objects.order_by("received_at", "id").select_related("place").prefetch_related(live_links())
    return found.iterator(chunk_size=BATCH)


def _queued(doubts: list[_Doubt], at: datetime) -> int:
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

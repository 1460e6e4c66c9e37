"""What came of a batch, counted from what stands on record. Nothing is stored; 13 queries and those of `staff`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, JSONField, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from twinloop.cases.models import Feedback, Incident, IncidentLink, Order
from twinloop.cases.parameters import in_force
from twinloop.cases.queries import shown_type_names
from twinloop.cases.words import KINDS
from twinloop.dispatch.orders.queries import suggesting
from twinloop.intake.batches.actions.judging import JUDGED
from twinloop.intake.batches.models import Batch, Item
from twinloop.mediation.joint import competence
from twinloop.mediation.joint.models import Whistle
from twinloop.triage.models import Judgement, RepeatPair

FIRST = 20  # reports of the gravest level that are named


@dataclass
class Line:
    """One kind or type: how many reports, of which level; who would be called now. `code` "" = left to a person."""

    code: str
    name: str
    count: int = 0
    levels: Counter[int] = field(default_factory=Counter)
    agencies: Sequence[competence.Offer] = ()
    person: suggesting.Choice | None = None

    @property
    def by_level(self) -> list[int]:
        return [self.levels[level] for level in (1, 2, 3)]

    @property
    def lead(self) -> competence.Offer | None:
        return next((one for one in self.agencies if one.is_lead), None)

    @property
    def others(self) -> list[str]:
        return [one.unit.name for one in self.agencies if one.called is not None and not one.is_lead]


@dataclass(frozen=True)
class Repeats:
    """Pairs of this batch's reports with earlier ones. `groups`: reports tied by likely pairs, largest first."""

    pairs: int
    likely: int
    reports: int
    groups: Sequence[int]
    states: Mapping[str, int]


@dataclass(frozen=True)
class Outcome:
    """`answered`: reports that brought their reply; `sent`, `whistles`: what people did with them here."""

    total: int
    judged: int
    sorted: int
    left: int
    lines: Sequence[Line]
    repeats: Repeats
    answered: int
    sent: int
    whistles: int
    first: Sequence[Incident]
    brought_in: timedelta | None
    judged_in: timedelta | None


def outcome(batch: Batch, *, at: datetime) -> Outcome:
    """Everything that the page shows of a batch of reports."""
    made = Item.objects.filter(batch=batch, form=JUDGED[batch.kind]).values("made")
    incidents = Incident.objects.filter(pk__in=made)
    total, rows = incidents.count(), list(_answers(incidents))
    judged = sum(count for *_label, count in rows)
    left = sum(count for _kind, _type, abstained, _level, count in rows if abstained)
    links = IncidentLink.objects.filter(incident__in=made, unlinked_at__isnull=True)
    return Outcome(
        total=total, judged=judged, sorted=judged - left, left=left,
        lines=_called(_lines(rows, shown_type_names()), at=at),
        repeats=_repeats(made, at=at),
        answered=Feedback.objects.filter(incident__in=made, by=None).values("incident").distinct().count(),
        sent=Order.objects.filter(incident__in=made, sent_by__isnull=False).count(),
        whistles=Whistle.objects.filter(dispute__in=links.values("dispute")).count(),
        first=list(_judged(incidents).filter(level=1)[:FIRST]),
        brought_in=batch.done_at - batch.at if batch.done_at else None,
        judged_in=batch.judged_at - batch.judge_at if batch.judged_at and batch.judge_at else None,
    )  # fmt: skip


def _judged(incidents: QuerySet[Incident]) -> QuerySet[Any]:
    """Each with the newest suggestion of the software: `said` and, where there is one, `level`."""
    newest = Judgement.objects.filter(incident=OuterRef("pk"), by__isnull=True).order_by("-id")
    return incidents.annotate(
        said=Subquery(newest.filter(what="sorting").values("answer")[:1], output_field=JSONField()),
        level=Subquery(newest.filter(what="level").values("answer__level")[:1], output_field=JSONField()),
    ).filter(said__isnull=False)


_Row = tuple[str, str, bool, int | None, int]  # kind, type, abstained, level, how many


def _answers(incidents: QuerySet[Incident]) -> Iterable[_Row]:
    rows = (
        _judged(incidents)
        .annotate(k=KT("said__kind"), t=KT("said__type"), left=KT("said__abstained"))
        .order_by()
        .values("k", "t", "left", "level")
        .annotate(n=Count("pk"))
    )
    for row in rows:
        yield row["k"], row["t"], row["left"] == "true", row["level"], row["n"]


def _lines(rows: Iterable[_Row], names: Mapping[str, str]) -> list[Line]:
    """Types in order, then what is no dispute, last what the software leaves to a person."""
    found: dict[tuple[int, str], Line] = {}
    for kind, code, abstained, level, count in rows:
        key = (2, "") if abstained else (0, code) if kind == "dispute" else (1, kind)
        name = "" if abstained else f"{code} {names.get(code, '')}".strip() if key[0] == 0 else str(KINDS[kind])
        line = found.setdefault(key, Line(code if key[0] == 0 else "", name))
        line.count += count
        if level is not None:
            line.levels[level] += count
    return [found[key] for key in sorted(found)]


def _called(lines: list[Line], *, at: datetime) -> list[Line]:
    """Which agencies are competent by subject and who would go first, were it sent now."""
    codes = [line.code for line in lines if line.code]
    agencies, people = competence.by_subject(codes, at=at), suggesting.by_type(codes, at=at)
    for line in lines:
        if line.code:
            line.agencies, line.person = agencies[line.code], people[line.code].first
    return lines


def _repeats(made: QuerySet[Any], *, at: datetime) -> Repeats:
    join_from = in_force(at).thresholds.linkage().join_from
    of_batch = RepeatPair.objects.filter(Q(incident__in=made) | Q(earlier__in=made), kind="join").order_by()
    pairs = list(of_batch.values_list("incident", "earlier", "probability"))
    likely = [(one, other) for one, other, share in pairs if share >= join_from]
    groups = groups_of(likely)
    states = dict(of_batch.values("state").annotate(n=Count("pk")).values_list(F("state"), F("n")))
    reports = len({one for one, _other, _share in pairs})
    return Repeats(len(pairs), len(likely), reports, sorted((len(group) for group in groups), reverse=True), states)


def groups_of(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """What hangs together by pairs."""
    of: dict[int, set[int]] = {}
    for one, other in pairs:
        whole = of.get(one, {one}) | of.get(other, {other})
        of |= dict.fromkeys(whole, whole)
    return list({id(group): group for group in of.values()}.values())

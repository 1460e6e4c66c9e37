"""Schemes in force, the rows behind each subject's figures, who may see which score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from twinloop.cases.models import Clock, Dispute
from twinloop.decide.assessment import Line, Measure, Result, SubjectKind, judge, measures, shipped
from twinloop.decide.figures import Window
from twinloop.insight.assessments.models import Assessment, Contest, Scheme, Score
from twinloop.insight.figures.queries import raw_rows
from twinloop.ledger.models import Event
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account
from twinloop.places.models import Place

LEADERS = ("chief", "bureau")
READERS = ("officer", "community_officer", "auxiliary", "chief", "bureau")
Rows = dict[str, dict[str, list[list[Any]]]]  # indicator → "in"/"of" → [name, dispute]
BY_ACTOR = frozenset({"durable_30", "durable_90", "durable_180"})  # counts for, and against, whoever settled it


def kind_of(code: str) -> SubjectKind:
    return SubjectKind(code)


def scheme(kind: SubjectKind, on: date) -> tuple[tuple[Measure, ...], bool]:
    """The measures in force on a day, and whether they rank."""
    row = Scheme.objects.filter(kind=kind, since__lte=on).order_by("-since").first()
    return (measures(row.measures), row.ranks) if row else (shipped(kind), False)


def plain(found: Sequence[Measure]) -> list[dict[str, Any]]:
    return [asdict(one) for one in found]


def rows_by_subject(kind: SubjectKind, wanted: Sequence[Measure], window: Window, at: datetime) -> dict[int, Rows]:
    """The rows of each figure under whose they are: the owner, the community, the station of the dispute.

    A settlement that did not hold counts against whoever recorded it, whoever owns the dispute now.
    """
    found: dict[int, Rows] = defaultdict(lambda: defaultdict(lambda: {"in": [], "of": []}))
    for measure in wanted:
        rows = [row for row in raw_rows(measure.indicator, window, at=at) if row[2] in ("in", "of") and row[1]]
        whose = _whose(kind, measure.indicator, rows)
        for name, dispute, verdict in rows:
            subject = whose.get((name, dispute))
            if subject:
                found[subject][measure.indicator][verdict].append([name, dispute])
    return {subject: {code: dict(parts) for code, parts in rows.items()} for subject, rows in found.items()}


def _whose(kind: SubjectKind, code: str, rows: Sequence[tuple[str, int, str]]) -> dict[tuple[str, int], int | None]:
    disputes = {dispute for _name, dispute, _verdict in rows}
    column = {"person": "owner", "community": "place", "station": "station"}[kind]
    of = dict(Dispute.objects.filter(pk__in=disputes).values_list("pk", column))
    if kind == SubjectKind.PERSON and code in BY_ACTOR:
        of |= _settlers(disputes)
    if kind == SubjectKind.PERSON and code == "clocks_met":
        names = [int(name.partition(":")[2]) for name, _dispute, _verdict in rows if name.startswith("clock:")]
        owners = dict(Clock.objects.filter(pk__in=names).values_list("pk", "owner"))
        return {
            (name, pk): owners.get(int(name.partition(":")[2])) for name, pk, _v in rows if name.startswith("clock:")
        }
    return {(name, dispute): of.get(dispute) for name, dispute, _verdict in rows}


def _settlers(disputes: Iterable[int]) -> dict[int, int]:
    """Who recorded the newest settlement of each."""
    found = Event.objects.filter(
        stream__in=[f"dispute:{pk}" for pk in disputes], verb__in=["settle", "agree"], by__isnull=False
    ).order_by("stream", "seq")
    return {int(stream.partition(":")[2]): by for stream, by in found.values_list("stream", "by") if by}


def counted(rows: Rows, left_out: Sequence[int] = ()) -> dict[str, tuple[int, int]]:
    """Indicator → (hits, of), without the disputes that were taken out."""
    out = set(left_out)
    told = {}
    for code, parts in rows.items():
        hits = sum(dispute not in out for _name, dispute in parts["in"])
        told[code] = (hits, hits + sum(dispute not in out for _name, dispute in parts["of"]))
    return told


def result(score: Score) -> Result:
    return judge(measures(score.assessment.measures), counted(score.rows, score.left_out))


def lines(score: Score) -> Sequence[Line]:
    return result(score).lines


# --- who sees what ---------------------------------------------------------------------------------------------------


def visible(scope: Scope) -> QuerySet[Score]:
    """One's own; a chief those of the station's people and communities; the bureau all."""
    found = Score.objects.select_related("assessment", "account__unit", "place", "station")
    if scope.has("bureau"):
        return found
    mine = Q(account__in=sorted(scope.accounts))
    if scope.has("chief"):
        near = Place.objects.filter(units__in=scope.stations)
        mine |= Q(station__in=scope.stations) | Q(account__unit__in=scope.stations)
        mine |= Q(account__unit__parent__in=scope.stations) | Q(place__in=near) | Q(place__parent__in=near)
    return found.filter(mine).distinct()


def contests(scope: Scope) -> QuerySet[Contest]:
    found = Contest.objects.filter(score__in=visible(scope).order_by())
    return found.select_related("score__account", "score__assessment", "by", "answered_by")


def of_assessment(scope: Scope, assessment: Assessment) -> list[Score]:
    """Ranked only where the scheme ranks; else by name."""
    found = list(visible(scope).filter(assessment=assessment))
    if assessment.ranks:
        return sorted(found, key=lambda one: (one.total is None, -(one.total or 0), one.subject))
    return sorted(found, key=lambda one: one.subject)


def people(pks: Iterable[int]) -> Mapping[int, Account]:
    return Account.objects.in_bulk(list(pks))

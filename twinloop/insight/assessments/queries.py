"""Schemes in force, what came of a score, who may see which score and who it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet

from twinloop.decide.assessment import Line, Measure, Result, SubjectKind, judge, measures, shipped
from twinloop.insight.assessments.counting import Rows
from twinloop.insight.assessments.models import Assessment, Contest, Scheme, Score
from twinloop.insight.assessments.rules import OWN
from twinloop.insight.figures.rules import RULES
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Membership, Unit
from twinloop.places.models import Place

LEADERS = ("chief", "bureau")
READERS = (
    "dispatcher", "officer", "community_officer", "auxiliary", "mediator", "volunteer", "grid_worker", "agency",
    *LEADERS,
)  # fmt: skip
FROM_OUTSIDE = frozenset({"agency_answered", "hazards_righted"})  # counted by nobody who owns a dispute


def kind_of(code: str) -> SubjectKind:
    return SubjectKind(code)


def offered(kind: SubjectKind) -> tuple[str, ...]:
    """What a scheme of this kind may weigh, in the order of the indicators."""
    return tuple(OWN[kind]) if kind in OWN else tuple(code for code in RULES if code not in FROM_OUTSIDE)


def scheme(kind: SubjectKind, on: date) -> tuple[tuple[Measure, ...], bool]:
    """The measures in force on a day, and whether they rank."""
    row = Scheme.objects.filter(kind=kind, since__lte=on).order_by("-since").first()
    return (measures(row.measures), row.ranks) if row else (shipped(kind), False)


def plain(found: Sequence[Measure]) -> list[dict[str, object]]:
    return [asdict(one) for one in found]


def counted(rows: Rows, left_out: Sequence[str] = ()) -> dict[str, tuple[int, int]]:
    """Indicator → (hits, of), without the rows whose keys were taken out."""
    out = set(left_out)
    told = {}
    for code, parts in rows.items():
        hits = sum(key_of(code, row) not in out for row in parts["in"])
        told[code] = (hits, hits + sum(key_of(code, row) not in out for row in parts["of"]))
    return told


def key_of(code: str, row: Sequence[Any]) -> str:
    """One row of one measure: the same dispute may be wrong in one and right in another."""
    return f"{code} {row[0]}"


def keys(score: Score) -> dict[str, str]:
    """Key → what people call the row by."""
    return {
        key_of(code, row): row[2]
        for code, parts in score.rows.items() for side in parts.values() for row in side
    }  # fmt: skip


def result(score: Score) -> Result:
    return judge(measures(score.assessment.measures), counted(score.rows, score.left_out))


def lines(score: Score) -> Sequence[Line]:
    return result(score).lines


def year(score: Score) -> tuple[Result, int]:
    """The twelve months that end with the score's, put together by its own scheme, and how many of them were counted.

    A month says little of one person; each row belongs to one month, so that twelve add up. Of a team only the months
    that the viewer may see. One query.
    """
    last = score.assessment.month
    first = date(last.year - (last.month < 12), last.month % 12 + 1, 1)
    same = Score.objects.filter(
        assessment__kind=score.assessment.kind, assessment__month__range=(first, last), account=score.account_id,
        place=score.place_id, unit=score.unit_id, team=score.team_id,
    )  # fmt: skip
    told: dict[str, tuple[int, int]] = {}
    found = list(same.values_list("rows", "left_out"))
    for rows, out in found:
        for code, (hits, of) in counted(rows, out).items():
            before = told.get(code, (0, 0))
            told[code] = (before[0] + hits, before[1] + of)
    return judge(measures(score.assessment.measures), told), len(found)


# --- who sees what ---------------------------------------------------------------------------------------------------


def visible(scope: Scope) -> QuerySet[Score]:
    """One's own; that of a team of one's own in the month; an agency's people theirs; a chief those of the station's
    people, teams and communities; the bureau all. Who stands in for somebody does not read that person's score.
    """
    found = Score.objects.select_related("assessment", "account__unit", "place", "unit", "team")
    if scope.has("bureau") or (scope.sees_all and not scope.roles):
        return found
    return found.filter(_own(scope) | _of_station(scope))


def own(scope: Scope) -> QuerySet[Score]:
    """Of oneself, one's teams, one's agency."""
    return Score.objects.select_related("assessment", "account", "unit", "team").filter(_own(scope))


def _own(scope: Scope) -> Q:
    mine = Q(account=scope.account, account__isnull=False) | Q(
        Exists(members(OuterRef("team"), OuterRef("assessment__month")).filter(account=scope.account))
    )
    if scope.has("agency"):
        own = Account.objects.filter(pk=scope.account or 0, unit__kind=Unit.Kind.AGENCY)
        mine |= Q(unit__in=own.values("unit"))
    return mine


def _of_station(scope: Scope) -> Q:
    if not scope.has("chief"):
        return Q(pk__in=[])
    near = Place.objects.filter(units__in=scope.stations)
    people = Account.objects.filter(Q(unit__in=scope.stations) | Q(unit__parent__in=scope.stations))
    below = Place.objects.filter(Q(pk__in=near.values("pk")) | Q(parent__in=near.values("pk")))
    return (
        Q(unit__in=scope.stations) | Q(team__station__in=scope.stations)
        | Q(account__in=people.values("pk")) | Q(place__in=below.values("pk"))
    )  # fmt: skip


def members(team: Any, month: Any) -> QuerySet[Membership]:
    """Who was in a team in a month (its first day)."""
    span = Func(month, template="daterange(%(expressions)s, (%(expressions)s + interval '1 month')::date)",
                output_field=DateField())  # fmt: skip
    found = Membership.objects.filter(team=team).alias(span=span)
    return found.filter(period__overlap=F("span"))


def is_own(scope: Scope, score: Score) -> bool:
    """The viewer is who was assessed: the person, a member of the team, one of the agency; a chief of the station and
    of its communities."""
    if score.account_id is None and score.team_id is None and score.assessment.kind != SubjectKind.AGENCY:
        return scope.has("chief")
    return Score.objects.filter(_own(scope), pk=score.pk).exists()


def contests(scope: Scope) -> QuerySet[Contest]:
    found = Contest.objects.filter(score__in=visible(scope).order_by().values("pk"))
    return found.select_related("score__account", "score__team", "score__place", "score__unit", "score__assessment",
                                "by", "answered_by")  # fmt: skip


def of_assessment(scope: Scope, assessment: Assessment) -> list[Score]:
    """Ranked only where the scheme ranks; else by name, whom too little is known of after the rest."""
    found = list(visible(scope).filter(assessment=assessment))
    if assessment.ranks:
        return sorted(found, key=lambda one: (one.total is None, -(one.total or 0), one.subject))
    return sorted(found, key=lambda one: (one.verdict == "small", one.subject))

"""Counting a month, contesting a score, answering, nominating, setting a scheme: each by a named person or the job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from twinloop.decide import Refused
from twinloop.decide.assessment import Result, SubjectKind, Verdict, judge, measures
from twinloop.decide.clocks import CHINA
from twinloop.insight.assessments import counting, queries, words
from twinloop.insight.assessments.models import Assessment, Contest, Nomination, Scheme, Score
from twinloop.insight.figures import windows
from twinloop.insight.figures.actions import catch_up
from twinloop.ledger.actions import record
from twinloop.ledger.sight import SYSTEM, Scope, see_as

LONGEST = 500


def month_of(day: date) -> date:
    return day.replace(day=1)


@transaction.atomic
def assess(kind: SubjectKind, month: date, *, at: datetime, by: int | None = None) -> Assessment:
    """Count a month that is over, once. Raises `Refused` while it runs or where it was counted."""
    first = month_of(month)
    window = windows.month(first)
    if window.end > at:
        raise Refused("assessment_running")
    wanted, ranks = queries.scheme(kind, first)
    made, new = Assessment.objects.get_or_create(
        kind=kind, month=first, defaults={"measures": queries.plain(wanted), "ranks": ranks, "at": at}
    )
    if not new:
        raise Refused("assessment_known", month=f"{first:%Y-%m}")
    with see_as(SYSTEM):
        found, said = counting.rows_by_subject(kind, wanted, window, at), counting.beside(kind, window, at)
    column = counting.COLUMNS[kind]
    scores = [_score(made, column, one, found.get(one, {}), said.get(one, {})) for one in sorted({*found, *said})]
    Score.objects.bulk_create(scores)
    record(made.stream, "assessment_made", by=by, at=at, month=f"{first:%Y-%m}", kind=kind, count=len(scores))
    return made


def _score(made: Assessment, column: str, subject: int, rows: counting.Rows, beside: dict[str, float]) -> Score:
    judged = judge(measures(made.measures), queries.counted(rows))
    return Score(assessment=made, **{column: subject}, rows=rows, beside=beside, **_kept(judged))


def _kept(judged: Result) -> dict[str, Any]:
    total = None if judged.total is None else Decimal(str(judged.total))
    return {"total": total, "verdict": judged.verdict.value}


def turn(*, at: datetime) -> int:
    """The month that is over is counted for every kind; what is counted already stays."""
    catch_up(at=at, waits=True)
    before = month_of(month_of(at.astimezone(CHINA).date()) - timedelta(days=1))
    made = 0
    for kind in SubjectKind:
        if not Assessment.objects.filter(kind=kind, month=before).exists():
            assess(kind, before, at=at)
            made += 1
    return made


@transaction.atomic
def contest(score: Score, why: str, rows: Sequence[str] = (), *, by: int, scope: Scope, at: datetime) -> Contest:
    """The assessed says what is wrong, and of which rows: the person, somebody of the team or agency, a chief for the
    own station and its communities."""
    if not queries.is_own(scope, score) or not queries.visible(scope).filter(pk=score.pk).exists():
        raise Refused("contest_not_yours")
    if not why.strip():
        raise Refused("assessment_why")
    _inside(score, rows)
    try:
        with transaction.atomic():
            made = Contest.objects.create(score=score, why=why.strip()[:LONGEST], rows=list(rows), by_id=by, at=at)
    except IntegrityError:
        raise Refused("contest_open") from None
    record(
        score.assessment.stream, "contest_made", by=by, at=at, why=made.why, score=score.pk,
        station=_station(score), rows=made.rows,
    )  # fmt: skip
    return made


def _inside(score: Score, rows: Sequence[str]) -> None:
    if strange := sorted(set(rows) - set(queries.keys(score))):
        raise Refused("contest_rows", number=strange[0])


def _station(score: Score) -> int:
    """Whose chief hears of it; 0: an agency, the bureau's own."""
    if score.assessment.kind == SubjectKind.AGENCY:
        return 0
    if score.team is not None:
        return score.team.station_id or 0
    unit = score.account.unit.station if score.account and score.account.unit else score.unit
    return unit.pk if unit else 0


@transaction.atomic
def answer(
    contest_: Contest, verdict: str, text: str, rows: Sequence[str], *, by: int, scope: Scope, at: datetime
) -> Contest:
    """A leader's word. Upheld: the rows named do not count, and the score is counted again beside the old one."""
    if not scope.has(*queries.LEADERS) or not queries.visible(scope).filter(pk=contest_.score_id).exists():
        raise Refused("assessment_role")
    found = Contest.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "score__assessment", "answered_by"
    )
    locked = found.get(pk=contest_.pk)
    if locked.answered_at is not None:
        who = locked.answered_by.name if locked.answered_by else "—"
        raise Refused("contest_over", who=who, when=f"{locked.answered_at.astimezone(CHINA):%Y-%m-%d %H:%M}")
    if locked.by_id == by:
        raise Refused("contest_own")
    if verdict not in ("upheld", "kept") or not text.strip():
        raise Refused("assessment_why")
    score = (
        Score.objects.select_for_update(no_key=True, of=("self",)).select_related("assessment").get(pk=locked.score_id)
    )
    if verdict == "upheld":
        _correct(score, rows)
    locked.answer, locked.text, locked.answered_by_id, locked.answered_at = verdict, text.strip()[:LONGEST], by, at
    locked.save(update_fields=["answer", "text", "answered_by", "answered_at"])
    record(
        score.assessment.stream, "contest_answered", by=by, at=at, why=locked.text, answer=verdict, score=score.pk,
        to_account=locked.by_id, left_out=list(rows),
    )  # fmt: skip
    return locked


def _correct(score: Score, rows: Sequence[str]) -> None:
    if not rows:
        raise Refused("contest_nothing")
    _inside(score, rows)
    out = sorted({*score.left_out, *rows})
    judged = judge(measures(score.assessment.measures), queries.counted(score.rows, out))
    before = score.before or {"total": str(score.total) if score.total is not None else "", "verdict": score.verdict}
    Score.objects.filter(pk=score.pk).update(left_out=out, before=before, **_kept(judged))


@transaction.atomic
def nominate(score: Score, honour: str, grounds: str, *, by: int, scope: Scope, at: datetime) -> Nomination:
    """A leader proposes a person, a team, a station or an agency; the software only shows the figures."""
    if not scope.has(*queries.LEADERS) or not queries.visible(scope).filter(pk=score.pk).exists():
        raise Refused("assessment_role")
    if score.verdict == Verdict.SMALL:
        raise Refused("nomination_small")
    if honour not in words.HONOURS or not grounds.strip():
        raise Refused("assessment_why")
    if honour == "reserve" and score.account_id is None:
        raise Refused("nomination_person")
    try:
        with transaction.atomic():
            made = Nomination.objects.create(
                score=score, honour=honour, grounds=grounds.strip()[:LONGEST], by_id=by, at=at
            )
    except IntegrityError:
        raise Refused("nomination_twice") from None
    record(score.assessment.stream, "nomination_made", by=by, at=at, why=made.grounds, honour=honour, score=score.pk)
    return made


@transaction.atomic
def decide(nomination: Nomination, state: str, why: str, *, by: int, scope: Scope, at: datetime) -> Nomination:
    """The bureau's word on a proposal."""
    if not scope.has("bureau"):
        raise Refused("assessment_role")
    if state not in ("accepted", "declined") or not why.strip():
        raise Refused("assessment_why")
    won = Nomination.objects.filter(pk=nomination.pk, state="proposed").update(
        state=state, decided_by=by, decided_at=at, decided_why=why.strip()[:200]
    )
    if not won:
        raise Refused("nomination_over")
    nomination.refresh_from_db()
    account = nomination.score.account_id or 0
    record(
        nomination.score.assessment.stream, "nomination_decided", by=by, at=at, why=why.strip()[:200], state=state,
        score=nomination.score_id, to_account=account,
    )  # fmt: skip
    return nomination


@transaction.atomic
def set_scheme(
    kind: SubjectKind, rows: Sequence[Mapping[str, Any]], *, since: date, ranks: bool, why: str, by: int,
    scope: Scope, at: datetime,
) -> Scheme:  # fmt: skip
    """New measures from a month that has not begun. Raises `Refused` with what is wrong."""
    if not scope.has("bureau"):
        raise Refused("assessment_setter")
    if month_of(since) <= at.astimezone(CHINA).date():
        raise Refused("assessment_soon")
    if not why.strip():
        raise Refused("assessment_why")
    try:
        wanted = measures(rows)
    except (TypeError, ValueError):
        raise Refused("assessment_figures") from None
    if not {one.indicator for one in wanted} <= set(queries.offered(kind)):
        raise Refused("assessment_figures")
    made, _new = Scheme.objects.update_or_create(
        kind=kind, since=month_of(since),
        defaults={"measures": queries.plain(wanted), "ranks": ranks, "why": why.strip()[:200], "by_id": by, "at": at},
    )  # fmt: skip
    record("setting:assessment", "scheme_set", by=by, at=at, why=made.why, kind=kind, since=made.since)
    return made


def preview(kind: SubjectKind, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Score, Result]]:
    """What new measures would make of the last month that was counted, where they use figures that it kept."""
    wanted = measures(rows)
    last = Assessment.objects.filter(kind=kind).order_by("-month").first()
    if last is None:
        return []
    found = last.scores.select_related("assessment", "account", "place", "unit", "team")
    return [(score, judge(wanted, queries.counted(score.rows, score.left_out))) for score in found]

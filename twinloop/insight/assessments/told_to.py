"""The assessed are told of their score and of every answer; the chief of a contest; a nominee of the decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.decide.assessment import SubjectKind
from twinloop.insight.assessments.models import Assessment, Score
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling, holders, key_of
from twinloop.people.models import Account, Membership


def _assessed(event: Event) -> Iterable[int | None]:
    """The people; of teams whoever was in them in that month; of agencies their liaisons."""
    scores = Score.objects.filter(assessment=key_of(event))
    people = set(scores.filter(account__isnull=False).values_list("account", flat=True))
    month = Assessment.objects.values_list("month", flat=True).get(pk=key_of(event))
    span = DateRange(month, (month + timedelta(days=31)).replace(day=1))
    teams = scores.filter(team__isnull=False).values("team")
    people |= set(Membership.objects.filter(team__in=teams, period__overlap=span).values_list("account", flat=True))
    if event.data.get("kind") == SubjectKind.AGENCY:
        units = set(scores.filter(unit__isnull=False).values_list("unit", flat=True))
        people |= set(
            Account.objects.filter(pk__in=holders(event, "agency"), unit__in=units).values_list("pk", flat=True)
        )
    return sorted(people)


def _leaders(event: Event) -> Iterable[int | None]:
    station = event.data.get("station")
    return [*(holders(event, "chief", station=station) if station else []), *holders(event, "bureau")]


def _taker(event: Event) -> Iterable[int | None]:
    return [event.data.get("to_account") or None]


def _mine(event: Event) -> tuple[str, str]:
    return str(event.data.get("month", "")), reverse("assessment_mine")


def _score(event: Event) -> tuple[str, str]:
    return "", reverse("assessment_score", args=[event.data["score"]])


TOLD_TO = {
    "assessment_made": Telling(_("上月考核出来了"), "award", _assessed, _mine),
    "contest_made": Telling(_("有一份考核申诉等答复"), "message-exclamation", _leaders, _score),
    "contest_answered": Telling(_("考核申诉有答复"), "message-check", _taker, _score),
    "nomination_decided": Telling(_("评优推荐有结果"), "award", _taker, _score),
}

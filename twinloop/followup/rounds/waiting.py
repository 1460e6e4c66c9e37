"""What waits for the first page: reviews to write, cases to send on, penalties to open, crimes to look back on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.waiting import Waiting
from twinloop.followup.rounds import queries
from twinloop.followup.rounds.models import Escalation, Penalty
from twinloop.ledger.sight import Scope

SAME_DAY = timedelta(hours=24)  # a round that opened is looked at within a day (ours)


def waiting(scope: Scope, *, at: datetime, most: int) -> Iterator[Waiting]:
    """Three queries."""
    if scope.has(*queries.REVIEWERS):
        yield from _reviews(scope, most)
    if scope.has(*queries.SWORN):
        yield from _penalties(scope, most)
    if scope.has(*queries.LEADERS):
        yield from _escalations(scope, most)


def _reviews(scope: Scope, most: int) -> Iterator[Waiting]:
    found = queries.visible(scope).filter(state="review")
    if not scope.has(*queries.SENDERS):  # an officer writes the reviews of their own; who sends reads them all
        found = found.filter(Q(owner__in=sorted(scope.accounts)), standing__review="")
    for one in found.order_by("touched_at", "pk")[:most]:
        verb, what = (_("派"), _("研判写好了，派给社区")) if one.standing.review else (_("研判"), _("二次处置，等研判"))
        url = reverse("round", args=[one.number])
        yield Waiting(
            verb, what, one.number, url, str(one.place or ""), one.touched_at + SAME_DAY, one.level, clock=verb
        )


def _penalties(scope: Scope, most: int) -> Iterator[Waiting]:
    seen = queries.visible(scope)
    if not scope.has("chief"):
        seen = seen.filter(owner__in=sorted(scope.accounts))
    found = Penalty.objects.filter(state="owed", dispute__in=seen).select_related("dispute__place")
    for row in found.order_by("owed_until", "pk")[:most]:
        one = row.dispute
        what = _("当天应转处罚：%(why)s") % {"why": row.get_cause_display()}
        url = reverse("round", args=[one.number])
        yield Waiting(
            _("立案"), what, one.number, url, str(one.place or ""), row.owed_until, one.level, clock=_("立案")
        )


def _escalations(scope: Scope, most: int) -> Iterator[Waiting]:
    found: list[Escalation] = list(queries.escalations(scope).filter(finding="").order_by("marked_at")[:most])
    for row in found:
        one = row.dispute
        url = reverse("escalation", args=[row.pk])
        due = row.marked_at + SAME_DAY
        yield Waiting(
            _("复盘"), _("疑似民转刑"), one.number, url, str(one.place or ""), due, one.level, clock=_("复盘")
        )

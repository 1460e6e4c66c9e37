"""What waits in 2+2 for the first page: for a chief nominations to decide, for a member the next step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.waiting import Waiting
from twinloop.decide.clocks import CHINA
from twinloop.ledger.sight import Scope
from twinloop.mediation.follow import queries, showing
from twinloop.mediation.follow.showing import Card


def waiting(scope: Scope, *, at: datetime, most: int) -> Iterator[Waiting]:
    """What is due by today; two queries at most."""
    today = queries.day_of(at)
    if scope.has(*queries.DECIDERS):
        found = queries.nominations(scope).filter(decision="").order_by("nominated_at", "pk")[:most]
        for one in found:
            url = reverse("follow_nomination", args=[one.pk])
            said = _("、").join(showing.reasons(one))
            yield _row(_("定 2+2"), said, showing.nominated(one, today), url)
    if scope.has(*queries.WRITERS):
        for card in showing.mine(scope, at=at)[:most]:
            if card.campaign and card.next_on and card.next_on <= today:
                yield _row(_("攻坚"), card.next, card, reverse("follow_campaign", args=[card.campaign.pk]))


def _row(verb: str, what: str, card: Card, url: str) -> Waiting:
    due = datetime.combine(card.next_on or date.max, time(20, 0), CHINA)
    return Waiting(verb, what, card.dispute.number, url, str(card.dispute.place or ""), due, card.dispute.level)

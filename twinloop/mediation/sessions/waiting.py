"""What waits for the first page: sessions of today, and those that are over while nobody said what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.waiting import Waiting
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.mediation.sessions import queries


def waiting(scope: Scope, *, at: datetime, most: int) -> Iterator[Waiting]:
    """Of one who leads them or sits in them. One query."""
    if not scope.has(*queries.WRITERS):
        return
    for one in queries.to_do(scope, at=at, most=most):
        dispute = one.mediation.dispute
        is_over = one.period.upper <= at
        verb, due = (_("记结果"), one.period.upper) if is_over else (_("去调解"), one.period.lower)
        where = one.room.name if one.room else one.where
        what = f"{mask_text(dispute.title)} · {where}"
        url = reverse("session", args=[one.pk])
        yield Waiting(verb, what, dispute.number, url, str(dispute.place or ""), due, dispute.level)

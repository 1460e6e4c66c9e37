"""What waits for the first page: the next step that is owed to a victim."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.telling import language
from twinloop.cases.waiting import Waiting
from twinloop.decide.words import say
from twinloop.ledger.sight import Scope
from twinloop.mediation.safeguards import queries


def waiting(scope: Scope, *, most: int) -> Iterator[Waiting]:
    """Of the disputes that the viewer owns or works on: one row a dispute."""
    if not scope.has(*queries.WRITERS):
        return
    for found, due in queries.mine(scope, most=most):
        dispute = found.dispute
        url = reverse("safeguard", args=[dispute.number])
        what = say(due.what, language())
        yield Waiting(_("保护"), what, dispute.number, url, str(dispute.place or ""), due.due_at, dispute.level)

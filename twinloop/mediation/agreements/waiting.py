"""What waits for the first page: promises that fall due today or are late, until somebody says what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.waiting import Waiting
from twinloop.decide.clocks import CHINA, day_end
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.mediation.agreements import queries


def waiting(scope: Scope, *, at: datetime, most: int) -> Iterator[Waiting]:
    """Of the disputes that the viewer owns or works on. One query."""
    on = at.astimezone(CHINA).date()
    if not scope.has(*queries.WRITERS):
        return
    for due in queries.late(scope, on, mine=sorted(scope.accounts), most=most):
        dispute = due.agreement.dispute
        verb = _("核实") if due.due_on < on else _("催办")
        end = day_end(due.due_on)
        url = reverse("agreement", args=[due.agreement_id])
        what = f"{due.promise.by_party.name_masked} {mask_text(due.promise.text)}"
        yield Waiting(verb, what, dispute.number, url, str(dispute.place or ""), end, dispute.level)

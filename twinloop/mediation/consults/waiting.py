"""What waits in joint sessions for the first page: an agency's tasks; for whoever convened, minutes and late tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.waiting import Waiting
from twinloop.decide.clocks import CHINA, day_end
from twinloop.ledger.sight import Scope
from twinloop.mediation.consults import queries


def waiting(scope: Scope, *, at: datetime, most: int) -> Iterator[Waiting]:
    """Two queries for the police, one for an agency."""
    agency = scope.has("agency")
    if not agency and not scope.has(*queries.CONVENERS):
        return
    for task in queries.owed(scope, today=at.astimezone(CHINA).date(), most=most):
        due = day_end(task.due_on)
        if agency:
            url = reverse("consult_own", args=[task.body_id])
            yield Waiting(_("去办"), task.text, task.consult.number, url, "", due)
        else:
            url = reverse("consult", args=[task.consult_id])
            yield Waiting(_("催办"), f"{task.body.name} · {task.text}", task.consult.number, url, "", due)
    if not agency:
        for one in queries.unwritten(scope, at=at, most=most):
            yield Waiting(_("写纪要"), one.title, one.number, reverse("consult", args=[one.pk]), "", one.ends_at)

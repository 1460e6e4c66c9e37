"""What of joint sessions is open on a day: tasks whose last day is that of the cut or was before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from twinloop.cases.daybook import Open, of_dispute
from twinloop.decide.clocks import CHINA, day_end
from twinloop.decide.daily import DayKind
from twinloop.mediation.consults.models import Task


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """One query."""
    owed = Task.objects.filter(state="open", due_on__lte=cut.astimezone(CHINA).date())
    for one in owed.select_related("dispute", "consult").order_by("pk"):
        url = reverse("consult", args=[one.consult_id])
        due = day_end(one.due_on)
        begun = one.consult.minutes_at or one.consult.starts_at
        yield of_dispute(DayKind.WHISTLE, f"consult:{one.pk}", one.dispute, url, begun, due)

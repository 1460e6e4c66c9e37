"""What of agreements is open on a day: parts that are due today or late while nobody said what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from twinloop.cases.daybook import Open, of_dispute
from twinloop.decide.clocks import CHINA, day_end
from twinloop.decide.daily import DayKind
from twinloop.mediation.agreements.models import Due


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """One query. Asked after on its day: by the cut somebody knows whether it was kept."""
    day = cut.astimezone(CHINA).date()
    found = Due.objects.filter(live=True, due_on__lte=day, agreement__signed_at__isnull=False)
    for one in found.select_related("agreement__dispute").order_by("pk"):
        url = reverse("agreement", args=[one.agreement_id])
        due = min(cut, day_end(one.due_on))
        assert one.agreement.signed_at is not None  # filtered above
        yield of_dispute(DayKind.PROMISE, f"due:{one.pk}", one.agreement.dispute, url, one.agreement.signed_at, due)

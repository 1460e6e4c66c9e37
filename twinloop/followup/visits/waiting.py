"""What waits for the first page: one's own visits of the day; for a chief those that nobody made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.waiting import Waiting
from twinloop.decide.clocks import CHINA
from twinloop.followup.visits import queries, words
from twinloop.ledger.sight import Scope


def waiting(scope: Scope, *, at: datetime, most: int) -> Iterator[Waiting]:
    """One query: what is one's own and due by today, and for a chief what is late in the station."""
    if not scope.has(*queries.MAKERS):
        return
    today = at.astimezone(CHINA).date()
    wanted = Q(owner__in=sorted(scope.accounts), due_on__lte=today)
    if scope.has("chief"):
        wanted |= Q(late_at__isnull=False)
    for row in queries.visible(scope).filter(wanted, state="planned").order_by("due_on", "pk")[:most]:
        due = datetime.combine(row.due_on, time(20, 0), CHINA)
        mine = row.owner_id in scope.accounts
        what = str(words.CAUSES[row.reason]) if mine else _("过期没有回访：%(who)s") % {"who": row.owner or "—"}
        url = reverse("visit_report", args=[row.pk]) if mine else reverse("dispute", args=[row.dispute.number])
        place = str(row.dispute.place or "")
        yield Waiting(_("回访"), what, row.dispute.number, url, place, due, row.dispute.level)

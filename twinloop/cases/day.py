"""What of disputes and their clocks is open on a day: not sorted, nobody sent, to be reviewed, a step that is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.daybook import Open, of_dispute, of_incident
from twinloop.cases.models import Clock, Dispute, IncidentLink
from twinloop.decide.daily import DayKind
from twinloop.decide.workflow import State

ON_BOARD = timedelta(days=2)  # so long a call itself stands on the board, and not its dispute
STATES = {
    State.REGISTERED: DayKind.UNSORTED, State.SORTED: DayKind.UNSENT, State.UNSETTLED: DayKind.REVIEW,
    State.REOPENED: DayKind.REVIEW, State.RETURNED: DayKind.REVIEW, State.REVIEW: DayKind.UNSENT,
}  # fmt: skip
OVER = (State.CLOSED, State.MERGED, State.TRANSFERRED)
ELSEWHERE = ("push:", "answer:")  # clocks that the rooms of pushes and whistles tell of themselves


def open_items(at: datetime, cut: datetime) -> Iterator[Open]:
    """Two queries."""
    calls = IncidentLink.objects.filter(
        dispute=OuterRef("pk"), unlinked_at__isnull=True, incident__registered_at__gt=at - ON_BOARD
    )
    waits = Q(state__in=list(STATES)) & ~(Q(state=State.SORTED) & Exists(calls))
    for dispute in Dispute.objects.filter(waits).order_by("pk"):
        kind = STATES[State(dispute.state)]
        key = f"dispute:{dispute.pk}:{dispute.round}"
        yield of_dispute(kind, key, dispute, reverse("dispute", args=[dispute.number]), dispute.registered_at)
    yield from _clocks(cut)


def _clocks(cut: datetime) -> Iterator[Open]:
    found = Clock.objects.filter(RUNNING, due_at__lte=cut, order__isnull=True).select_related("dispute", "incident")
    for prefix in ELSEWHERE:
        found = found.exclude(subject__startswith=prefix)
    for clock in found.exclude(dispute__state__in=OVER).order_by("pk"):
        kind = DayKind.CALLBACK if clock.rule.startswith("callback") else DayKind.STEP
        key, since = f"clock:{clock.pk}", clock.started_at
        if clock.dispute is not None:
            url = reverse("dispute", args=[clock.dispute.number])
            yield of_dispute(kind, key, clock.dispute, url, since, clock.due_at)
        elif clock.incident is not None:
            url = reverse("incident", args=[clock.incident.number])
            yield of_incident(kind, key, clock.incident, url, since, clock.due_at)

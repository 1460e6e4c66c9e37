"""Who has a call open, and which orders nobody signs."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases.models import Clock, Incident, Order
from twinloop.dispatch.orders.actions import stepping
from twinloop.dispatch.orders.actions.keeping import keep_suggestion
from twinloop.dispatch.orders.models import Silence, Watching
from twinloop.dispatch.orders.queries import suggesting
from twinloop.dispatch.orders.queries.board import FRESH
from twinloop.ledger.live import tell
from twinloop.ledger.whole import whole


def watch(incident: Incident, *, by: int, at: datetime) -> None:
    """`by` has the call open. No event: it is nothing that happened, and half a minute later it is forgotten.

    Other boards are told when it is another call than before, not every few seconds.
    """
    before = (
        Watching.objects.filter(account_id=by, seen_at__gt=at - FRESH).values_list("incident_id", flat=True).first()
    )
    Watching.objects.update_or_create(account_id=by, defaults={"incident": incident, "seen_at": at})
    if before != incident.pk:
        tell("watching")


def find_silent(*, at: datetime, limit: int = 50) -> int:
    """Orders that nobody signed in time come on top with a new suggestion; gives how many. A person sends."""
    late = Clock.objects.filter(rule="order_signed", met_at=None, dropped_at=None, due_at__lte=at, order__state="sent")
    orders = Order.objects.filter(pk__in=late.values("order"), silence=None).order_by("sent_at")
    return sum(_silent(pk, at) for pk in orders.values_list("pk", flat=True)[:limit])


@whole()
def _silent(pk: int, at: datetime) -> bool:
    found = (
        Order.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk=pk, state="sent").first()
    )
    if found is None or not Silence.objects.get_or_create(order=found, defaults={"at": at})[1]:
        return False
    stepping.told(found, "order_silent", by=None, at=at)
    if found.incident is not None:
        without = [found.to_account_id] if found.to_account_id else []
        suggested, _ranking = suggesting.for_incident(found.incident, at=at, without=without)
        keep_suggestion(found.incident, suggested, at=at)
    return True

"""交接班: a dispatcher leaves with a list of what is open; the next one takes it over, with a note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from twinloop.decide import Refused
from twinloop.dispatch.orders.actions.sending import check_sender
from twinloop.dispatch.orders.models import Handover
from twinloop.dispatch.orders.queries import board
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole

NOTE_LONGEST = 1_000


@whole()
def hand_over(unit: int | None, *, by: int, scope: Scope, at: datetime, note: str = "") -> Handover:
    """Write down what is open now. The one before must have been taken over first."""
    check_sender(scope.roles)
    if unit is None:
        raise Refused("handover_no_unit")
    if len(note) > NOTE_LONGEST:
        raise Refused("handover_note_long", most=NOTE_LONGEST)
    items: Sequence[dict[str, str]] = board.open_items(scope, at=at)
    try:
        with transaction.atomic():
            made = Handover.objects.create(unit_id=unit, given_by_id=by, given_at=at, note=note.strip(), items=items)
    except IntegrityError:
        raise Refused("handover_open") from None
    record(made.stream, "handed_over", by=by, at=at, unit=unit, open=len(items))
    return made


@whole()
def take_over(handover: Handover, *, by: int, scope: Scope, at: datetime, note: str = "") -> None:
    """Take it. One takes over; whoever comes second is told who did."""
    check_sender(scope.roles)
    if len(note) > NOTE_LONGEST:
        raise Refused("handover_note_long", most=NOTE_LONGEST)
    if handover.given_by_id == by:
        raise Refused("handover_own")
    found = Handover.objects.filter(pk=handover.pk, taken_at__isnull=True)
    if not found.update(taken_by_id=by, taken_at=at, taken_note=note.strip()):
        now = Handover.objects.select_related("taken_by").get(pk=handover.pk)
        raise Refused("handover_taken", name=now.taken_by.name if now.taken_by else "")
    record(handover.stream, "taken_over", by=by, at=at)

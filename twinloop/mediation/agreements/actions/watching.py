"""The daily look at what is owed: warned of before the day, told on the day, flagged after it. A person decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.decide.agreement import WARN_DAYS
from twinloop.decide.clocks import CHINA
from twinloop.ledger.actions import record_many
from twinloop.ledger.whole import whole
from twinloop.mediation.agreements.models import Agreement, Due


@whole()
def watch(*, at: datetime) -> dict[str, int]:
    """Look once at every live part: how many were warned of, fell due, are late. Doing it again changes nothing.

    A day that was missed is caught up: what should have been warned of is flagged as it stands now, once.
    """
    on = at.astimezone(CHINA).date()
    live = Due.objects.filter(live=True)
    late = live.filter(due_on__lt=on, late_at__isnull=True)
    today = live.filter(due_on=on, due_told_at__isnull=True)
    soon = live.filter(due_on__gt=on, due_on__lte=on + timedelta(days=WARN_DAYS), warned_at__isnull=True)
    steps = (("late_at", "due_late", late), ("due_told_at", "due_today", today), ("warned_at", "due_warned", soon))
    counts = {}
    for column, verb, found in steps:
        rows = list(
            found.select_for_update(no_key=True, of=("self",))
            .order_by("pk")
            .values_list("pk", "agreement_id", "promise__number", "number", "due_on")
        )
        counts[verb] = len(rows)
        if not rows:
            continue
        Due.objects.filter(pk__in=[row[0] for row in rows]).update(**{column: at})
        disputes = dict(Agreement.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "dispute_id"))
        record_many(
            [(f"dispute:{disputes[a]}", {"term": term, "part": part, "on": day}) for _pk, a, term, part, day in rows],
            verb,
            by=None,
            at=at,
        )
    return counts

"""What rounds do by themselves: open the review that is due, owe the penalty, mark a crime, tell what is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from twinloop.cases import actions as cases
from twinloop.cases.models import ORDER_OPEN, Dispute, Order, Standing
from twinloop.decide.clocks import CHINA
from twinloop.decide.rounds import opens, same_day
from twinloop.decide.words import say
from twinloop.decide.workflow import Action, State, Trigger
from twinloop.followup.rounds import queries
from twinloop.followup.rounds.actions import charging, watching
from twinloop.followup.rounds.models import Penalty, Reach
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole

FIRST = datetime(2000, 1, 1, tzinfo=CHINA)
BACK = timedelta(minutes=2)  # an action that began before the last turn may have been kept after it


def follow(*, at: datetime) -> int:
    """One turn; gives how many disputes it changed. Repeated, late or killed half-way it does nothing twice."""
    reach = Reach.objects.filter(pk=1).values_list("at", flat=True).first()
    since = reach - BACK if reach else FIRST
    if since > at:  # the clock was set back
        since = at - timedelta(days=1)
    changed = sum(watching.mark(link, at=at) for link in queries.crimes(since, at))
    for pk in _to_turn(list(queries.to_follow(since, at))):
        changed += turn(pk, at=at)
    changed += _late(at)
    Reach.objects.update_or_create(pk=1, defaults={"at": at})
    return changed


def _to_turn(found: Sequence[Dispute]) -> list[int]:
    """Those of them for which `turn` may have something to do: two queries for all of them, no lock.

    A look ahead only, and on the safe side: `turn` judges each anew under its lock.
    """
    ids = [one.pk for one in found]
    charged = set(Penalty.objects.filter(dispute__in=ids).exclude(state="ended").values_list("dispute", flat=True))
    sent = set(Order.objects.filter(dispute__in=ids, state__in=ORDER_OPEN).values_list("dispute", flat=True))

    def may(one: Dispute) -> bool:
        if one.pk in charged or one.state == State.PENALTY or queries.is_penalty_owed(one, one.standing):
            return True
        return one.state in queries.MAY_OPEN and not (one.state == State.HANDLING and one.pk in sent)

    return [one.pk for one in found if may(one)]


@whole()
def turn(pk: int, *, at: datetime) -> bool:
    """Each dispute in a transaction of its own: one that cannot go on stops nobody else's. Whether it changed."""
    dispute, standing = cases.locked(pk)
    changed = _penalty(dispute, standing, at)
    triggers = opens(queries.standing_of(dispute, standing))
    if not triggers:
        return changed
    why = "、".join(say(Trigger(code), "zh-hans") for code in triggers)
    cases.move(dispute, Action.OPEN_REVIEW, by=None, roles=frozenset({"system"}), at=at, why=why)
    return True


def _penalty(dispute: Dispute, standing: Standing, at: datetime) -> bool:
    """Bring the procedure's row in line with the dispute."""
    row = Penalty.objects.filter(dispute=dispute).exclude(state="ended").first()
    if dispute.state == State.PENALTY:
        if row is not None and row.state != "owed":
            return False
        charging.opened(dispute, at=at)
        return True
    if row is not None and row.state != "owed":  # settled by both sides' request, closed, merged or transferred
        return bool(Penalty.objects.filter(pk=row.pk).update(state="ended", ended_at=at))
    owed = queries.is_penalty_owed(dispute, standing)
    if row is None and owed:
        cause, since = queries.failed_at(dispute) or ("other", at)
        Penalty.objects.create(dispute=dispute, state="owed", cause=cause, since=since, owed_until=same_day(since))
        record(dispute.stream, "penalty_owed", by=None, at=at, cause=cause)
        return True
    if row is not None and not owed:
        Penalty.objects.filter(pk=row.pk).update(state="ended", ended_at=at)
        record(dispute.stream, "penalty_unowed", by=None, at=at)
        return True
    return False


def _late(at: datetime) -> int:
    """The day of the failure is over and nobody opened the procedure: the chief is told, once."""
    told = 0
    late = Penalty.objects.filter(state="owed", owed_until__lt=at, late_at__isnull=True)
    for row in late.select_related("dispute").order_by("pk"):
        with transaction.atomic():
            if Penalty.objects.filter(pk=row.pk, state="owed", late_at__isnull=True).update(late_at=at):
                record(row.dispute.stream, "penalty_late", by=None, at=at)
                told += 1
    return told

"""Visits of the demo district: planned by themselves for what is settled; one calm, one uneasy. Invented."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time, timedelta

from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.followup.visits import actions, turning
from twinloop.followup.visits.actions import Made
from twinloop.followup.visits.models import Callback

MOST = 12  # visits of one dispute
SAID = (("calm", "settled", 5, ""), ("uneasy", "partly", 3, "还有点担心对方再来"))


def fill(at: datetime) -> None:
    """Does nothing where visits were planned."""
    if Callback.objects.exists():
        return
    turning.follow(at=at)
    settled = Callback.objects.filter(state="planned", dispute__state="settled", owner__isnull=False)
    for row, (mind, outcome, satisfaction, why) in zip(settled.order_by("pk")[:2], SAID, strict=False):
        then = at - timedelta(hours=20)
        if row.dispute.settled_at is None or row.dispute.settled_at > then:
            continue
        made = Made(
            on=then.date(), way="visit", reached=True, outcome=outcome, terms="kept", satisfaction=satisfaction,
            mind=mind, why=why,
        )  # fmt: skip
        actions.put_down(row, made, by=row.owner_id, at=then)
    first = Callback.objects.filter(state="planned").order_by("due_on", "pk").first()
    if first is not None and first.dispute.owner_id:
        actions.ask(first.dispute, "家属打电话来，想再有人去看看", by_other=False, by=first.dispute.owner_id, at=at)
    turning.climb(at=at)


def catch_up(at: datetime) -> None:
    """Visits that fell due before today were made on their day: a living district owes few of them."""
    turning.roll(at=at)  # what is told after a lived month lies before the moment up to which it was followed
    for _ in range(MOST):  # each one that is made plans the next
        rows = list(Callback.objects.filter(state="planned", due_on__lt=at.date(), owner__isnull=False).order_by("pk"))
        if not rows:
            return
        for row in rows:
            then = datetime.combine(row.due_on, time(16), tzinfo=CHINA)
            settled = row.dispute.state in ("settled", "closed")
            made = Made(
                on=row.due_on, way="call", reached=True, outcome="settled" if settled else "partly", mind="calm",
                terms="kept" if settled else "none", satisfaction=5 if settled else 3, why="" if settled else "还在谈",
            )  # fmt: skip
            with suppress(Refused):  # somebody else has to go
                actions.put_down(row, made, by=row.owner_id, at=then)

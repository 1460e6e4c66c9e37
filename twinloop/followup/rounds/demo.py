"""Second handlings of the demo district: one reviewed, one sent to its community. Invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.cases.models import Dispute
from twinloop.followup.rounds import actions, queries
from twinloop.ledger.sight import SYSTEM
from twinloop.people.models import Account, RoleGrant

REVIEW = {
    "focus": "排水沟走谁家门前", "source": "去年翻修房子改了水路", "duration": "半年内报警三次，间隔越来越短",
    "conduct": "上次推搡过，没有动器械；约定清沟没有照办", "plan": "社区民警带村干部到现场量地，定下沟的走向，当场清通",
}  # fmt: skip


def fill(at: datetime) -> None:
    """Lets time turn once, then writes the first reviews. Does nothing where a round was sent already."""
    if Dispute.objects.filter(round__gt=1, state__in=queries.GOING).exists():
        return
    actions.follow(at=at)
    desk = _one("dispatcher", at)
    waiting = Dispute.objects.filter(state="review", standing__review="", place__isnull=False).order_by("pk")
    for n, dispute in enumerate(waiting[:3]):
        if desk is None or n == 2:
            break
        actions.review(dispute, REVIEW, by=desk.pk, scope=SYSTEM_DESK, at=at - timedelta(minutes=20))
        takers = queries.takers(dispute, at)
        if n == 1 and takers:
            actions.send(dispute, takers[0].account, REVIEW["plan"], by=desk.pk, scope=SYSTEM_DESK, at=at)


def _one(role: str, at: datetime) -> Account | None:
    grant = RoleGrant.objects.filter(role=role, period__contains=at.date()).order_by("pk").first()
    return grant.account if grant else None


SYSTEM_DESK = type(SYSTEM)(sees_all=True, roles=frozenset({"dispatcher"}))

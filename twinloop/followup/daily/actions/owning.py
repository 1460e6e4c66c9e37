"""The responsible officer changes: one dispute, or all of an officer's; the history goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from twinloop.cases import visibility
from twinloop.cases.actions import change_dispute
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock
from twinloop.decide import Refused
from twinloop.followup.daily import queries
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole
from twinloop.people.models import Account


@whole()
def transfer(
    numbers: Sequence[str], old: Account | None, new: int | None, why: str, *, by: int, scope: Scope, at: datetime
) -> int:
    """Make `new` responsible for these disputes of `old` (None: of those whom nobody answers for). All or none.

    The running clocks that were the old officer's go along; orders stay with whom they were sent to.
    """
    if not scope.has(*queries.CHIEFS):
        raise Refused("owner_not_leader")
    if not numbers:
        raise Refused("owner_nobody")
    if not why.strip():
        raise Refused("owner_why")
    taker = queries.takers(scope, at.date()).filter(pk=new).first() if new else None
    if taker is None:
        raise Refused("owner_taker")
    if old is not None and taker.pk == old.pk:
        raise Refused("owner_same", name=taker.name)
    found = visibility.disputes(scope).filter(number__in=set(numbers), owner=old)
    rows = list(found.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if len(rows) != len(set(numbers)):
        raise Refused("owner_foreign")
    for dispute in rows:
        change_dispute(dispute, by=by, at=at, version=dispute.version, owner=taker)
        Clock.objects.filter(RUNNING, dispute=dispute, order__isnull=True, owner=old).update(owner=taker)
        record(dispute.stream, "owner_changed", by=by, at=at, why=why.strip()[:200], new=taker.name,
               old=old.name if old else "")  # fmt: skip
    return len(rows)


@whole()
def transfer_all(
    numbers: Sequence[str], owners: Mapping[str, int | None], new: int | None, why: str, *, by: int, scope: Scope,
    at: datetime,
) -> int:  # fmt: skip
    """`transfer` of disputes of several officers (`owners`: number → who answers now); all or none."""
    if not numbers:
        raise Refused("owner_nobody")
    people = Account.objects.in_bulk({pk for pk in owners.values() if pk})
    groups: dict[int | None, list[str]] = {}
    for number in numbers:
        groups.setdefault(owners.get(number), []).append(number)
    groups.pop(new if new in groups and len(groups) > 1 else -1, None)  # who answers already keeps the case
    return sum(
        transfer(inside, people.get(pk) if pk else None, new, why, by=by, scope=scope, at=at)
        for pk, inside in groups.items()
    )

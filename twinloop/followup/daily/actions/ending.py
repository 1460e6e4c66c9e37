"""What a person says of an item before the cut: carried over with reason and day, handed on by name, taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from twinloop.decide import Refused, daily
from twinloop.decide.clocks import CHINA
from twinloop.decide.daily import DayEnd
from twinloop.edge.masks import mask_text
from twinloop.followup.daily import queries
from twinloop.followup.daily.actions.turning import stream_of
from twinloop.followup.daily.models import Item
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole


def _locked(item: Item, scope: Scope) -> Item:
    row = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("day", "holder").get(pk=item.pk)
    if not queries.may_act(row, scope):
        raise Refused("day_not_yours", name=row.holder.name if row.holder else "—")
    return row


@whole()
def carry(
    item: Item, reason: str, why: str, until: date | None, *, by: int, scope: Scope, at: datetime
) -> Item:  # fmt: skip
    """Over to another day, with a reason. Raises `Refused`."""
    row, why = _locked(item, scope), why.strip()
    at = at.astimezone(CHINA)
    found = daily.check_carry(
        queries.held(row), reason=reason, why=why, until=until, by_chief=scope.has(*queries.CHIEFS),
        day=row.day.day, at=at, params=queries.params(row.day.day),
    )  # fmt: skip
    why = mask_text(why)
    _end(row, DayEnd.CARRIED, by, at, reason=found, why=why, until=until)
    record(stream_of(row), "day_carried", by=by, at=at, why=why, kind=row.kind, reason=found, until=until,
           number=row.number)  # fmt: skip
    return row


@whole()
def hand_on(item: Item, to: int | None, why: str, *, by: int, scope: Scope, at: datetime) -> Item:
    """To another person, by name: from the next day on it is in theirs. Raises `Refused`."""
    row, why = _locked(item, scope), why.strip()
    at = at.astimezone(CHINA)
    daily.check_hand_on(
        queries.held(row), to=to, holder=row.holder_id, why=why, day=row.day.day, at=at,
        params=queries.params(row.day.day),
    )  # fmt: skip
    assert to is not None  # check_hand_on has asked
    taker = queries.takers(scope, at.date()).filter(pk=to).first()
    if taker is None:
        raise Refused("day_taker_unknown")
    why = mask_text(why)
    _end(row, DayEnd.HANDED, by, at, given_to_id=taker.pk, why=why)
    record(stream_of(row), "day_handed", by=by, at=at, why=why, kind=row.kind, to=taker.name, number=row.number)
    return row


@whole()
def take_back(item: Item, *, by: int, scope: Scope, at: datetime) -> Item:
    """It was said by mistake: the item is open again, until the cut."""
    row = _locked(item, scope)
    at = at.astimezone(CHINA)
    if at >= daily.cut_of(row.day.day, at, queries.params(row.day.day)) or row.day.made_at:
        raise Refused(daily.DayRefusal.CUT_OVER)
    found = Item.objects.filter(pk=row.pk, end__in=[DayEnd.CARRIED, DayEnd.HANDED], ended_by__isnull=False, verdict="")
    cleared: dict[str, Any] = {
        "end": "", "ended_at": None, "ended_by": None, "reason": "", "why": "", "until": None, "given_to": None,
    }  # fmt: skip
    if not found.update(**cleared):
        raise Refused("day_nothing")
    record(stream_of(row), "day_taken_back", by=by, at=at, kind=row.kind, number=row.number)
    row.refresh_from_db()
    return row


def _end(row: Item, end: DayEnd, by: int, at: datetime, **columns: Any) -> None:
    """The conditional update: whoever comes second is told."""
    if row.day.made_at:
        raise Refused(daily.DayRefusal.CUT_OVER)
    if not Item.objects.filter(pk=row.pk, end="").update(end=end, ended_at=at, ended_by_id=by, **columns):
        raise Refused(daily.DayRefusal.ENDED)
    row.refresh_from_db()
